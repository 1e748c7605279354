using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Ssc;

/// <summary>The compression of a drive: DCE of the data compression page (0Fh) says whether blocks go through it on their way to the tape.</summary>
internal sealed class DriveCompression
{
    private byte[] _packed = [];

    /// <summary>Whether the drive has it; else DCE is a setting without effect.</summary>
    internal bool IsBuiltIn { get; init; }

    /// <summary>Compresses a block; empty when it is stored as it is, because it does not get shorter.</summary>
    /// <returns>Valid until the next call.</returns>
    internal ReadOnlySpan<byte> Pack(ReadOnlySpan<byte> block)
    {
        if (_packed.Length < block.Length)
            _packed = GC.AllocateUninitializedArray<byte>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)block.Length));
        return _packed.AsSpan(0, BlockCompression.TryPack(block, _packed.AsSpan(0, block.Length)));
    }
}
