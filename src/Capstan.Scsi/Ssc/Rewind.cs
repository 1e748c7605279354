namespace Capstan.Scsi;

/// <summary>REWIND (SSC-4 7.10): to the beginning of the current partition.</summary>
/// <param name="Immediate">IMMED: answer before the tape moves.</param>
// byte 0    OPERATION CODE 01h
// byte 1    0 IMMED
// byte 5    CONTROL
public readonly record struct Rewind(bool Immediate = false) : IScsiCommand<Rewind>
{
    public static readonly BitField ImmedField = BitField.Bit(1, 0);

    internal static ReadOnlySpan<byte> UsageData => [0x01, 0x01, 0, 0, 0, 0];

    public static string Name => "REWIND";
    public static byte OperationCode => 0x01;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb) => ImmedField.Set(cdb, Immediate);

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Rewind command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(ImmedField.IsSet(cdb));
        return true;
    }

    public override string ToString() => $"{Name}{(Immediate ? " immed" : "")}";
}
