namespace Capstan.Scsi;

/// <summary>PREVENT ALLOW MEDIUM REMOVAL (SSC-4 7.5).</summary>
/// <param name="Prevent">True locks the cartridge in for this initiator, false lets it go.</param>
// byte 0    OPERATION CODE 1Eh
// byte 4    1:0 PREVENT (00b allow, 01b prevent, 1xb obsolete)
// byte 5    CONTROL
public readonly record struct PreventAllowMediumRemoval(bool Prevent) : IScsiCommand<PreventAllowMediumRemoval>
{
    public static readonly BitField PreventField = new(Byte: 4, High: 1, Low: 0);

    internal static ReadOnlySpan<byte> UsageData => [0x1E, 0, 0, 0, 0x03, 0];

    public static string Name => "PREVENT ALLOW MEDIUM REMOVAL";
    public static byte OperationCode => 0x1E;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb) => PreventField.Set(cdb, Prevent);

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out PreventAllowMediumRemoval command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        int prevent = PreventField.Get(cdb);
        if (prevent > 1) return CdbCheck.Refuse(PreventField, out invalid);

        command = new(prevent == 1);
        return true;
    }

    public override string ToString() => $"{Name} {(Prevent ? "prevent" : "allow")}";
}
