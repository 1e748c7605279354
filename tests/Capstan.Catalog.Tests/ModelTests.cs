using CsCheck;

namespace Capstan.Catalog.Tests;

/// <summary>Random histories against a dictionary.</summary>
public sealed class ModelTests
{
    private sealed record Row(byte[] Path, EntryKind Kind, long Size, byte[] Link, bool Hashed);

    /// <summary>One step: what, on which of four backups, with which rows.</summary>
    private sealed record Step(int What, int Backup, Row[] Rows);

    private static readonly Guid[] Uuids = [.. Enumerable.Range(1, 4).Select(i => new Guid(i, 0, 0, [0, 0, 0, 0, 0, 0, 0, 0]))];

    // Few different bytes, so that paths share directories and prefixes.
    private static readonly Gen<byte[]> GenPath = Gen.Int[0, 3].Select(i => "/ab\u00FF"[i]).Select(c => (byte)c).Array[1, 8];

    private static readonly Gen<Row> GenRow = Gen.Select(
        GenPath, Gen.Int[0, 7], Gen.Long, Gen.Byte.Array[0, 3], Gen.Bool,
        (path, kind, size, link, hashed) => new Row(path, (EntryKind)kind, size, link, hashed));

    private static readonly Gen<Step> GenStep = Gen.Select(
        Gen.Int[0, 5], Gen.Int[0, 3], GenRow.Array[0, 20], (what, backup, rows) => new Step(what, backup, rows));

    [Fact]
    public void TheCatalogAgreesWithAModel() =>
        Gen.Select(GenStep.Array[1, 12], GenPath).Sample(
            (steps, below) =>
            {
                using var temp = new TempCatalog();
                var model = new SortedDictionary<Guid, (BackupState State, Row[] Rows)>();
                TapeCatalog catalog = temp.Open();
                try
                {
                    foreach (Step step in steps)
                    {
                        Guid uuid = Uuids[step.Backup];
                        switch (step.What)
                        {
                            case 0 when !model.ContainsKey(uuid):
                                Record(catalog.BeginBackup(Make.Start(uuid)), step.Rows, BackupState.Incomplete);
                                model[uuid] = (BackupState.Incomplete, step.Rows);
                                break;
                            case 1:
                                Record(catalog.ImportBackup(Make.Start(uuid)), step.Rows, BackupState.Complete);
                                model[uuid] = (BackupState.Complete, step.Rows);
                                break;
                            case 2 when !model.ContainsKey(uuid):
                                Record(catalog.BeginBackup(Make.Start(uuid)), step.Rows, null);
                                model[uuid] = (BackupState.Interrupted, []);
                                break;
                            case 3:
                                catalog.RemoveBackup(uuid).ShouldBe(model.Remove(uuid));
                                break;
                            case 5:
                                Record(catalog.ImportBackup(Make.Start(uuid)), step.Rows, null);
                                break;
                            case 4:
                                catalog.Dispose();
                                catalog = temp.Open();
                                break;
                        }
                    }
                    catalog.MarkInterrupted();
                    Compare(catalog, model, below);
                }
                finally
                {
                    catalog.Dispose();
                }
            },
            iter: 150,
            print: pair => string.Join("\n", pair.Item1.Select(step => $"{step.What} {step.Backup} {string.Join(' ', step.Rows.Select(row => Convert.ToHexString(row.Path)))}")));

    private static void Record(BackupRecorder recorder, Row[] rows, BackupState? end)
    {
        using (recorder)
        {
            foreach (Row row in rows)
            {
                recorder.AddEntry(new CatalogEntry
                {
                    Path = row.Path,
                    Kind = row.Kind,
                    SizeBytes = row.Size,
                    LinkTarget = row.Link,
                    Hash = row.Hashed ? HashOf(row) : [],
                });
            }
            if (end is { } state)
                recorder.Complete(state);
        }
    }

    private static byte[] HashOf(Row row) => [.. row.Path, .. new byte[16 - row.Path.Length]];

    private static void Compare(TapeCatalog catalog, SortedDictionary<Guid, (BackupState State, Row[] Rows)> model, byte[] below)
    {
        catalog.ListBackups().Select(backup => (backup.Uuid, backup.State)).OrderBy(pair => pair.Uuid)
            .ShouldBe(model.Select(pair => (pair.Key, pair.Value.State)));
        foreach ((Guid uuid, (_, Row[] rows)) in model)
        {
            using (EntryReader reader = catalog.ReadEntries(uuid))
                CompareRows(reader, rows);
            byte[] prefix = below.AsSpan().TrimEnd((byte)'/').ToArray();
            using EntryReader some = catalog.ReadEntries(uuid, [below]);
            CompareRows(some, [.. rows.Where(row => IsAtOrBelow(row.Path, prefix))]);
        }
    }

    private static bool IsAtOrBelow(byte[] path, byte[] prefix) =>
        prefix.Length == 0 || path.AsSpan().SequenceEqual(prefix) || path.AsSpan().StartsWith([.. prefix, (byte)'/']);

    private static void CompareRows(EntryReader reader, Row[] rows)
    {
        foreach (Row row in rows)
        {
            reader.Read().ShouldBeTrue();
            reader.Path.ToArray().ShouldBe(row.Path);
            reader.Kind.ShouldBe(row.Kind);
            reader.SizeBytes.ShouldBe(row.Size);
            reader.LinkTarget.ToArray().ShouldBe(row.Link);
            reader.Hash.ToArray().ShouldBe(row.Hashed ? HashOf(row) : []);
        }
        reader.Read().ShouldBeFalse();
    }
}
