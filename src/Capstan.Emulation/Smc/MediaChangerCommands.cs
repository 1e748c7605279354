using Capstan.Emulation.Spc;
using Capstan.Scsi;

namespace Capstan.Emulation.Smc;

/// <summary>Which handler answers which command of a changer.</summary>
internal static class MediaChangerCommands
{
    private static readonly CommandRows<MediaChangerUnit> Rows = new(
        CommandRow<MediaChangerUnit>.Of<TestUnitReady, TestUnitReadyHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<RequestSense, RequestSenseHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<InitializeElementStatus, InitializeElementStatusHandler>(),
        CommandRow<MediaChangerUnit>.Of<Inquiry, InquiryHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<ModeSelect6, ChangerModeSelectHandler>(),
        CommandRow<MediaChangerUnit>.Of<Reserve6, ReserveHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<Release6, ReserveHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<ModeSense6, ChangerModeSenseHandler>(),
        CommandRow<MediaChangerUnit>.Of<OpenCloseImportExportElement, OpenCloseImportExportElementHandler>(),
        CommandRow<MediaChangerUnit>.Of<ReceiveDiagnosticResults, ChangerDiagnosticHandler>(),
        CommandRow<MediaChangerUnit>.Of<SendDiagnostic, ChangerDiagnosticHandler>(),
        CommandRow<MediaChangerUnit>.Of<PreventAllowMediumRemoval, ChangerPreventAllowHandler>(),
        CommandRow<MediaChangerUnit>.Of<PositionToElement, PositionToElementHandler>(),
        CommandRow<MediaChangerUnit>.Of<InitializeElementStatusWithRange, InitializeElementStatusHandler>(),
        CommandRow<MediaChangerUnit>.Of<WriteBuffer, ChangerBufferHandler>(),
        CommandRow<MediaChangerUnit>.Of<ReadBuffer, ChangerBufferHandler>(),
        CommandRow<MediaChangerUnit>.Of<LogSelect, ChangerLogHandler>(),
        CommandRow<MediaChangerUnit>.Of<LogSense, ChangerLogHandler>(),
        CommandRow<MediaChangerUnit>.Of<ModeSelect10, ChangerModeSelectHandler>(),
        CommandRow<MediaChangerUnit>.Of<Reserve10, ReserveHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<Release10, ReserveHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<ModeSense10, ChangerModeSenseHandler>(),
        CommandRow<MediaChangerUnit>.Of<PersistentReserveIn, PersistentReserveHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<PersistentReserveOut, PersistentReserveHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<ReportLuns, ReportLunsHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<ReportSupportedOperationCodes, ReportSupportedOperationCodesHandler<MediaChangerUnit>>(ReportSupportedOperationCodes.ServiceAction),
        CommandRow<MediaChangerUnit>.Of<ReportTimestamp, TimestampHandler<MediaChangerUnit>>(ReportTimestamp.ServiceAction),
        CommandRow<MediaChangerUnit>.Of<SetTimestamp, TimestampHandler<MediaChangerUnit>>(SetTimestamp.ServiceAction),
        CommandRow<MediaChangerUnit>.Of<MoveMedium, MoveMediumHandler>(),
        CommandRow<MediaChangerUnit>.Of<ExchangeMedium, MoveMediumHandler>(),
        CommandRow<MediaChangerUnit>.Of<RequestVolumeElementAddress, VolumeTagHandler>(),
        CommandRow<MediaChangerUnit>.Of<SendVolumeTag, VolumeTagHandler>(),
        CommandRow<MediaChangerUnit>.Of<ReadElementStatus, ReadElementStatusHandler>(),
        CommandRow<MediaChangerUnit>.Of<InitializeElementStatusWithRangeE7h, InitializeElementStatusHandler>());

    /// <summary>The row of an operation code, or null.</summary>
    internal static CommandRow<MediaChangerUnit>? Find(byte operationCode, byte? serviceAction) => Rows.Find(operationCode, serviceAction);

    /// <summary>Whether any changer here has it.</summary>
    internal static bool Has(byte operationCode) => Rows.Find(operationCode) is not null;

    /// <summary>The row of a CDB.</summary>
    internal static CommandRow<MediaChangerUnit>? Find(ReadOnlySpan<byte> cdb) => Rows.Find(cdb);
}
