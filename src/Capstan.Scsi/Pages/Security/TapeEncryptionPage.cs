using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>What all pages of the tape data encryption protocol share (SSC-4 8.5): their codes and their header.</summary>
// byte 0-1  PAGE CODE
// byte 2-3  PAGE LENGTH: bytes that follow
public static class TapeEncryptionPage
{
    /// <summary>In bytes.</summary>
    public const int HeaderLength = 4;

    public const ushort InSupport = 0x0000;
    public const ushort OutSupport = 0x0001;
    public const ushort Capabilities = 0x0010;
    public const ushort KeyFormats = 0x0011;
    public const ushort ManagementCapabilities = 0x0012;
    public const ushort Status = 0x0020;
    public const ushort NextBlockStatus = 0x0021;
    public const ushort RandomNumber = 0x0030;

    /// <summary>The one page of SECURITY PROTOCOL OUT that every drive has.</summary>
    public const ushort SetDataEncryption = 0x0010;

    /// <summary>Length of the random number, in bytes (SSC-4 8.5.2.10).</summary>
    public const int RandomNumberLength = 32;

    /// <summary>What follows the header, as far as PAGE LENGTH and the buffer reach; false when it is another page or has no whole header.</summary>
    internal static bool TryOpen(ReadOnlySpan<byte> data, ushort code, out ReadOnlySpan<byte> body)
    {
        body = default;
        if (data.Length < HeaderLength || BinaryPrimitives.ReadUInt16BigEndian(data) != code) return false;

        body = data[HeaderLength..];
        body = body[..Math.Min(body.Length, BinaryPrimitives.ReadUInt16BigEndian(data[2..]))];
        return true;
    }

    /// <summary>Writes the header and returns the length of the whole page.</summary>
    internal static int Finish(Span<byte> data, ushort code, int length)
    {
        BinaryPrimitives.WriteUInt16BigEndian(data, code);
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], (ushort)(length - HeaderLength));
        return length;
    }

    /// <summary>Reads a list of page codes: pages 0000h and 0001h.</summary>
    public static bool TryReadCodes(ReadOnlySpan<byte> data, ushort code, out ImmutableArray<ushort> codes)
    {
        codes = [];
        if (!TryOpen(data, code, out ReadOnlySpan<byte> body)) return false;

        ImmutableArray<ushort>.Builder builder = ImmutableArray.CreateBuilder<ushort>(body.Length / 2);
        for (; body.Length >= 2; body = body[2..]) builder.Add(BinaryPrimitives.ReadUInt16BigEndian(body));
        codes = builder.MoveToImmutable();
        return true;
    }

    /// <summary>Writes a list of page codes and returns its length in bytes.</summary>
    public static int WriteCodes(Span<byte> data, ushort code, ReadOnlySpan<ushort> codes)
    {
        for (int i = 0; i < codes.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(data[(HeaderLength + 2 * i)..], codes[i]);
        return Finish(data, code, HeaderLength + 2 * codes.Length);
    }

    /// <summary>Reads page 0011h: key formats, 00h being the key itself.</summary>
    public static bool TryReadKeyFormats(ReadOnlySpan<byte> data, out ImmutableArray<byte> formats)
    {
        bool isPage = TryOpen(data, KeyFormats, out ReadOnlySpan<byte> body);
        formats = [.. body];
        return isPage;
    }

    /// <summary>Writes page 0011h and returns its length in bytes.</summary>
    public static int WriteKeyFormats(Span<byte> data, ReadOnlySpan<byte> formats)
    {
        formats.CopyTo(data[HeaderLength..]);
        return Finish(data, KeyFormats, HeaderLength + formats.Length);
    }

    /// <summary>Writes page 0030h and returns its length in bytes.</summary>
    /// <param name="random">32 bytes.</param>
    public static int WriteRandomNumber(Span<byte> data, ReadOnlySpan<byte> random)
    {
        random[..RandomNumberLength].CopyTo(data[HeaderLength..]);
        return Finish(data, RandomNumber, HeaderLength + RandomNumberLength);
    }
}
