using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Drive;
using Capstan.Operations.Raw;

namespace Capstan.Operations.Erasing;

/// <summary>The tape that is to be destroyed: whose it is, whether it is the one that was meant, and what the catalog loses with it.</summary>
internal sealed class DoomedTape
{
    private readonly OperationContext _context;
    private readonly OpenDrive _open;
    private readonly MediaLabel? _label;
    private readonly IReadOnlyList<BackupInfo> _backups;

    private DoomedTape(OperationContext context, OpenDrive open, string description, string? barcode, MediaLabel? label, IReadOnlyList<BackupInfo> backups)
    {
        Barcode = barcode;
        _context = context;
        _open = open;
        _label = label;
        _backups = backups;
        Description = description;
    }

    /// <summary>For people: <c>tape monday (12345678), barcode CAP001L9</c>.</summary>
    public string Description { get; }

    public string? Label => _label?.Text;

    /// <summary>Of the library, or of the cartridge's memory; null where neither tells.</summary>
    public string? Barcode { get; }

    private TapeDrive Drive => _open.Drive;

    /// <summary>Makes the drive ready, refuses tapes that cannot be destroyed, and reads the label. The tape stands in partition 0 then.</summary>
    /// <exception cref="OperationException">Write-protected, write-once, or no tape.</exception>
    public static DoomedTape Look(OperationContext context, OpenDrive open, string verb, CancellationToken cancellation)
    {
        TapeDrive drive = open.Drive;
        open.RequireAlone(context, forWriting: true);
        open.Recover(context, cancellation);
        drive.WaitUntilReady(new Readiness(context.Listener), cancellation);
        if (drive.ReadWriteOnce() == true)
            throw new OperationException(ExitStatus.Tape, $"{drive.Name}: this is a write-once (WORM) cartridge: it cannot be {verb}. Nothing was changed. Backups append to it; when it is full, take another one.");
        if (drive.IsWriteProtected)
            throw new OperationException(ExitStatus.Tape, $"{drive.Name}: the tape is write-protected. Slide the tab on the cartridge, or use another tape. Nothing was changed.");
        context.Listener.Phase("reading the label");
        RawTape.PrepareLook(drive);
        if (drive.ReportsPosition)
            drive.ChangePartition(0);
        CartridgeNames names = CartridgeNames.Read(open);
        (string what, MediaLabel? label) = Identify(drive);
        // The memory may remember what the tape does not tell any more.
        if (label is null && names.Label is { } remembered)
            what += $", which its memory calls '{remembered}'";
        string description = what + (names.Barcode is { } barcode ? $", barcode {barcode}" : ", barcode unknown");
        return new DoomedTape(context, open, description, names.Barcode, label, BackupsOn(context, label));
    }

    /// <summary>Refuses another tape than the one that was meant, and asks.</summary>
    /// <param name="consent">What the user said so far.</param>
    /// <param name="what">What happens, as the beginning of a question: "erase".</param>
    /// <param name="cost">What there is to know before it is done; empty for nothing.</param>
    /// <exception cref="OperationException">It is another tape, nobody can be asked, or the answer is no. Nothing was changed.</exception>
    public void Require(Consent consent, string what, string cost)
    {
        if (consent.ExpectBarcode is { } barcode && barcode != Barcode)
        {
            throw new OperationException(ExitStatus.Tape, Barcode is null
                ? $"{Drive.Name}: --expect-barcode {barcode}: the barcode of the cartridge in the drive is not known here. Nothing was changed."
                : $"{Drive.Name}: the drive holds {Description}, not {barcode}. Nothing was changed.");
        }

        if (consent.ExpectLabel is { } label && label != Label)
            throw new OperationException(ExitStatus.Tape, $"{Drive.Name}: the drive holds {Description}; its label is {(Label is null ? "none of Capstan's" : $"'{Label}'")}, not '{label}'. Nothing was changed.");
        string loss = _backups.Count == 0 ? "" : $" {Backups} on it will be gone: {string.Join(", ", _backups.Take(5).Select(backup => backup.ShortId))}{(_backups.Count > 5 ? ", ..." : "")}.";
        string question = $"{what} {Description}, in {_open.Source.Device}? Everything on it is lost.{loss}{(cost.Length > 0 ? " " + cost : "")}";
        if (consent.Yes)
        {
            _context.Listener.Note($"{what} {Description}: --yes was given{(loss.Length > 0 ? ";" + loss.TrimEnd('.') : "")}");
            return;
        }

        if (consent.Ask is null)
            throw new OperationException(ExitStatus.Usage, $"{question} There is no terminal to ask on: say --yes when that may be. Nothing was changed.");
        if (!consent.Ask(question))
            throw new OperationException(ExitStatus.Failed, "It was not done: the answer was no. Nothing was changed.");
    }

    /// <summary>
    /// The catalog forgets what was on the tape, when the drive has begun to destroy it: who dies before has a catalog that lists too much,
    /// which a restore tells; the other way it would list too little of a tape that is whole.
    /// </summary>
    /// <returns>Ids of the backups.</returns>
    public IReadOnlyList<string> Forget()
    {
        if (_label is null || _backups.Count == 0)
            return [];
        using TapeCatalog catalog = CatalogOperations.OpenCatalog(_context);
        catalog.RemoveTapeContents(_label.Uuid);
        _context.Listener.Note($"the catalog forgot {Backups} that {(_backups.Count == 1 ? "was" : "were")} on it");
        return [.. _backups.Select(backup => backup.ShortId)];
    }

    private string Backups => _backups.Count == 1 ? "1 backup" : $"{_backups.Count} backups";

    private static (string What, MediaLabel? Label) Identify(TapeDrive drive)
    {
        MediaIdentity identity;
        try
        {
            identity = MediaReader.Identify(drive);
        }
        catch (TapeException e) when (e is TapeReadException or TapeLengthException or TapeMediumException { Fault: MediumFault.Damaged or MediumFault.WriteProtected })
        {
            return ("a tape whose label cannot be read", null);
        }
        catch (TapeEncryptionException e) when (e.Fault is not EncryptionFault.KeyLost)
        {
            // Who has lost a key wants to use the tape again.
            return e.Fault == EncryptionFault.NotEncrypted
                ? ("a tape in clear, whose label the drive does not read because it is set to read only what is encrypted", null)
                : ($"an encrypted tape whose label cannot be read without its key{(e.KeyDescription is { } key ? $" ('{key}')" : "")}", null);
        }

        return identity.IsBlank ? ("a blank tape", null)
            : identity.Label is { } label ? ($"tape {label}", label)
            : ($"a tape that Capstan did not label ({identity.Foreign})", null);
    }

    private static IReadOnlyList<BackupInfo> BackupsOn(OperationContext context, MediaLabel? label)
    {
        if (label is null || !File.Exists(context.CatalogPath))
            return [];
        using TapeCatalog catalog = CatalogOperations.OpenCatalog(context);
        return catalog.ListBackups(label.Uuid);
    }
}
