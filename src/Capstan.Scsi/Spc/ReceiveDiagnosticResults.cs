using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>RECEIVE DIAGNOSTIC RESULTS (SPC-4 6.32).</summary>
/// <param name="PageCode">Which page, where <paramref name="PageCodeValid"/> says so; else what the last SEND DIAGNOSTIC asked for.</param>
/// <param name="PageCodeValid">PCV.</param>
/// <param name="AllocationLength">Bytes the answer may take.</param>
// byte 0    OPERATION CODE 1Ch
// byte 1    0 PCV
// byte 2    PAGE CODE
// byte 3-4  ALLOCATION LENGTH
// byte 5    CONTROL
public readonly record struct ReceiveDiagnosticResults(byte PageCode, bool PageCodeValid, ushort AllocationLength) : IScsiCommand<ReceiveDiagnosticResults>
{
    public static readonly BitField PageCodeValidField = BitField.Bit(1, 0);
    public static readonly BitField PageCodeField = BitField.WholeByte(2);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(3);

    internal static ReadOnlySpan<byte> UsageData => [0x1C, 0x01, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "RECEIVE DIAGNOSTIC RESULTS";
    public static byte OperationCode => 0x1C;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        PageCodeValidField.Set(cdb, PageCodeValid);
        cdb[2] = PageCode;
        BinaryPrimitives.WriteUInt16BigEndian(cdb[3..], AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReceiveDiagnosticResults command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(cdb[2], PageCodeValidField.IsSet(cdb), BinaryPrimitives.ReadUInt16BigEndian(cdb[3..]));
        return true;
    }

    public override string ToString() => Name + (PageCodeValid ? $" page {PageCode:X2}h" : "") + $" alloc {AllocationLength}";
}
