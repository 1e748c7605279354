namespace Capstan.Scsi;

/// <summary>READ(6) (SSC-4 6.4).</summary>
/// <param name="Fixed">FIXED: the length counts blocks of the current block length instead of bytes.</param>
/// <param name="SuppressIncorrectLength">SILI: no ILI for a block of another length. Not allowed together with <paramref name="Fixed"/>.</param>
/// <param name="TransferLength">Bytes, or blocks with <paramref name="Fixed"/>; 0 to FFFFFFh.</param>
// byte 0    OPERATION CODE 08h
// byte 1    1 SILI   0 FIXED
// byte 2-4  TRANSFER LENGTH
// byte 5    CONTROL
public readonly record struct Read6(bool Fixed, bool SuppressIncorrectLength, int TransferLength) : IScsiCommand<Read6>
{
    public static readonly BitField SiliField = BitField.Bit(1, 1);
    public static readonly BitField FixedField = BitField.Bit(1, 0);
    public static readonly BitField TransferLengthField = BitField.WholeByte(2);

    internal static ReadOnlySpan<byte> UsageData => [0x08, 0x03, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "READ(6)";
    public static byte OperationCode => 0x08;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        SiliField.Set(cdb, SuppressIncorrectLength);
        FixedField.Set(cdb, Fixed);
        BigEndian24.WriteUnsigned(cdb[2..], TransferLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Read6 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        bool isFixed = FixedField.IsSet(cdb);
        bool suppress = SiliField.IsSet(cdb);
        if (isFixed && suppress) return CdbCheck.Refuse(SiliField, out invalid);

        command = new(isFixed, suppress, BigEndian24.ReadUnsigned(cdb[2..]));
        return true;
    }

    public override string ToString() =>
        $"{Name} {TransferLength} {(Fixed ? "blocks" : "bytes")}{(SuppressIncorrectLength ? " sili" : "")}";
}
