namespace Capstan.Scsi;

/// <summary>
/// INITIALIZE ELEMENT STATUS WITH RANGE as Exabyte, Quantum and Dell have it, under a vendor's operation code (Quantum Scalar
/// Intelligent Libraries SCSI Reference Guide; Exabyte Magnum 1x7 SCSI reference, chapter 5).
/// </summary>
/// <param name="Range">RANGE and its fields: which elements to look into; null for all.</param>
/// <param name="NoBarCodeLabels">NBL: do not read labels, and forget those that were read.</param>
// byte 0    OPERATION CODE E7h
// byte 1    0 RANGE
// byte 2-3  STARTING ELEMENT ADDRESS, ignored without RANGE
// byte 6-7  NUMBER OF ELEMENTS, ignored without RANGE
// byte 9    7 NBL, in what is otherwise CONTROL
public readonly record struct InitializeElementStatusWithRangeE7h(ElementRange? Range, bool NoBarCodeLabels = false)
    : IScsiCommand<InitializeElementStatusWithRangeE7h>
{
    public static readonly BitField RangeField = BitField.Bit(1, 0);
    public static readonly BitField StartingElementAddressField = BitField.WholeByte(2);
    public static readonly BitField NumberOfElementsField = BitField.WholeByte(6);
    public static readonly BitField NoBarCodeLabelsField = BitField.Bit(9, 7);

    internal static ReadOnlySpan<byte> UsageData => [0xE7, 0x01, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0x80];

    public static string Name => "INITIALIZE ELEMENT STATUS WITH RANGE (E7h)";
    public static byte OperationCode => 0xE7;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        InitializeElementStatusWithRange.EncodeRange(cdb, Range);
        NoBarCodeLabelsField.Set(cdb, NoBarCodeLabels);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out InitializeElementStatusWithRangeE7h command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(InitializeElementStatusWithRange.DecodeRange(cdb), NoBarCodeLabelsField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} {(Range is { } range ? $"elements {range}" : "all elements")}{(NoBarCodeLabels ? " no labels" : "")}";
}
