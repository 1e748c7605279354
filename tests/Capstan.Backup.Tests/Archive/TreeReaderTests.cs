using System.IO.Hashing;
using System.Net.Sockets;
using Capstan.Backup.Archive;
using Capstan.Backup.Interop;

namespace Capstan.Backup.Tests.Archive;

/// <summary>What the walk takes, leaves, names and reports.</summary>
public sealed class TreeReaderTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();
    private readonly RecordingJournal _journal = new();

    public void Dispose() => _temporary.Dispose();

    private List<string> Archive(TreeReaderOptions? options, params string[] roots)
    {
        using var reader = new TreeReader(new MemorySink(), _journal, options);
        reader.Archive([.. roots.Select(Posix.Bytes)]).ShouldBe(ArchiveOutcome.Complete);
        return [.. _journal.Entries.Select(entry => entry.Path).Order(StringComparer.Ordinal)];
    }

    private string WriteFile(string name, int length = 3)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_temporary[name])!);
        File.WriteAllBytes(_temporary[name], [.. Enumerable.Range(0, length).Select(i => (byte)i)]);
        return _temporary[name];
    }

    [Fact]
    public void An_absolute_root_loses_its_slash()
    {
        string path = WriteFile("docs/a");
        string stored = _temporary.Path[1..];
        Archive(null, _temporary["docs"]).ShouldBe([stored + "/docs", stored + "/docs/a"]);
        _journal.Entries.Clear();
        Archive(null, path).ShouldBe([stored + "/docs/a"]);
    }

    [Theory]
    [InlineData("docs", "docs")]
    [InlineData("./docs/", "docs")]
    [InlineData(".//docs/./sub", "docs/sub")]
    [InlineData("/etc/x/", "etc/x")]
    [InlineData(".", "")]
    [InlineData("/", "")]
    [InlineData("", "")]
    [InlineData("a..b", "a..b")]
    public void A_root_is_stored_under_its_plain_name(string argument, string expected) =>
        Posix.Latin1(TreeRoot.Resolve(Posix.Bytes(argument))!.Value.EntryPath).ShouldBe(expected);

    [Fact]
    public void A_root_with_parents_in_it_gets_its_real_name()
    {
        WriteFile("a/b/c");
        File.CreateSymbolicLink(_temporary["link"], "a/b");
        string stored = _temporary.Path[1..];
        // Through the link, ".." is a, not the directory of the link.
        Archive(null, _temporary["link/../b/c"]).ShouldBe([stored + "/a/b/c"]);
        _journal.Entries.Clear();
        Archive(null, _temporary["a/b/.."]).ShouldBe([stored + "/a", stored + "/a/b", stored + "/a/b/c"]);
    }

    [Fact]
    public void A_root_that_is_a_link_is_stored_as_one_unless_it_ends_with_a_slash()
    {
        WriteFile("real/a");
        File.CreateSymbolicLink(_temporary["link"], "real");
        string stored = _temporary.Path[1..] + "/link";
        Archive(null, _temporary["link"]).ShouldBe([stored]);
        _journal.Entries[0].Kind.ShouldBe(EntryKind.SymbolicLink);
        _journal.Entries.Clear();
        Archive(null, _temporary["link/"]).ShouldBe([stored, stored + "/a"]);
        _journal.Entries[0].Kind.ShouldBe(EntryKind.Directory);
    }

    [Fact]
    public void A_missing_root_is_a_problem_and_the_others_are_stored()
    {
        WriteFile("there");
        Archive(null, _temporary["missing"], _temporary["there"], _temporary["there"]).Count.ShouldBe(1);
        _journal.Problems.Single().Path.ShouldEndWith("missing");
        _journal.Left.Single().Why.ShouldContain("twice");
    }

    [Fact]
    public void A_root_inside_another_is_stored_once_in_whatever_order_they_are_named()
    {
        WriteFile("docs/a");
        WriteFile("docs2");
        Archive(null, _temporary["docs/a"], _temporary["docs"], _temporary["docs2"]).Count.ShouldBe(3);
        _journal.Left.Single().Path.ShouldEndWith("docs/a");
    }

    [Fact]
    public void Sockets_exclusions_and_the_backups_own_directories_are_left_out()
    {
        WriteFile("t/keep/a");
        WriteFile("t/keep/b.tmp");
        WriteFile("t/cache/deep/x");
        WriteFile("t/sub/cache/y");
        WriteFile("t/tapes/cartridge");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_temporary["t/socket"]));
        FileIdentity.TryGet(Posix.Bytes(_temporary["t/tapes"]), out var tapes).ShouldBeTrue();

        var options = new TreeReaderOptions { Exclude = ["*.tmp", "**/sub/cache"], SkipDirectories = new HashSet<FileIdentity> { tapes } };
        string stored = _temporary.Path[1..] + "/t";
        Archive(options, _temporary["t"]).ShouldBe(
            [stored, stored + "/cache", stored + "/cache/deep", stored + "/cache/deep/x", stored + "/keep", stored + "/keep/a", stored + "/sub"]);
        _journal.Problems.ShouldBeEmpty();
        _journal.Left.Select(left => left.Path).Order().ShouldBe([stored + "/socket", stored + "/tapes"]);
    }

    [Fact]
    public void Another_file_system_is_an_empty_directory_if_so_wished()
    {
        Directory.CreateDirectory(_temporary["t/mount"]);
        Assert.SkipUnless(Posix.IsRoot && Posix.Run("mount", "-t", "tmpfs", "none", _temporary["t/mount"]).Status == 0, "cannot mount here");
        try
        {
            WriteFile("t/mount/inside");
            string stored = _temporary.Path[1..] + "/t";
            Archive(new TreeReaderOptions { OneFileSystem = true }, _temporary["t"]).ShouldBe([stored, stored + "/mount"]);
            _journal.Left.Single().Path.ShouldBe(stored + "/mount");
            _journal.Entries.Clear();
            Archive(null, _temporary["t"]).Count.ShouldBe(3);
        }
        finally
        {
            Posix.Run("umount", _temporary["t/mount"]).Status.ShouldBe(0);
        }
    }

    [Fact]
    public void The_hash_is_that_of_the_content_holes_as_zeros()
    {
        WriteFile("t/small", 5000);
        WriteFile("t/large", 700_000);
        using (var sparse = File.Create(_temporary["t/sparse"]))
        {
            sparse.SetLength(3_000_000);
            sparse.Position = 1_000_000;
            sparse.WriteByte(7);
        }
        Archive(null, _temporary["t"]);
        foreach (var entry in _journal.Entries.Where(entry => entry.Kind == EntryKind.File))
            entry.Hash.ShouldBe(XxHash128.HashToUInt128(File.ReadAllBytes("/" + entry.Path)), entry.Path);
    }

    [Theory]
    [InlineData(700_000)]
    [InlineData(100)]
    public void A_file_that_grows_is_reported(int length)
    {
        string path = WriteFile("t/file", length);
        ArchiveChanging(() => File.AppendAllText(path, "more")).ShouldBe(EntryState.Changed);
    }

    [Fact]
    public void A_file_that_is_written_with_its_old_time_put_back_is_reported()
    {
        string path = WriteFile("t/file", 700_000);
        var time = File.GetLastWriteTimeUtc(path);
        ArchiveChanging(() =>
        {
            using (var stream = File.OpenWrite(path))
                stream.WriteByte(99);
            File.SetLastWriteTimeUtc(path, time);
        }).ShouldBe(EntryState.Changed);
    }

    [Fact]
    public void A_file_that_shrinks_is_filled_up_with_zeros_and_reported()
    {
        string path = WriteFile("t/file", 700_000);
        ArchiveChanging(() =>
        {
            using var stream = File.OpenWrite(path);
            stream.SetLength(1000);
        }).ShouldBe(EntryState.Shrunk);
    }

    [Fact]
    public void A_sparse_file_that_shrinks_is_filled_up_and_reported()
    {
        WriteFile("t/file", 0);
        string path = _temporary["t/file"];
        using (var stream = File.OpenWrite(path))
        {
            stream.SetLength(4 << 20);
            stream.Write(new byte[400_000].AsSpan());
            stream.Position = 3 << 20;
            stream.Write(new byte[400_000].AsSpan());
        }
        ArchiveChanging(() =>
        {
            using var stream = File.OpenWrite(path);
            stream.SetLength(1000);
        }).ShouldBe(EntryState.Shrunk);
    }

    /// <summary>Archives t with t/file and something after it, changes the file after the first read, and expects a whole archive.</summary>
    private EntryState ArchiveChanging(Action change)
    {
        bool done = false;
        byte[] archive = Trees.Archive(_temporary["t"], _journal, betweenReads: _ =>
        {
            if (!done)
                change();
            done = true;
        });
        done.ShouldBeTrue();
        _journal.Problems.Single().Path.ShouldBe("file");
        Trees.Restore(archive, _temporary.Make("target")).Error.ShouldBe(default);
        return _journal.Entries.Single(entry => entry.Path == "file").State;
    }

    [Fact]
    public void A_directory_that_is_moved_while_it_is_read_costs_only_itself()
    {
        WriteFile("t/a/b/c/d/file", 10);
        WriteFile("t/a/last/y", 10);
        WriteFile("t/z/other", 10);
        Directory.CreateDirectory(_temporary["elsewhere"]);
        bool done = false;
        Trees.Archive(_temporary["t"], _journal, maxOpen: 1, betweenReads: _ =>
        {
            if (!done && _journal.Entries.Exists(entry => entry.Path == "a/b/c/d"))
            {
                Directory.Move(_temporary["t/a/b/c"], _temporary["elsewhere/c"]);
                done = true;
            }
        });
        done.ShouldBeTrue();
        var names = _journal.Entries.Select(entry => entry.Path).ToList();
        names.ShouldContain("a/b/c/d/file");
        names.ShouldContain("z/other");
        names.ShouldContain("a/last/y");
    }

    [Fact]
    public void What_cannot_be_read_is_named_and_the_rest_is_stored()
    {
        WriteFile("t/closed/inside");
        WriteFile("t/secret");
        WriteFile("t/open");
        Posix.Run("chmod", "000", _temporary["t/closed"], _temporary["t/secret"]);
        Assert.SkipWhen(Posix.IsRoot, "root can read everything");
        string stored = _temporary.Path[1..] + "/t";
        Archive(null, _temporary["t"]).ShouldBe([stored, stored + "/closed", stored + "/open"]);
        _journal.Problems.Select(problem => problem.Path).Order().ShouldBe([stored + "/closed", stored + "/secret"]);
    }

    [Theory]
    [InlineData(100, EntryState.Stored, RestoreState.Restored)]
    [InlineData(700_000, EntryState.Cut, RestoreState.Damaged)]
    public void Stopping_ends_the_archive_cleanly_between_files_and_cuts_it_inside_one(int length, EntryState state, RestoreState restored)
    {
        for (int i = 0; i < 3; i++)
            WriteFile("t/file" + i, length);
        var sink = new MemorySink { StopAt = 1 };
        using (var reader = new TreeReader(sink, _journal))
            reader.ArchiveUnprefixed(Posix.Bytes(_temporary["t"])).ShouldBe(ArchiveOutcome.Stopped);
        _journal.Entries.Single().State.ShouldBe(state);
        sink.ToArray().Length.ShouldBeLessThan(700_000);
        var journal = Trees.Restore(sink.ToArray(), _temporary.Make("target"));
        journal.Entries.Single().State.ShouldBe(restored);
        journal.Error.Kind.ShouldBe(state == EntryState.Cut ? ArchiveErrorKind.Truncated : ArchiveErrorKind.None);
    }

    [Fact]
    public void Memory_does_not_grow_with_the_number_of_files()
    {
        using var memory = new TemporaryDirectory(inMemory: true);
        long few = AllocatedFor(Make(1_000));
        long many = AllocatedFor(Make(30_000));
        (many - few).ShouldBeLessThan(10_000);

        string Make(int count)
        {
            string path = memory.Make("t" + count);
            int directory = Posix.OpenDirectory(path);
            for (int i = 0; i < count; i++)
                Posix.Close(Posix.CreateAt(directory, i.ToString(System.Globalization.CultureInfo.InvariantCulture)));
            Posix.Close(directory);
            return path;
        }

        static long AllocatedFor(string path)
        {
            var journal = new CountingJournal();
            var sink = new NullSink();
            using var reader = new TreeReader(sink, journal);
            reader.ArchiveUnprefixed("/proc/self/fdinfo"u8); // whatever is set up once
            long before = GC.GetAllocatedBytesForCurrentThread();
            reader.ArchiveUnprefixed(Posix.Bytes(path));
            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    private sealed class CountingJournal : IArchiveJournal
    {
        public int Count { get; private set; }

        public void Entry(TreeEntry entry, EntryState state, long archiveOffset, UInt128 hash) => Count++;

        public void Problem(ReadOnlySpan<byte> path, string what)
        {
        }

        public void Skipped(ReadOnlySpan<byte> path, string why)
        {
        }
    }
}
