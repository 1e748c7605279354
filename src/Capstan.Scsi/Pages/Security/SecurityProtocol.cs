using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>SECURITY PROTOCOL (SPC-4 table 245).</summary>
public enum SecurityProtocol : byte
{
    /// <summary>Which protocols there are.</summary>
    Information = 0x00,

    /// <summary>Tape data encryption (SSC-4 8.5).</summary>
    TapeDataEncryption = 0x20,
}

/// <summary>Supported security protocols list (SPC-4 7.7.1.3): protocol 00h, SECURITY PROTOCOL SPECIFIC 0000h.</summary>
/// <param name="Protocols">In ascending order, beginning with 00h.</param>
// byte 6-7  SUPPORTED SECURITY PROTOCOL LIST LENGTH
// byte 8-n  security protocols, one byte each
public readonly record struct SupportedSecurityProtocols(ImmutableArray<SecurityProtocol> Protocols)
{
    /// <summary>SECURITY PROTOCOL SPECIFIC of the list.</summary>
    public const ushort Specific = 0x0000;

    /// <summary>SECURITY PROTOCOL SPECIFIC of certificate data, of which tape drives have none.</summary>
    public const ushort CertificateSpecific = 0x0001;

    private const int HeaderLength = 8;

    /// <summary>Reads the list; false when its header is not there whole.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out SupportedSecurityProtocols list)
    {
        list = new([]);
        if (data.Length < HeaderLength) return false;

        int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(data[6..]), data.Length - HeaderLength);
        ImmutableArray<SecurityProtocol>.Builder protocols = ImmutableArray.CreateBuilder<SecurityProtocol>(length);
        foreach (byte protocol in data.Slice(HeaderLength, length)) protocols.Add((SecurityProtocol)protocol);
        list = new(protocols.MoveToImmutable());
        return true;
    }

    /// <summary>Writes the list and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        data[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(data[6..], (ushort)Protocols.Length);
        for (int i = 0; i < Protocols.Length; i++) data[HeaderLength + i] = (byte)Protocols[i];
        return HeaderLength + Protocols.Length;
    }
}
