using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>One hand.</summary>
/// <param name="Rotates">ROTATE: it can turn two-sided media over.</param>
/// <param name="Member">MEMBER NUMBER IN TRANSPORT ELEMENT SET: 0 for the first of the hands that move together.</param>
// byte 0    0 ROTATE
// byte 1    MEMBER NUMBER IN TRANSPORT ELEMENT SET
public readonly record struct TransportGeometryDescriptor(bool Rotates, byte Member);

/// <summary>Transport Geometry Parameters mode page of a changer (SMC-3). A descriptor for each hand, so that its length differs from changer to changer.</summary>
/// <param name="Transports">In the order of the element addresses, up to 126.</param>
/// <param name="ParametersSaveable">PS.</param>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (1Eh)
// byte 1    PAGE LENGTH
// byte 2-n  descriptors, two bytes each
public readonly record struct TransportGeometry(ImmutableArray<TransportGeometryDescriptor> Transports, bool ParametersSaveable = false)
    : IModePage<TransportGeometry>
{
    private const int DescriptorLength = 2;
    private static readonly BitField RotateField = BitField.Bit(0, 0);

    public static byte PageCode => 0x1E;

    /// <summary>Of the shortest, without any hand, in bytes; <see cref="EncodedLength"/> is that of this one.</summary>
    public static int Length => ModePageHeader.Length;

    /// <summary>In bytes.</summary>
    public int EncodedLength => ModePageHeader.Length + (DescriptorLength * (Transports.IsDefault ? 0 : Transports.Length));

    public static bool TryDecode(ReadOnlySpan<byte> data, out TransportGeometry page)
    {
        page = new([]);
        if (!ModePageHeader.Matches(data, PageCode, Length)) return false;

        ReadOnlySpan<byte> body = data[ModePageHeader.Length..];
        if (body.Length < data[1]) return false;

        ImmutableArray<TransportGeometryDescriptor>.Builder transports = ImmutableArray.CreateBuilder<TransportGeometryDescriptor>(data[1] / DescriptorLength);
        for (body = body[..data[1]]; body.Length >= DescriptorLength; body = body[DescriptorLength..]) transports.Add(new(RotateField.IsSet(body), body[1]));
        page = new(transports.MoveToImmutable(), ModePage.PsField.IsSet(data));
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, EncodedLength, ParametersSaveable);
        int offset = ModePageHeader.Length;
        foreach (TransportGeometryDescriptor transport in Transports.IsDefault ? [] : Transports)
        {
            RotateField.Set(data[offset..], transport.Rotates);
            data[offset + 1] = transport.Member;
            offset += DescriptorLength;
        }

        return offset;
    }
}
