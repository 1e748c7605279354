using Capstan.Emulation.Spc;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>Which handler answers which command; together with <see cref="CommandTable.TapeDrive"/> the whole of the drive's command set.</summary>
internal static class TapeDriveCommands
{
    private static readonly CommandRow?[] ByOperationCode = Build();

    internal static CommandRow? Find(byte operationCode) => ByOperationCode[operationCode];

    private static CommandRow?[] Build()
    {
        CommandRow[] rows =
        [
            CommandRow.Of<TestUnitReady, TestUnitReadyHandler>(),
            CommandRow.Of<Rewind, RewindHandler>(),
            CommandRow.Of<RequestSense, RequestSenseHandler>(),
            CommandRow.Of<FormatMedium, FormatMediumHandler>(),
            CommandRow.Of<ReadBlockLimits, ReadBlockLimitsHandler>(),
            CommandRow.Of<Read6, Read6Handler>(),
            CommandRow.Of<Write6, Write6Handler>(),
            CommandRow.Of<SetCapacity, SetCapacityHandler>(),
            CommandRow.Of<WriteFilemarks6, WriteFilemarksHandler>(),
            CommandRow.Of<Space6, SpaceHandler>(),
            CommandRow.Of<Inquiry, InquiryHandler>(),
            CommandRow.Of<Verify6, Verify6Handler>(),
            CommandRow.Of<ModeSelect6, ModeSelectHandler>(),
            CommandRow.Of<Erase6, Erase6Handler>(),
            CommandRow.Of<ModeSense6, ModeSenseHandler>(),
            CommandRow.Of<LoadUnload, LoadUnloadHandler>(),
            CommandRow.Of<PreventAllowMediumRemoval, PreventAllowMediumRemovalHandler>(),
            CommandRow.Of<Locate10, LocateHandler>(),
            CommandRow.Of<ReadPosition, ReadPositionHandler>(),
            CommandRow.Of<LogSense, LogSenseHandler>(),
            CommandRow.Of<ModeSelect10, ModeSelectHandler>(),
            CommandRow.Of<ModeSense10, ModeSenseHandler>(),
            CommandRow.Of<WriteFilemarks16, WriteFilemarksHandler>(),
            CommandRow.Of<ReadAttribute, ReadAttributeHandler>(),
            CommandRow.Of<WriteAttribute, WriteAttributeHandler>(),
            CommandRow.Of<AllowOverwrite, AllowOverwriteHandler>(),
            CommandRow.Of<Space16, SpaceHandler>(),
            CommandRow.Of<Locate16, LocateHandler>(),
            CommandRow.Of<ReportLuns, ReportLunsHandler>(),
            CommandRow.Of<SecurityProtocolIn, SecurityProtocolInHandler>(),
            CommandRow.Of<SecurityProtocolOut, SecurityProtocolOutHandler>(),
            CommandRow.Of<ReportSupportedOperationCodes, ReportSupportedOperationCodesHandler>(),
        ];
        var table = new CommandRow?[256];
        foreach (CommandRow row in rows)
            table[row.OperationCode] = row;
        return table;
    }
}
