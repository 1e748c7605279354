using System.Collections.Immutable;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>Saved data encryption parameters (SSC-4 4.2.22.8): what one Set Data Encryption page left in the drive.</summary>
internal sealed class EncryptionParameters : IDisposable
{
    internal EncryptionScope Scope { get; init; }

    internal EncryptionMode Encryption { get; init; }

    internal DecryptionMode Decryption { get; init; }

    internal byte ExternalModeCheck { get; init; }

    internal byte RawMode { get; init; }

    internal bool ClearOnDemount { get; init; }

    internal bool ClearOnPreempt { get; init; }

    internal bool ClearOnReservationLoss { get; init; }

    internal byte KadFormat { get; init; }

    /// <summary>Key-associated data descriptors as they are stored with each block.</summary>
    internal byte[] Descriptors { get; init; } = [];

    internal uint KeyInstance { get; init; }

    /// <summary>The key; null where the modes need none.</summary>
    internal BlockCipher? Cipher { get; init; }

    /// <summary>Blocks that are written are marked: RDMC 0 leaves it to the algorithm, which marks them (RDMC_C 4h).</summary>
    internal bool IsRawReadDisabled => RawMode != 2;

    /// <summary>The descriptors as a status page tells them.</summary>
    internal ImmutableArray<KeyAssociatedData> Kads => DescriptorsOf(Descriptors);

    internal static ImmutableArray<KeyAssociatedData> DescriptorsOf(ReadOnlySpan<byte> descriptors)
    {
        KeyAssociatedData.TryReadAll(descriptors, out ImmutableArray<KeyAssociatedData> list);
        // "Not attempted": what LTO drives answer for a key that was just set, and for a block that was not read yet.
        return [.. list.Select(kad => kad with { Authentication = 1 })];
    }

    public void Dispose() => Cipher?.Dispose();
}
