using System.Collections.Immutable;
using System.Text;

namespace Capstan.Scsi;

/// <summary>
/// Identifier of the device in an element: what DVCID asks for (SMC-3 6.11). The codes are those of VPD page 83h. With it a drive that
/// the host sees is found in the library.
/// </summary>
/// <param name="CodeSet">CODE SET.</param>
/// <param name="Type">
/// IDENTIFIER TYPE: 0 vendor specific, in libraries of Oracle, IBM and Quantum (SuperLoader 3) the serial number alone; 1 vendor (8 bytes), product (16) and serial number.
/// </param>
/// <param name="Value">IDENTIFIER, 1 to 255 bytes.</param>
// byte 0    3:0 CODE SET
// byte 1    3:0 IDENTIFIER TYPE
// byte 3    IDENTIFIER LENGTH
// byte 4-n  IDENTIFIER
public readonly record struct ElementDeviceIdentifier(DesignatorCodeSet CodeSet, DesignatorType Type, ImmutableArray<byte> Value)
{
    /// <summary>Bytes before the identifier itself. They are there with IDENTIFIER LENGTH 0 also in most answers without DVCID.</summary>
    public const int HeaderLength = 4;

    /// <summary>Of an identifier with vendor, product and a serial number of ten characters, in bytes.</summary>
    public const int DeviceLength = VendorLength + ProductLength + 10;

    private const int VendorLength = 8;
    private const int ProductLength = 16;

    internal static readonly BitField CodeSetField = new(Byte: 0, High: 3, Low: 0);
    internal static readonly BitField TypeField = new(Byte: 1, High: 3, Low: 0);
    internal const int LengthByte = 3;

    /// <summary>Identifier type 0: the serial number alone.</summary>
    /// <exception cref="ArgumentException">Not ASCII.</exception>
    public static ElementDeviceIdentifier OfSerialNumber(string serialNumber)
    {
        ArgumentException.ThrowIfNullOrEmpty(serialNumber);
        var value = new byte[serialNumber.Length];
        AsciiField.Write(value, serialNumber);
        return new(DesignatorCodeSet.Ascii, DesignatorType.VendorSpecific, [.. value]);
    }

    /// <summary>Identifier type 1: 34 bytes, or more when the serial number is longer than ten characters.</summary>
    /// <exception cref="ArgumentException">Not ASCII, or longer than 8 and 16 characters.</exception>
    public static ElementDeviceIdentifier OfDevice(string vendor, string product, string serialNumber)
    {
        ArgumentNullException.ThrowIfNull(serialNumber);
        var value = new byte[Math.Max(DeviceLength, VendorLength + ProductLength + serialNumber.Length)];
        AsciiField.Write(value.AsSpan(0, VendorLength), vendor);
        AsciiField.Write(value.AsSpan(VendorLength, ProductLength), product);
        AsciiField.Write(value.AsSpan(VendorLength + ProductLength), serialNumber);
        return new(DesignatorCodeSet.Ascii, DesignatorType.T10VendorId, [.. value]);
    }

    /// <summary>Vendor of the device as in its INQUIRY data, or null when the identifier does not tell.</summary>
    public string? Vendor => View.Vendor;

    /// <summary>Product of the device as in its INQUIRY data, or null.</summary>
    public string? Product => View.Product;

    /// <summary>Serial number of the device without padding, or null.</summary>
    public string? SerialNumber => View.SerialNumber;

    private ElementDeviceIdentifierView View => new(CodeSet, Type, Value.IsDefault ? default : Value.AsSpan());

    public bool Equals(ElementDeviceIdentifier other) => CodeSet == other.CodeSet && Type == other.Type && View.Value.SequenceEqual(other.View.Value);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(CodeSet);
        hash.Add(Type);
        hash.AddBytes(View.Value);
        return hash.ToHashCode();
    }

    public override string ToString() => View.ToString();

    /// <summary>Writes header and identifier and pads text with spaces to a number of bytes.</summary>
    internal void WriteTo(Span<byte> data)
    {
        CodeSetField.Set(data, (int)CodeSet);
        TypeField.Set(data, (int)Type);
        data[LengthByte] = checked((byte)Value.Length);
        Span<byte> field = data[HeaderLength..];
        if (CodeSet == DesignatorCodeSet.Ascii) field.Fill((byte)' ');
        Value.AsSpan().CopyTo(field);
    }

    internal static string? TextAt(ReadOnlySpan<byte> value, int offset, int length)
    {
        if (value.Length < offset) return null;

        string text = AsciiField.Read(value.Slice(offset, Math.Min(length, value.Length - offset))).Trim(' ');
        return text.Length == 0 ? null : text;
    }

    internal static string? VendorIn(ReadOnlySpan<byte> value) => TextAt(value, 0, VendorLength);

    internal static string? ProductIn(ReadOnlySpan<byte> value) => TextAt(value, VendorLength, ProductLength);

    internal static string? SerialNumberIn(ReadOnlySpan<byte> value) => TextAt(value, VendorLength + ProductLength, value.Length);
}

/// <summary>Identifier of the device in an element, in place.</summary>
public readonly ref struct ElementDeviceIdentifierView
{
    internal ElementDeviceIdentifierView(DesignatorCodeSet codeSet, DesignatorType type, ReadOnlySpan<byte> value)
    {
        CodeSet = codeSet;
        Type = type;
        Value = value;
    }

    /// <summary>CODE SET, 0 to 15.</summary>
    public DesignatorCodeSet CodeSet { get; }

    /// <summary>IDENTIFIER TYPE, 0 to 15.</summary>
    public DesignatorType Type { get; }

    /// <summary>IDENTIFIER, as many bytes as IDENTIFIER LENGTH says and the descriptor has; empty when the element has none.</summary>
    public ReadOnlySpan<byte> Value { get; }

    /// <inheritdoc cref="ElementDeviceIdentifier.Vendor"/>
    public string? Vendor => IsDevice ? ElementDeviceIdentifier.VendorIn(Value) : null;

    /// <inheritdoc cref="ElementDeviceIdentifier.Product"/>
    public string? Product => IsDevice ? ElementDeviceIdentifier.ProductIn(Value) : null;

    /// <inheritdoc cref="ElementDeviceIdentifier.SerialNumber"/>
    public string? SerialNumber =>
        IsDevice ? ElementDeviceIdentifier.SerialNumberIn(Value)
        : CodeSet == DesignatorCodeSet.Ascii && Type == DesignatorType.VendorSpecific ? ElementDeviceIdentifier.TextAt(Value, 0, Value.Length)
        : null;

    private bool IsDevice => CodeSet == DesignatorCodeSet.Ascii && Type == DesignatorType.T10VendorId;

    /// <summary>As a value, or null when there is none.</summary>
    public ElementDeviceIdentifier? ToIdentifier() => Value.IsEmpty ? null : new(CodeSet, Type, [.. Value]);

    /// <summary>ASCII as text, others in hex.</summary>
    public override string ToString() => CodeSet == DesignatorCodeSet.Ascii ? AsciiField.Read(Value) : Convert.ToHexStringLower(Value);
}
