using System.Diagnostics;
using System.Text;
using Capstan.Backup.Archive;
using Capstan.Backup.Framing;
using Capstan.Backup.Manifest;
using Capstan.Backup.Tests.Archive;

namespace Capstan.Backup.Tests.Formats;

/// <summary>What Capstan writes is read without Capstan: by the ten-line script of docs/formats and by the system's tar.</summary>
public sealed class IndependentReaderTests : IDisposable
{
    private static readonly string Script = Path.Combine(RepositoryRoot(), "docs/formats/untape.py");

    private readonly string _home = Directory.CreateTempSubdirectory("capstan-untape-").FullName;

    private string Tree => Path.Combine(_home, "tree");

    private string TapeFile => Path.Combine(_home, "tape-file");

    /// <summary>By rm, because .NET cannot name the files whose names are not Unicode.</summary>
    public void Dispose() => Process.Start("rm", ["-rf", _home]).WaitForExit();

    [Fact]
    public void TheScriptHasAtMostTenLines() =>
        CodeLines(File.ReadAllText(Script)).Length.ShouldBeInRange(1, 10);

    [Fact]
    public void TheScriptInTheDocumentIsTheOneInTheFile() =>
        File.ReadAllText(Path.Combine(RepositoryRoot(), "docs/formats/tape.md"))
            .ShouldContain(string.Join('\n', CodeLines(File.ReadAllText(Script))));

    [Fact]
    public void ScriptAndTarBringTheTreeBack()
    {
        RequirePrograms();
        MakeTree();
        Archive(out RecordingJournal journal).ShouldBe(ArchiveOutcome.Complete);
        journal.Problems.ShouldBeEmpty();
        new FileInfo(TapeFile).Length.ShouldBeGreaterThan(3L * BlockHeader.BlockLength, "the tree must cross blocks");

        string restored = Directory.CreateDirectory(Path.Combine(_home, "restored")).FullName;
        (int status, _, string errors) = Shell($"python3 '{Script}' < '{TapeFile}' | tar -xpf - -C '{restored}'");

        status.ShouldBe(0, errors);
        string before = List(Tree);
        before.Split('\n').Length.ShouldBeGreaterThan(12);
        // An absolute path is stored without its first slash.
        List(restored + Tree).ShouldBe(before);
    }

    [Fact]
    public void AStreamThatWasStoppedGivesWhatItHasAndSaysSo()
    {
        RequirePrograms();
        MakeTree();
        Archive(out RecordingJournal journal, stopAfterBlocks: 2).ShouldBe(ArchiveOutcome.Stopped);

        (int status, string names, string errors) = Shell($"python3 '{Script}' < '{TapeFile}' > '{_home}/cut.tar'; status=$?; tar -tf '{_home}/cut.tar' 2>/dev/null; exit $status");

        status.ShouldBe(1);
        errors.ShouldContain("the writer stopped here");
        names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(journal.Entries.Count);
    }

    [Theory]
    [InlineData("a block is missing", "block 1 is missing")]
    [InlineData("a block is cut", "block 1 is missing")]
    [InlineData("the end is missing", "block 2 is missing")]
    [InlineData("it begins elsewhere", "block 0 is missing")]
    public void TheScriptRefusesWhatIsNotAWholeStream(string damage, string message)
    {
        RequirePrograms();
        MakeTree();
        Archive(out _);
        byte[] stream = File.ReadAllBytes(TapeFile);
        const int block = BlockHeader.BlockLength;
        File.WriteAllBytes(TapeFile, damage switch
        {
            "a block is missing" => [.. stream[..block], .. stream[(2 * block)..]],
            "a block is cut" => stream[..(2 * block - 1)],
            "the end is missing" => stream[..(2 * block)],
            _ => stream[block..],
        });

        (int status, _, string errors) = Shell($"python3 '{Script}' < '{TapeFile}' > '{_home}/cut.tar'");

        status.ShouldBe(1);
        errors.ShouldContain(message);
    }

    /// <summary>Writes the tree as the engine does: archive stream, blocks, tape drive, SCSI commands.</summary>
    private ArchiveOutcome Archive(out RecordingJournal journal, int stopAfterBlocks = int.MaxValue)
    {
        journal = new RecordingJournal();
        using var drive = TapeFileCapture.OpenDrive(TapeFile);
        using var queue = new WriteQueue(drive, new CapacityBudget(drive, 0), capacity: 4);
        var header = new ArchiveHeader { BackupUuid = Guid.NewGuid(), StartedMs = 1_700_000_000_000, Host = "host" };
        using var stream = new BlockStreamWriter(queue, new ContentHeader(ContentKind.Archive, Guid.NewGuid(), 1_700_000_000, 0, Part: 0),
            header.ToPaddedJson());
        var sink = new StoppingSink(stream, stopAfterBlocks * (long)BlockHeader.MaxPayload);
        ArchiveOutcome outcome;
        using (var reader = new TreeReader(sink, journal))
            outcome = reader.Archive([Encoding.UTF8.GetBytes(Tree)]);
        stream.Close(incomplete: outcome == ArchiveOutcome.Stopped);
        queue.Drain();
        return outcome;
    }

    private void MakeTree()
    {
        Directory.CreateDirectory(Tree);
        (int status, _, string errors) = Shell($$"""
            set -e
            cd '{{Tree}}'
            mkdir -p empty-directory deep/{{Repeat("directory/", 30)}}
            echo one > deep/{{Repeat("directory/", 30)}}{{new string('n', 200)}}
            : > empty
            echo small > small
            ln small second-name
            ln -s 'no such file' link
            mkfifo pipe
            echo raw > "$(printf 'raw \377\376 bytes')"
            echo line > "$(printf 'two\nlines')"
            echo unicode > 'Größe 鯨'
            head -c 700000 /dev/urandom > three-blocks
            head -c 262128 /dev/urandom > as-long-as-a-payload
            truncate -s 3000000 sparse
            printf data | dd of=sparse bs=1 seek=1500000 conv=notrunc status=none
            chmod 4751 small
            chmod 0700 empty-directory
            touch -d '1969-12-31 23:59:58.25 UTC' empty
            touch -d '2001-02-03 04:05:06.123456789 UTC' three-blocks
            touch -h -d '2002-03-04 05:06:07.5 UTC' link
            touch -d '2003-04-05 06:07:08.000000001 UTC' empty-directory
            """);
        status.ShouldBe(0, errors);
    }

    /// <summary>Every entry with all that stat tells of it, and a hash of the content, by a program that is not ours.</summary>
    private static string List(string directory)
    {
        (int status, string listing, string errors) = Shell($$"""
            cd '{{directory}}'
            python3 - <<'END'
            import hashlib, os, stat, sys
            for at, directories, files in os.walk(b"."):
                for name in directories + files:
                    path = os.path.join(at, name)
                    s = os.lstat(path)
                    link = os.readlink(path) if stat.S_ISLNK(s.st_mode) else b""
                    content = hashlib.sha256(open(path, "rb").read()).hexdigest() if stat.S_ISREG(s.st_mode) else ""
                    size = s.st_size if stat.S_ISREG(s.st_mode) else 0
                    print(repr(path), oct(s.st_mode), s.st_uid, s.st_gid, size, s.st_mtime_ns, s.st_nlink, link, content)
            END
            """);
        status.ShouldBe(0, errors);
        string[] lines = listing.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Array.Sort(lines, StringComparer.Ordinal);
        return string.Join('\n', lines);
    }

    private static void RequirePrograms()
    {
        foreach (string program in (string[])["python3", "tar", "bash"])
            Assert.SkipUnless(IsInstalled(program), $"{program} is not installed: the independent reader was not tried.");
    }

    private static bool IsInstalled(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, program)));

    private static (int Status, string Output, string Errors) Shell(string script)
    {
        var start = new ProcessStartInfo("bash") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in (string[])["-o", "pipefail", "-c", script])
            start.ArgumentList.Add(argument);
        start.Environment["LC_ALL"] = "C.UTF-8";
        using Process bash = Process.Start(start)!;
        Task<string> errors = bash.StandardError.ReadToEndAsync();
        string output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return (bash.ExitCode, output, errors.GetAwaiter().GetResult());
    }

    private static string[] CodeLines(string script) =>
        [.. script.Split('\n').Where(line => line.Trim().Length > 0 && !line.TrimStart().StartsWith('#'))];

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    private static string RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Capstan.slnx")))
                return folder.FullName;
        }

        throw new InvalidOperationException($"No Capstan.slnx above {AppContext.BaseDirectory}.");
    }

    /// <summary>Asks the walker to stop, as early warning does.</summary>
    private sealed class StoppingSink(BlockStreamWriter stream, long stopAt) : IContentSink
    {
        public Memory<byte> Space => stream.Space;

        public long Position => stream.Position;

        public bool ShouldStop => stream.Position >= stopAt;

        public void Advance(int count) => stream.Advance(count);
    }
}
