using System.Formats.Tar;
using Capstan.Backup.Archive;
using static Capstan.Backup.Tests.Archive.ForeignTar;

namespace Capstan.Backup.Tests.Archive;

/// <summary>Replacing costs the old file only when the new one is there whole, and no temporary name outlives its entry.</summary>
public sealed class OverwriteTests : IDisposable
{
    private const string Old = "the only good copy";

    private static readonly TreeWriterOptions s_overwrite = new() { Overwrite = true };

    private readonly TemporaryDirectory _temporary = new();
    private readonly string _target;

    public OverwriteTests() => _target = _temporary.Make("target");

    public void Dispose() => _temporary.Dispose();

    private string In(string name) => Path.Combine(_target, name);

    private string[] Names => [.. Directory.GetFileSystemEntries(_target).Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    /// <summary>Restores from a source that does something after so many pieces of 512 bytes.</summary>
    private RecordingRestore RestoreWith(byte[] archive, int afterPieces, Action action, CancellationToken cancellation)
    {
        var journal = new RecordingRestore();
        using var writer = new TreeWriter(Posix.Bytes(_target), journal, s_overwrite);
        journal.Error = writer.Restore(new PaxReader(new ActingSource(archive, afterPieces, action)), cancellation: cancellation);
        return journal;
    }

    private sealed class ActingSource(byte[] archive, int afterPieces, Action action) : IContentSource
    {
        private readonly MemorySource _source = new(archive, 512);
        private int _rest = afterPieces * 512;

        public ReadOnlyMemory<byte> Available => _source.Available;

        public void Consume(int count)
        {
            _source.Consume(count);
            if (_rest > 0 && (_rest -= count) <= 0)
                action();
        }
    }

    [Fact]
    public void Damaged_content_is_set_aside_and_the_old_file_stays()
    {
        File.WriteAllText(In("file"), Old);
        var restored = Trees.Restore(Tar(TarFile("file"), TarFile("new")), _target, s_overwrite, isExpected: (_, _) => false);
        File.ReadAllText(In("file")).ShouldBe(Old);
        File.ReadAllText(In("file.damaged")).ShouldBe("content");
        Names.ShouldBe(["file", "file.damaged", "new.damaged"]);
        restored.Entries.ShouldBe([("file", RestoreState.Damaged), ("new", RestoreState.Damaged)]);
        restored.Problems.Select(problem => (problem.Path, problem.What.EndsWith("the old one was kept", StringComparison.Ordinal)))
            .ShouldBe([("file", true), ("new", false)]);
    }

    [Fact]
    public void A_restore_cancelled_inside_a_file_leaves_the_old_one()
    {
        File.WriteAllText(In("file"), Old);
        using var cancellation = new CancellationTokenSource();
        byte[] archive = Tar(TarFile("file", new string('x', 20_000)), TarFile("after"));
        var restored = RestoreWith(archive, 20, cancellation.Cancel, cancellation.Token);
        File.ReadAllText(In("file")).ShouldBe(Old);
        // Whoever stopped it did no damage: no half a file is left, and nothing is told of one.
        Names.ShouldBe(["file"]);
        restored.Entries.ShouldBe([("file", RestoreState.Failed)]);
        restored.Problems.ShouldBeEmpty();
    }

    [Fact]
    public void A_source_that_throws_inside_a_file_leaves_the_old_one()
    {
        File.WriteAllText(In("file"), Old);
        byte[] archive = Tar(TarFile("file", new string('x', 20_000)));
        Should.Throw<IOException>(() => RestoreWith(archive, 20, () => throw new IOException("the drive went away"), default));
        File.ReadAllText(In("file")).ShouldBe(Old);
        Names.ShouldBe(["file"]);
    }

    [Theory]
    [InlineData(512)]
    [InlineData(1 << 20)]
    public void A_write_that_fails_leaves_the_old_file(int pieceLength)
    {
        Assert.SkipUnless(Posix.IsRoot && Posix.Run("mount", "-t", "tmpfs", "-o", "size=64k", "none", _target).Status == 0, "cannot mount here");
        try
        {
            File.WriteAllText(In("file"), Old);
            var restored = Trees.Restore(Tar(TarFile("file", new string('x', 200_000)), TarFile("after")), _target, s_overwrite, pieceLength);
            File.ReadAllText(In("file")).ShouldBe(Old);
            Names.ShouldBe(["after", "file"]);
            restored.Entries.ShouldBe([("file", RestoreState.Failed), ("after", RestoreState.Restored)]);
            restored.Problems.Single().What.ShouldEndWith("the old one was kept");
        }
        finally
        {
            Posix.Run("umount", _target);
        }
    }

    [Fact]
    public void The_old_file_has_its_name_until_the_new_one_is_judged()
    {
        string longName = new('n', 255);
        File.WriteAllText(In("file"), Old);
        File.WriteAllText(In(longName), Old);
        int directory = Posix.OpenDirectory(_target);
        Posix.ChangeMode(directory, "file", 0x100);
        var seen = new List<(string, int)>();
        var entry = TarFile("file");
        entry.ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_000_000_000);
        entry.Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;
        var restored = Trees.Restore(Tar(entry, TarFile(longName)), _target, s_overwrite, isExpected: (path, _) =>
        {
            seen.Add((File.ReadAllText(In(path)), Names.Length));
            return true;
        });
        seen.ShouldBe([(Old, 3), (Old, 3)]);
        restored.Problems.ShouldBeEmpty();
        Names.ShouldBe(["file", longName]);
        File.ReadAllText(In("file")).ShouldBe("content");
        File.ReadAllText(In(longName)).ShouldBe("content");
        Posix.Status(directory, "file").Permissions.ShouldBe((int)entry.Mode);
        Posix.Close(directory);
        File.GetLastWriteTimeUtc(In("file")).ShouldBe(entry.ModificationTime.UtcDateTime);
    }

    [Fact]
    public void Every_kind_replaces_every_kind_but_a_directory()
    {
        int directory = Posix.OpenDirectory(_target);
        File.WriteAllText(_temporary["outside"], "mine");
        (string Name, Func<string, TarEntry> Make)[] kinds =
        [
            ("file", name => TarFile(name)),
            ("symlink", name => TarLink(TarEntryType.SymbolicLink, name, "x")),
            ("link", name => TarLink(TarEntryType.HardLink, name, "first")),
            ("fifo", name => new PaxTarEntry(TarEntryType.Fifo, name)),
        ];
        var entries = new List<TarEntry> { TarFile("first") };
        foreach (var (kind, make) in kinds)
        {
            File.CreateSymbolicLink(In(kind + " over symlink"), _temporary["outside"]);
            Posix.MakeNodeAt(directory, kind + " over fifo", 0x1000 | 0x180);
            File.WriteAllText(In(kind + " over read-only"), Old);
            Posix.ChangeMode(directory, kind + " over read-only", 0x100);
            Directory.CreateDirectory(In(kind + " over directory"));
            foreach (string over in (string[])["symlink", "fifo", "read-only", "directory"])
                entries.Add(make(kind + " over " + over));
        }
        string[] before = [.. Names.Append("first").Order(StringComparer.Ordinal)];
        var restored = Trees.Restore(Tar([.. entries]), _target, s_overwrite);
        Names.ShouldBe(before);
        File.ReadAllText(_temporary["outside"]).ShouldBe("mine");
        restored.Problems.Select(problem => problem.Path).ShouldBe(kinds.Select(kind => kind.Name + " over directory"));
        ulong first = Posix.Status(directory, "first").Inode;
        foreach (string over in (string[])["symlink", "fifo", "read-only"])
        {
            Posix.Status(directory, "file over " + over).Type.ShouldBe(0x8000);
            File.ReadAllText(In("file over " + over)).ShouldBe("content");
            Posix.ReadLink(directory, "symlink over " + over).ShouldBe("x");
            Posix.Status(directory, "link over " + over).Inode.ShouldBe(first);
            Posix.Status(directory, "fifo over " + over).Type.ShouldBe(0x1000);
        }
        Posix.Close(directory);
    }

    [Fact]
    public void A_hard_link_is_not_made_to_an_old_file_that_was_kept()
    {
        File.WriteAllText(In("first"), "old first");
        File.WriteAllText(In("second"), "old second");
        var restored = Trees.Restore(
            Tar(TarFile("first"), TarLink(TarEntryType.HardLink, "second", "first"), TarLink(TarEntryType.HardLink, "third", "second")),
            _target, s_overwrite, isExpected: (_, _) => false);
        File.ReadAllText(In("second")).ShouldBe("old second");
        Names.ShouldBe(["first", "first.damaged", "second"]);
        restored.Entries.ShouldBe(
            [("first", RestoreState.Damaged), ("second", RestoreState.LinkTargetMissing), ("third", RestoreState.LinkTargetMissing)]);
    }

    [Fact]
    public void A_hard_link_that_is_there_already_leaves_no_temporary_name()
    {
        byte[] link = Tar(TarLink(TarEntryType.HardLink, "second", "first"));
        File.WriteAllText(In("first"), Old);
        Trees.Restore(link, _target, s_overwrite).Entries.ShouldBe([("second", RestoreState.Restored)]);
        Trees.Restore(link, _target, s_overwrite).Entries.ShouldBe([("second", RestoreState.Restored)]);
        Names.ShouldBe(["first", "second"]);
    }

    [Fact]
    public void A_whole_tree_restored_over_itself_is_the_same_tree()
    {
        string tree = _temporary.Make("tree");
        HardTree.Create(tree, 11, isForEveryProgram: false);
        byte[] archive = Trees.Archive(tree, new RecordingJournal());
        Trees.Restore(archive, _target).Problems.ShouldBeEmpty();
        var restored = Trees.Restore(archive, _target, s_overwrite);
        restored.Problems.ShouldBeEmpty();
        restored.Entries.ShouldAllBe(entry => entry.State == RestoreState.Restored);
        TreeComparer.Compare(tree, _target).ShouldBeEmpty();
    }
}
