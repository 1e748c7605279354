using System.Buffers.Binary;
using System.Collections.Immutable;
using Capstan.Scsi;

namespace Capstan.Drive;

/// <summary>What a drive does with blocks that are written (ENCRYPTION MODE).</summary>
public enum EncryptionOfWrites
{
    Off = EncryptionMode.Disable,

    /// <summary>They come encrypted.</summary>
    External = EncryptionMode.External,
    On = EncryptionMode.Encrypt,
}

/// <summary>What a drive does with blocks that are read (DECRYPTION MODE).</summary>
public enum EncryptionOfReads
{
    /// <summary>Only what is in clear is read.</summary>
    Off = DecryptionMode.Disable,

    /// <summary>Encrypted blocks are read as they are.</summary>
    Raw = DecryptionMode.Raw,

    /// <summary>Only what the key decrypts is read.</summary>
    On = DecryptionMode.Decrypt,

    /// <summary>What the key decrypts is read, and what is in clear.</summary>
    Mixed = DecryptionMode.Mixed,
}

/// <summary>For whom settings are (SCOPE).</summary>
public enum EncryptionAudience
{
    /// <summary>None of one's own: those for all.</summary>
    Public = EncryptionScope.Public,

    /// <summary>This path from host to drive.</summary>
    Local = EncryptionScope.Local,
    All = EncryptionScope.AllNexuses,
}

/// <summary>What a block is to the drive's encryption.</summary>
public enum BlockState
{
    Unknown,
    Filemark,
    InClear,

    /// <summary>Encrypted, and the drive has its key.</summary>
    Encrypted,

    /// <summary>Encrypted, and the drive has not its key, or does not decrypt.</summary>
    WithoutKey,
    UnsupportedAlgorithm,
}

/// <summary>What is set in a drive.</summary>
/// <param name="KeyCount">KEY INSTANCE COUNTER: counts with every key that is set or lost.</param>
/// <param name="Key">What the key is called (U-KAD); null without a name.</param>
/// <param name="AuthenticatedData">A-KAD in hexadecimal; null without.</param>
/// <param name="TapeHasEncryptedBlocks">VCELB, where the drive can tell.</param>
/// <param name="ProtectsFromRawRead">What is written cannot be read raw.</param>
public sealed record EncryptionState(
    EncryptionOfWrites Writes, EncryptionOfReads Reads, EncryptionAudience Audience, long KeyCount, int AlgorithmIndex, string? Key,
    string? AuthenticatedData, bool TapeHasEncryptedBlocks, bool ProtectsFromRawRead)
{
    internal static EncryptionState Of(in DataEncryptionStatus status) => new(
        (EncryptionOfWrites)status.Encryption, (EncryptionOfReads)status.Decryption, (EncryptionAudience)status.NexusScope, status.KeyInstanceCounter,
        status.AlgorithmIndex, status.KeyDescription, Hexadecimal(status.KeyAssociatedData), status.ContainsEncryptedBlocks, status.IsRawReadDisabled);

    internal static string? Hexadecimal(ImmutableArray<KeyAssociatedData> descriptors)
    {
        foreach (KeyAssociatedData descriptor in descriptors)
        {
            if (descriptor.Type == KeyAssociatedDataType.Authenticated)
                return Convert.ToHexStringLower(descriptor.Data.AsSpan());
        }

        return null;
    }
}

/// <summary>The block that comes next, without its being read.</summary>
/// <param name="Key">What the key is called that it was encrypted with; null without a name.</param>
/// <param name="AuthenticatedData">A-KAD in hexadecimal; null without.</param>
public sealed record NextBlockEncryption(
    long ObjectId, BlockState State, string? Key, string? AuthenticatedData, bool IsExternal, bool IsProtectedFromRawRead)
{
    internal static NextBlockEncryption Of(in NextBlockEncryptionStatus next) => new(
        (long)next.LogicalObjectId,
        next.Encryption switch
        {
            BlockEncryption.NotABlock => BlockState.Filemark,
            BlockEncryption.NotEncrypted => BlockState.InClear,
            BlockEncryption.UnsupportedAlgorithm => BlockState.UnsupportedAlgorithm,
            BlockEncryption.Encrypted => BlockState.Encrypted,
            BlockEncryption.EncryptedWithoutKey => BlockState.WithoutKey,
            _ => BlockState.Unknown,
        },
        next.KeyDescription, EncryptionState.Hexadecimal(next.KeyAssociatedData), next.IsExternal, next.IsRawReadDisabled);
}

/// <summary>What a drive can encrypt with.</summary>
/// <param name="Name">AES-256-GCM, or the code.</param>
/// <param name="MaximumDescriptionBytes">Longest key description (U-KAD).</param>
/// <param name="MaximumAuthenticatedBytes">Longest A-KAD.</param>
public sealed record EncryptionAlgorithm(int Index, string Name, int KeyBits, bool IsUsable, int MaximumDescriptionBytes, int MaximumAuthenticatedBytes)
{
    internal static IReadOnlyList<EncryptionAlgorithm> AllOf(in DataEncryptionCapabilities page) =>
    [
        .. page.Algorithms.Select(static algorithm => new EncryptionAlgorithm(
            algorithm.Index, algorithm.SecurityAlgorithmCode == DataEncryptionAlgorithm.AesGcm256 ? "AES-256-GCM" : $"0x{algorithm.SecurityAlgorithmCode:x8}",
            algorithm.KeyBytes * 8, algorithm.IsUsable, algorithm.MaximumUnauthenticatedBytes, algorithm.MaximumAuthenticatedBytes)),
    ];
}

/// <summary>What of the settings a drive lets be set.</summary>
public sealed record EncryptionAbilities(bool Lock, bool ClearOnUnload, bool ClearOnPreempt, bool ClearOnReservationLoss, bool ForAll, bool ForOne)
{
    internal static EncryptionAbilities Of(in DataEncryptionManagement page) => new(
        page.Lock, page.ClearOnDemount, page.ClearOnPreempt, page.ClearOnReservationLoss, page.AllNexuses, page.Local);
}

/// <summary>A page of tape data encryption that was saved; one of its parts is there.</summary>
public sealed record EncryptionPage(
    EncryptionState? State = null, NextBlockEncryption? NextBlock = null, IReadOnlyList<EncryptionAlgorithm>? Algorithms = null,
    EncryptionAbilities? Abilities = null, IReadOnlyList<int>? Pages = null)
{
    /// <summary>Understands an answer to SECURITY PROTOCOL IN, protocol 20h, whichever page it is; null when it is none.</summary>
    public static EncryptionPage? Decode(ReadOnlySpan<byte> data)
    {
        if (data.Length < TapeEncryptionPage.HeaderLength)
            return null;
        ushort code = BinaryPrimitives.ReadUInt16BigEndian(data);
        return code switch
        {
            TapeEncryptionPage.InSupport or TapeEncryptionPage.OutSupport
                when TapeEncryptionPage.TryReadCodes(data, code, out ImmutableArray<ushort> codes) && !codes.IsEmpty =>
                new EncryptionPage(Pages: [.. codes.Select(static page => (int)page)]),
            TapeEncryptionPage.Capabilities when DataEncryptionCapabilities.TryDecode(data, out DataEncryptionCapabilities capabilities) =>
                new EncryptionPage(Algorithms: EncryptionAlgorithm.AllOf(capabilities)),
            TapeEncryptionPage.ManagementCapabilities when DataEncryptionManagement.TryDecode(data, out DataEncryptionManagement management) =>
                new EncryptionPage(Abilities: EncryptionAbilities.Of(management)),
            TapeEncryptionPage.Status when DataEncryptionStatus.TryDecode(data, out DataEncryptionStatus status) =>
                new EncryptionPage(State: EncryptionState.Of(status)),
            TapeEncryptionPage.NextBlockStatus when NextBlockEncryptionStatus.TryDecode(data, out NextBlockEncryptionStatus next) =>
                new EncryptionPage(NextBlock: NextBlockEncryption.Of(next)),
            _ => null,
        };
    }
}
