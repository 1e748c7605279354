namespace Capstan.Emulation.Cartridges;

/// <summary>Kind of a tape: what MODE SENSE, REPORT DENSITY SUPPORT and the cartridge memory say about it.</summary>
/// <param name="Name">As printed on the box: <c>LTO-9</c>.</param>
/// <param name="DensityCode">DENSITY CODE of the block descriptor (60h: LTO-9).</param>
/// <param name="MediumTypeCode">MEDIUM TYPE of the mode parameter header, IBM notation: generation in the high digit, 8 data or C WORM.</param>
/// <param name="BarcodeSuffix">Last two characters of a barcode of this kind.</param>
/// <param name="NativeCapacityBytes">Bytes without compression.</param>
public sealed record MediumType(string Name, byte DensityCode, byte MediumTypeCode, string BarcodeSuffix, long NativeCapacityBytes)
{
    /// <summary>LTO-2, 200 GB: the oldest that a drive here reads.</summary>
    public static MediumType Lto2 { get; } = new("LTO-2", 0x42, 0x28, "L2", 200_000_000_000)
    {
        Description = "Ultrium 2/8T", DensityName = "U-28", BitsPerMillimetre = 7398, Tracks = 512,
    };

    /// <summary>LTO-3, 400 GB.</summary>
    public static MediumType Lto3 { get; } = new("LTO-3", 0x44, 0x38, "L3", 400_000_000_000)
    {
        Description = "Ultrium 3/16T", DensityName = "U-316", BitsPerMillimetre = 9638, Tracks = 704, LengthMetres = 680,
    };

    /// <summary>LTO-4, 800 GB.</summary>
    public static MediumType Lto4 { get; } = new("LTO-4", 0x46, 0x48, "L4", 800_000_000_000)
    {
        Description = "Ultrium 4/16T", DensityName = "U-416", BitsPerMillimetre = 12725, Tracks = 896, LengthMetres = 820,
    };

    /// <summary>LTO-5, 1.5 TB: the first with two partitions.</summary>
    public static MediumType Lto5 { get; } = new("LTO-5", 0x58, 0x58, "L5", 1_500_000_000_000)
    {
        Description = "Ultrium 5/16T", DensityName = "U-516", BitsPerMillimetre = 15142, Tracks = 1280, LengthMetres = 846,
    };

    /// <summary>LTO-6, 2.5 TB.</summary>
    public static MediumType Lto6 { get; } = new("LTO-6", 0x5A, 0x68, "L6", 2_500_000_000_000)
    {
        Description = "Ultrium 6/16T", DensityName = "U-616", BitsPerMillimetre = 15143, Tracks = 2176, LengthMetres = 846,
    };

    /// <summary>LTO-7, 6 TB: the first with four partitions.</summary>
    public static MediumType Lto7 { get; } = new("LTO-7", 0x5C, 0x78, "L7", 6_000_000_000_000)
    {
        Description = "Ultrium 7/32T", DensityName = "U-732", BitsPerMillimetre = 19107, Tracks = 3584, LengthMetres = 960,
    };

    /// <summary>An LTO-7 cartridge that an LTO-8 drive initialised for 9 TB (type M).</summary>
    public static MediumType LtoM8 { get; } = new("LTO-M8", 0x5D, 0x78, "M8", 9_000_000_000_000)
    {
        Description = "Ultrium M8/32T", DensityName = "U-832M", BitsPerMillimetre = 19107, Tracks = 5376, LengthMetres = 960,
    };

    /// <summary>LTO-8, 12 TB.</summary>
    public static MediumType Lto8 { get; } = new("LTO-8", 0x5E, 0x88, "L8", 12_000_000_000_000)
    {
        Description = "Ultrium 8/32T", DensityName = "U-832", BitsPerMillimetre = 20668, Tracks = 6656, LengthMetres = 960,
    };

    /// <summary>LTO-9, 18 TB.</summary>
    public static MediumType Lto9 { get; } = new("LTO-9", 0x60, 0x98, "L9", 18_000_000_000_000)
    {
        Description = "Ultrium 9/32T", DensityName = "U-932", BitsPerMillimetre = 21457, Tracks = 8960, LengthMetres = 1035,
    };

    /// <summary>LTO-10, 30 TB.</summary>
    public static MediumType Lto10 { get; } = new("LTO-10", 0x62, 0xA8, "LA", 30_000_000_000_000)
    {
        Description = "Ultrium 10/32T", DensityName = "U-1032", BitsPerMillimetre = 21457, Tracks = 15104, LengthMetres = 1035,
    };

    /// <summary>LTO-10 on a longer tape of aramid, 40 TB.</summary>
    public static MediumType Lto10P { get; } = new("LTO-10P", 0x63, 0xA9, "PA", 40_000_000_000_000)
    {
        Description = "Ultrium 10P/32T", DensityName = "U-1032P", BitsPerMillimetre = 21457, Tracks = 15104, LengthMetres = 1380,
    };

    /// <summary>A cartridge that cleans a drive and holds no data. Its capacity is what its file could hold, which nobody writes.</summary>
    public static MediumType Cleaning { get; } = new("CLEANING", 0x00, 0x01, "CU", 1_000_000)
    {
        Description = "Ultrium cleaning", LengthMetres = 319,
    };

    /// <summary>Every type of tape for data, the oldest first.</summary>
    public static IReadOnlyList<MediumType> All { get; } = [Lto2, Lto3, Lto4, Lto5, Lto6, Lto7, LtoM8, Lto8, Lto9, Lto10, Lto10P];

    /// <summary>DESCRIPTION of REPORT DENSITY SUPPORT, at most 20 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>DENSITY NAME of REPORT DENSITY SUPPORT, at most 8 characters.</summary>
    public string DensityName { get; init; } = "";

    /// <summary>BITS PER MM of REPORT DENSITY SUPPORT.</summary>
    public int BitsPerMillimetre { get; init; }

    /// <summary>TRACKS of REPORT DENSITY SUPPORT: written across the tape.</summary>
    public int Tracks { get; init; }

    /// <summary>Of the tape.</summary>
    public int LengthMetres { get; init; }

    /// <summary>Partitions that fit: LTO-5 (58h) and LTO-6 (5Ah) two, before one, after four.</summary>
    public int MaxPartitions => DensityCode switch
    {
        < 0x58 => 1,
        0x58 or 0x5A => 2,
        _ => 4,
    };

    /// <summary>Last two characters of a barcode of a write-once cartridge of this kind: LT (LTO-3) to LZ (LTO-9).</summary>
    public string WormBarcodeSuffix => MediumTypeCode >> 4 is >= 3 and <= 9 and var generation ? $"L{(char)('T' + generation - 3)}" : BarcodeSuffix;

    /// <summary>The known type with this density, or null.</summary>
    public static MediumType? FromDensity(byte densityCode) =>
        densityCode == Cleaning.DensityCode ? Cleaning : All.FirstOrDefault(type => type.DensityCode == densityCode);

    /// <summary>The type that a user names: <c>LTO-9</c>, <c>lto9</c> or <c>L9</c>; null when there is none.</summary>
    public static MediumType? Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string plain = text.Replace("-", "", StringComparison.Ordinal);
        return All.FirstOrDefault(type =>
            type.BarcodeSuffix.Equals(plain, StringComparison.OrdinalIgnoreCase)
            || type.Name.Replace("-", "", StringComparison.Ordinal).Equals(plain, StringComparison.OrdinalIgnoreCase));
    }
}
