namespace Capstan.Emulation.Cartridges;

/// <summary>What a cartridge says about itself, without being opened.</summary>
/// <param name="Barcode">Its label.</param>
/// <param name="Medium">Kind of tape.</param>
/// <param name="CapacityBytes">Bytes until the physical end.</param>
/// <param name="UsedBytes">Bytes recorded and durable, each object with its overhead.</param>
/// <param name="FileBytes">Length of its files on the host's disk.</param>
/// <param name="IsWriteProtected">The write protect tab.</param>
/// <param name="IsWorm">Write-once.</param>
/// <param name="LoadCount">How often it was loaded into a drive.</param>
internal readonly record struct CartridgeSummary(
    string Barcode, MediumType Medium, long CapacityBytes, long UsedBytes, long FileBytes, bool IsWriteProtected, bool IsWorm, long LoadCount);
