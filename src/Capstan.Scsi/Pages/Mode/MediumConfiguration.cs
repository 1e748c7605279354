namespace Capstan.Scsi;

/// <summary>Medium Configuration mode page of a tape drive (SSC-4 8.3.7).</summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (1Dh)
// byte 1    PAGE LENGTH (1Eh)
// byte 2    0 WORMM
// byte 4    WORM MODE LABEL RESTRICTIONS
// byte 5    WORM MODE FILEMARKS RESTRICTIONS
public readonly record struct MediumConfiguration : IModePage<MediumConfiguration>
{
    public static readonly BitField WormModeField = BitField.Bit(2, 0);
    public static readonly BitField WormLabelRestrictionsField = BitField.WholeByte(4);
    public static readonly BitField WormFilemarkRestrictionsField = BitField.WholeByte(5);

    public static byte PageCode => 0x1D;
    public static int Length => 32;

    public bool ParametersSaveable { get; init; }

    /// <summary>WORMM: the loaded cartridge is WORM.</summary>
    public bool WormMode { get; init; }

    /// <summary>WORM MODE LABEL RESTRICTIONS: 0 no label may be overwritten, 1 some.</summary>
    public byte WormLabelRestrictions { get; init; }

    /// <summary>WORM MODE FILEMARKS RESTRICTIONS.</summary>
    public byte WormFilemarkRestrictions { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out MediumConfiguration page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            WormMode = WormModeField.IsSet(data),
            WormLabelRestrictions = data[4],
            WormFilemarkRestrictions = data[5],
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        WormModeField.Set(data, WormMode);
        data[4] = WormLabelRestrictions;
        data[5] = WormFilemarkRestrictions;
        return Length;
    }
}
