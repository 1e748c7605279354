using Capstan.Drive;

namespace Capstan.Operations;

/// <summary>
/// What people call the cartridge in the drive, from its memory and from where the drive got it: known although the tape cannot be read.
/// Moves no tape.
/// </summary>
/// <param name="Label">What an application wrote as the label (USER MEDIUM TEXT LABEL); null when nothing is there.</param>
/// <param name="Barcode">From the way to the drive where that knows it, else from the memory; null when neither does.</param>
/// <param name="Serial">MEDIUM SERIAL NUMBER, which the maker gave; null when the drive does not tell.</param>
/// <param name="Application">Who wrote the label: application name, or its vendor.</param>
public sealed record CartridgeNames(string? Label, string? Barcode, string? Serial, string? Application)
{
    /// <summary>Nothing is known.</summary>
    public static CartridgeNames Unknown { get; } = new(null, null, null, null);

    /// <summary>
    /// Asks the cartridge's memory. What a drive or the operating system refuses is null: a name is never a reason to fail. A reset or a
    /// change of medium that is told meanwhile is not kept back.
    /// </summary>
    /// <exception cref="TapeException">The drive was reset, or somebody changed the tape.</exception>
    internal static CartridgeNames Read(OpenDrive open) => Read(open.Drive, open.Source.Barcode);

    /// <param name="drive">The drive.</param>
    /// <param name="knownBarcode">As the way to the drive knows it, which is better than what somebody wrote into the memory.</param>
    internal static CartridgeNames Read(TapeDrive drive, string? knownBarcode)
    {
        try
        {
            CartridgeAttributes memory = drive.ReadAttributes();
            return new CartridgeNames(memory.Label, knownBarcode ?? memory.Barcode, memory.SerialNumber, memory.Application);
        }
        catch (TapeException e) when (e is TapeCommandException or TapeMediumException { Fault: not MediumFault.Changed }
            or TapeDeviceException { Fault: DeviceFault.PermissionDenied or DeviceFault.NotReady })
        {
            return new CartridgeNames(null, knownBarcode, null, null);
        }
    }

    /// <summary>
    /// For a question or an error: <c>OFFSITE-7, barcode CAP001L9</c>; <c>cartridge of serial number HFDE123456</c> where it has no name;
    /// <c>an unknown cartridge</c> where nothing is known.
    /// </summary>
    public override string ToString()
    {
        if (Label is not null && Barcode is not null && Label != Barcode)
            return $"{Label}, barcode {Barcode}";
        if ((Label ?? Barcode) is { } name)
            return Label is null ? $"barcode {name}" : name;
        return Serial is null ? "an unknown cartridge" : $"cartridge of serial number {Serial}";
    }
}
