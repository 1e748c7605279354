namespace Capstan.Scsi;

/// <summary>ERASE(6) (SSC-4 6.2).</summary>
/// <param name="Long">LONG: overwrite to the end of the partition; false only records end of data at the current position.</param>
/// <param name="Immediate">IMMED: answer once buffered data is written and the erase has begun.</param>
// byte 0    OPERATION CODE 19h
// byte 1    1 IMMED   0 LONG
// byte 5    CONTROL
public readonly record struct Erase6(bool Long, bool Immediate = false) : IScsiCommand<Erase6>
{
    public static readonly BitField ImmedField = BitField.Bit(1, 1);
    public static readonly BitField LongField = BitField.Bit(1, 0);

    internal static ReadOnlySpan<byte> UsageData => [0x19, 0x03, 0, 0, 0, 0];

    public static string Name => "ERASE(6)";
    public static byte OperationCode => 0x19;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        ImmedField.Set(cdb, Immediate);
        LongField.Set(cdb, Long);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Erase6 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(LongField.IsSet(cdb), ImmedField.IsSet(cdb));
        return true;
    }

    public override string ToString() => $"{Name} {(Long ? "long" : "short")}{(Immediate ? " immed" : "")}";
}
