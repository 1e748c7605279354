using System.Formats.Tar;
using System.IO.Compression;
using Capstan.Operations.Encryption;
using Capstan.Operations.Erasing;
using Capstan.Operations.Memory;
using Capstan.Operations.Movement;

namespace Capstan.Operations.Tests;

/// <summary>
/// A home directory as the version before encryption, partitions and cartridge memory left it: a library of two cartridges, two backups on
/// the first one, the catalog (fixtures/library/format-1.tar.gz, made by that version).
/// </summary>
public sealed class OldLibraryTests : IDisposable
{
    /// <summary>Where the second backup ends.</summary>
    private const long OldEnd = 10;

    private readonly Rig _rig = new();
    private readonly string _tree;

    public OldLibraryTests()
    {
        Directory.Delete(_rig.LibraryPath, recursive: true);
        using (FileStream file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "fixtures", "library", "format-1.tar.gz")))
        using (var unpacked = new GZipStream(file, CompressionMode.Decompress))
            TarFile.ExtractToDirectory(unpacked, _rig.Context.Home, overwriteFiles: true);
        _tree = _rig.Tree("tree");
        File.WriteAllText(Path.Combine(_tree, "new"), "written by the present version");
    }

    public void Dispose() => _rig.Dispose();

    private string OldId(string source) => CatalogOperations.List(_rig.Context).Single(backup => backup.Sources.Single() == source).Id;

    /// <summary>What the old version was given to save, made here again.</summary>
    private void OldRestores()
    {
        string target = _rig.NewPath("old-" + Guid.NewGuid().ToString("N"));
        RestoreReport report = _rig.Restore(OldId("tree"), target);
        report.Problems.ShouldBeEmpty();
        string root = Path.Combine(target, "tmp", "tree");
        if (!Directory.Exists(root))
            root = Path.Combine(target, "tree");
        File.ReadAllText(Path.Combine(root, "a.txt")).ShouldBe("hello old tape\n");
        File.ReadAllText(Path.Combine(root, "d", "b.txt")).ShouldBe(new string('x', 3000));
        File.ReadAllLines(Path.Combine(root, "d", "c.txt")).ShouldBe(Enumerable.Range(1, 400).Select(i => $"{i}"));
        new FileInfo(Path.Combine(root, "link")).LinkTarget.ShouldBe("a.txt");
        File.GetLastWriteTimeUtc(Path.Combine(root, "a.txt")).ShouldBe(new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc));
    }

    private void BothVerify()
    {
        foreach (string source in (string[])["tree", "tree/d"])
            _rig.Verify(OldId(source)).Status.ShouldBe(ExitStatus.Success);
    }

    private void Appends(bool encrypted = false)
    {
        BackupReport report = _rig.Backup(_tree);
        report.Status.ShouldBe(ExitStatus.Success);
        report.Tape.ShouldBe("old-tape");
        report.Backup.Encrypted.ShouldBe(encrypted);
        _rig.ShouldRestore("latest", _tree);
    }

    [Fact]
    public void It_is_read_verified_and_appended_to()
    {
        // The drive goes on where the old version left it: behind the second backup.
        TellOperation.Run(_rig.Context, null, CancellationToken.None).Position!.ObjectId.ShouldBe(OldEnd);
        CatalogOperations.List(_rig.Context).Count.ShouldBe(2);
        BothVerify();
        OldRestores();
        Appends();
        OldRestores();
        Appends();
        BothVerify();
        CatalogOperations.List(_rig.Context).Count.ShouldBe(4);
        _rig.Problems.ShouldBeEmpty();
    }

    /// <summary>The old program was killed: its drive is powered on, and an index that is missing is made anew.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_the_same_after_its_last_user_was_killed(bool withoutIndex)
    {
        string state = Path.Combine(_rig.LibraryPath, "drive.json");
        string text = File.ReadAllText(state);
        text.ShouldContain("\"isClean\": true");
        File.WriteAllText(state, text.Replace("\"isClean\": true", "\"isClean\": false", StringComparison.Ordinal));
        if (withoutIndex)
            File.Delete(_rig.CartridgePath + ".index");
        TellOperation.Run(_rig.Context, null, CancellationToken.None).Position!.ObjectId.ShouldBe(0);
        BothVerify();
        Appends();
        OldRestores();
        _rig.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void Its_catalog_can_be_made_again_from_the_tape()
    {
        Appends();
        File.Delete(_rig.Context.CatalogPath);
        CatalogOperations.Rebuild(_rig.Context, null, CancellationToken.None).Backups.Count.ShouldBe(3);
        BothVerify();
        OldRestores();
    }

    /// <summary>A file of that time has no cartridge memory, and gets one; what is on the tape stays where it is.</summary>
    [Fact]
    public void What_is_new_works_on_it()
    {
        MemoryOperation.Set(_rig.Context, null, 0, ["user-medium-text-label=old and new"]);
        MemoryOperation.List(_rig.Context, null, 0).Attributes.ShouldContain(attribute => attribute.Value == "old and new");
        string key = _rig.NewPath("key");
        KeyFile.Generate(key, "late");
        using (ReadKey read = KeyFile.Read(key, _rig.Notes.Add))
            EncryptionOperation.Set(_rig.Context, new EncryptionRequest(null, EncryptionChoice.Mixed, read));
        try
        {
            Appends(encrypted: true);
            BothVerify();
        }
        finally
        {
            EncryptionOperation.Set(_rig.Context, new EncryptionRequest(null, EncryptionChoice.Off));
        }

        BothVerify();
        OldRestores();
        // As every backup notes it.
        MemoryOperation.List(_rig.Context, null, 0).Attributes.ShouldContain(attribute => attribute.Value == "old-tape");
        File.Delete(_rig.CartridgePath + ".index");
        OldRestores();
        EncryptionOperation.Status(_rig.Context, null).Settings!.TapeHasEncryptedBlocks.ShouldBeTrue();
    }

    [Fact]
    public void It_can_be_formatted_into_partitions()
    {
        var request = new FormatRequest(null, 2, [], IsFull: false, Waits: true, new Consent(true, null, null, null));
        FormatOperation.Run(_rig.Context, request, CancellationToken.None).Partitions.Count.ShouldBe(2);
        CatalogOperations.List(_rig.Context).ShouldBeEmpty();
        BackupReport report = _rig.Backup(_tree);
        report.Tape.ShouldBe("CAP001L9");
        _rig.ShouldRestore("latest", _tree);
    }

    [Fact]
    public void Its_second_cartridge_is_as_new()
    {
        _rig.InsertCartridge("CAP002L9", eject: true);
        _rig.Backup(_tree).Tape.ShouldBe("CAP002L9");
        _rig.ShouldRestore("latest", _tree);
        _rig.InsertCartridge("CAP001L9", eject: true);
        OldRestores();
    }
}
