namespace Capstan.Scsi;

/// <summary>For each pair of element types, whether a cartridge may go from the one to the other: four bytes of <see cref="DeviceCapabilities"/>.</summary>
// byte by source: transport, storage, import/export, data transfer; in each, by destination: 3 DT   2 I/E   1 ST   0 MT
public readonly record struct ElementMoves
{
    private const int Types = 4;
    private readonly ushort _bits;

    private ElementMoves(ushort bits) => _bits = bits;

    /// <summary>All but those that begin or end in the hand, which LTO libraries do not have.</summary>
    public static ElementMoves BetweenPlaces => new(0xEEE0);

    /// <summary>Whether a cartridge may go from the one to the other.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the four types.</exception>
    public bool Allows(ElementType source, ElementType destination) => (_bits & BitOf(source, destination)) != 0;

    /// <summary>The same with one pair allowed, or not.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the four types.</exception>
    public ElementMoves With(ElementType source, ElementType destination, bool allowed = true) =>
        new((ushort)(allowed ? _bits | BitOf(source, destination) : _bits & ~BitOf(source, destination)));

    internal static ElementMoves Read(ReadOnlySpan<byte> data)
    {
        int bits = 0;
        for (int source = 0; source < Types; source++) bits |= (data[source] & 0x0F) << (Types * source);
        return new((ushort)bits);
    }

    internal void Write(Span<byte> data)
    {
        for (int source = 0; source < Types; source++) data[source] = (byte)((data[source] & 0xF0) | ((_bits >> (Types * source)) & 0x0F));
    }

    private static int BitOf(ElementType source, ElementType destination) => 1 << ((Types * IndexOf(source)) + IndexOf(destination));

    private static int IndexOf(ElementType type) =>
        type is ElementType.All or > ElementType.DataTransfer ? throw new ArgumentOutOfRangeException(nameof(type)) : (int)type - 1;
}

/// <summary>
/// Device Capabilities mode page of a changer (SMC-3): where cartridges can stay, and from where to where they can go. In libraries after
/// SMC-1 alone the page is four bytes shorter (Quantum Scalar), and has no bits for attributes.
/// </summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (1Fh)
// byte 1    PAGE LENGTH (12h)
// byte 2    3 STORDT   2 STORI/E   1 STORST   0 STORMT
// byte 3    2 ACE   1 VTRP   0 S2C
// byte 4-7  MT->, ST->, I/E->, DT->: 7:6 READ ATTRIBUTE   3 DT   2 I/E   1 ST   0 MT
// byte 12-15 MT<>, ST<>, I/E<>, DT<>: 7:6 WRITE ATTRIBUTE  3 DT   2 I/E   1 ST   0 MT
public readonly record struct DeviceCapabilities : IModePage<DeviceCapabilities>
{
    private const int ShortestLength = 16;

    public static readonly BitField StoresDataTransferField = BitField.Bit(2, 3);
    public static readonly BitField StoresImportExportField = BitField.Bit(2, 2);
    public static readonly BitField StoresStorageField = BitField.Bit(2, 1);
    public static readonly BitField StoresMediumTransportField = BitField.Bit(2, 0);
    public static readonly BitField AutoCleanField = BitField.Bit(3, 2);
    public static readonly BitField VolumeTagReaderField = BitField.Bit(3, 1);
    public static readonly BitField Smc2Field = BitField.Bit(3, 0);

    public static byte PageCode => 0x1F;
    public static int Length => 20;

    public bool ParametersSaveable { get; init; }

    /// <summary>STORDT: a cartridge can stay in a drive.</summary>
    public bool StoresDataTransfer { get; init; }

    /// <summary>STORI/E: a cartridge can stay in a mail slot.</summary>
    public bool StoresImportExport { get; init; }

    /// <summary>STORST: a cartridge can stay in a slot.</summary>
    public bool StoresStorage { get; init; }

    /// <summary>STORMT: a cartridge can stay in the hand.</summary>
    public bool StoresMediumTransport { get; init; }

    /// <summary>ACE: drives are cleaned by themselves.</summary>
    public bool AutoClean { get; init; }

    /// <summary>VTRP: there is a reader for labels.</summary>
    public bool HasVolumeTagReader { get; init; }

    /// <summary>S2C: what SMC-2 added to this page means something.</summary>
    public bool HasSmc2Capabilities { get; init; }

    /// <summary>What MOVE MEDIUM can do.</summary>
    public ElementMoves Moves { get; init; }

    /// <summary>What EXCHANGE MEDIUM can do when the second destination is of the source's type: by source and first destination.</summary>
    public ElementMoves Exchanges { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out DeviceCapabilities page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, ShortestLength)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            StoresDataTransfer = StoresDataTransferField.IsSet(data),
            StoresImportExport = StoresImportExportField.IsSet(data),
            StoresStorage = StoresStorageField.IsSet(data),
            StoresMediumTransport = StoresMediumTransportField.IsSet(data),
            AutoClean = AutoCleanField.IsSet(data),
            HasVolumeTagReader = VolumeTagReaderField.IsSet(data),
            HasSmc2Capabilities = Smc2Field.IsSet(data),
            Moves = ElementMoves.Read(data[4..]),
            Exchanges = ElementMoves.Read(data[12..]),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        StoresDataTransferField.Set(data, StoresDataTransfer);
        StoresImportExportField.Set(data, StoresImportExport);
        StoresStorageField.Set(data, StoresStorage);
        StoresMediumTransportField.Set(data, StoresMediumTransport);
        AutoCleanField.Set(data, AutoClean);
        VolumeTagReaderField.Set(data, HasVolumeTagReader);
        Smc2Field.Set(data, HasSmc2Capabilities);
        Moves.Write(data[4..]);
        Exchanges.Write(data[12..]);
        return Length;
    }
}
