namespace Capstan.Scsi;

/// <summary>RELEASE(10) (SPC-2 7.16): ends the reservation of RESERVE. Third-party reservations are obsolete.</summary>
// byte 0    OPERATION CODE 57h
// byte 9    CONTROL
public readonly record struct Release10 : IScsiCommand<Release10>
{
    internal static ReadOnlySpan<byte> UsageData => [0x57, 0, 0, 0, 0, 0, 0, 0, 0, 0];

    public static string Name => "RELEASE(10)";
    public static byte OperationCode => 0x57;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Release10 command, out BitField invalid)
    {
        command = default;
        return CdbCheck.Passes(cdb, UsageData, out invalid);
    }

    public override string ToString() => Name;
}
