using System.Text.Json;
using Capstan.Backup.Framing;
using Capstan.Backup.Manifest;
using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Drive;

namespace Capstan.Backup.Engine;

/// <summary>What a scan of a tape brought into the catalog.</summary>
/// <param name="Imported">Backups taken from their manifests.</param>
/// <param name="Notes">What was found and could not be taken, for people.</param>
/// <param name="EndObjectId">First object after the last manifest: where the catalog and the tape agree up to.</param>
public sealed record ScanResult(IReadOnlyList<Guid> Imported, IReadOnlyList<string> Notes, long EndObjectId);

/// <summary>Reads manifests from a tape into the catalog, skipping over archives by their filemarks.</summary>
internal sealed class TapeScanner(TapeDrive drive, TapeCatalog catalog, MediaLabel label, IBackupObserver observer, CancellationToken cancellation)
{
    private readonly List<Guid> _imported = [];
    private readonly List<string> _notes = [];
    private long _agreed;

    /// <summary>Scans from the first object of a stream to end of data. Leaves the tape somewhere on the way there.</summary>
    public ScanResult Scan(long firstObjectId)
    {
        long next = _agreed = firstObjectId;
        try
        {
            while (Stream(next) is { } following)
            {
                cancellation.ThrowIfCancellationRequested();
                next = following;
            }
        }
        catch (Exception e) when (e is TapeMediumException { Fault: MediumFault.Damaged } or TapeEndOfDataException)
        {
            _notes.Add($"The tape cannot be read behind object {next}: {e.Message}");
        }

        return new ScanResult(_imported, _notes, _agreed);
    }

    /// <summary>Looks at the stream that starts at an object; answers where the next one starts, null at end of data.</summary>
    private long? Stream(long objectId)
    {
        drive.Locate(objectId);
        ContentHeader header;
        using (var buffer = drive.RentBuffer())
        {
            Span<byte> bytes = buffer.Memory.Span;
            ReadOutcome outcome;
            try
            {
                outcome = drive.Read(bytes);
            }
            catch (TapeReadException e)
            {
                _notes.Add($"{e.Message} The stream that starts there was passed over.");
                return SkipStream(objectId + 1);
            }

            if (outcome.Kind == ReadKind.EndOfData)
                return null;
            if (outcome.Kind == ReadKind.Filemark)
                return objectId + 1;
            if (outcome.Kind != ReadKind.Block || !BlockHeader.TryDecode(bytes[..outcome.Length], out BlockHeader block)
                || !ContentHeader.TryDecode(bytes.Slice(BlockHeader.Length, block.PayloadLength), out header))
            {
                _notes.Add($"Object {objectId} starts something that Capstan did not write.");
                return SkipStream(objectId);
            }
        }

        if (header.Kind == ContentKind.Manifest)
            return Manifest(objectId);
        if (header.Kind == ContentKind.Archive)
            observer.Phase($"archive at object {objectId}");
        return SkipStream(objectId);
    }

    private long? SkipStream(long objectId)
    {
        drive.Locate(objectId);
        return drive.SpaceFilemarks(1).Stop == SpaceStop.None ? drive.ReadPosition().ObjectId : null;
    }

    private long? Manifest(long objectId)
    {
        try
        {
            using BlockStreamReader stream = BlockStreamReader.Open(drive, objectId, cancellation);
            if (BackupHeader.TryParse(stream.Json) is not { } header)
                throw new TapeFormatException($"The manifest at object {objectId} has a damaged header.");
            observer.Phase($"manifest of backup {header.BackupUuid.ToString("N")[..8]}");
            Import(stream, header, objectId);
            long end = stream.ObjectId + 1;
            _imported.Add(header.BackupUuid);
            _agreed = end;
            return end;
        }
        catch (Exception e) when (e is TapeFormatException or TapeReadException)
        {
            _notes.Add($"The manifest at object {objectId} cannot be used: {e.Message}");
            return SkipStream(objectId);
        }
    }

    private void Import(BlockStreamReader stream, BackupHeader header, long manifestObject)
    {
        var start = new BackupStart(header.BackupUuid, DateTimeOffset.FromUnixTimeMilliseconds(header.StartedMs),
            header.Host, header.User, JsonSerializer.Serialize([.. header.Sources], EngineJson.Default.StringArray), header.Encryption);
        using BackupRecorder recorder = catalog.ImportBackup(start);
        var lines = new LineReader(stream);
        var line = new ManifestLine();
        Span<byte> hash = stackalloc byte[16];
        long entries = 0;
        while (lines.TryRead(out ReadOnlySpan<byte> bytes))
        {
            if (!line.TryDecode(bytes))
                throw new TapeFormatException($"line {entries + 1} is damaged.");
            if (line.IsProblem)
            {
                recorder.AddProblem(line.Path, line.Text);
                continue;
            }

            entries++;
            CatalogMapping.Add(recorder, line.ToRecord(), header.Part, hash);
        }

        if (stream.End != StreamEnd.Complete || entries != header.Entries)
            throw new TapeFormatException($"it lists {entries} entries of {header.Entries}.");
        recorder.Complete(header.State == "complete" ? BackupState.Complete : BackupState.Incomplete,
            DateTimeOffset.FromUnixTimeMilliseconds(header.FinishedMs),
            new BackupCounts(header.Files, header.Directories, header.Others, header.Problems, header.ContentBytes, header.ArchiveBytes),
            [new BackupPart(header.Part, label.Uuid, header.ArchiveUuid, (ulong)header.ArchiveObject, (ulong)header.ArchiveBlocks,
                (ulong)header.ArchiveFile, stream.Header.Uuid, (ulong)manifestObject)]);
    }
}
