namespace Capstan.Emulation.Cartridges;

/// <summary>Kind of a tape: what MODE SENSE, REPORT DENSITY SUPPORT and the cartridge memory say about it.</summary>
/// <param name="Name">As printed on the box: <c>LTO-9</c>.</param>
/// <param name="DensityCode">DENSITY CODE of the block descriptor (60h: LTO-9).</param>
/// <param name="MediumTypeCode">MEDIUM TYPE of the mode parameter header, IBM notation: generation in the high digit, 8 data or C WORM.</param>
/// <param name="BarcodeSuffix">Last two characters of a barcode of this kind.</param>
/// <param name="NativeCapacityBytes">Bytes without compression.</param>
public sealed record MediumType(string Name, byte DensityCode, byte MediumTypeCode, string BarcodeSuffix, long NativeCapacityBytes)
{
    /// <summary>LTO-9, 18 TB.</summary>
    public static MediumType Lto9 { get; } = new("LTO-9", 0x60, 0x98, "L9", 18_000_000_000_000);

    /// <summary>LTO-8, 12 TB.</summary>
    public static MediumType Lto8 { get; } = new("LTO-8", 0x5E, 0x88, "L8", 12_000_000_000_000);

    /// <summary>Partitions that fit: LTO-5 (58h) and LTO-6 (5Ah) two, before one, after four.</summary>
    public int MaxPartitions => DensityCode switch
    {
        < 0x58 => 1,
        0x58 or 0x5A => 2,
        _ => 4,
    };

    /// <summary>The known type with this density, or null.</summary>
    public static MediumType? FromDensity(byte densityCode) =>
        densityCode == Lto9.DensityCode ? Lto9 : densityCode == Lto8.DensityCode ? Lto8 : null;
}
