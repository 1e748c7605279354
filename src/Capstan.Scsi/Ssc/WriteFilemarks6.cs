namespace Capstan.Scsi;

/// <summary>WRITE FILEMARKS(6) (SSC-4 6.9). A count of 0 without <paramref name="Immediate"/> writes the buffer out and nothing else.</summary>
/// <param name="Count">Filemarks, 0 to FFFFFFh.</param>
/// <param name="Immediate">IMMED: answer once the marks are buffered; without it GOOD means everything is on the medium.</param>
// byte 0    OPERATION CODE 10h
// byte 1    1 obsolete (WSMK)   0 IMMED
// byte 2-4  FILEMARK COUNT
// byte 5    CONTROL
public readonly record struct WriteFilemarks6(int Count, bool Immediate) : IScsiCommand<WriteFilemarks6>
{
    public static readonly BitField ImmedField = BitField.Bit(1, 0);
    public static readonly BitField CountField = BitField.WholeByte(2);

    internal static ReadOnlySpan<byte> UsageData => [0x10, 0x01, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "WRITE FILEMARKS(6)";
    public static byte OperationCode => 0x10;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        ImmedField.Set(cdb, Immediate);
        BigEndian24.WriteUnsigned(cdb[2..], Count);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out WriteFilemarks6 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(BigEndian24.ReadUnsigned(cdb[2..]), ImmedField.IsSet(cdb));
        return true;
    }

    public override string ToString() => $"{Name} {Count}{(Immediate ? " immed" : "")}";
}
