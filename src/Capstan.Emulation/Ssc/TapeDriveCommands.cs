using Capstan.Emulation.Spc;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>Which handler answers which command; together with <see cref="CommandTable.TapeDrive"/> the whole of the drive's command set.</summary>
internal static class TapeDriveCommands
{
    private static readonly CommandRows<TapeDriveUnit> Rows = new(
        CommandRow<TapeDriveUnit>.Of<TestUnitReady, TestUnitReadyHandler<TapeDriveUnit>>(),
        CommandRow<TapeDriveUnit>.Of<Rewind, RewindHandler>(),
        CommandRow<TapeDriveUnit>.Of<RequestSense, RequestSenseHandler<TapeDriveUnit>>(),
        CommandRow<TapeDriveUnit>.Of<FormatMedium, FormatMediumHandler>(),
        CommandRow<TapeDriveUnit>.Of<ReadBlockLimits, ReadBlockLimitsHandler>(),
        CommandRow<TapeDriveUnit>.Of<Read6, Read6Handler>(),
        CommandRow<TapeDriveUnit>.Of<Write6, Write6Handler>(),
        CommandRow<TapeDriveUnit>.Of<SetCapacity, SetCapacityHandler>(),
        CommandRow<TapeDriveUnit>.Of<WriteFilemarks6, WriteFilemarksHandler>(),
        CommandRow<TapeDriveUnit>.Of<Space6, SpaceHandler>(),
        CommandRow<TapeDriveUnit>.Of<Inquiry, InquiryHandler<TapeDriveUnit>>(),
        CommandRow<TapeDriveUnit>.Of<Verify6, Verify6Handler>(),
        CommandRow<TapeDriveUnit>.Of<ModeSelect6, ModeSelectHandler>(),
        CommandRow<TapeDriveUnit>.Of<Reserve6, ReserveHandler<TapeDriveUnit>>(),
        CommandRow<TapeDriveUnit>.Of<Release6, ReserveHandler<TapeDriveUnit>>(),
        CommandRow<TapeDriveUnit>.Of<Erase6, Erase6Handler>(),
        CommandRow<TapeDriveUnit>.Of<ModeSense6, ModeSenseHandler>(),
        CommandRow<TapeDriveUnit>.Of<LoadUnload, LoadUnloadHandler>(),
        CommandRow<TapeDriveUnit>.Of<ReceiveDiagnosticResults, DiagnosticHandler>(),
        CommandRow<TapeDriveUnit>.Of<SendDiagnostic, DiagnosticHandler>(),
        CommandRow<TapeDriveUnit>.Of<PreventAllowMediumRemoval, PreventAllowMediumRemovalHandler>(),
        CommandRow<TapeDriveUnit>.Of<Locate10, LocateHandler>(),
        CommandRow<TapeDriveUnit>.Of<ReadPosition, ReadPositionHandler>(),
        CommandRow<TapeDriveUnit>.Of<WriteBuffer, BufferHandler>(),
        CommandRow<TapeDriveUnit>.Of<ReadBuffer, BufferHandler>(),
        CommandRow<TapeDriveUnit>.Of<LogSelect, LogSelectHandler>(),
        CommandRow<TapeDriveUnit>.Of<ReportDensitySupport, ReportDensitySupportHandler>(),
        CommandRow<TapeDriveUnit>.Of<LogSense, LogSenseHandler>(),
        CommandRow<TapeDriveUnit>.Of<ModeSelect10, ModeSelectHandler>(),
        CommandRow<TapeDriveUnit>.Of<Reserve10, ReserveHandler<TapeDriveUnit>>(),
        CommandRow<TapeDriveUnit>.Of<Release10, ReserveHandler<TapeDriveUnit>>(),
        CommandRow<TapeDriveUnit>.Of<ModeSense10, ModeSenseHandler>(),
        CommandRow<TapeDriveUnit>.Of<PersistentReserveIn, PersistentReserveHandler<TapeDriveUnit>>(),
        CommandRow<TapeDriveUnit>.Of<PersistentReserveOut, PersistentReserveHandler<TapeDriveUnit>>(),
        CommandRow<TapeDriveUnit>.Of<WriteFilemarks16, WriteFilemarksHandler>(),
        CommandRow<TapeDriveUnit>.Of<ReadAttribute, ReadAttributeHandler>(),
        CommandRow<TapeDriveUnit>.Of<WriteAttribute, WriteAttributeHandler>(),
        CommandRow<TapeDriveUnit>.Of<AllowOverwrite, AllowOverwriteHandler>(),
        CommandRow<TapeDriveUnit>.Of<Space16, SpaceHandler>(),
        CommandRow<TapeDriveUnit>.Of<Locate16, LocateHandler>(),
        CommandRow<TapeDriveUnit>.Of<ReportLuns, ReportLunsHandler<TapeDriveUnit>>(),
        CommandRow<TapeDriveUnit>.Of<SecurityProtocolIn, SecurityProtocolInHandler>(),
        CommandRow<TapeDriveUnit>.Of<SecurityProtocolOut, SecurityProtocolOutHandler>(),
        CommandRow<TapeDriveUnit>.Of<ReportSupportedOperationCodes, ReportSupportedOperationCodesHandler<TapeDriveUnit>>(ReportSupportedOperationCodes.ServiceAction),
        CommandRow<TapeDriveUnit>.Of<ReportTimestamp, TimestampHandler<TapeDriveUnit>>(ReportTimestamp.ServiceAction),
        CommandRow<TapeDriveUnit>.Of<ReceiveRecommendedAccessOrder, AccessOrderHandler>(ReceiveRecommendedAccessOrder.ServiceAction),
        CommandRow<TapeDriveUnit>.Of<ReadEndOfWrapPosition, ReadEndOfWrapPositionHandler>(ReadEndOfWrapPosition.ServiceAction),
        CommandRow<TapeDriveUnit>.Of<SetTimestamp, TimestampHandler<TapeDriveUnit>>(SetTimestamp.ServiceAction),
        CommandRow<TapeDriveUnit>.Of<GenerateRecommendedAccessOrder, AccessOrderHandler>(GenerateRecommendedAccessOrder.ServiceAction),
        CommandRow<TapeDriveUnit>.Of<ReadMediaSerialNumber, ReadMediaSerialNumberHandler>());

    /// <inheritdoc cref="CommandRows{TUnit}.Find(byte, int?)"/>
    internal static CommandRow<TapeDriveUnit>? Find(byte operationCode, int? serviceAction = null) => Rows.Find(operationCode, serviceAction);

    /// <summary>The row of a CDB.</summary>
    internal static CommandRow<TapeDriveUnit>? Find(ReadOnlySpan<byte> cdb) => Rows.Find(cdb);
}
