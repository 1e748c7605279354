using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Capstan.Scsi;

/// <summary>One command a device type knows: a row of <see cref="CommandTable"/>.</summary>
public sealed class CommandDescriptor
{
    private readonly ImmutableArray<byte> _usageData;
    private readonly Func<Cdb, string> _describe;

    internal CommandDescriptor(string name, byte? serviceAction, ReadOnlySpan<byte> usageData, Func<Cdb, string> describe)
    {
        byte[] usage = usageData.ToArray();
        if (serviceAction is { } action) usage[1] = (byte)((usage[1] & ~CommandTable.ServiceActionMask) | action);
        Name = name;
        ServiceAction = serviceAction;
        _usageData = ImmutableArray.Create(usage);
        _describe = describe;
    }

    /// <summary>As T10 writes it.</summary>
    public string Name { get; }

    public byte OperationCode => _usageData[0];

    /// <summary>SERVICE ACTION (byte 1 bits 4:0), or null for an operation code without.</summary>
    public byte? ServiceAction { get; }

    /// <summary>In bytes.</summary>
    public int CdbLength => _usageData.Length;

    /// <summary>
    /// CDB USAGE DATA as REPORT SUPPORTED OPERATION CODES answers it (SPC-4 6.35.3): the operation code, the service action where
    /// there is one, and a one for every bit of a field.
    /// </summary>
    public ReadOnlySpan<byte> UsageData => _usageData.AsSpan();

    internal string Describe(in Cdb cdb) => _describe(cdb);

    public override string ToString() => Name;
}

/// <summary>
/// Every command a tape drive here understands, once: dispatch, REPORT SUPPORTED OPERATION CODES and traces all read this table.
/// Rows are in the order of operation code and service action, as initiators expect them.
/// </summary>
public static class CommandTable
{
    internal const int ServiceActionMask = 0x1F;

    private static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);

    /// <summary>The commands of a sequential access device.</summary>
    public static ImmutableArray<CommandDescriptor> TapeDrive { get; } =
    [
        Row<TestUnitReady>(TestUnitReady.UsageData),
        Row<Rewind>(Rewind.UsageData),
        Row<RequestSense>(RequestSense.UsageData),
        Row<FormatMedium>(FormatMedium.UsageData),
        Row<ReadBlockLimits>(ReadBlockLimits.UsageData),
        Row<Read6>(Read6.UsageData),
        Row<Write6>(Write6.UsageData),
        Row<SetCapacity>(SetCapacity.UsageData),
        Row<WriteFilemarks6>(WriteFilemarks6.UsageData),
        Row<Space6>(Space6.UsageData),
        Row<Inquiry>(Inquiry.UsageData),
        Row<Verify6>(Verify6.UsageData),
        Row<ModeSelect6>(ModeSelect6.UsageData),
        Row<Reserve6>(Reserve6.UsageData),
        Row<Release6>(Release6.UsageData),
        Row<Erase6>(Erase6.UsageData),
        Row<ModeSense6>(ModeSense6.UsageData),
        Row<LoadUnload>(LoadUnload.UsageData),
        Row<ReceiveDiagnosticResults>(ReceiveDiagnosticResults.UsageData),
        Row<SendDiagnostic>(SendDiagnostic.UsageData),
        Row<PreventAllowMediumRemoval>(PreventAllowMediumRemoval.UsageData),
        Row<Locate10>(Locate10.UsageData),
        Row<ReadPosition>(ReadPosition.UsageDataWithoutAllocation, (byte)PositionForm.Short),
        Row<ReadPosition>(ReadPosition.UsageDataWithoutAllocation, (byte)PositionForm.ShortVendorSpecific),
        Row<ReadPosition>(ReadPosition.UsageDataWithoutAllocation, (byte)PositionForm.Long),
        Row<ReadPosition>(ReadPosition.UsageData, (byte)PositionForm.Extended),
        Row<WriteBuffer>(WriteBuffer.UsageData),
        Row<ReadBuffer>(ReadBuffer.UsageData),
        Row<ReportDensitySupport>(ReportDensitySupport.UsageData),
        Row<LogSelect>(LogSelect.UsageData),
        Row<LogSense>(LogSense.UsageData),
        Row<ModeSelect10>(ModeSelect10.UsageData),
        Row<Reserve10>(Reserve10.UsageData),
        Row<Release10>(Release10.UsageData),
        Row<ModeSense10>(ModeSense10.UsageData),
        Row<PersistentReserveIn>(PersistentReserveIn.UsageData, (byte)ReservationQuestion.ReadKeys),
        Row<PersistentReserveIn>(PersistentReserveIn.UsageData, (byte)ReservationQuestion.ReadReservation),
        Row<PersistentReserveIn>(PersistentReserveIn.UsageData, (byte)ReservationQuestion.ReportCapabilities),
        Row<PersistentReserveIn>(PersistentReserveIn.UsageData, (byte)ReservationQuestion.ReadFullStatus),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.Register),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.Reserve),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.Release),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.Clear),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.Preempt),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.PreemptAndAbort),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.RegisterAndIgnoreExistingKey),
        Row<WriteFilemarks16>(WriteFilemarks16.UsageData),
        Row<AllowOverwrite>(AllowOverwrite.UsageData),
        Row<ReadAttribute>(ReadAttribute.UsageData, (byte)AttributeServiceAction.Values),
        Row<ReadAttribute>(ReadAttribute.UsageData, (byte)AttributeServiceAction.List),
        Row<ReadAttribute>(ReadAttribute.UsageData, (byte)AttributeServiceAction.VolumeList),
        Row<ReadAttribute>(ReadAttribute.UsageData, (byte)AttributeServiceAction.PartitionList),
        Row<ReadAttribute>(ReadAttribute.UsageData, (byte)AttributeServiceAction.Supported),
        Row<WriteAttribute>(WriteAttribute.UsageData),
        Row<Space16>(Space16.UsageData),
        Row<Locate16>(Locate16.UsageData),
        Row<ReportLuns>(ReportLuns.UsageData),
        Row<SecurityProtocolIn>(SecurityProtocolIn.UsageData),
        Row<ReportSupportedOperationCodes>(ReportSupportedOperationCodes.UsageData, ReportSupportedOperationCodes.ServiceAction),
        Row<ReportTimestamp>(ReportTimestamp.UsageData, ReportTimestamp.ServiceAction),
        Row<ReceiveRecommendedAccessOrder>(ReceiveRecommendedAccessOrder.UsageData, ReceiveRecommendedAccessOrder.ServiceAction),
        Row<ReadEndOfWrapPosition>(ReadEndOfWrapPosition.UsageData, ReadEndOfWrapPosition.ServiceAction),
        Row<SetTimestamp>(SetTimestamp.UsageData, SetTimestamp.ServiceAction),
        Row<GenerateRecommendedAccessOrder>(GenerateRecommendedAccessOrder.UsageData, GenerateRecommendedAccessOrder.ServiceAction),
        Row<ReadMediaSerialNumber>(ReadMediaSerialNumber.UsageData, ReadMediaSerialNumber.ServiceAction),
        Row<SecurityProtocolOut>(SecurityProtocolOut.UsageData),
    ];

    /// <summary>Row of the first command with an operation code, or -1.</summary>
    private static readonly sbyte[] FirstRow = IndexByOperationCode(TapeDrive);

    /// <summary>Finds the command a CDB belongs to, by operation code and service action. Total over bytes.</summary>
    /// <param name="cdb">The CDB, of any length.</param>
    /// <param name="command">Its row, when the answer is true.</param>
    /// <param name="invalid">
    /// When the answer is false: byte 0 (no such operation code) or the SERVICE ACTION field (the operation code exists, the action does not).
    /// </param>
    public static bool TryFind(ReadOnlySpan<byte> cdb, [NotNullWhen(true)] out CommandDescriptor? command, out BitField invalid)
    {
        command = null;
        invalid = BitField.WholeByte(0);
        int row = cdb.IsEmpty ? -1 : FirstRow[cdb[0]];
        if (row < 0) return false;

        CommandDescriptor found = TapeDrive[row];
        if (found.ServiceAction is null)
        {
            command = found;
            return true;
        }

        invalid = ServiceActionField;
        if (cdb.Length < 2) return false;

        command = Find(cdb[0], (byte)ServiceActionField.Get(cdb));
        return command is not null;
    }

    /// <summary>The command with this operation code and service action (null: an operation code without), or null.</summary>
    public static CommandDescriptor? Find(byte operationCode, byte? serviceAction = null)
    {
        for (int row = FirstRow[operationCode]; row >= 0 && row < TapeDrive.Length; row++)
        {
            if (TapeDrive[row].OperationCode != operationCode) break;
            if (TapeDrive[row].ServiceAction == serviceAction) return TapeDrive[row];
        }

        return null;
    }

    /// <summary>Whether any command has this operation code, and whether it takes service actions.</summary>
    public static bool HasOperationCode(byte operationCode, out bool hasServiceActions)
    {
        int row = FirstRow[operationCode];
        hasServiceActions = row >= 0 && TapeDrive[row].ServiceAction is not null;
        return row >= 0;
    }

    /// <summary>
    /// One readable line with the decoded fields: <c>LOCATE(16) object 1234 partition 0 immed</c>. Never throws: a CDB that does not
    /// decode is named with the field in error and its bytes, an unknown one with its operation code in hex.
    /// </summary>
    public static string Describe(in Cdb cdb)
    {
        if (TryFind(cdb.Span, out CommandDescriptor? command, out BitField invalid)) return command.Describe(cdb);

        return invalid.Byte == 0
            ? $"operation code {cdb.OperationCode:X2}h [{cdb}]"
            : $"operation code {cdb.OperationCode:X2}h, service action {(cdb.Length < 2 ? 0 : ServiceActionField.Get(cdb.Span)):X2}h [{cdb}]";
    }

    private static CommandDescriptor Row<TCommand>(ReadOnlySpan<byte> usageData, byte? serviceAction = null)
        where TCommand : struct, IScsiCommand<TCommand>
        => new(TCommand.Name, serviceAction, usageData, DescribeAs<TCommand>);

    private static string DescribeAs<TCommand>(Cdb cdb) where TCommand : struct, IScsiCommand<TCommand>
        => TCommand.TryDecode(cdb.Span, out TCommand command, out BitField invalid)
            ? command.ToString()!
            : $"{TCommand.Name} invalid {invalid} [{cdb}]";

    private static sbyte[] IndexByOperationCode(ImmutableArray<CommandDescriptor> rows)
    {
        var index = new sbyte[256];
        Array.Fill(index, (sbyte)-1);
        for (int row = rows.Length - 1; row >= 0; row--) index[rows[row].OperationCode] = (sbyte)row;
        return index;
    }
}
