using Capstan.Backup.Archive;
using Capstan.Backup.Engine;
using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Drive;
using Capstan.Operations.Changer;

namespace Capstan.Operations;

/// <summary>`capstan backup`.</summary>
public static class BackupOperation
{
    /// <summary>Runs to the end, or to the next block after cancellation (the report then says why it is incomplete).</summary>
    /// <exception cref="OperationException">Nothing was saved, with the reason.</exception>
    public static BackupReport Run(OperationContext context, BackupRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        RequireExisting(request.Paths);
        try
        {
            using OpenDrive open = OpenDrive.Open(context, request.Device);
            return Failures.Guard(() => open.Naming(() => Run(context, request, open, cancellation)));
        }
        catch (OperationException e) when (TapeInLibrary.IsAnotherTapeNeeded(e))
        {
            throw TapeInLibrary.Explain(context, request.Device, e);
        }
    }

    private static BackupReport Run(OperationContext context, BackupRequest request, OpenDrive open, CancellationToken cancellation)
    {
        long start = context.Time.GetTimestamp();
        using TapeCatalog catalog = CatalogOperations.OpenCatalog(context);
        var observer = new BackupProgress(context);
        open.RequireAlone(context, forWriting: true);
        open.HoldToEncryption();
        open.PrepareForData(context, request.Protect, cancellation);
        open.LearnEncryption(context, request.Encrypted);
        using var totals = new SourceTotals(context.Progress, request.Paths);
        context.Listener.Phase("reading the label");
        // A drive does not know what is written on its cartridge; its library does.
        string? barcode = open.Source.Barcode ?? TapeInLibrary.BarcodeOf(context, request.Device);
        string label = request.Label ?? barcode ?? $"CAPSTAN-{Guid.NewGuid().ToString("N")[..6].ToUpperInvariant()}";
        var memory = new MediaMemoryPlan(context.ProgramVersion, Environment.MachineName, barcode);
        TapeSession session = TapeSession.OpenForAppending(open.Drive, catalog, label, observer, context.Time, cancellation, memory);
        if (request.Label is { } wanted && wanted != session.Label.Text)
            context.Listener.Note($"--label {wanted} has no effect: the tape has its label, {session.Label.Text}, already");
        foreach (string note in session.Notes)
            context.Listener.Note(note);
        if (open.Drive.ReportsPosition && open.Drive.ReadPartitions() is { Partitions.Count: > 1 and var partitions })
            context.Listener.Note($"the tape has {partitions} partitions; backups are written to the first one only");

        var options = new TreeReaderOptions
        {
            OneFileSystem = request.OneFileSystem,
            Exclude = request.Exclude,
            SkipDirectories = Identities([context.Home, .. open.Source.SkipDirectories]),
        };
        byte[][] roots = [.. request.Paths.Select(RawArgument.Of)];
        var plan = new BackupPlan(roots, [.. roots.Select(static root => Text.Name(root))], options,
            Environment.MachineName, Environment.UserName, context.SpoolDirectory);
        BackupOutcome outcome = new BackupEngine(open.Drive, catalog, session, observer, context.Time).Run(plan, cancellation);
        NoteInMemory(context, session, memory);
        double seconds = context.Time.GetElapsedTime(start).TotalSeconds;
        BackupInfo backup = catalog.FindBackup(outcome.Backup.ToString("N"))
            ?? throw new OperationException(ExitStatus.Catalog, "The backup was written, but the catalog does not list it. Run `capstan catalog rebuild`.");
        return new BackupReport(CatalogOperations.Summarize(backup, new TapeLabels(catalog)), open.Source.Device, session.Label.Text,
            seconds, outcome.Counts.ContentBytes / Math.Max(seconds, 1e-6), outcome.RemainingBytes ?? -1, Reason(outcome, session),
            observer.Problems, Status(outcome), open.Drive.ProtectionName);
    }

    /// <summary>The backup is on the tape and in the catalog: whatever happens here is a note.</summary>
    private static void NoteInMemory(OperationContext context, TapeSession session, MediaMemoryPlan memory)
    {
        try
        {
            if (session.NoteInMemory(memory) is { } note && !session.Notes.Contains(note))
                context.Listener.Note(note);
        }
        catch (TapeException e)
        {
            context.Listener.Note($"The cartridge's memory was not updated, which does no harm to the backup: {e.Message}");
        }
    }

    private static string? Reason(BackupOutcome outcome, TapeSession session)
    {
        string? manifest = outcome.ManifestOnTape ? null
            : $"Tape {session.Label} had no room for the manifest: this backup is known only to the catalog on this machine. Keep a copy of it.";
        return outcome.End switch
        {
            BackupEnd.TapeFull => $"Tape {session.Label} is full. What is listed was saved and can be restored; insert another tape and run the backup again for the rest. {manifest}".TrimEnd(),
            BackupEnd.Cancelled => $"Stopped. What is listed was saved and can be restored. {manifest}".TrimEnd(),
            _ => manifest,
        };
    }

    private static ExitStatus Status(BackupOutcome outcome) => outcome.End switch
    {
        BackupEnd.TapeFull => ExitStatus.TapeFull,
        BackupEnd.Cancelled => ExitStatus.Interrupted,
        _ when !outcome.ManifestOnTape => ExitStatus.TapeFull,
        _ => outcome.Counts.Problems > 0 ? ExitStatus.Partial : ExitStatus.Success,
    };

    /// <summary>A mistyped path is found before a tape moves. A path that vanishes later is a problem of the backup.</summary>
    private static void RequireExisting(IReadOnlyList<string> paths)
    {
        foreach (string path in paths)
        {
            if (!FileIdentity.TryGet(RawArgument.Of(path), out _))
                throw new OperationException(ExitStatus.Failed, $"{path}: no such file or directory, or no permission to look at it. Nothing was written.");
        }
    }

    private static HashSet<FileIdentity> Identities(IEnumerable<string> directories)
    {
        var identities = new HashSet<FileIdentity>();
        foreach (string directory in directories)
        {
            if (FileIdentity.TryGet(System.Text.Encoding.UTF8.GetBytes(directory), out FileIdentity identity))
                identities.Add(identity);
        }

        return identities;
    }
}
