namespace Capstan.Scsi;

/// <summary>RESERVE(10) (SPC-2 7.21): the logical unit for the sender alone. Third-party reservations are obsolete.</summary>
// byte 0    OPERATION CODE 56h
// byte 9    CONTROL
public readonly record struct Reserve10 : IScsiCommand<Reserve10>
{
    internal static ReadOnlySpan<byte> UsageData => [0x56, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static string Name => "RESERVE(10)";
    public static byte OperationCode => 0x56;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Reserve10 command, out BitField invalid)
    {
        command = default;
        return CdbCheck.Passes(cdb, UsageData, out invalid);
    }

    public override string ToString() => Name;
}
