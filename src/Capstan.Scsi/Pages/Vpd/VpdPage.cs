using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>The header that every vital product data page has (SPC-4 7.8.1), and the page codes in use here.</summary>
// byte 0    7:5 PERIPHERAL QUALIFIER   4:0 PERIPHERAL DEVICE TYPE
// byte 1    PAGE CODE
// byte 2-3  PAGE LENGTH
public static class VpdPage
{
    public const byte SupportedPages = 0x00;
    public const byte UnitSerialNumber = 0x80;
    public const byte DeviceIdentification = 0x83;
    public const byte SequentialAccessCapabilities = 0xB0;

    /// <summary>In bytes.</summary>
    public const int HeaderLength = 4;

    /// <summary>Opens a page: false unless it is the one that was asked for; the body ends where PAGE LENGTH or the buffer does.</summary>
    internal static bool TryOpen(ReadOnlySpan<byte> data, byte pageCode, out Peripheral peripheral, out ReadOnlySpan<byte> body)
    {
        peripheral = default;
        body = default;
        if (data.Length < HeaderLength || data[1] != pageCode) return false;

        peripheral = Peripheral.Read(data);
        body = data[HeaderLength..];
        body = body[..Math.Min(body.Length, BinaryPrimitives.ReadUInt16BigEndian(data[2..]))];
        return true;
    }

    /// <summary>Writes the header, returns the whole page's length.</summary>
    internal static int WriteHeader(Span<byte> data, byte pageCode, Peripheral peripheral, int bodyLength)
    {
        data[0] = 0;
        peripheral.Write(data);
        data[1] = pageCode;
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], checked((ushort)bodyLength));
        return HeaderLength + bodyLength;
    }
}
