namespace Capstan.Scsi;

/// <summary>READ BLOCK LIMITS (SSC-4 7.6); answered with <see cref="BlockLimits"/>.</summary>
/// <param name="MaximumLogicalObjectId">MLOI: the largest object identifier instead of the block lengths.</param>
// byte 0    OPERATION CODE 05h
// byte 1    0 MLOI
// byte 5    CONTROL
public readonly record struct ReadBlockLimits(bool MaximumLogicalObjectId = false) : IScsiCommand<ReadBlockLimits>
{
    public static readonly BitField MloiField = BitField.Bit(1, 0);

    internal static ReadOnlySpan<byte> UsageData => [0x05, 0x01, 0, 0, 0, 0];

    public static string Name => "READ BLOCK LIMITS";
    public static byte OperationCode => 0x05;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb) => MloiField.Set(cdb, MaximumLogicalObjectId);

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReadBlockLimits command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(MloiField.IsSet(cdb));
        return true;
    }

    public override string ToString() => $"{Name}{(MaximumLogicalObjectId ? " mloi" : "")}";
}
