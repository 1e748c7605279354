using System.Collections.Immutable;
using System.Globalization;
using Capstan.Changer;

namespace Capstan.Operations.Changer;

/// <summary>What a user calls a place: <c>3</c> or <c>slot3</c>, <c>mail1</c>, <c>drive0</c>, or the label of the cartridge in it.</summary>
internal static class PlaceName
{
    public const string Forms = "a slot's number, mail1 for the first mail slot, drive0 for the first drive, or a cartridge's label";

    /// <summary>The place that is meant.</summary>
    /// <param name="text">As the user gave it.</param>
    /// <param name="status">What is where.</param>
    /// <param name="library">For messages: the changer's name.</param>
    /// <param name="byLabel">Whether a label will do: not for a place that has to be empty.</param>
    /// <exception cref="OperationException">There is no such place or cartridge, or several.</exception>
    public static LibraryElement Resolve(string text, LibraryStatus status, string library, bool byLabel = true)
    {
        if (byLabel && Number(text, "") is { } number && status.Find(text) is { IsEmpty: false } labelled)
            return ResolveDigits(text, number, labelled, status, library);
        if (TryPlace(text, status, library) is { } place)
            return place;
        if (!byLabel || text.Length == 0)
            throw new OperationException(ExitStatus.Usage, $"'{text}' is no place in a library: give a slot's number, mail1 for the first mail slot, or drive0 for the first drive.");
        ImmutableArray<LibraryElement> found = status.Find(text);
        return !found.IsEmpty ? Only(found, text, library) : throw new OperationException(ExitStatus.Tape,
            $"{library}: there is no cartridge {text} in the library. `capstan changer status` shows what is where; a cartridge whose label was not read is named by its slot.");
    }

    /// <summary>
    /// A number that is a label too. Labels have zeros at their front and slots have not; what could be both is not guessed.
    /// </summary>
    private static LibraryElement ResolveDigits(string text, int number, ImmutableArray<LibraryElement> labelled, LibraryStatus status, string library)
    {
        LibraryElement? place = text.StartsWith('0') ? null : status.Place(number);
        if (place is null || (labelled is [var same] && same.Address == place.Address))
            return Only(labelled, text, library);
        throw new OperationException(ExitStatus.Usage,
            $"{library}: '{text}' is {place.Name}, and the label of the cartridge in {string.Join(", ", labelled.Select(static element => element.Name))}. Say slot{number}, or name the cartridge by its slot.");
    }

    /// <exception cref="OperationException">There are several.</exception>
    private static LibraryElement Only(ImmutableArray<LibraryElement> found, string text, string library) => found is [var one] ? one
        : throw new OperationException(ExitStatus.Tape,
            $"{library}: the label {text} is on several cartridges: in {string.Join(", ", found.Select(static element => $"{element.Name} ({element.Barcode})"))}. Name the one that is meant by its slot.");

    /// <summary>Null when the text names no place, and may be a label.</summary>
    private static LibraryElement? TryPlace(string text, LibraryStatus status, string library)
    {
        if (Number(text, "") is { } plain)
            return status.Place(plain) ?? throw Missing(library, $"slot {plain}", Range(status));
        if (Number(text, "slot") is { } slot)
            return status.Place(slot) ?? throw Missing(library, $"slot {slot}", Range(status));
        if (Number(text, "drive") is { } drive)
            return Drive(drive, status, library);
        if (Number(text, "mail") is { } mail)
        {
            return mail >= 1 && mail <= status.MailSlots.Count ? status.MailSlots[mail - 1]
                : throw Missing(library, $"mail slot {mail}", status.MailSlots.Count == 0 ? "it has none" : $"it has mail1 to mail{status.MailSlots.Count}");
        }

        return null;
    }

    /// <exception cref="OperationException">There is no such drive.</exception>
    public static LibraryElement Drive(int number, LibraryStatus status, string library) =>
        status.Drive(number) ?? throw Missing(library, string.Create(CultureInfo.InvariantCulture, $"drive {number}"), status.Drives.Count switch
        {
            0 => "it has none",
            1 => "it has drive 0 only",
            _ => string.Create(CultureInfo.InvariantCulture, $"it has drives 0 to {status.Drives.Count - 1}"),
        });

    private static OperationException Missing(string library, string what, string has) =>
        new(ExitStatus.Usage, $"{library}: the library has no {what}: {has}.");

    private static string Range(LibraryStatus status) => status.Slots.Count + status.MailSlots.Count is > 0 and var last
        ? string.Create(CultureInfo.InvariantCulture, $"it has slots 1 to {last}{(status.MailSlots.Count > 0 ? $", those from {status.Slots.Count + 1} on are mail slots" : "")}")
        : "it has none";

    private static int? Number(string text, string prefix) =>
        text.StartsWith(prefix, StringComparison.OrdinalIgnoreCase)
        && int.TryParse(text.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;
}
