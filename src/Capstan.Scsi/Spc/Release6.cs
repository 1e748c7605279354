namespace Capstan.Scsi;

/// <summary>RELEASE(6) (SPC-2 7.17): ends the reservation of RESERVE. Third-party reservations are obsolete.</summary>
// byte 0    OPERATION CODE 17h
// byte 5    CONTROL
public readonly record struct Release6 : IScsiCommand<Release6>
{
    internal static ReadOnlySpan<byte> UsageData => [0x17, 0, 0, 0, 0, 0];

    public static string Name => "RELEASE(6)";
    public static byte OperationCode => 0x17;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out Release6 command, out BitField invalid)
    {
        command = default;
        return CdbCheck.Passes(cdb, UsageData, out invalid);
    }

    public override string ToString() => Name;
}
