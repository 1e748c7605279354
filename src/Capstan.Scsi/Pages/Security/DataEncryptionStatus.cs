using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>SCOPE of data encryption parameters (SSC-4 8.5.3.2.1).</summary>
public enum EncryptionScope : byte
{
    /// <summary>None of this nexus's own: those of all nexuses apply.</summary>
    Public = 0,

    /// <summary>This I_T nexus alone.</summary>
    Local = 1,

    /// <summary>All nexuses that have not parameters of their own.</summary>
    AllNexuses = 2,
}

/// <summary>ENCRYPTION MODE (SSC-4 8.5.3.2.1).</summary>
public enum EncryptionMode : byte
{
    Disable = 0,

    /// <summary>What is written was encrypted elsewhere.</summary>
    External = 1,
    Encrypt = 2,
}

/// <summary>DECRYPTION MODE (SSC-4 8.5.3.2.1).</summary>
public enum DecryptionMode : byte
{
    Disable = 0,

    /// <summary>Encrypted blocks are handed out as they are.</summary>
    Raw = 1,

    /// <summary>Only blocks that the key decrypts are read.</summary>
    Decrypt = 2,

    /// <summary>Encrypted blocks are decrypted, others are read as they are.</summary>
    Mixed = 3,
}

/// <summary>Data Encryption Status page, 0020h (SSC-4 8.5.2.7).</summary>
// byte 4     7:5 I_T NEXUS SCOPE   2:0 KEY SCOPE
// byte 5     ENCRYPTION MODE
// byte 6     DECRYPTION MODE
// byte 7     ALGORITHM INDEX
// byte 8-11  KEY INSTANCE COUNTER
// byte 12    6:4 PARAMETERS CONTROL   3 VCELB   2:1 CEEMS   0 RDMD
// byte 13    KAD FORMAT
// byte 14-15 ASDK COUNT
// byte 24-n  key-associated data descriptors
public readonly record struct DataEncryptionStatus(
    EncryptionScope NexusScope, EncryptionScope KeyScope, EncryptionMode Encryption, DecryptionMode Decryption, byte AlgorithmIndex,
    uint KeyInstanceCounter, ImmutableArray<KeyAssociatedData> KeyAssociatedData)
{
    /// <summary>Length of what stands before the key-associated data, in bytes.</summary>
    public const int FixedLength = 24;

    private static readonly BitField NexusScopeField = new(Byte: 4, High: 7, Low: 5);
    private static readonly BitField KeyScopeField = new(Byte: 4, High: 2, Low: 0);
    private static readonly BitField ControlField = new(Byte: 12, High: 6, Low: 4);
    private static readonly BitField VcelbField = BitField.Bit(12, 3);
    private static readonly BitField CeemsField = new(Byte: 12, High: 2, Low: 1);
    private static readonly BitField RdmdField = BitField.Bit(12, 0);

    /// <summary>PARAMETERS CONTROL: 0 not told, 1 not controlled by others, 2 by all initiators' own, 3 by a key manager, 4 by a management interface.</summary>
    public byte ParametersControl { get; init; }

    /// <summary>VCELB: the volume contains encrypted blocks.</summary>
    public bool ContainsEncryptedBlocks { get; init; }

    /// <summary>CEEMS.</summary>
    public byte ExternalModeCheck { get; init; }

    /// <summary>RDMD: blocks are marked as not to be read raw.</summary>
    public bool IsRawReadDisabled { get; init; }

    /// <summary>KAD FORMAT: 0 not told, 1 binary key name, 2 ASCII key name.</summary>
    public byte KadFormat { get; init; }

    /// <summary>The key's description; null without one.</summary>
    public string? KeyDescription => NextBlockEncryptionStatus.DescriptionOf(KeyAssociatedData);

    /// <summary>
    /// Reads the page; false when it is another one or its fixed part is not there. A PAGE LENGTH that counts the header (as some emulated
    /// drives answer) only finds no descriptor at the end.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out DataEncryptionStatus page)
    {
        page = new(default, default, default, default, 0, 0, []);
        if (!TapeEncryptionPage.TryOpen(data, TapeEncryptionPage.Status, out ReadOnlySpan<byte> body)
            || body.Length < FixedLength - TapeEncryptionPage.HeaderLength)
        {
            return false;
        }

        Scsi.KeyAssociatedData.TryReadAll(body[(FixedLength - TapeEncryptionPage.HeaderLength)..], out ImmutableArray<KeyAssociatedData> descriptors);
        page = new(
            (EncryptionScope)NexusScopeField.Get(data), (EncryptionScope)KeyScopeField.Get(data),
            (EncryptionMode)data[5], (DecryptionMode)data[6], data[7], BinaryPrimitives.ReadUInt32BigEndian(data[8..]), descriptors)
        {
            ParametersControl = (byte)ControlField.Get(data),
            ContainsEncryptedBlocks = VcelbField.IsSet(data),
            ExternalModeCheck = (byte)CeemsField.Get(data),
            IsRawReadDisabled = RdmdField.IsSet(data),
            KadFormat = data[13],
        };
        return true;
    }

    /// <summary>Writes the page and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        data[..FixedLength].Clear();
        NexusScopeField.Set(data, (int)NexusScope);
        KeyScopeField.Set(data, (int)KeyScope);
        data[5] = (byte)Encryption;
        data[6] = (byte)Decryption;
        data[7] = AlgorithmIndex;
        BinaryPrimitives.WriteUInt32BigEndian(data[8..], KeyInstanceCounter);
        ControlField.Set(data, ParametersControl);
        VcelbField.Set(data, ContainsEncryptedBlocks);
        CeemsField.Set(data, ExternalModeCheck);
        RdmdField.Set(data, IsRawReadDisabled);
        data[13] = KadFormat;
        int length = FixedLength + Scsi.KeyAssociatedData.WriteAll(data[FixedLength..], KeyAssociatedData);
        return TapeEncryptionPage.Finish(data, TapeEncryptionPage.Status, length);
    }
}
