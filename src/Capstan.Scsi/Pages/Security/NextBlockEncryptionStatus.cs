using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>ENCRYPTION STATUS of the next block (SSC-4 8.5.2.8).</summary>
public enum BlockEncryption : byte
{
    /// <summary>The drive cannot tell at all.</summary>
    Incapable = 0,

    /// <summary>Not at this time: the block is not read yet, cannot be read, or there is none.</summary>
    NotKnownNow = 1,

    /// <summary>A filemark.</summary>
    NotABlock = 2,
    NotEncrypted = 3,
    UnsupportedAlgorithm = 4,

    /// <summary>Encrypted, and the drive has the key.</summary>
    Encrypted = 5,

    /// <summary>Encrypted, and the drive has not the key, or does not decrypt.</summary>
    EncryptedWithoutKey = 6,
}

/// <summary>Next Block Encryption Status page, 0021h (SSC-4 8.5.2.8).</summary>
/// <param name="LogicalObjectId">LOGICAL OBJECT NUMBER.</param>
/// <param name="Encryption">ENCRYPTION STATUS.</param>
/// <param name="AlgorithmIndex">ALGORITHM INDEX.</param>
/// <param name="KeyAssociatedData">What was stored with the block.</param>
// byte 4-11  LOGICAL OBJECT NUMBER
// byte 12    7:4 COMPRESSION STATUS   3:0 ENCRYPTION STATUS
// byte 13    ALGORITHM INDEX
// byte 14    1 EMES   0 RDMDS
// byte 15    NEXT BLOCK KAD FORMAT
// byte 16-n  key-associated data descriptors
public readonly record struct NextBlockEncryptionStatus(
    ulong LogicalObjectId, BlockEncryption Encryption, byte AlgorithmIndex, ImmutableArray<KeyAssociatedData> KeyAssociatedData)
{
    /// <summary>Length of what stands before the key-associated data, in bytes.</summary>
    public const int FixedLength = 16;

    private static readonly BitField CompressionField = new(Byte: 12, High: 7, Low: 4);
    private static readonly BitField EncryptionField = new(Byte: 12, High: 3, Low: 0);
    private static readonly BitField EmesField = BitField.Bit(14, 1);
    private static readonly BitField RdmdsField = BitField.Bit(14, 0);

    /// <summary>COMPRESSION STATUS; 0 the drive cannot tell.</summary>
    public byte CompressionStatus { get; init; }

    /// <summary>EMES: it was written in EXTERNAL mode.</summary>
    public bool IsExternal { get; init; }

    /// <summary>RDMDS: it cannot be read raw.</summary>
    public bool IsRawReadDisabled { get; init; }

    /// <summary>NEXT BLOCK KAD FORMAT.</summary>
    public byte KadFormat { get; init; }

    /// <summary>What the key is called that the block was encrypted with; null without a U-KAD.</summary>
    public string? KeyDescription => DescriptionOf(KeyAssociatedData);

    internal static string? DescriptionOf(ImmutableArray<KeyAssociatedData> descriptors)
    {
        foreach (KeyAssociatedData descriptor in descriptors)
        {
            if (descriptor.Type == KeyAssociatedDataType.Unauthenticated && descriptor.Data.Length > 0) return descriptor.ToText();
        }

        return null;
    }

    /// <summary>Reads the page; false when it is another one or its fixed part is not there.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out NextBlockEncryptionStatus page)
    {
        page = new(0, default, 0, []);
        if (!TapeEncryptionPage.TryOpen(data, TapeEncryptionPage.NextBlockStatus, out ReadOnlySpan<byte> body)
            || body.Length < FixedLength - TapeEncryptionPage.HeaderLength)
        {
            return false;
        }

        Scsi.KeyAssociatedData.TryReadAll(body[(FixedLength - TapeEncryptionPage.HeaderLength)..], out ImmutableArray<KeyAssociatedData> descriptors);
        page = new(BinaryPrimitives.ReadUInt64BigEndian(data[4..]), (BlockEncryption)EncryptionField.Get(data), data[13], descriptors)
        {
            CompressionStatus = (byte)CompressionField.Get(data),
            IsExternal = EmesField.IsSet(data),
            IsRawReadDisabled = RdmdsField.IsSet(data),
            KadFormat = data[15],
        };
        return true;
    }

    /// <summary>Writes the page and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        data[..FixedLength].Clear();
        BinaryPrimitives.WriteUInt64BigEndian(data[4..], LogicalObjectId);
        CompressionField.Set(data, CompressionStatus);
        EncryptionField.Set(data, (int)Encryption);
        data[13] = AlgorithmIndex;
        EmesField.Set(data, IsExternal);
        RdmdsField.Set(data, IsRawReadDisabled);
        data[15] = KadFormat;
        int length = FixedLength + Scsi.KeyAssociatedData.WriteAll(data[FixedLength..], KeyAssociatedData);
        return TapeEncryptionPage.Finish(data, TapeEncryptionPage.NextBlockStatus, length);
    }
}
