using System.Diagnostics;
using System.Text;
using Capstan.Backup.Archive;
using Capstan.Backup.Engine;
using Capstan.Backup.Framing;
using Capstan.Catalog;
using Capstan.Drive;
using Capstan.Emulation.Library;
using EntryKind = Capstan.Backup.Archive.EntryKind;

namespace Capstan.Backup.Tests.Formats;

/// <summary>What Capstan writes is read without Capstan: by the scripts of docs/formats and by the system's tar.</summary>
public sealed class IndependentReaderTests : IDisposable
{
    private static readonly string CartridgeScript = Path.Combine(RepositoryRoot(), "docs/formats/cartridge-file.py");
    private static readonly string Script = Path.Combine(RepositoryRoot(), "docs/formats/untape.py");

    private readonly string _home = Directory.CreateTempSubdirectory("capstan-untape-").FullName;

    private string Tree => Path.Combine(_home, "tree");

    private string ManifestFile => Path.Combine(_home, "manifest-file");

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
        BackUp().End.ShouldBe(BackupEnd.Complete);
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
    public void TheManifestIsLinesThatAnybodyCanRead()
    {
        RequirePrograms();
        MakeTree();
        BackupOutcome outcome = BackUp();

        (int status, string manifest, string errors) = Shell($"python3 '{Script}' < '{ManifestFile}'");

        status.ShouldBe(0, errors);
        string[] lines = manifest.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe((int)(outcome.Counts.Files + outcome.Counts.Directories + outcome.Counts.Others));
        // XXH3-128 of nothing, as `xxh128sum /dev/null` prints it.
        lines.ShouldContain(line => line.Contains("/tree/empty\"", StringComparison.Ordinal)
            && line.Contains("\"xxh128\":\"99aa06d3014798d86001c324468d497f\"", StringComparison.Ordinal));
        lines.ShouldContain(line => line.Contains("\"path64\":", StringComparison.Ordinal));
    }

    [Fact]
    public void AStreamThatWasStoppedGivesWhatItHasAndSaysSo()
    {
        RequirePrograms();
        MakeTree();
        BackupOutcome outcome = BackUp(cancelAfterBytes: 1);
        outcome.End.ShouldBe(BackupEnd.Cancelled);

        (int status, string names, string errors) = Shell($"python3 '{Script}' < '{TapeFile}' > '{_home}/cut.tar'; status=$?; tar -tf '{_home}/cut.tar' 2>/dev/null; exit $status");

        status.ShouldBe(1);
        errors.ShouldContain("the writer stopped here");
        names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length
            .ShouldBe((int)(outcome.Counts.Files + outcome.Counts.Directories + outcome.Counts.Others + outcome.Counts.Problems));
    }

    [Fact]
    public void TheScriptRefusesWhatIsNotAWholeStream()
    {
        RequirePrograms();
        MakeTree();
        BackUp();
        byte[] stream = File.ReadAllBytes(TapeFile);
        const int block = BlockHeader.BlockLength;
        (string Damage, byte[] Bytes, string Message)[] cases =
        [
            ("a block is missing", [.. stream[..block], .. stream[(2 * block)..]], "block 1 is missing"),
            ("a block is cut", stream[..(2 * block - 1)], "block 1 is missing"),
            ("the end is missing", stream[..(2 * block)], "block 2 is missing"),
            ("it begins elsewhere", stream[block..], "block 0 is missing"),
            ("it is something else", [.. stream.Skip(BlockHeader.Length)], "block 0 is missing"),
        ];
        foreach ((string damage, byte[] bytes, string message) in cases)
        {
            File.WriteAllBytes(TapeFile, bytes);
            (int status, _, string errors) = Shell($"python3 '{Script}' < '{TapeFile}' > '{_home}/cut.tar'");
            status.ShouldBe(1, damage);
            errors.ShouldContain(message, customMessage: damage);
        }
    }

    /// <summary>Backs the tree up to a virtual library; what the cartridge's file holds is taken out by the other script.</summary>
    private BackupOutcome BackUp(long cancelAfterBytes = long.MaxValue)
    {
        string library = Path.Combine(_home, "library");
        VirtualLibrary.Create(library, new LibraryOptions { CartridgeCount = 1, CapacityBytes = 64 << 20 });
        BackupOutcome outcome;
        using (TapeDrive drive = TapeDrive.Open(VirtualLibrary.OpenDrive(library, "virtual:test")))
        using (TapeCatalog catalog = TapeCatalog.Open(Path.Combine(_home, "catalog.db")))
        using (var observer = new CancellingObserver(cancelAfterBytes))
        {
            drive.WaitUntilReady();
            TapeSession.PrepareBuffers(drive);
            TapeSession session = TapeSession.OpenForAppending(drive, catalog, "TEST", observer, TimeProvider.System, CancellationToken.None);
            var plan = new BackupPlan([Encoding.UTF8.GetBytes(Tree)], [Tree], new TreeReaderOptions(), "host", "user", Path.Combine(_home, "spool"));
            outcome = new BackupEngine(drive, catalog, session, observer, TimeProvider.System).Run(plan, observer.Cancellation);
        }

        // A file that the stop cut in two is a problem; a stop between two files is none.
        outcome.Counts.Problems.ShouldBeLessThanOrEqualTo(cancelAfterBytes > 0 ? 1 : 0);
        foreach ((int file, string path) in ((int, string)[])[(1, TapeFile), (2, ManifestFile)])
        {
            (int status, _, string errors) = Shell($"python3 '{CartridgeScript}' '{library}'/cartridges/CAP001*.cartridge {file} > '{path}'");
            status.ShouldBe(0, errors);
        }

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
            head -c 1700000 /dev/urandom > seven-blocks
            head -c 262128 /dev/urandom > as-long-as-a-payload
            truncate -s 3000000 sparse
            printf data | dd of=sparse bs=1 seek=1500000 conv=notrunc status=none
            chmod 4751 small
            chmod 0700 empty-directory
            touch -d '1969-12-31 23:59:58.25 UTC' empty
            touch -d '2001-02-03 04:05:06.123456789 UTC' seven-blocks
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

    /// <summary>Stops the backup at the first progress report behind a number of archive bytes.</summary>
    private sealed class CancellingObserver(long afterBytes) : IBackupObserver, IDisposable
    {
        private readonly CancellationTokenSource _source = new();

        public CancellationToken Cancellation => _source.Token;

        public void Phase(string what)
        {
        }

        public void Entry(EntryKind kind, long sizeBytes)
        {
        }

        public void Problem(ReadOnlySpan<byte> path, string what)
        {
        }

        public void Skipped(ReadOnlySpan<byte> path, string why)
        {
        }

        public void Bytes(long archiveBytes)
        {
            if (archiveBytes >= afterBytes)
                _source.Cancel();
        }

        public void Dispose() => _source.Dispose();
    }
}
