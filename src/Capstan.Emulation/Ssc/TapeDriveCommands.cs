using Capstan.Emulation.Spc;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>Which handler answers which command; together with <see cref="CommandTable.TapeDrive"/> the whole of the drive's command set.</summary>
internal static class TapeDriveCommands
{
    private static readonly CommandRow[]?[] ByOperationCode = Build();

    /// <summary>The row of an operation code; where that has several, the one with the service action, or the first.</summary>
    internal static CommandRow? Find(byte operationCode, int? serviceAction = null)
    {
        if (ByOperationCode[operationCode] is not { } rows)
            return null;
        if (rows.Length > 1)
        {
            foreach (CommandRow row in rows)
            {
                if (row.ServiceAction == serviceAction)
                    return row;
            }
        }
        // The first one's decoder names the service action as what is wrong.
        return rows[0];
    }

    /// <summary>The row of a CDB.</summary>
    internal static CommandRow? Find(ReadOnlySpan<byte> cdb) => Find(cdb[0], cdb.Length > 1 ? cdb[1] & 0x1F : null);

    private static CommandRow[]?[] Build()
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
            CommandRow.Of<Reserve6, ReserveHandler>(),
            CommandRow.Of<Release6, ReserveHandler>(),
            CommandRow.Of<Erase6, Erase6Handler>(),
            CommandRow.Of<ModeSense6, ModeSenseHandler>(),
            CommandRow.Of<LoadUnload, LoadUnloadHandler>(),
            CommandRow.Of<ReceiveDiagnosticResults, DiagnosticHandler>(),
            CommandRow.Of<SendDiagnostic, DiagnosticHandler>(),
            CommandRow.Of<PreventAllowMediumRemoval, PreventAllowMediumRemovalHandler>(),
            CommandRow.Of<Locate10, LocateHandler>(),
            CommandRow.Of<ReadPosition, ReadPositionHandler>(),
            CommandRow.Of<WriteBuffer, BufferHandler>(),
            CommandRow.Of<ReadBuffer, BufferHandler>(),
            CommandRow.Of<LogSelect, LogSelectHandler>(),
            CommandRow.Of<ReportDensitySupport, ReportDensitySupportHandler>(),
            CommandRow.Of<LogSense, LogSenseHandler>(),
            CommandRow.Of<ModeSelect10, ModeSelectHandler>(),
            CommandRow.Of<Reserve10, ReserveHandler>(),
            CommandRow.Of<Release10, ReserveHandler>(),
            CommandRow.Of<ModeSense10, ModeSenseHandler>(),
            CommandRow.Of<PersistentReserveIn, PersistentReserveHandler>(),
            CommandRow.Of<PersistentReserveOut, PersistentReserveHandler>(),
            CommandRow.Of<WriteFilemarks16, WriteFilemarksHandler>(),
            CommandRow.Of<ReadAttribute, ReadAttributeHandler>(),
            CommandRow.Of<WriteAttribute, WriteAttributeHandler>(),
            CommandRow.Of<AllowOverwrite, AllowOverwriteHandler>(),
            CommandRow.Of<Space16, SpaceHandler>(),
            CommandRow.Of<Locate16, LocateHandler>(),
            CommandRow.Of<ReportLuns, ReportLunsHandler>(),
            CommandRow.Of<SecurityProtocolIn, SecurityProtocolInHandler>(),
            CommandRow.Of<SecurityProtocolOut, SecurityProtocolOutHandler>(),
            CommandRow.Of<ReportSupportedOperationCodes, ReportSupportedOperationCodesHandler>(ReportSupportedOperationCodes.ServiceAction),
            CommandRow.Of<ReportTimestamp, TimestampHandler>(ReportTimestamp.ServiceAction),
            CommandRow.Of<ReceiveRecommendedAccessOrder, AccessOrderHandler>(ReceiveRecommendedAccessOrder.ServiceAction),
            CommandRow.Of<ReadEndOfWrapPosition, ReadEndOfWrapPositionHandler>(ReadEndOfWrapPosition.ServiceAction),
            CommandRow.Of<SetTimestamp, TimestampHandler>(SetTimestamp.ServiceAction),
            CommandRow.Of<GenerateRecommendedAccessOrder, AccessOrderHandler>(GenerateRecommendedAccessOrder.ServiceAction),
            CommandRow.Of<ReadMediaSerialNumber, ReadMediaSerialNumberHandler>(),
        ];
        var table = new CommandRow[]?[256];
        foreach (CommandRow row in rows)
            table[row.OperationCode] = [.. table[row.OperationCode] ?? [], row];
        return table;
    }
}
