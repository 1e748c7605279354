namespace Capstan.Scsi;

/// <summary>RESERVE(6) (SPC-2 7.22): the logical unit for the sender alone. Third-party reservations are obsolete.</summary>
// byte 0    OPERATION CODE 16h
// byte 5    CONTROL
public readonly record struct Reserve6 : IScsiCommand<Reserve6>
{
    internal static ReadOnlySpan<byte> UsageData => [0x16, 0, 0, 0, 0, 0];

    public static string Name => "RESERVE(6)";
    public static byte OperationCode => 0x16;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Reserve6 command, out BitField invalid)
    {
        command = default;
        return CdbCheck.Passes(cdb, UsageData, out invalid);
    }

    public override string ToString() => Name;
}
