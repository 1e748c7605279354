using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>A data encryption algorithm descriptor of page 0010h (SSC-4 8.5.2.4).</summary>
// byte 0     ALGORITHM INDEX
// byte 2-3   DESCRIPTOR LENGTH (0014h)
// byte 4     7 AVFMV   6 SDK_C   5 MAC_C   4 DELB_C   3:2 DECRYPT_C   1:0 ENCRYPT_C
// byte 5     7:6 AVFCLP   5:4 NONCE_C   3 KADF_C   2 VCELB_C   1 UKADF   0 AKADF
// byte 6-7   MAXIMUM UNAUTHENTICATED KEY-ASSOCIATED DATA BYTES
// byte 8-9   MAXIMUM AUTHENTICATED KEY-ASSOCIATED DATA BYTES
// byte 10-11 KEY SIZE
// byte 12    7:6 DKAD_C   5:4 EEMC_C   3:1 RDMC_C   0 EAREM
// byte 13    3:0 MAXIMUM EEDK COUNT
// byte 14-15 MSDK COUNT   byte 16-17 MAXIMUM EEDK SIZE
// byte 20-23 SECURITY ALGORITHM CODE
public readonly record struct DataEncryptionAlgorithm(byte Index, uint SecurityAlgorithmCode)
{
    /// <summary>AES-256 in Galois/counter mode with a tag of 16 bytes (SPC-4 table 87).</summary>
    public const uint AesGcm256 = 0x0001_0014;

    internal const int Length = 24;

    private const int HeaderLength = 4;

    private static readonly BitField Avfmv = BitField.Bit(4, 7);
    private static readonly BitField SdkC = BitField.Bit(4, 6);
    private static readonly BitField MacC = BitField.Bit(4, 5);
    private static readonly BitField DelbC = BitField.Bit(4, 4);
    private static readonly BitField DecryptC = new(Byte: 4, High: 3, Low: 2);
    private static readonly BitField EncryptC = new(Byte: 4, High: 1, Low: 0);
    private static readonly BitField Avfclp = new(Byte: 5, High: 7, Low: 6);
    private static readonly BitField NonceC = new(Byte: 5, High: 5, Low: 4);
    private static readonly BitField KadfC = BitField.Bit(5, 3);
    private static readonly BitField VcelbC = BitField.Bit(5, 2);
    private static readonly BitField UkadfField = BitField.Bit(5, 1);
    private static readonly BitField AkadfField = BitField.Bit(5, 0);
    private static readonly BitField DkadC = new(Byte: 12, High: 7, Low: 6);
    private static readonly BitField EemcC = new(Byte: 12, High: 5, Low: 4);
    private static readonly BitField RdmcC = new(Byte: 12, High: 3, Low: 1);
    private static readonly BitField EaremField = BitField.Bit(12, 0);

    /// <summary>AVFMV: the volume in the drive can be used with it.</summary>
    public bool IsValidForMountedVolume { get; init; }

    /// <summary>SDK_C: supplemental decryption keys.</summary>
    public bool HasSupplementalKeys { get; init; }

    /// <summary>MAC_C: a message authentication code goes with each block.</summary>
    public bool HasAuthenticationCode { get; init; }

    /// <summary>DELB_C: the drive tells encrypted blocks from others.</summary>
    public bool DistinguishesEncryptedBlocks { get; init; }

    /// <summary>DECRYPT_C: 0 none, 1 software, 2 hardware, 3 with external control.</summary>
    public byte DecryptCapability { get; init; }

    /// <summary>ENCRYPT_C, as <see cref="DecryptCapability"/>.</summary>
    public byte EncryptCapability { get; init; }

    /// <summary>AVFCLP: 0 not applicable, 1 not valid for writing here, 2 valid for writing at the current position.</summary>
    public byte ValidForCurrentPosition { get; init; }

    /// <summary>NONCE_C: 1 the drive makes the nonce, 2 the initiator does, 3 either.</summary>
    public byte NonceCapability { get; init; }

    /// <summary>KADF_C: KAD FORMAT is kept.</summary>
    public bool HasKadFormat { get; init; }

    /// <summary>VCELB_C: the drive tells whether a volume holds encrypted blocks.</summary>
    public bool TellsOfEncryptedBlocks { get; init; }

    /// <summary>UKADF: a U-KAD always has its maximal length.</summary>
    public bool IsUnauthenticatedFixed { get; init; }

    /// <summary>AKADF: an A-KAD always has its maximal length.</summary>
    public bool IsAuthenticatedFixed { get; init; }

    /// <summary>Longest U-KAD, in bytes.</summary>
    public ushort MaximumUnauthenticatedBytes { get; init; }

    /// <summary>Longest A-KAD, in bytes.</summary>
    public ushort MaximumAuthenticatedBytes { get; init; }

    /// <summary>Length of a key, in bytes.</summary>
    public ushort KeyBytes { get; init; }

    /// <summary>DKAD_C: whether key-associated data may come with a key for decryption alone.</summary>
    public byte DecryptionKadCapability { get; init; }

    /// <summary>EEMC_C: external encryption mode control; 1 not supported, 2 supported.</summary>
    public byte ExternalModeCapability { get; init; }

    /// <summary>RDMC_C: raw decryption mode control.</summary>
    public byte RawModeCapability { get; init; }

    /// <summary>EAREM: the mode in which a block was written is recorded with it.</summary>
    public bool RecordsMode { get; init; }

    /// <summary>Whether this drive encrypts and decrypts with it by itself.</summary>
    public bool IsUsable => EncryptCapability == 2 && DecryptCapability == 2;

    internal static bool TryRead(ReadOnlySpan<byte> data, out DataEncryptionAlgorithm algorithm, out int length)
    {
        algorithm = default;
        length = 0;
        if (data.Length < Length) return false;

        length = Math.Max(Length, HeaderLength + BinaryPrimitives.ReadUInt16BigEndian(data[2..]));
        algorithm = new(data[0], BinaryPrimitives.ReadUInt32BigEndian(data[20..]))
        {
            IsValidForMountedVolume = Avfmv.IsSet(data),
            HasSupplementalKeys = SdkC.IsSet(data),
            HasAuthenticationCode = MacC.IsSet(data),
            DistinguishesEncryptedBlocks = DelbC.IsSet(data),
            DecryptCapability = (byte)DecryptC.Get(data),
            EncryptCapability = (byte)EncryptC.Get(data),
            ValidForCurrentPosition = (byte)Avfclp.Get(data),
            NonceCapability = (byte)NonceC.Get(data),
            HasKadFormat = KadfC.IsSet(data),
            TellsOfEncryptedBlocks = VcelbC.IsSet(data),
            IsUnauthenticatedFixed = UkadfField.IsSet(data),
            IsAuthenticatedFixed = AkadfField.IsSet(data),
            MaximumUnauthenticatedBytes = BinaryPrimitives.ReadUInt16BigEndian(data[6..]),
            MaximumAuthenticatedBytes = BinaryPrimitives.ReadUInt16BigEndian(data[8..]),
            KeyBytes = BinaryPrimitives.ReadUInt16BigEndian(data[10..]),
            DecryptionKadCapability = (byte)DkadC.Get(data),
            ExternalModeCapability = (byte)EemcC.Get(data),
            RawModeCapability = (byte)RdmcC.Get(data),
            RecordsMode = EaremField.IsSet(data),
        };
        return true;
    }

    internal void Write(Span<byte> data)
    {
        data[..Length].Clear();
        data[0] = Index;
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], Length - HeaderLength);
        Avfmv.Set(data, IsValidForMountedVolume);
        SdkC.Set(data, HasSupplementalKeys);
        MacC.Set(data, HasAuthenticationCode);
        DelbC.Set(data, DistinguishesEncryptedBlocks);
        DecryptC.Set(data, DecryptCapability);
        EncryptC.Set(data, EncryptCapability);
        Avfclp.Set(data, ValidForCurrentPosition);
        NonceC.Set(data, NonceCapability);
        KadfC.Set(data, HasKadFormat);
        VcelbC.Set(data, TellsOfEncryptedBlocks);
        UkadfField.Set(data, IsUnauthenticatedFixed);
        AkadfField.Set(data, IsAuthenticatedFixed);
        BinaryPrimitives.WriteUInt16BigEndian(data[6..], MaximumUnauthenticatedBytes);
        BinaryPrimitives.WriteUInt16BigEndian(data[8..], MaximumAuthenticatedBytes);
        BinaryPrimitives.WriteUInt16BigEndian(data[10..], KeyBytes);
        DkadC.Set(data, DecryptionKadCapability);
        EemcC.Set(data, ExternalModeCapability);
        RdmcC.Set(data, RawModeCapability);
        EaremField.Set(data, RecordsMode);
        BinaryPrimitives.WriteUInt32BigEndian(data[20..], SecurityAlgorithmCode);
    }
}

/// <summary>Data Encryption Capabilities page, 0010h (SSC-4 8.5.2.4).</summary>
/// <param name="ExternalControl">EXTDECC: 1 not capable of external control, 2 capable; 0 not told (LTO-4).</param>
/// <param name="Configuration">CFG_P: 1 parameters can be set here, 2 they cannot.</param>
/// <param name="Algorithms">As many as are there whole.</param>
// byte 4     3:2 EXTDECC   1:0 CFG_P
// byte 20-n  algorithm descriptors
public readonly record struct DataEncryptionCapabilities(byte ExternalControl, byte Configuration, ImmutableArray<DataEncryptionAlgorithm> Algorithms)
{
    private const int FixedLength = 20;

    private static readonly BitField Extdecc = new(Byte: 4, High: 3, Low: 2);
    private static readonly BitField CfgP = new(Byte: 4, High: 1, Low: 0);

    /// <summary>CFG_P says that somebody else (a library's key manager) sets the parameters.</summary>
    public bool IsConfigurationPrevented => Configuration == 2;

    /// <summary>Reads the page; false when it is another one or its fixed part is not whole.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out DataEncryptionCapabilities page)
    {
        page = new(0, 0, []);
        if (!TapeEncryptionPage.TryOpen(data, TapeEncryptionPage.Capabilities, out ReadOnlySpan<byte> body)
            || body.Length < FixedLength - TapeEncryptionPage.HeaderLength)
        {
            return false;
        }

        ImmutableArray<DataEncryptionAlgorithm>.Builder algorithms = ImmutableArray.CreateBuilder<DataEncryptionAlgorithm>();
        // A descriptor that begins within PAGE LENGTH counts when it is there: some drives' PAGE LENGTH is 4 short.
        int end = TapeEncryptionPage.HeaderLength + body.Length;
        for (int offset = FixedLength; offset < end && DataEncryptionAlgorithm.TryRead(data[offset..], out DataEncryptionAlgorithm algorithm, out int length);)
        {
            algorithms.Add(algorithm);
            offset += length;
        }

        page = new((byte)Extdecc.Get(data), (byte)CfgP.Get(data), algorithms.ToImmutable());
        return true;
    }

    /// <summary>Writes the page and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        data[..FixedLength].Clear();
        Extdecc.Set(data, ExternalControl);
        CfgP.Set(data, Configuration);
        int offset = FixedLength;
        foreach (DataEncryptionAlgorithm algorithm in Algorithms)
        {
            algorithm.Write(data[offset..]);
            offset += DataEncryptionAlgorithm.Length;
        }

        return TapeEncryptionPage.Finish(data, TapeEncryptionPage.Capabilities, offset);
    }
}

/// <summary>Data Encryption Management Capabilities page, 0012h (SSC-4 8.5.2.6).</summary>
// byte 4    0 LOCK_C
// byte 5    2 CKOD_C   1 CKORP_C   0 CKORL_C
// byte 7    2 AITN_C   1 LOCAL_C   0 PUBLIC_C
public readonly record struct DataEncryptionManagement(
    bool Lock, bool ClearOnDemount, bool ClearOnPreempt, bool ClearOnReservationLoss, bool AllNexuses, bool Local, bool Public)
{
    private const int Length = 16;

    private static readonly BitField LockC = BitField.Bit(4, 0);
    private static readonly BitField CkodC = BitField.Bit(5, 2);
    private static readonly BitField CkorpC = BitField.Bit(5, 1);
    private static readonly BitField CkorlC = BitField.Bit(5, 0);
    private static readonly BitField AitnC = BitField.Bit(7, 2);
    private static readonly BitField LocalC = BitField.Bit(7, 1);
    private static readonly BitField PublicC = BitField.Bit(7, 0);

    /// <summary>Reads the page; false when it is another one, or cut off before its last field.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out DataEncryptionManagement page)
    {
        page = default;
        if (!TapeEncryptionPage.TryOpen(data, TapeEncryptionPage.ManagementCapabilities, out ReadOnlySpan<byte> body) || body.Length < 4)
            return false;

        page = new(LockC.IsSet(data), CkodC.IsSet(data), CkorpC.IsSet(data), CkorlC.IsSet(data), AitnC.IsSet(data), LocalC.IsSet(data), PublicC.IsSet(data));
        return true;
    }

    /// <summary>Writes the page and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        data[..Length].Clear();
        LockC.Set(data, Lock);
        CkodC.Set(data, ClearOnDemount);
        CkorpC.Set(data, ClearOnPreempt);
        CkorlC.Set(data, ClearOnReservationLoss);
        AitnC.Set(data, AllNexuses);
        LocalC.Set(data, Local);
        PublicC.Set(data, Public);
        return TapeEncryptionPage.Finish(data, TapeEncryptionPage.ManagementCapabilities, Length);
    }
}
