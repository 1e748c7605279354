using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>INITIALIZE ELEMENT STATUS WITH RANGE (SMC-3).</summary>
/// <param name="Range">RANGE and its fields: which elements to look into; null for all.</param>
/// <param name="Fast">FAST: only whether there is a cartridge, without reading labels.</param>
// byte 0    OPERATION CODE 37h
// byte 1    1 FAST   0 RANGE
// byte 2-3  STARTING ELEMENT ADDRESS, ignored without RANGE
// byte 6-7  NUMBER OF ELEMENTS, ignored without RANGE
// byte 9    CONTROL
public readonly record struct InitializeElementStatusWithRange(ElementRange? Range, bool Fast = false) : IScsiCommand<InitializeElementStatusWithRange>
{
    public static readonly BitField FastField = BitField.Bit(1, 1);
    public static readonly BitField RangeField = BitField.Bit(1, 0);
    public static readonly BitField StartingElementAddressField = BitField.WholeByte(2);
    public static readonly BitField NumberOfElementsField = BitField.WholeByte(6);

    internal static ReadOnlySpan<byte> UsageData => [0x37, 0x03, 0xFF, 0xFF, 0, 0, 0xFF, 0xFF, 0, 0];

    public static string Name => "INITIALIZE ELEMENT STATUS WITH RANGE";
    public static byte OperationCode => 0x37;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        FastField.Set(cdb, Fast);
        EncodeRange(cdb, Range);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out InitializeElementStatusWithRange command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(DecodeRange(cdb), FastField.IsSet(cdb));
        return true;
    }

    public override string ToString() => $"{Name} {(Range is { } range ? $"elements {range}" : "all elements")}{(Fast ? " fast" : "")}";

    internal static void EncodeRange(Span<byte> cdb, ElementRange? range)
    {
        RangeField.Set(cdb, range.HasValue);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[2..], range.GetValueOrDefault().First);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[6..], range.GetValueOrDefault().Count);
    }

    internal static ElementRange? DecodeRange(ReadOnlySpan<byte> cdb) =>
        RangeField.IsSet(cdb) ? new(BinaryPrimitives.ReadUInt16BigEndian(cdb[2..]), BinaryPrimitives.ReadUInt16BigEndian(cdb[6..])) : null;
}
