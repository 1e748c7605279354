using System.Buffers;
using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Drive;

namespace Capstan.Backup.Engine;

/// <summary>
/// What is appended to a tape is encrypted like what is on it: nobody shall believe a tape to be encrypted of which half is in clear, or
/// need two keys for one tape without having been told. docs/decisions/0024.
/// </summary>
internal static class TapeEncryption
{
    /// <summary>Before anything is written. May move the tape.</summary>
    /// <exception cref="MediaException">The tape holds encrypted backups, and the drive does not encrypt, or with another key.</exception>
    public static void RequireSame(TapeDrive drive, TapeCatalog catalog, MediaLabel label)
    {
        RequireNoneInVain(drive, catalog, label);
        if (!drive.IsEncrypting || LastEncrypted(catalog, label) is not { } known)
            return;
        // A label that could be read was in clear, or encrypted with this key; the backups behind it may still need another one.
        drive.Locate((long)known.Parts.Last(part => part.Tape == label.Uuid).ArchiveFirstObjectId);
        if (!NeedsAnotherKey(drive, out string? name))
            return;
        string needed = name is null ? "another key than the drive has" : $"the key '{name}'";
        throw new MediaException(MediaProblem.OtherEncryption,
            $"{drive.Name}: tape {label} holds backups that need {needed}{Describe(drive.EncryptionKeyDescription)}. Nothing was written. Give the drive that key (`capstan drive encryption mixed --key-file FILE`), or use another tape.");
    }

    /// <summary>Whether the block where the tape stands needs another key. A drive that cannot tell without reading it (SSC-4 8.5.2.8, status 1h) reads it.</summary>
    private static bool NeedsAnotherKey(TapeDrive drive, out string? name)
    {
        NextBlockEncryption? next = drive.ReadNextBlock();
        name = next?.Key;
        if (next is { State: not BlockState.Unknown })
            return next.State == BlockState.WithoutKey;
        using IMemoryOwner<byte> block = drive.RentBuffer();
        try
        {
            drive.Read(block);
            return false;
        }
        catch (TapeEncryptionException e) when (e.Fault is EncryptionFault.WrongKey or EncryptionFault.NoKey)
        {
            name = e.KeyDescription;
            return true;
        }
    }

    /// <summary>Encrypted backups are not followed by one in clear. Moves no tape.</summary>
    /// <exception cref="MediaException">They would be.</exception>
    public static void RequireNoneInVain(TapeDrive drive, TapeCatalog catalog, MediaLabel label)
    {
        if (drive.IsEncrypting)
            return;
        BackupInfo? known = LastEncrypted(catalog, label);
        if (known is null && !drive.HoldsEncryptedBlocks)
            return;
        string key = known?.Encryption is { Length: > 0 } name ? $" (key '{name}')" : "";
        throw new MediaException(MediaProblem.OtherEncryption,
            $"{drive.Name}: tape {label} holds encrypted backups{key}, and the drive does not encrypt now. Nothing was written. Give the drive its key (`capstan drive encryption mixed --key-file FILE`), or use another tape for what shall be in clear.");
    }

    private static BackupInfo? LastEncrypted(TapeCatalog catalog, MediaLabel label) =>
        catalog.ListBackups(label.Uuid).LastOrDefault(static backup => backup.Encryption is not null && backup.Parts.Count > 0);

    private static string Describe(string? key) => key is null ? "" : $", and the drive has '{key}'";
}
