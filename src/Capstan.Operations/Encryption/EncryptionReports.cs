using Capstan.Drive;

namespace Capstan.Operations.Encryption;

/// <summary>What a drive is to do with what it writes and reads.</summary>
public enum EncryptionChoice
{
    /// <summary>Encrypt what is written, read only what is encrypted.</summary>
    On,

    /// <summary>Encrypt what is written, read everything.</summary>
    Mixed,

    /// <summary>Write in clear, read encrypted blocks as they are on the tape.</summary>
    RawRead,
    Off,
}

/// <summary>What to set.</summary>
/// <param name="Key">Null where the choice needs none.</param>
/// <param name="Description">What the key is called; null for what its file calls it.</param>
/// <param name="IsLocal">For this host's path alone, not for all.</param>
public sealed record EncryptionRequest(
    string? Device, EncryptionChoice Choice, ReadKey? Key = null, string? Description = null, bool IsLocal = false, bool ClearsOnUnload = false,
    bool AllowsRawRead = false);

/// <summary>What is set in a drive, and what it makes of the block that comes next.</summary>
/// <param name="Device">Null for a saved answer.</param>
/// <param name="PickedBy">Why that drive.</param>
/// <param name="Settings">Null when only something else was asked for.</param>
/// <param name="NextBlock">Null without a tape.</param>
/// <param name="Algorithms">What the drive can encrypt with.</param>
/// <param name="Management">What can be set in the drive; null when it does not tell.</param>
/// <param name="Pages">Page codes that the drive has; null when that was not asked for.</param>
public sealed record EncryptionReport(
    string? Device, string? PickedBy, string? Drive, EncryptionSettingsReport? Settings, NextBlockReport? NextBlock,
    IReadOnlyList<AlgorithmReport> Algorithms, ManagementReport? Management = null, IReadOnlyList<int>? Pages = null);

/// <param name="Encryption">off, external, on.</param>
/// <param name="Decryption">off, raw, on, mixed.</param>
/// <param name="Scope">public, local, all.</param>
/// <param name="KeyCount">KEY INSTANCE COUNTER: counts with every key that is set or lost.</param>
/// <param name="Key">What the key is called.</param>
/// <param name="AuthenticatedData">A-KAD in hexadecimal.</param>
/// <param name="TapeHasEncryptedBlocks">Only where the drive can tell.</param>
/// <param name="ProtectsFromRawRead">What is written cannot be read raw.</param>
public sealed record EncryptionSettingsReport(
    string Encryption, string Decryption, string Scope, long KeyCount, int AlgorithmIndex, string? Key, string? AuthenticatedData,
    bool TapeHasEncryptedBlocks, bool ProtectsFromRawRead)
{
    internal static EncryptionSettingsReport Of(EncryptionState state) => new(
        Word(state.Writes), Word(state.Reads), Word(state.Audience), state.KeyCount, state.AlgorithmIndex, state.Key, state.AuthenticatedData,
        state.TapeHasEncryptedBlocks, state.ProtectsFromRawRead);

    private static string Word(EncryptionOfWrites mode) => mode switch
    {
        EncryptionOfWrites.Off => "off",
        EncryptionOfWrites.External => "external",
        EncryptionOfWrites.On => "on",
        _ => $"0x{(int)mode:x2}",
    };

    private static string Word(EncryptionOfReads mode) => mode switch
    {
        EncryptionOfReads.Off => "off",
        EncryptionOfReads.Raw => "raw",
        EncryptionOfReads.On => "on",
        EncryptionOfReads.Mixed => "mixed",
        _ => $"0x{(int)mode:x2}",
    };

    private static string Word(EncryptionAudience audience) => audience switch
    {
        EncryptionAudience.Public => "public",
        EncryptionAudience.Local => "local",
        EncryptionAudience.All => "all",
        _ => $"0x{(int)audience:x}",
    };
}

/// <param name="ObjectId">Where the tape stands.</param>
/// <param name="State">in clear, encrypted, encrypted and no key for it, filemark, unsupported algorithm, not known.</param>
/// <param name="Key">What the key is called that it was encrypted with.</param>
/// <param name="AuthenticatedData">A-KAD in hexadecimal.</param>
public sealed record NextBlockReport(long ObjectId, string State, string? Key, string? AuthenticatedData, bool IsExternal, bool IsProtectedFromRawRead)
{
    internal static NextBlockReport Of(NextBlockEncryption next) => new(
        next.ObjectId,
        next.State switch
        {
            BlockState.Filemark => "filemark",
            BlockState.InClear => "in clear",
            BlockState.UnsupportedAlgorithm => "unsupported algorithm",
            BlockState.Encrypted => "encrypted",
            BlockState.WithoutKey => "encrypted, and the drive has no key for it",
            _ => "not known: nothing is there, or the drive has not looked yet",
        },
        next.Key, next.AuthenticatedData, next.IsExternal, next.IsProtectedFromRawRead);
}

/// <param name="Name">AES-256-GCM, or the code.</param>
/// <param name="MaximumDescriptionBytes">Longest key description (U-KAD).</param>
/// <param name="MaximumAuthenticatedBytes">Longest A-KAD.</param>
public sealed record AlgorithmReport(int Index, string Name, int KeyBits, bool IsUsable, int MaximumDescriptionBytes, int MaximumAuthenticatedBytes)
{
    internal static AlgorithmReport Of(EncryptionAlgorithm algorithm) => new(
        algorithm.Index, algorithm.Name, algorithm.KeyBits, algorithm.IsUsable, algorithm.MaximumDescriptionBytes, algorithm.MaximumAuthenticatedBytes);
}

/// <summary>What can be set in the drive.</summary>
public sealed record ManagementReport(bool Lock, bool ClearOnUnload, bool ClearOnPreempt, bool ClearOnReservationLoss, bool ForAll, bool ForOne)
{
    internal static ManagementReport Of(EncryptionAbilities abilities) => new(
        abilities.Lock, abilities.ClearOnUnload, abilities.ClearOnPreempt, abilities.ClearOnReservationLoss, abilities.ForAll, abilities.ForOne);
}
