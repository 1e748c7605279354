namespace Capstan.Scsi;

/// <summary>REQUEST SENSE (SPC-4 6.39).</summary>
/// <param name="DescriptorFormat">DESC: descriptor instead of fixed format sense.</param>
/// <param name="AllocationLength">Bytes the answer may take, 0 to 255.</param>
// byte 0    OPERATION CODE 03h
// byte 1    0 DESC
// byte 4    ALLOCATION LENGTH
// byte 5    CONTROL
public readonly record struct RequestSense(bool DescriptorFormat, byte AllocationLength) : IScsiCommand<RequestSense>
{
    public static readonly BitField DescField = BitField.Bit(1, 0);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(4);

    internal static ReadOnlySpan<byte> UsageData => [0x03, 0x01, 0, 0, 0xFF, 0];

    public static string Name => "REQUEST SENSE";
    public static byte OperationCode => 0x03;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        DescField.Set(cdb, DescriptorFormat);
        AllocationLengthField.Set(cdb, AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out RequestSense command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(DescField.IsSet(cdb), cdb[4]);
        return true;
    }

    public override string ToString() => $"{Name}{(DescriptorFormat ? " descriptor" : "")} alloc {AllocationLength}";
}
