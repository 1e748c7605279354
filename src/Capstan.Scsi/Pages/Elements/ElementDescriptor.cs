using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>One element as READ ELEMENT STATUS tells it (SMC-3 6.11), in place.</summary>
// byte 0-1  ELEMENT ADDRESS
// byte 2    3 ACCESS (not the transport)   2 EXCEPT   0 FULL
//           of import/export also 7 OIR   6 CMC   5 INENAB   4 EXENAB   1 IMPEXP
// byte 4-5  ADDITIONAL SENSE CODE, QUALIFIER
// byte 6    of data transfer, up to SMC-2: 7 NOT BUS   5 ID VALID   4 LU VALID   2:0 LOGICAL UNIT NUMBER
// byte 7    likewise: SCSI BUS ADDRESS
// byte 9    7 SVALID   6 INVERT   3 ED   2:0 MEDIUM TYPE
// byte 10-11 SOURCE STORAGE ELEMENT ADDRESS
// then, each only where the page says so: primary volume tag (36), alternate volume tag (36)
// then ElementDeviceIdentifier, then vendor specific
public readonly ref struct ElementDescriptor
{
    /// <summary>What every descriptor has, in bytes.</summary>
    public const int FixedLength = 12;

    internal static readonly BitField OperatorInterventionField = BitField.Bit(2, 7);
    internal static readonly BitField ClosedMagazineField = BitField.Bit(2, 6);
    internal static readonly BitField ImportEnabledField = BitField.Bit(2, 5);
    internal static readonly BitField ExportEnabledField = BitField.Bit(2, 4);
    internal static readonly BitField AccessField = BitField.Bit(2, 3);
    internal static readonly BitField ExceptionField = BitField.Bit(2, 2);
    internal static readonly BitField ImportExportField = BitField.Bit(2, 1);
    internal static readonly BitField FullField = BitField.Bit(2, 0);
    internal static readonly BitField NotBusField = BitField.Bit(6, 7);
    internal static readonly BitField IdValidField = BitField.Bit(6, 5);
    internal static readonly BitField LunValidField = BitField.Bit(6, 4);
    internal static readonly BitField LunField = new(Byte: 6, High: 2, Low: 0);
    internal static readonly BitField SourceValidField = BitField.Bit(9, 7);
    internal static readonly BitField InvertField = BitField.Bit(9, 6);
    internal static readonly BitField DisabledField = BitField.Bit(9, 3);
    internal static readonly BitField MediumTypeField = new(Byte: 9, High: 2, Low: 0);

    private readonly bool _hasPrimary;
    private readonly bool _hasAlternate;

    internal ElementDescriptor(ElementType type, ReadOnlySpan<byte> bytes, int offset, bool hasPrimary, bool hasAlternate, bool isCut)
    {
        Type = type;
        Bytes = bytes;
        Offset = offset;
        IsCut = isCut;
        _hasPrimary = hasPrimary;
        _hasAlternate = hasAlternate;
    }

    /// <summary>Which kind of place it is.</summary>
    public ElementType Type { get; }

    /// <summary>The whole descriptor, at least 12 bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>Where it begins in the data it was read from, in bytes.</summary>
    public int Offset { get; }

    /// <summary>The data end inside it: what is missing reads as blank.</summary>
    public bool IsCut { get; }

    /// <summary>ELEMENT ADDRESS.</summary>
    public ushort Address => BinaryPrimitives.ReadUInt16BigEndian(Bytes);

    /// <summary>FULL: a cartridge is in it.</summary>
    public bool IsFull => FullField.IsSet(Bytes);

    /// <summary>EXCEPT: something is wrong with it, <see cref="ExceptionCode"/> says what; FULL may be wrong then.</summary>
    public bool IsException => ExceptionField.IsSet(Bytes);

    /// <summary>ADDITIONAL SENSE CODE and QUALIFIER. Some changers give one without EXCEPT.</summary>
    public SenseCode ExceptionCode => new(Bytes[4], Bytes[5]);

    /// <summary>ACCESS: the hand can reach it; of a drive, it has given the cartridge out. Always false for the transport.</summary>
    public bool IsAccessible => Type != ElementType.MediumTransport && AccessField.IsSet(Bytes);

    /// <summary>IMPEXP: an operator put the cartridge there. Import/export elements only.</summary>
    public bool IsPlacedByOperator => IsImportExport && ImportExportField.IsSet(Bytes);

    /// <summary>EXENAB: cartridges can be taken out there. Import/export elements only.</summary>
    public bool IsExportEnabled => IsImportExport && ExportEnabledField.IsSet(Bytes);

    /// <summary>INENAB: cartridges can be put in there. Import/export elements only.</summary>
    public bool IsImportEnabled => IsImportExport && ImportEnabledField.IsSet(Bytes);

    /// <summary>CMC: in a magazine that moves as a whole. Import/export elements only.</summary>
    public bool IsInMagazine => IsImportExport && ClosedMagazineField.IsSet(Bytes);

    /// <summary>OIR: an operator has to do something. Import/export elements only.</summary>
    public bool NeedsOperator => IsImportExport && OperatorInterventionField.IsSet(Bytes);

    /// <summary>ED: cannot be used: no magazine, or switched off.</summary>
    public bool IsDisabled => DisabledField.IsSet(Bytes);

    /// <summary>INVERT, of a two-sided medium.</summary>
    public bool IsInverted => SourceValidField.IsSet(Bytes) && InvertField.IsSet(Bytes);

    /// <summary>MEDIUM TYPE.</summary>
    public ElementMediumType MediumType => (ElementMediumType)MediumTypeField.Get(Bytes);

    /// <summary>SOURCE STORAGE ELEMENT ADDRESS where SVALID: the slot that the cartridge came from.</summary>
    public ushort? Source => SourceValidField.IsSet(Bytes) ? BinaryPrimitives.ReadUInt16BigEndian(Bytes[10..]) : null;

    /// <summary>SCSI BUS ADDRESS where ID VALID: SCSI ID of the drive (parallel SCSI). Data transfer elements only.</summary>
    public byte? BusAddress => Type == ElementType.DataTransfer && IdValidField.IsSet(Bytes) ? Bytes[7] : null;

    /// <summary>LOGICAL UNIT NUMBER where LU VALID, 0 to 7. Data transfer elements only.</summary>
    public byte? Lun => Type == ElementType.DataTransfer && LunValidField.IsSet(Bytes) ? (byte)LunField.Get(Bytes) : null;

    /// <summary>NOT BUS: the drive is not on the changer's bus. Data transfer elements only.</summary>
    public bool IsOnOtherBus => Type == ElementType.DataTransfer && NotBusField.IsSet(Bytes);

    /// <summary>Whether the answer has primary volume tags (PVOLTAG).</summary>
    public bool HasPrimaryVolumeTag => _hasPrimary;

    /// <summary>Whether the answer has alternate volume tags (AVOLTAG).</summary>
    public bool HasAlternateVolumeTag => _hasAlternate;

    /// <summary>What is written on the cartridge; blank where the answer has no tags.</summary>
    public VolumeTagView PrimaryVolumeTag => _hasPrimary ? new(Part(FixedLength, VolumeTag.Length)) : default;

    /// <summary>What is written on its other side.</summary>
    public VolumeTagView AlternateVolumeTag => _hasAlternate ? new(Part(FixedLength + (_hasPrimary ? VolumeTag.Length : 0), VolumeTag.Length)) : default;

    /// <summary>The device in the element; with an empty value where there is none or the changer does not tell.</summary>
    public ElementDeviceIdentifierView Identifier
    {
        get
        {
            ReadOnlySpan<byte> rest = Part(IdentifierOffset, Bytes.Length);
            if (rest.Length < ElementDeviceIdentifier.HeaderLength) return default;

            int length = Math.Min(rest[ElementDeviceIdentifier.LengthByte], rest.Length - ElementDeviceIdentifier.HeaderLength);
            return new(
                (DesignatorCodeSet)ElementDeviceIdentifier.CodeSetField.Get(rest),
                (DesignatorType)ElementDeviceIdentifier.TypeField.Get(rest),
                rest.Slice(ElementDeviceIdentifier.HeaderLength, length));
        }
    }

    /// <summary>What follows the identifier, its padding included.</summary>
    public ReadOnlySpan<byte> VendorBytes
    {
        get
        {
            ReadOnlySpan<byte> rest = Part(IdentifierOffset, Bytes.Length);
            return rest.Length < ElementDeviceIdentifier.HeaderLength ? rest : rest[(ElementDeviceIdentifier.HeaderLength + Identifier.Value.Length)..];
        }
    }

    /// <summary>Where the identifier's header would be, in bytes from the descriptor's beginning.</summary>
    internal int IdentifierOffset => FixedLength + (_hasPrimary ? VolumeTag.Length : 0) + (_hasAlternate ? VolumeTag.Length : 0);

    private bool IsImportExport => Type == ElementType.ImportExport;

    /// <summary>As a value that outlives the buffer.</summary>
    public ElementStatus ToStatus() => new(Type, Address)
    {
        IsFull = IsFull,
        IsException = IsException,
        ExceptionCode = ExceptionCode,
        IsAccessible = IsAccessible,
        IsPlacedByOperator = IsPlacedByOperator,
        IsExportEnabled = IsExportEnabled,
        IsImportEnabled = IsImportEnabled,
        IsInMagazine = IsInMagazine,
        NeedsOperator = NeedsOperator,
        IsDisabled = IsDisabled,
        IsInverted = IsInverted,
        MediumType = MediumType,
        Source = Source,
        BusAddress = BusAddress,
        Lun = Lun,
        IsOnOtherBus = IsOnOtherBus,
        PrimaryVolumeTag = _hasPrimary ? PrimaryVolumeTag.ToTag() : null,
        AlternateVolumeTag = _hasAlternate ? AlternateVolumeTag.ToTag() : null,
        Identifier = Identifier.ToIdentifier(),
        VendorBytes = VendorBytes.IsEmpty ? default : [.. VendorBytes],
    };

    /// <summary>So much of a part as is there.</summary>
    private ReadOnlySpan<byte> Part(int offset, int length) =>
        offset >= Bytes.Length ? default : Bytes.Slice(offset, Math.Min(length, Bytes.Length - offset));
}
