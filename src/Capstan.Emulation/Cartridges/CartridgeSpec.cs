namespace Capstan.Emulation.Cartridges;

/// <summary>What a new cartridge is.</summary>
/// <param name="Barcode">1 to 32 printable ASCII characters.</param>
/// <param name="Medium">Kind of tape.</param>
/// <param name="CapacityBytes">Bytes of records until the physical end of the partition; each record counts its data and <see cref="Cartridge.RecordOverheadBytes"/>.</param>
/// <param name="EarlyWarningBytes">How far before that end early warning begins, in bytes; less than the capacity.</param>
/// <param name="Worm">Write once.</param>
/// <param name="WriteProtected">The write protect tab.</param>
public sealed record CartridgeSpec(
    string Barcode,
    MediumType Medium,
    long CapacityBytes,
    long EarlyWarningBytes,
    bool Worm = false,
    bool WriteProtected = false);
