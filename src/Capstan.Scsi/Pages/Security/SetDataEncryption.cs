using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>
/// Set Data Encryption page, 0010h of SECURITY PROTOCOL OUT (SSC-4 8.5.3.2). The key is where the caller has it, and nowhere else.
/// </summary>
// byte 4     7:5 SCOPE   0 LOCK
// byte 5     7:6 CEEM   5:4 RDMC   3 SDK   2 CKOD   1 CKORP   0 CKORL
// byte 6     ENCRYPTION MODE
// byte 7     DECRYPTION MODE
// byte 8     ALGORITHM INDEX
// byte 9     KEY FORMAT
// byte 10    KAD FORMAT
// byte 11-17 reserved
// byte 18-19 KEY LENGTH
// byte 20-n  KEY, then key-associated data descriptors
public readonly ref struct SetDataEncryption
{
    /// <summary>Length of what stands before the key, in bytes.</summary>
    public const int FixedLength = 20;

    private const int FirstReservedByte = 11;
    private const int KeyLengthByte = 18;

    public static readonly BitField ScopeField = new(Byte: 4, High: 7, Low: 5);
    public static readonly BitField LockField = BitField.Bit(4, 0);
    public static readonly BitField CeemField = new(Byte: 5, High: 7, Low: 6);
    public static readonly BitField RdmcField = new(Byte: 5, High: 5, Low: 4);
    public static readonly BitField SdkField = BitField.Bit(5, 3);
    public static readonly BitField CkodField = BitField.Bit(5, 2);
    public static readonly BitField CkorpField = BitField.Bit(5, 1);
    public static readonly BitField CkorlField = BitField.Bit(5, 0);
    public static readonly BitField EncryptionModeField = BitField.WholeByte(6);
    public static readonly BitField DecryptionModeField = BitField.WholeByte(7);
    public static readonly BitField AlgorithmIndexField = BitField.WholeByte(8);
    public static readonly BitField KeyFormatField = BitField.WholeByte(9);
    public static readonly BitField KadFormatField = BitField.WholeByte(10);
    public static readonly BitField KeyLengthField = BitField.WholeByte(KeyLengthByte);

    private static readonly BitField ReservedInByte4 = new(Byte: 4, High: 4, Low: 1);

    public EncryptionScope Scope { get; init; }

    /// <summary>LOCK: this nexus's commands fail when somebody else changes the parameters.</summary>
    public bool Lock { get; init; }

    /// <summary>CEEM: 0 vendor specific, 1 not checked, 2 external blocks are errors, 3 blocks that the drive encrypted are.</summary>
    public byte ExternalModeCheck { get; init; }

    /// <summary>RDMC: 0 as the algorithm has it, 2 blocks can be read raw, 3 they cannot.</summary>
    public byte RawMode { get; init; }

    /// <summary>SDK: the key is a supplemental one for decryption.</summary>
    public bool IsSupplemental { get; init; }

    /// <summary>CKOD: the key goes with the volume when it is demounted.</summary>
    public bool ClearOnDemount { get; init; }

    /// <summary>CKORP: the key goes when the reservation is preempted.</summary>
    public bool ClearOnPreempt { get; init; }

    /// <summary>CKORL: the key goes with the reservation.</summary>
    public bool ClearOnReservationLoss { get; init; }

    public EncryptionMode Encryption { get; init; }

    public DecryptionMode Decryption { get; init; }

    public byte AlgorithmIndex { get; init; }

    /// <summary>KEY FORMAT: 0 the key itself.</summary>
    public byte KeyFormat { get; init; }

    /// <summary>KAD FORMAT: 0 not told, 1 binary key name, 2 ASCII key name.</summary>
    public byte KadFormat { get; init; }

    /// <summary>A view into the caller's memory.</summary>
    public ReadOnlySpan<byte> Key { get; init; }

    /// <summary>Key-associated data descriptors as on the wire; a view into the caller's memory.</summary>
    public ReadOnlySpan<byte> Descriptors { get; init; }

    /// <summary>Whether these modes need a key.</summary>
    public bool NeedsKey => Encryption == EncryptionMode.Encrypt || Decryption is DecryptionMode.Decrypt or DecryptionMode.Mixed;

    /// <summary>Length of the page, in bytes.</summary>
    public int Length => FixedLength + Key.Length + Descriptors.Length;

    /// <summary>Reads the page in place. What a drive may refuse but the wire allows (modes, scopes that do not exist) is left to the drive.</summary>
    /// <param name="data">The parameter list.</param>
    /// <param name="page">The page, when the answer is true.</param>
    /// <param name="invalid">The field in error; null when a length is wrong.</param>
    public static bool TryDecode(ReadOnlySpan<byte> data, out SetDataEncryption page, out BitField? invalid)
    {
        page = default;
        invalid = null;
        if (data.Length < FixedLength) return false;

        if (BinaryPrimitives.ReadUInt16BigEndian(data) != TapeEncryptionPage.SetDataEncryption)
        {
            invalid = BitField.WholeByte(0);
            return false;
        }

        if (ReservedInByte4.IsSet(data))
        {
            invalid = ReservedInByte4;
            return false;
        }

        int reserved = data[FirstReservedByte..KeyLengthByte].IndexOfAnyExcept((byte)0);
        if (reserved >= 0)
        {
            invalid = BitField.WholeByte(FirstReservedByte + reserved);
            return false;
        }

        int length = TapeEncryptionPage.HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        int keyLength = BinaryPrimitives.ReadUInt16BigEndian(data[KeyLengthByte..]);
        if (length != data.Length || length < FixedLength + keyLength) return false;

        page = new SetDataEncryption
        {
            Scope = (EncryptionScope)ScopeField.Get(data),
            Lock = LockField.IsSet(data),
            ExternalModeCheck = (byte)CeemField.Get(data),
            RawMode = (byte)RdmcField.Get(data),
            IsSupplemental = SdkField.IsSet(data),
            ClearOnDemount = CkodField.IsSet(data),
            ClearOnPreempt = CkorpField.IsSet(data),
            ClearOnReservationLoss = CkorlField.IsSet(data),
            Encryption = (EncryptionMode)data[6],
            Decryption = (DecryptionMode)data[7],
            AlgorithmIndex = data[8],
            KeyFormat = data[9],
            KadFormat = data[10],
            Key = data.Slice(FixedLength, keyLength),
            Descriptors = data[(FixedLength + keyLength)..],
        };
        return true;
    }

    /// <summary>Writes the page, key and all, and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        data[..FixedLength].Clear();
        ScopeField.Set(data, (int)Scope);
        LockField.Set(data, Lock);
        CeemField.Set(data, ExternalModeCheck);
        RdmcField.Set(data, RawMode);
        SdkField.Set(data, IsSupplemental);
        CkodField.Set(data, ClearOnDemount);
        CkorpField.Set(data, ClearOnPreempt);
        CkorlField.Set(data, ClearOnReservationLoss);
        data[6] = (byte)Encryption;
        data[7] = (byte)Decryption;
        data[8] = AlgorithmIndex;
        data[9] = KeyFormat;
        data[10] = KadFormat;
        BinaryPrimitives.WriteUInt16BigEndian(data[KeyLengthByte..], (ushort)Key.Length);
        Key.CopyTo(data[FixedLength..]);
        Descriptors.CopyTo(data[(FixedLength + Key.Length)..]);
        return TapeEncryptionPage.Finish(data, TapeEncryptionPage.SetDataEncryption, Length);
    }

    /// <summary>Offset of the first descriptor in the parameter list.</summary>
    public int DescriptorsOffset => FixedLength + Key.Length;

    public override string ToString() => $"encryption {Encryption}, decryption {Decryption}, scope {Scope}, {Key.Length} bytes of key";
}
