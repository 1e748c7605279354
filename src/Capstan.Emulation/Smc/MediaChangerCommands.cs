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
        CommandRow<MediaChangerUnit>.Of<ModeSense6, ChangerModeSenseHandler>(),
        CommandRow<MediaChangerUnit>.Of<PreventAllowMediumRemoval, ChangerPreventAllowHandler>(),
        CommandRow<MediaChangerUnit>.Of<PositionToElement, PositionToElementHandler>(),
        CommandRow<MediaChangerUnit>.Of<InitializeElementStatusWithRange, InitializeElementStatusHandler>(),
        CommandRow<MediaChangerUnit>.Of<ModeSense10, ChangerModeSenseHandler>(),
        CommandRow<MediaChangerUnit>.Of<ReportLuns, ReportLunsHandler<MediaChangerUnit>>(),
        CommandRow<MediaChangerUnit>.Of<MoveMedium, MoveMediumHandler>(),
        CommandRow<MediaChangerUnit>.Of<ExchangeMedium, MoveMediumHandler>(),
        CommandRow<MediaChangerUnit>.Of<ReadElementStatus, ReadElementStatusHandler>(),
        CommandRow<MediaChangerUnit>.Of<InitializeElementStatusWithRangeE7h, InitializeElementStatusHandler>());

    /// <summary>The row of a CDB.</summary>
    internal static CommandRow<MediaChangerUnit>? Find(ReadOnlySpan<byte> cdb) => Rows.Find(cdb);
}
