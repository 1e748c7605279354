using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>CODE SET of a designator (SPC-4 7.8.6.1).</summary>
public enum DesignatorCodeSet : byte
{
    Binary = 1,
    Ascii = 2,
    Utf8 = 3,
}

/// <summary>ASSOCIATION of a designator: what it names.</summary>
public enum DesignatorAssociation : byte
{
    LogicalUnit = 0,
    TargetPort = 1,
    TargetDevice = 2,
}

/// <summary>DESIGNATOR TYPE (SPC-4 7.8.6.1).</summary>
public enum DesignatorType : byte
{
    VendorSpecific = 0,
    T10VendorId = 1,
    Eui64 = 2,
    Naa = 3,
    RelativeTargetPort = 4,
    TargetPortGroup = 5,
    LogicalUnitGroup = 6,
    Md5LogicalUnit = 7,
    ScsiNameString = 8,
}

/// <summary>One designation descriptor.</summary>
/// <param name="Association">What is named.</param>
/// <param name="Type">How it is named.</param>
/// <param name="CodeSet">How the bytes are to be read.</param>
/// <param name="Value">DESIGNATOR, at most 255 bytes.</param>
/// <param name="Protocol">PROTOCOL IDENTIFIER with PIV=1 (6 is SAS, 0 is Fibre Channel), else null.</param>
// byte 0    7:4 PROTOCOL IDENTIFIER   3:0 CODE SET
// byte 1    7 PIV   5:4 ASSOCIATION   3:0 DESIGNATOR TYPE
// byte 3    DESIGNATOR LENGTH
// byte 4-n  DESIGNATOR
public readonly record struct Designator(
    DesignatorAssociation Association, DesignatorType Type, DesignatorCodeSet CodeSet, ImmutableArray<byte> Value, byte? Protocol = null)
{
    internal const int HeaderLength = 4;

    private static readonly BitField ProtocolField = new(Byte: 0, High: 7, Low: 4);
    private static readonly BitField CodeSetField = new(Byte: 0, High: 3, Low: 0);
    private static readonly BitField PivField = BitField.Bit(1, 7);
    private static readonly BitField AssociationField = new(Byte: 1, High: 5, Low: 4);
    private static readonly BitField TypeField = new(Byte: 1, High: 3, Low: 0);

    internal static Designator Read(ReadOnlySpan<byte> data) => new(
        (DesignatorAssociation)AssociationField.Get(data),
        (DesignatorType)TypeField.Get(data),
        (DesignatorCodeSet)CodeSetField.Get(data),
        [.. data.Slice(HeaderLength, data[3])],
        PivField.IsSet(data) ? (byte)ProtocolField.Get(data) : null);

    internal int Write(Span<byte> data)
    {
        data[..HeaderLength].Clear();
        ProtocolField.Set(data, Protocol.GetValueOrDefault());
        CodeSetField.Set(data, (int)CodeSet);
        PivField.Set(data, Protocol.HasValue);
        AssociationField.Set(data, (int)Association);
        TypeField.Set(data, (int)Type);
        data[3] = checked((byte)Value.Length);
        Value.AsSpan().CopyTo(data[HeaderLength..]);
        return HeaderLength + Value.Length;
    }

    /// <summary>Text designators as text, others in hex.</summary>
    public override string ToString() => CodeSet switch
    {
        DesignatorCodeSet.Ascii => AsciiField.Read(Value.AsSpan()),
        // SCSI name strings: iSCSI names, and naa. and eui. of SAS ports.
        DesignatorCodeSet.Utf8 => AttributeText.Decode(Value.AsSpan(), AttributeText.Utf8Code),
        _ => Convert.ToHexStringLower(Value.AsSpan()),
    };
}

/// <summary>VPD page 83h (SPC-4 7.8.6).</summary>
/// <param name="Peripheral">Byte 0.</param>
/// <param name="Designators">As many as are there whole.</param>
public readonly record struct DeviceIdentification(Peripheral Peripheral, ImmutableArray<Designator> Designators)
{
    /// <summary>Reads the page; false when it is another page or shorter than its header. A designator cut off at the end is left out.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out DeviceIdentification page)
    {
        page = new(default, []);
        if (!VpdPage.TryOpen(data, VpdPage.DeviceIdentification, out Peripheral peripheral, out ReadOnlySpan<byte> body)) return false;

        ImmutableArray<Designator>.Builder designators = ImmutableArray.CreateBuilder<Designator>();
        while (body.Length >= Designator.HeaderLength && body.Length >= Designator.HeaderLength + body[3])
        {
            designators.Add(Designator.Read(body));
            body = body[(Designator.HeaderLength + body[3])..];
        }

        page = new(peripheral, designators.ToImmutable());
        return true;
    }

    /// <summary>Writes the page and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        int offset = VpdPage.HeaderLength;
        foreach (Designator designator in Designators) offset += designator.Write(data[offset..]);
        return VpdPage.WriteHeader(data, VpdPage.DeviceIdentification, Peripheral, offset - VpdPage.HeaderLength);
    }
}
