using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// The protection information of one logical block (SSC-5, logical block protection): four bytes behind the block, in the same transfer.
/// </summary>
public static class BlockProtection
{
    /// <summary>Of the protection information, in bytes; the same for both methods.</summary>
    public const int Length = 4;

    /// <summary>Whether this is a method that has a checksum.</summary>
    public static bool IsKnown(ProtectionMethod method) => method is ProtectionMethod.ReedSolomon or ProtectionMethod.Crc32C;

    /// <summary>Computes the information of a block into the four bytes behind it.</summary>
    /// <param name="method">Not <see cref="ProtectionMethod.None"/>.</param>
    /// <param name="blockAndInformation">The block, and <see cref="Length"/> bytes of room.</param>
    public static void Write(ProtectionMethod method, Span<byte> blockAndInformation)
    {
        int length = blockAndInformation.Length - Length;
        Write(method, blockAndInformation[..length], blockAndInformation[length..]);
    }

    /// <summary>Computes the information of a block.</summary>
    /// <param name="method">Not <see cref="ProtectionMethod.None"/>.</param>
    /// <param name="information"><see cref="Length"/> bytes.</param>
    public static void Write(ProtectionMethod method, ReadOnlySpan<byte> block, Span<byte> information)
    {
        // The register of a reflected CRC goes out with its low byte first, as in iSCSI (RFC 7143 13.1); that of the Reed-Solomon CRC
        // with the highest power first.
        if (method == ProtectionMethod.Crc32C)
            BinaryPrimitives.WriteUInt32LittleEndian(information, Castagnoli.Of(block));
        else if (method == ProtectionMethod.ReedSolomon)
            BinaryPrimitives.WriteUInt32BigEndian(information, ReedSolomonCrc.Of(block));
        else
            throw new ArgumentOutOfRangeException(nameof(method), method, "There is no checksum of that name.");
    }

    /// <summary>Whether the last four bytes are the information of those before them. False for fewer than five bytes: a block has one at least.</summary>
    public static bool Matches(ProtectionMethod method, ReadOnlySpan<byte> blockAndInformation)
    {
        int length = blockAndInformation.Length - Length;
        if (length < 1)
            return false;
        ReadOnlySpan<byte> block = blockAndInformation[..length];
        return method switch
        {
            ProtectionMethod.Crc32C => BinaryPrimitives.ReadUInt32LittleEndian(blockAndInformation[length..]) == Castagnoli.Of(block),
            ProtectionMethod.ReedSolomon => BinaryPrimitives.ReadUInt32BigEndian(blockAndInformation[length..]) == ReedSolomonCrc.Of(block),
            _ => false,
        };
    }
}
