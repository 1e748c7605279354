namespace Capstan.Scsi;

/// <summary>TEST UNIT READY (SPC-4 6.47): is the logical unit ready for medium access?</summary>
// byte 0    OPERATION CODE 00h; bytes 1-4 reserved; byte 5 CONTROL
public readonly record struct TestUnitReady : IScsiCommand<TestUnitReady>
{
    internal static ReadOnlySpan<byte> UsageData => [0x00, 0, 0, 0, 0, 0];

    public static string Name => "TEST UNIT READY";
    public static byte OperationCode => 0x00;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        // No fields.
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out TestUnitReady command, out BitField invalid)
    {
        command = default;
        return CdbCheck.Passes(cdb, UsageData, out invalid);
    }

    public override string ToString() => Name;
}
