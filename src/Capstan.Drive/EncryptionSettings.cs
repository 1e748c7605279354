namespace Capstan.Drive;

/// <summary>What a drive shall do with blocks (SSC-4 8.5.3.2, Set Data Encryption).</summary>
public sealed record EncryptionSettings
{
    /// <summary>Everything as it is: nothing is encrypted, and encrypted blocks cannot be read.</summary>
    public static EncryptionSettings Off { get; } = new();

    public EncryptionOfWrites Writes { get; init; }

    public EncryptionOfReads Reads { get; init; }

    /// <summary>Whom it is for.</summary>
    public EncryptionAudience Audience { get; init; } = EncryptionAudience.All;

    /// <summary>The key goes with the tape when that is unloaded (CKOD).</summary>
    public bool ClearOnDemount { get; init; }

    /// <summary>What the key is called (U-KAD): stored with every block that it encrypts, readable without the key. Printable ASCII.</summary>
    public string? Description { get; init; }

    /// <summary>A-KAD: stored with every block, and authenticated with it. At most 12 bytes on most drives.</summary>
    public ReadOnlyMemory<byte> AuthenticatedData { get; init; }

    /// <summary>Blocks may be read as they are on the tape by who has not the key (RDMC).</summary>
    public bool AllowsRawRead { get; init; }

    /// <summary>Commands of this host fail when another one changes the key (LOCK).</summary>
    public bool Lock { get; init; }

    internal bool NeedsKey => Writes == EncryptionOfWrites.On || Reads is EncryptionOfReads.On or EncryptionOfReads.Mixed;
}
