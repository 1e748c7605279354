namespace Capstan.Scsi;

/// <summary>WRITE BUFFER (SPC-4 6.49).</summary>
/// <param name="Mode">What is written. Microcode has modes of its own here, which nothing in this program sends.</param>
/// <param name="BufferId">To which buffer.</param>
/// <param name="OffsetBytes">From where, 0 to FFFFFFh.</param>
/// <param name="ParameterListLength">Bytes that follow, 0 to FFFFFFh.</param>
// byte 0    OPERATION CODE 3Bh
// byte 1    4:0 MODE
// byte 2    BUFFER ID
// byte 3-5  BUFFER OFFSET
// byte 6-8  PARAMETER LIST LENGTH
// byte 9    CONTROL
public readonly record struct WriteBuffer(BufferMode Mode, byte BufferId, int OffsetBytes, int ParameterListLength) : IScsiCommand<WriteBuffer>
{
    public static readonly BitField ModeField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField BufferIdField = BitField.WholeByte(2);
    public static readonly BitField OffsetBytesField = BitField.WholeByte(3);
    public static readonly BitField ParameterListLengthField = BitField.WholeByte(6);

    internal static ReadOnlySpan<byte> UsageData => [0x3B, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "WRITE BUFFER";
    public static byte OperationCode => 0x3B;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        ModeField.Set(cdb, (int)Mode);
        cdb[2] = BufferId;
        BigEndian24.WriteUnsigned(cdb[3..], OffsetBytes);
        BigEndian24.WriteUnsigned(cdb[6..], ParameterListLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out WriteBuffer command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new((BufferMode)ModeField.Get(cdb), cdb[2], BigEndian24.ReadUnsigned(cdb[3..]), BigEndian24.ReadUnsigned(cdb[6..]));
        return true;
    }

    public override string ToString() => $"{Name} mode {(int)Mode:X2}h buffer {BufferId:X2}h offset {OffsetBytes} list {ParameterListLength}";
}
