namespace Capstan.Scsi;

/// <summary>FORMAT of FORMAT MEDIUM: what becomes of the partitions.</summary>
public enum MediumFormat : byte
{
    /// <summary>One partition, as from the factory.</summary>
    Default = 0,

    /// <summary>Partitions as the Medium Partition mode page says.</summary>
    Partition = 1,

    /// <summary>Both, one after the other.</summary>
    DefaultThenPartition = 2,
}

/// <summary>FORMAT MEDIUM (SSC-4 7.2): everything on the tape is gone. Only at the beginning of partition 0.</summary>
/// <param name="Format">What is made.</param>
/// <param name="Immediate">IMMED: answer once the formatting has begun.</param>
/// <param name="Verify">VERIFY: read the new format back.</param>
/// <param name="TransferLength">Bytes of vendor-specific format information, 0 to 65535.</param>
// byte 0    OPERATION CODE 04h
// byte 1    1 VERIFY   0 IMMED
// byte 2    3:0 FORMAT
// byte 3-4  TRANSFER LENGTH
// byte 5    CONTROL
public readonly record struct FormatMedium(MediumFormat Format, bool Immediate = false, bool Verify = false, ushort TransferLength = 0)
    : IScsiCommand<FormatMedium>
{
    public static readonly BitField VerifyField = BitField.Bit(1, 1);
    public static readonly BitField ImmedField = BitField.Bit(1, 0);
    public static readonly BitField FormatField = new(Byte: 2, High: 3, Low: 0);
    public static readonly BitField TransferLengthField = BitField.WholeByte(3);

    internal static ReadOnlySpan<byte> UsageData => [0x04, 0x03, 0x0F, 0xFF, 0xFF, 0];

    public static string Name => "FORMAT MEDIUM";
    public static byte OperationCode => 0x04;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        VerifyField.Set(cdb, Verify);
        ImmedField.Set(cdb, Immediate);
        FormatField.Set(cdb, (int)Format);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(cdb[3..], TransferLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out FormatMedium command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        int format = FormatField.Get(cdb);
        // 3h to 7h are reserved, 8h to Fh vendor specific.
        if (format > (int)MediumFormat.DefaultThenPartition) return CdbCheck.Refuse(FormatField, out invalid);

        command = new((MediumFormat)format, ImmedField.IsSet(cdb), VerifyField.IsSet(cdb),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt16BigEndian(cdb[3..]));
        return true;
    }

    public override string ToString() => Name + Format switch
    {
        MediumFormat.Default => " default",
        MediumFormat.Partition => " partition",
        _ => " default, then partition",
    } + (Verify ? " verify" : "") + (Immediate ? " immed" : "");
}
