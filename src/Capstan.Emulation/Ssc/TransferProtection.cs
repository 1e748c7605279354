using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>
/// Logical block protection as the drive does it (SSC-4 4.2.27): a block that comes is taken when it fits its checksum, one that goes gets
/// one. The tape holds no checksums of this kind: the cartridge file has its own, and a block is proven by that before it gets a new one.
/// </summary>
internal static class TransferProtection
{
    /// <summary>The methods that a drive of a generation takes: Reed-Solomon from LTO-5 on, CRC32C from LTO-7 on.</summary>
    internal static bool Takes(int generation, ProtectionMethod method) => method switch
    {
        ProtectionMethod.None => true,
        ProtectionMethod.ReedSolomon => generation >= 5,
        ProtectionMethod.Crc32C => generation >= 7,
        _ => false,
    };

    /// <summary>What blocks that are written carry.</summary>
    internal static ProtectionMethod OfWrites(TapeDriveUnit unit) =>
        unit.Modes.Protection.Value is { ProtectsWrites: true, Method: var method } ? method : ProtectionMethod.None;

    /// <summary>What blocks that are read carry.</summary>
    internal static ProtectionMethod OfReads(TapeDriveUnit unit) =>
        unit.Modes.Protection.Value is { ProtectsReads: true, Method: var method } ? method : ProtectionMethod.None;

    /// <summary>Bytes that travel behind each block.</summary>
    internal static int TailBytes(ProtectionMethod method) => method == ProtectionMethod.None ? 0 : BlockProtection.Length;

    /// <summary>Puts the checksum behind a block, as much of it as there is room for.</summary>
    /// <param name="method">Not None.</param>
    /// <param name="space">The block, whole, and what is left of the transfer.</param>
    /// <param name="lengthBytes">Of the block.</param>
    internal static void Append(ProtectionMethod method, Span<byte> space, int lengthBytes)
    {
        Span<byte> information = stackalloc byte[BlockProtection.Length];
        BlockProtection.Write(method, space[..lengthBytes], information);
        Span<byte> room = space[lengthBytes..];
        information[..Math.Min(room.Length, information.Length)].CopyTo(room);
    }

    /// <summary>A block came that does not fit its checksum: it is not taken, and the tape stays where it is.</summary>
    internal static SenseData Failure(long residue) => new()
    {
        Key = SenseKey.HardwareError,
        Code = SenseCode.LogicalBlockGuardCheckFailed,
        Information = residue,
    };
}
