namespace Capstan.Scsi;

/// <summary>MODE SENSE(6) (SPC-4 6.11).</summary>
/// <param name="Page">PAGE CODE, 0 to 3Fh; 3Fh asks for all pages.</param>
/// <param name="Subpage">SUBPAGE CODE; FFh asks for all subpages.</param>
/// <param name="DisableBlockDescriptors">DBD: leave the block descriptor out.</param>
/// <param name="Control">PC: current, changeable, default or saved values.</param>
/// <param name="AllocationLength">Bytes the answer may take, 0 to 255.</param>
// byte 0    OPERATION CODE 1Ah
// byte 1    3 DBD
// byte 2    7:6 PC   5:0 PAGE CODE
// byte 3    SUBPAGE CODE
// byte 4    ALLOCATION LENGTH
// byte 5    CONTROL
public readonly record struct ModeSense6(byte Page, byte Subpage, bool DisableBlockDescriptors, PageControl Control, byte AllocationLength)
    : IScsiCommand<ModeSense6>
{
    public static readonly BitField DbdField = BitField.Bit(1, 3);
    public static readonly BitField PcField = new(Byte: 2, High: 7, Low: 6);
    public static readonly BitField PageCodeField = new(Byte: 2, High: 5, Low: 0);
    public static readonly BitField SubpageCodeField = BitField.WholeByte(3);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(4);

    internal static ReadOnlySpan<byte> UsageData => [0x1A, 0x08, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "MODE SENSE(6)";
    public static byte OperationCode => 0x1A;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        DbdField.Set(cdb, DisableBlockDescriptors);
        PcField.Set(cdb, (int)Control);
        PageCodeField.Set(cdb, Page);
        cdb[3] = Subpage;
        cdb[4] = AllocationLength;
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ModeSense6 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new((byte)PageCodeField.Get(cdb), cdb[3], DbdField.IsSet(cdb), (PageControl)PcField.Get(cdb), cdb[4]);
        return true;
    }

    public override string ToString() =>
        $"{Name} page {Page:X2}h/{Subpage:X2}h {Control.ToString().ToLowerInvariant()}{(DisableBlockDescriptors ? " dbd" : "")} alloc {AllocationLength}";
}
