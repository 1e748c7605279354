namespace Capstan.Scsi;

/// <summary>INITIALIZE ELEMENT STATUS (SMC-3): look into every element and read the labels. In a large library it takes half an hour.</summary>
// byte 0    OPERATION CODE 07h
// byte 5    CONTROL
public readonly record struct InitializeElementStatus : IScsiCommand<InitializeElementStatus>
{
    internal static ReadOnlySpan<byte> UsageData => [0x07, 0, 0, 0, 0, 0];

    public static string Name => "INITIALIZE ELEMENT STATUS";
    public static byte OperationCode => 0x07;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out InitializeElementStatus command, out BitField invalid)
    {
        command = default;
        return CdbCheck.Passes(cdb, UsageData, out invalid);
    }

    public override string ToString() => Name;
}
