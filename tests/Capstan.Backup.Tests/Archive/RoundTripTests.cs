using Capstan.Backup.Archive;

namespace Capstan.Backup.Tests.Archive;

/// <summary>A tree of hard cases through the archive and back, alone and with GNU tar and bsdtar on either side.</summary>
public sealed class RoundTripTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    [Theory]
    [InlineData(262_128, 1)]
    [InlineData(777, 2)]
    public void A_tree_comes_back_identical_whatever_the_blocks_are(int blockLength, int seed)
    {
        string tree = _temporary.Make("tree");
        HardTree.Create(tree, seed);
        var journal = new RecordingJournal();
        byte[] archive = Trees.Archive(tree, journal, blockLength: blockLength);
        journal.Problems.ShouldBeEmpty();

        string target = _temporary.Make("target");
        var restored = Trees.Restore(archive, target, pieceLength: blockLength);

        restored.Problems.ShouldBeEmpty();
        TreeComparer.Compare(tree, target).ShouldBeEmpty();
        journal.Entries.Count.ShouldBe(restored.Entries.Count);
    }

    [Fact]
    public void Thousands_of_levels_need_few_descriptors()
    {
        using var memory = new TemporaryDirectory(inMemory: true);
        string tree = memory.Make("tree");
        int directory = Posix.OpenDirectory(tree);
        for (int level = 0; level < 3000; level++)
        {
            Posix.MakeDirectoryAt(directory, "d");
            if (level % 500 == 0)
                Posix.MakeDirectoryAt(directory, "z");
            int next = Posix.OpenDirectoryAt(directory, "d");
            Posix.Close(directory);
            directory = next;
        }
        Posix.Close(directory);
        var journal = new RecordingJournal();
        byte[] archive = Trees.Archive(tree, journal, maxOpen: 3);
        journal.Problems.ShouldBeEmpty();
        journal.Entries.Count.ShouldBe(3006);

        string target = memory.Make("target");
        var restored = Trees.Restore(archive, target, maxOpen: 3);

        restored.Problems.ShouldBeEmpty();
        restored.Entries.Count.ShouldBe(3006);
        int depth = 0;
        directory = Posix.OpenDirectory(target);
        for (; Posix.Names(directory).Contains("d"); depth++)
        {
            int next = Posix.OpenDirectoryAt(directory, "d");
            Posix.Close(directory);
            directory = next;
        }
        Posix.Close(directory);
        depth.ShouldBe(3000);
    }

    [Fact]
    public void GNU_tar_extracts_what_is_written()
    {
        Assert.SkipUnless(Posix.Has("tar"), "tar is not installed");
        string tree = _temporary.Make("tree");
        HardTree.Create(tree, 3, isForEveryProgram: true);
        File.WriteAllBytes(_temporary["a.tar"], Trees.Archive(tree, new RecordingJournal()));
        string target = _temporary.Make("target");

        var (status, output) = Posix.Run(
            "tar", "--xattrs", "--xattrs-include=*", "--acls", "--warning=no-unknown-keyword", "--warning=no-timestamp", "-xpf", _temporary["a.tar"], "-C", target);

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBeEmpty();
        status.ShouldBe(0);
        TreeComparer.Compare(tree, target).ShouldBeEmpty();
    }

    [Fact]
    public void Bsdtar_extracts_what_is_written()
    {
        Assert.SkipUnless(Posix.Has("bsdtar"), "bsdtar (libarchive-tools) is not installed");
        string tree = _temporary.Make("tree");
        HardTree.Create(tree, 4, isForEveryProgram: true);
        File.WriteAllBytes(_temporary["a.tar"], Trees.Archive(tree, new RecordingJournal()));
        string target = _temporary.Make("target");

        var (status, output) = Posix.Run("bsdtar", "--xattrs", "--acls", "-xpf", _temporary["a.tar"], "-C", target);

        output.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBeEmpty();
        status.ShouldBe(0);
        // libarchive 3.6 composes Unicode names, adds the fraction of a negative time instead of subtracting it, and keeps GNU
        // tar's %3D in the names of attributes.
        string[] libarchive = ["names/e\u00cc\u0081 combining", "names/\u00c3\u00a9 combining", "times/time", "links/dangling: mtime", "links/other/a link with two names: mtime", "attributes/many: attributes user.a"];
        TreeComparer.Compare(tree, target).Where(line => !libarchive.Any(known => line.StartsWith(known, StringComparison.Ordinal))).ShouldBeEmpty();
    }

    [Fact]
    public void What_GNU_tar_writes_is_restored()
    {
        Assert.SkipUnless(Posix.Has("tar"), "tar is not installed");
        string tree = _temporary.Make("tree");
        HardTree.Create(tree, 5, isForEveryProgram: true);
        var (status, output) = Posix.Run(
            "tar", "--format=posix", "--xattrs", "--xattrs-include=*", "--acls", "--sparse", "-cf", _temporary["a.tar"], "-C", tree, ".");
        (status, output).ShouldBe((0, ""));
        string target = _temporary.Make("target");

        var restored = Trees.Restore(File.ReadAllBytes(_temporary["a.tar"]), target);

        restored.Problems.ShouldBeEmpty();
        TreeComparer.Compare(tree, target).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("gnu")]
    [InlineData("ustar")]
    [InlineData("oldgnu")]
    public void Other_formats_of_GNU_tar_are_read(string format)
    {
        Assert.SkipUnless(Posix.Has("tar"), "tar is not installed");
        string tree = _temporary.Make("tree");
        string longName = new('n', 90);
        string directory = _temporary.Make("tree/" + longName);
        File.WriteAllText(Path.Combine(directory, format == "ustar" ? "short" : new string('m', 120)), "content");
        File.CreateSymbolicLink(Path.Combine(tree, "link"), format == "ustar" ? "to" : new string('t', 300));
        Posix.Run("tar", "--format=" + format, "-cf", _temporary["a.tar"], "-C", tree, ".").Status.ShouldBe(0);
        string target = _temporary.Make("target");

        Trees.Restore(File.ReadAllBytes(_temporary["a.tar"]), target).Problems.ShouldBeEmpty();

        Posix.Run("diff", "-r", "--no-dereference", tree, target).ShouldBe((0, ""));
    }
}
