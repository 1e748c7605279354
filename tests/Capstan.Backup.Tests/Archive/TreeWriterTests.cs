using System.Formats.Tar;
using Capstan.Backup.Archive;
using static Capstan.Backup.Tests.Archive.ForeignTar;

namespace Capstan.Backup.Tests.Archive;

/// <summary>What a restore refuses, leaves alone, sets aside and replaces. The archives are made by the framework's own tar writer.</summary>
public sealed class TreeWriterTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public void A_link_made_by_the_archive_is_not_followed_by_it()
    {
        string outside = _temporary.Make("outside");
        File.WriteAllText(Path.Combine(outside, "precious"), "mine");
        string target = _temporary.Make("target");
        byte[] archive = Tar(
            TarLink(TarEntryType.SymbolicLink, "out", outside),
            TarFile("out/planted"),
            new PaxTarEntry(TarEntryType.Directory, "out/dir"),
            TarLink(TarEntryType.HardLink, "stolen", "out/precious"),
            TarFile("after"));
        foreach (bool overwrite in (bool[])[false, true])
        {
            var restored = Trees.Restore(archive, target, new TreeWriterOptions { Overwrite = overwrite });
            Directory.GetFileSystemEntries(outside).ShouldBe([Path.Combine(outside, "precious")]);
            File.Exists(Path.Combine(target, "stolen")).ShouldBeFalse();
            File.ReadAllText(Path.Combine(target, "after")).ShouldBe("content");
            restored.Entries.Where(entry => entry.State == RestoreState.Failed).Select(entry => entry.Path).ShouldBe(["out/planted", "out/dir"]);
            restored.Entries.ShouldContain(("stolen", RestoreState.LinkTargetMissing));
        }
    }

    [Fact]
    public void Parents_and_absolute_names_stay_below_the_target()
    {
        string target = _temporary.Make("a/target");
        var restored = Trees.Restore(Tar(TarFile("../evil"), TarFile("x/../../evil2"), TarFile("/absolute/file"), TarLink(TarEntryType.HardLink, "l", "../evil")), target);
        Directory.GetFileSystemEntries(_temporary["a"]).ShouldBe([target]);
        File.ReadAllText(Path.Combine(target, "absolute/file")).ShouldBe("content");
        restored.Entries.Count(entry => entry.State == RestoreState.Failed).ShouldBe(3);
        restored.Problems.Count.ShouldBe(3);
    }

    [Fact]
    public void A_directory_that_cannot_be_made_is_told_with_the_reason_for_that()
    {
        // mkdir(2) is refused in sysfs, also to root; that the directory is not there afterwards is no reason.
        var restored = Trees.Restore(Tar(TarFile("capstan-no-such/file")), "/sys");
        restored.Entries.ShouldBe([("capstan-no-such/file", RestoreState.Failed)]);
        string problem = restored.Problems.ShouldHaveSingleItem().ToString()!;
        problem.ShouldContain("its directory cannot be made: ");
        problem.ShouldNotContain("No such file");
    }

    [Fact]
    public void What_is_there_is_left_alone_and_told()
    {
        string target = _temporary.Make("target");
        File.WriteAllText(Path.Combine(target, "file"), "mine");
        File.WriteAllText(Path.Combine(target, "dir"), "a file");
        Directory.CreateDirectory(Path.Combine(target, "merged"));
        var restored = Trees.Restore(
            Tar(TarFile("file"), new PaxTarEntry(TarEntryType.Directory, "dir"), new PaxTarEntry(TarEntryType.Directory, "merged"), TarFile("merged/new")), target);
        restored.Entries.ShouldBe(
            [("file", RestoreState.Exists), ("dir", RestoreState.Exists), ("merged", RestoreState.Merged), ("merged/new", RestoreState.Restored)]);
        File.ReadAllText(Path.Combine(target, "file")).ShouldBe("mine");
    }

    [Fact]
    public void Overwriting_replaces_names_and_never_writes_through_them()
    {
        string target = _temporary.Make("target");
        File.WriteAllText(_temporary["outside"], "mine");
        File.CreateSymbolicLink(Path.Combine(target, "file"), _temporary["outside"]);
        File.WriteAllText(Path.Combine(target, "other"), "old");
        Posix.Run("ln", Path.Combine(target, "other"), _temporary["second name"]).Status.ShouldBe(0);
        File.WriteAllText(Path.Combine(target, "dir"), "a file");
        Directory.CreateDirectory(Path.Combine(target, "full/of"));
        var restored = Trees.Restore(
            Tar(TarFile("file"), TarFile("other"), new PaxTarEntry(TarEntryType.Directory, "dir"), TarFile("dir/in"), TarFile("full"), TarLink(TarEntryType.SymbolicLink, "other", "x")),
            target, new TreeWriterOptions { Overwrite = true });
        File.ReadAllText(_temporary["outside"]).ShouldBe("mine");
        File.ReadAllText(_temporary["second name"]).ShouldBe("old");
        File.ReadAllText(Path.Combine(target, "file")).ShouldBe("content");
        new FileInfo(Path.Combine(target, "file")).LinkTarget.ShouldBeNull();
        File.ReadAllText(Path.Combine(target, "dir/in")).ShouldBe("content");
        new FileInfo(Path.Combine(target, "other")).LinkTarget.ShouldBe("x");
        restored.Problems.Single().Path.ShouldBe("full");
        Directory.Exists(Path.Combine(target, "full/of")).ShouldBeTrue();
    }

    [Fact]
    public void Wrong_content_is_set_aside_under_another_name()
    {
        string target = _temporary.Make("target");
        File.WriteAllText(Path.Combine(target, "bad.damaged"), "mine");
        string longName = new('n', 255);
        var restored = Trees.Restore(
            Tar(TarFile("good"), TarFile("bad"), TarFile(longName)), target, isExpected: (path, _) => path == "good");
        Directory.GetFiles(target).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(
            ["bad.damaged", "bad.damaged.2", "good", longName[..243] + ".damaged"]);
        File.ReadAllText(Path.Combine(target, "bad.damaged")).ShouldBe("mine");
        restored.Entries.ShouldContain(("bad", RestoreState.Damaged));
    }

    [Fact]
    public void A_file_that_the_archives_end_cuts_off_is_set_aside()
    {
        string target = _temporary.Make("target");
        byte[] archive = Tar(TarFile("whole"), TarFile("cut", new string('x', 5000)));
        var restored = Trees.Restore(archive[..^4096], target);
        restored.Error.Kind.ShouldBe(ArchiveErrorKind.Truncated);
        restored.Entries.ShouldBe([("whole", RestoreState.Restored), ("cut", RestoreState.Damaged)]);
        Directory.GetFiles(target).Select(Path.GetFileName).Order().ShouldBe(["cut.damaged", "whole"]);
    }

    [Fact]
    public void A_selection_takes_paths_and_what_is_below_them()
    {
        string target = _temporary.Make("target");
        var selection = new PathSelection(["./a/b/"u8.ToArray(), "/c"u8.ToArray(), "missing"u8.ToArray()]);
        byte[] archive = Tar(
            TarFile("a/b/1"), TarFile("a/bb"), TarFile("c"), TarFile("d/c"), TarLink(TarEntryType.HardLink, "a/b/link", "d/c"));
        var restored = Trees.Restore(archive, target, selection: selection);
        restored.Entries.ShouldBe(
            [("a/b/1", RestoreState.Restored), ("c", RestoreState.Restored), ("a/b/link", RestoreState.LinkTargetMissing)]);
        selection.Unmet.Select(path => Posix.Latin1(path)).ShouldBe(["missing"]);
        selection.IsEverything.ShouldBeFalse();
    }

    [Fact]
    public void A_target_with_a_default_access_list_gives_it_to_nobody()
    {
        string tree = _temporary.Make("tree");
        HardTree.Create(tree, 6, isForEveryProgram: true);
        byte[] archive = Trees.Archive(tree, new RecordingJournal());
        string target = _temporary.Make("target");
        int directory = Posix.OpenDirectory(target);
        bool supported = Posix.TrySetXattr(
            directory, "system.posix_acl_default", Convert.FromHexString("0200000001000700ffffffff020007003702000004000500ffffffff10000700ffffffff20000000ffffffff"));
        Posix.Close(directory);
        Assert.SkipUnless(supported, "no access control lists here");
        Trees.Restore(archive, target).Problems.ShouldBeEmpty();
        TreeComparer.Compare(tree, target).ShouldBeEmpty();
    }

    [Fact]
    public void The_hash_of_what_was_written_is_that_of_the_recorded_content()
    {
        string tree = _temporary.Make("tree");
        HardTree.Create(tree, 7, isForEveryProgram: true);
        var journal = new RecordingJournal();
        byte[] archive = Trees.Archive(tree, journal);
        var restored = Trees.Restore(archive, _temporary.Make("target"), pieceLength: 5000);
        var recorded = journal.Entries.Where(entry => entry.Kind == EntryKind.File).ToDictionary(entry => entry.Path, entry => entry.Hash);
        restored.Hashes.ShouldBe(recorded, ignoreOrder: true);

        var reader = new PaxReader(new MemorySource(archive, 4000));
        while (reader.Next() == PaxReadResult.Entry)
        {
            if (reader.Entry.Kind != EntryKind.File)
                continue;
            reader.TryHashContent(out var hash).ShouldBeTrue();
            hash.ShouldBe(recorded[Posix.Latin1(reader.Entry.Path)]);
        }
        reader.Error.ShouldBe(default);
    }
}
