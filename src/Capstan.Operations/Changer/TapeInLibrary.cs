using System.Buffers;
using System.Globalization;
using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Changer;
using Capstan.Drive;
using Capstan.Operations.Configuration;
using Capstan.Transport;

namespace Capstan.Operations.Changer;

/// <summary>
/// An operation failed because another tape belongs into the drive: says where in the drive's library that one is, and the command that
/// brings it. Only looks; whatever goes wrong here leaves the failure as it was.
/// </summary>
internal static class TapeInLibrary
{
    /// <summary>A library that takes its inventory is not waited for: the user waits for a message.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-/:[]");

    /// <summary>Whether another tape in the drive would help.</summary>
    public static bool IsAnotherTapeNeeded(OperationException failure) =>
        failure.InnerException is MediaException or TapeMediumException
        {
            Fault: MediumFault.NotPresent or MediumFault.NotLoaded or MediumFault.WriteProtected or MediumFault.WriteOnce or MediumFault.Incompatible,
        };

    /// <summary>For who reads: the tape with the backup on it.</summary>
    public static OperationException Explain(OperationContext context, string? device, OperationException failure, TapeInfo needed) =>
        Explain(context, device, failure, seat =>
        {
            string what = $"Tape {needed.Label}";
            LibraryElement[] found = [.. seat.Status.All.Where(element => IsOn(element, needed))];
            return found is not [var place]
                ? $"{what} is not among the labels in {seat.Seat.Changer}, the library of this drive; `capstan changer status --changer {Word(seat.Seat.Changer)}` shows what is there."
                : place.Address == seat.Drive.Address ? $"{what} is in this drive: `capstan drive load --device {Word(seat.Seat.Drive.Device)}` takes it in."
                : Load(what, place, seat);
        });

    /// <summary>For who writes: the tape that was written to last, else one that nobody has used yet.</summary>
    public static OperationException Explain(OperationContext context, string? device, OperationException failure) =>
        Explain(context, device, failure, seat =>
        {
            LibraryElement[] places =
            [
                .. seat.Status.All.Where(element => element is { IsFull: true, IsCleaning: false, IsDisabled: false, Barcode: not null } && element.Address != seat.Drive.Address),
            ];
            using TapeCatalog catalog = CatalogOperations.OpenCatalog(context);
            IReadOnlyList<TapeInfo> known = catalog.ListTapes();
            IEnumerable<TapeInfo> writable = catalog.ListBackups().Reverse().Where(static backup => backup.Parts.Count > 0)
                .Select(backup => known.FirstOrDefault(tape => tape.Uuid == backup.Parts[^1].Tape)).OfType<TapeInfo>()
                .Where(static tape => tape.State == TapeState.Writable).Distinct();
            foreach (TapeInfo tape in writable)
            {
                if (places.FirstOrDefault(element => IsOn(element, tape)) is { } place)
                    return Load($"Tape {tape.Label}, which has room for more,", place, seat);
            }

            string? suffix = seat.Drive.Device is { Vendor: { } vendor, Product: { } product } && DriveGeneration.Of(vendor, product) is { } generation
                ? "L" + generation[(generation.IndexOf('-', StringComparison.Ordinal) + 1)..] : null;
            LibraryElement? unused = places.Where(element => !known.Any(tape => IsOn(element, tape)) && seat.Status.Slots.Contains(element))
                .OrderBy(element => suffix is null || element.Barcode!.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) ? 0 : 1).FirstOrDefault();
            return unused is not null
                ? Load($"{unused.Barcode}, which the catalog does not know yet,", unused, seat)
                : $"`capstan changer status --changer {Word(seat.Seat.Changer)}` shows which tapes are in the library of this drive.";
        });

    private static OperationException Explain(OperationContext context, string? device, OperationException failure, Func<Found, string> describe)
    {
        return Ask(context, device, asksPortal: true, (seat, patience) => Describe(context, seat, describe, patience)) is { } sentence
            ? new OperationException(failure.Status, $"{failure.Message} {sentence}", failure) : failure;
    }

    /// <summary>Asks the changers that may have a drive until one answers; null when none does.</summary>
    private static string? Ask(OperationContext context, string? device, bool asksPortal, Func<ChangerSeat, CancellationToken, string?> ask)
    {
        using var patience = new CancellationTokenSource(Patience, context.Time);
        try
        {
            foreach (ChangerSeat seat in context.Drives.FindChangers(device, asksPortal))
            {
                if (ask(seat, patience.Token) is { } answer)
                    return answer;
            }
        }
        catch (Exception e) when (IsMinor(e))
        {
            // Whatever is asked for here is of use, and not needed.
        }

        return null;
    }

    /// <summary>What is written on the cartridge in a drive, where its library can tell at once.</summary>
    public static string? BarcodeOf(OperationContext context, string? device) => Ask(context, device, asksPortal: false, (seat, patience) =>
    {
        try
        {
            return Look(context, seat, patience) is { Drive: { IsFull: true, Barcode: { Length: > 0 } barcode } } ? barcode : null;
        }
        catch (Exception e) when (IsMinor(e))
        {
            return null;
        }
    });

    /// <summary>What is in a library, and which of its drives the drive is; null where it is in another library.</summary>
    private static Found? Look(OperationContext context, ChangerSeat seat, CancellationToken patience)
    {
        OpenedChanger opened = seat.Open();
        using var changer = MediaChanger.Open(opened.Transport, context.Time, null, patience);
        LibraryStatus status = changer.ReadStatus();
        // What the changer tells counts before what somebody wrote down.
        LibraryElement? drive = status.Drives.FirstOrDefault(element => DriveMatch.Find(element, [seat.Drive with { Number = null }], status.Drives) is not null)
            ?? (seat.Drive.Number is { } number && status.Drive(number) is { } named && (DriveMatch.SerialOf(named) is null || seat.Drive.SerialNumber is null) ? named : null);
        return drive is null ? null : new Found(seat, status, drive);
    }

    private static string? Describe(OperationContext context, ChangerSeat seat, Func<Found, string> describe, CancellationToken patience)
    {
        try
        {
            return Look(context, seat, patience) is { } found ? describe(found) : null;
        }
        catch (Exception e) when (IsMinor(e))
        {
            if (!seat.IsCertain)
                return null;
            return e is OperationCanceledException
                ? $"{seat.Changer}, the library of this drive, takes its inventory now; `capstan changer status --changer {Word(seat.Changer)}` waits for that and shows which tapes are there."
                : $"Which tapes are in the library of this drive cannot be told: {e.Message}";
        }
    }

    private static bool IsMinor(Exception e) =>
        e is OperationException or ChangerException or ScsiTransportException or CatalogException or IOException or UnauthorizedAccessException or OperationCanceledException;

    private static bool IsOn(LibraryElement element, TapeInfo tape) =>
        element.Barcode is { } barcode && string.Equals(barcode, tape.Barcode ?? tape.Label, StringComparison.OrdinalIgnoreCase);

    private static string Load(string what, LibraryElement place, Found found)
    {
        // A label that the shell or the command would read in another way is named by its place.
        string cartridge = place.Barcode is { } barcode && barcode.AsSpan().IndexOfAnyExcept(Plain) < 0 && !IsPlace(barcode) && found.Status.Find(barcode).Length == 1
            ? barcode
            : place.Type == Scsi.ElementType.DataTransfer ? string.Create(CultureInfo.InvariantCulture, $"drive{place.Number}")
            : string.Create(CultureInfo.InvariantCulture, $"{place.Number}");
        return string.Create(CultureInfo.InvariantCulture,
            $"{what} is in {place.Name} of {found.Seat.Changer}: `capstan changer load {cartridge} {found.Drive.Number} --changer {Word(found.Seat.Changer)}` brings it into the drive.");
    }

    private static bool IsPlace(string label) => label.AsSpan().TrimEnd("0123456789").ToString().ToUpperInvariant() is "" or "SLOT" or "MAIL" or "DRIVE";

    /// <summary>As a shell takes it.</summary>
    private static string Word(string text) => text.AsSpan().IndexOfAnyExcept(Plain) < 0 ? text : $"'{text.Replace("'", @"'\''", StringComparison.Ordinal)}'";

    private sealed record Found(ChangerSeat Seat, LibraryStatus Status, LibraryElement Drive);
}
