using System.Collections;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace Capstan.Scsi;

/// <summary>The commands of one device type, in the order of operation code and service action.</summary>
public sealed class CommandSet : IReadOnlyList<CommandDescriptor>
{
    internal const int ServiceActionMask = 0x1F;

    private static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);

    private readonly ImmutableArray<CommandDescriptor> _rows;

    /// <summary>Row of the first command with an operation code, or -1.</summary>
    private readonly sbyte[] _firstRow = new sbyte[256];

    internal CommandSet(PeripheralDeviceType deviceType, ImmutableArray<CommandDescriptor> rows)
    {
        DeviceType = deviceType;
        _rows = rows;
        Array.Fill(_firstRow, (sbyte)-1);
        for (int row = rows.Length - 1; row >= 0; row--) _firstRow[rows[row].OperationCode] = (sbyte)row;
    }

    /// <summary>Whose commands these are.</summary>
    public PeripheralDeviceType DeviceType { get; }

    /// <summary>How many rows there are: commands, or service actions of one.</summary>
    public int Count => _rows.Length;

    public CommandDescriptor this[int index] => _rows[index];

    /// <summary>Finds the command a CDB belongs to, by operation code and service action. Total over bytes.</summary>
    /// <param name="cdb">The CDB, of any length.</param>
    /// <param name="command">Its row, when the answer is true.</param>
    /// <param name="invalid">
    /// When the answer is false: byte 0 (no such operation code) or the SERVICE ACTION field (the operation code exists, the action does not).
    /// </param>
    public bool TryFind(ReadOnlySpan<byte> cdb, [NotNullWhen(true)] out CommandDescriptor? command, out BitField invalid)
    {
        command = null;
        invalid = BitField.WholeByte(0);
        int row = cdb.IsEmpty ? -1 : _firstRow[cdb[0]];
        if (row < 0) return false;

        CommandDescriptor found = _rows[row];
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
    public CommandDescriptor? Find(byte operationCode, byte? serviceAction = null)
    {
        for (int row = _firstRow[operationCode]; row >= 0 && row < _rows.Length; row++)
        {
            if (_rows[row].OperationCode != operationCode) break;
            if (_rows[row].ServiceAction == serviceAction) return _rows[row];
        }

        return null;
    }

    /// <summary>Whether any command has this operation code, and whether it takes service actions.</summary>
    public bool HasOperationCode(byte operationCode, out bool hasServiceActions)
    {
        int row = _firstRow[operationCode];
        hasServiceActions = row >= 0 && _rows[row].ServiceAction is not null;
        return row >= 0;
    }

    /// <summary>
    /// One readable line with the decoded fields: <c>LOCATE(16) object 1234 partition 0 immed</c>. Never throws: a CDB that does not
    /// decode is named with the field in error and its bytes, an unknown one with its operation code in hex.
    /// </summary>
    public string Describe(in Cdb cdb)
    {
        if (TryFind(cdb.Span, out CommandDescriptor? command, out BitField invalid)) return command.Describe(cdb);

        return invalid.Byte == 0
            ? $"operation code {cdb.OperationCode:X2}h [{cdb}]"
            : $"operation code {cdb.OperationCode:X2}h, service action {(cdb.Length < 2 ? 0 : ServiceActionField.Get(cdb.Span)):X2}h [{cdb}]";
    }

    public ImmutableArray<CommandDescriptor>.Enumerator GetEnumerator() => _rows.GetEnumerator();

    IEnumerator<CommandDescriptor> IEnumerable<CommandDescriptor>.GetEnumerator() => ((IEnumerable<CommandDescriptor>)_rows).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable)_rows).GetEnumerator();
}
