using Capstan.Changer;
using Capstan.Scsi;

namespace Capstan.Operations.Changer;

/// <summary>
/// Which of the drives that a host sees is in which element, by serial number. Changers tell it as text alone, behind vendor and
/// product, padded on either side, or in an identifier of another form that has it at its end.
/// </summary>
internal static class DriveMatch
{
    /// <summary>A serial number that is shorter might be part of anything.</summary>
    private const int ShortestPart = 6;

    /// <summary>The serial number of the drive in an element as the changer tells it; null where it does not.</summary>
    public static string? SerialOf(LibraryElement element)
    {
        if (element.Device is not { } device)
            return null;
        string? serial = device.SerialNumber?.Trim();
        if (!string.IsNullOrEmpty(serial))
            return serial;
        string text = device.ToString().Trim();
        return text.Length > 0 ? text : null;
    }

    /// <summary>The drive in an element; null where none fits, or several do.</summary>
    /// <param name="drives">All drives of the library: a number that two of them have tells nothing.</param>
    public static DriveCandidate? Find(LibraryElement element, IReadOnlyList<DriveCandidate> candidates, IReadOnlyList<LibraryElement> drives)
    {
        DriveCandidate? bySerial = element.Device is { } device && SerialOf(element) is { } told && CountOf(told, drives) <= 1
            ? Single(candidates, candidate => Has(candidate, told))
                ?? Single(candidates, candidate => Serial(candidate) is { Length: >= ShortestPart } serial && IsEndOf(device, told, serial))
            : null;
        // Where the changer does not tell, somebody may have said which drive has which number.
        return bySerial ?? Single(candidates, candidate => candidate.Number == element.Number);
    }

    /// <summary>Why there is no drive for an element, in brackets behind a space; empty where the changer tells no serial number.</summary>
    public static string Trouble(LibraryElement element, IReadOnlyList<DriveCandidate> candidates, IReadOnlyList<LibraryElement> drives)
    {
        if (SerialOf(element) is not { } told)
            return "";
        int count = CountOf(told, drives);
        string[] devices = [.. candidates.Where(candidate => Has(candidate, told)).Select(static candidate => candidate.Device).Distinct()];
        return count > 1 ? $" (the library tells serial {told} of {count} drives)"
            : devices.Length > 1 ? $" ({string.Join(" and ", devices)} have its serial {told})"
            : $" (serial {told})";
    }

    private static int CountOf(string told, IReadOnlyList<LibraryElement> drives) =>
        drives.Count(drive => string.Equals(SerialOf(drive), told, StringComparison.OrdinalIgnoreCase));

    private static bool Has(DriveCandidate candidate, string told) =>
        Serial(candidate) is { Length: > 0 } serial && serial.Equals(told, StringComparison.OrdinalIgnoreCase);

    private static string? Serial(DriveCandidate candidate) => candidate.SerialNumber?.Trim();

    /// <summary>The one at the end of the other, whichever of them is longer: changers cut numbers to ten characters, and put zeros before them.</summary>
    private static bool IsEndOf(ElementDeviceIdentifier device, string told, string serial)
    {
        if (told.EndsWith(serial, StringComparison.OrdinalIgnoreCase))
            return true;
        if (told.Length >= ShortestPart && serial.EndsWith(told, StringComparison.OrdinalIgnoreCase))
            return true;
        // Text that is marked as binary.
        ReadOnlySpan<byte> value = device.Value.AsSpan().TrimEnd(" \0"u8);
        return device.CodeSet != DesignatorCodeSet.Ascii && value.Length >= serial.Length
            && System.Text.Ascii.EqualsIgnoreCase(value[^serial.Length..], serial);
    }

    private static DriveCandidate? Single(IReadOnlyList<DriveCandidate> candidates, Func<DriveCandidate, bool> fits)
    {
        DriveCandidate[] found = [.. candidates.Where(fits).Take(2)];
        return found is [var one] ? one : null;
    }
}
