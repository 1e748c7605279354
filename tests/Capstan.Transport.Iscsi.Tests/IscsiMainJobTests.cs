using Capstan.Drive;
using Capstan.Operations;
using Capstan.Scsi;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>The production driver and the production operations on a tape drive that others wrote.</summary>
public sealed class IscsiMainJobTests : IDriveSource, IOperationListener, IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("capstan-iscsi").FullName;
    private readonly List<string> _notes = [];
    private readonly OperationContext _context;
    private Tgt _tgt;

    public IscsiMainJobTests()
    {
        Tgt.Require();
        _tgt = new Tgt(tapeMegabytes: 48);
        _context = new OperationContext(Path.Combine(_root, "home"), this, this, new ProgressCounters(), TimeProvider.System);
    }

    public OpenedDrive Open(string? device, IOperationListener listener) =>
        new(IscsiTransport.Open(_tgt.Tape, new IscsiSettings()), _tgt.Tape.ToString(), "--device", null, []);

    public void Phase(string what)
    {
    }

    public void Note(string text) => _notes.Add(text);

    public void Problem(string path, string text) => _notes.Add($"{path}: {text}");

    public void Dispose()
    {
        _tgt.Dispose();
        Directory.Delete(_root, recursive: true);
    }

    [Fact]
    public void Backup_list_verify_restore_and_append_byte_by_byte()
    {
        string first = Tree("first", seed: 1, files: 40, largestBytes: 300_000);
        string second = Tree("second", seed: 2, files: 5, largestBytes: 3_000_000);
        BackupReport one = Backup(first);
        one.Status.ShouldBe(ExitStatus.Success, string.Join('\n', _notes));
        BackupReport two = Backup(second);
        two.Status.ShouldBe(ExitStatus.Success, string.Join('\n', _notes));
        CatalogOperations.List(_context).Count.ShouldBe(2);
        VerifyOperation.Run(_context, new VerifyRequest(null, one.Id), CancellationToken.None).Status.ShouldBe(ExitStatus.Success);
        VerifyOperation.Run(_context, new VerifyRequest(null, two.Id), CancellationToken.None).Status.ShouldBe(ExitStatus.Success);
        ShouldRestore(two.Id, second);
        ShouldRestore(one.Id, first);
    }

    [Fact]
    public void A_full_tape_ends_the_backup_and_what_is_on_it_restores()
    {
        string small = Tree("small", seed: 3, files: 10, largestBytes: 100_000);
        BackupReport one = Backup(small);
        one.Status.ShouldBe(ExitStatus.Success, string.Join('\n', _notes));
        string large = Tree("large", seed: 4, files: 30, largestBytes: 4_000_000);
        BackupReport two = Backup(large);
        two.Status.ShouldBe(ExitStatus.TapeFull, string.Join('\n', _notes));
        ShouldRestore(one.Id, small);
    }

    /// <summary>The position, which the drive is asked for after the connection is back, tells whether the command was carried out.</summary>
    [Fact]
    public void After_a_lost_connection_the_drive_says_where_its_tape_stands()
    {
        using TapeDrive drive = TapeDrive.Open(IscsiTransport.Open(_tgt.Tape, new IscsiSettings()));
        drive.WaitUntilReady();
        drive.Rewind();
        drive.BeginWriting();
        var block = new byte[65536];
        for (int i = 0; i < 5; i++)
            drive.Write(block).ShouldBe(WriteOutcome.Written);
        _tgt.Kill();
        _tgt.Start();
        var lost = Should.Throw<TapeWriteException>(() => { drive.Write(block); });
        lost.FirstSuspectObjectId.ShouldBe(0);
        // Nothing is written where the tape stands by chance.
        Should.Throw<TapeWriteException>(() => { drive.Write(block); }).Message.ShouldContain("was not sent");
        // The new session's unit attention is told once.
        Should.Throw<TapeDeviceException>(() => { drive.ReadPosition(); }).Fault.ShouldBe(DeviceFault.Lost);
        // tgt loads its tape anew: it stands at its beginning.
        drive.ReadPosition().ObjectId.ShouldBe(0);
    }

    [Fact]
    public void A_backup_whose_target_dies_fails_clearly_and_what_was_committed_restores()
    {
        string first = Tree("first", seed: 5, files: 10, largestBytes: 100_000);
        BackupReport one = Backup(first);
        one.Status.ShouldBe(ExitStatus.Success, string.Join('\n', _notes));
        string second = Tree("second", seed: 6, files: 6, largestBytes: 4_000_000);
        int writes = 0;
        ExitStatus status = ExitStatus.Success;
        try
        {
            status = BackupOperation.Run(_context with { Drives = new Dying(this, () => ++writes == 20) }, new BackupRequest(null, [second], [], false, null), CancellationToken.None).Status;
        }
        catch (OperationException e)
        {
            status = e.Status;
        }

        status.ShouldBe(ExitStatus.Device, string.Join('\n', _notes));
        ShouldRestore(one.Id, first);
    }

    private BackupReport Backup(string path) => BackupOperation.Run(_context, new BackupRequest(null, [path], [], false, null), CancellationToken.None);

    private string Tree(string name, int seed, int files, int largestBytes)
    {
        string directory = Directory.CreateDirectory(Path.Combine(_root, name)).FullName;
        var random = new Random(seed);
        for (int i = 0; i < files; i++)
        {
            var content = new byte[random.Next(largestBytes)];
            random.NextBytes(content);
            string folder = Directory.CreateDirectory(Path.Combine(directory, "d" + (i % 3))).FullName;
            File.WriteAllBytes(Path.Combine(folder, $"file {i} é"), content);
        }

        return directory;
    }

    private void ShouldRestore(string id, string source)
    {
        string target = Path.Combine(_root, "restored-" + Guid.NewGuid().ToString("N"));
        RestoreReport report = RestoreOperation.Run(_context, new RestoreRequest(null, id, target, [], false), CancellationToken.None);
        report.Problems.ShouldBeEmpty();
        string[] expected = [.. Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        string[] restored = [.. Directory.EnumerateFiles(target + source, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        restored.Select(path => path[target.Length..]).ShouldBe(expected);
        foreach (string path in expected)
            File.ReadAllBytes(path).AsSpan().SequenceEqual(File.ReadAllBytes(target + path)).ShouldBeTrue(path);
    }

    /// <summary>Kills and restarts the target before the command for which the predicate says so.</summary>
    private sealed class Dying(IscsiMainJobTests owner, Func<bool> isNow) : IDriveSource
    {
        public OpenedDrive Open(string? device, IOperationListener listener)
        {
            OpenedDrive opened = owner.Open(device, listener);
            return opened with { Transport = new Transport(opened.Transport, owner, isNow) };
        }

        private sealed class Transport(IScsiTransport inner, IscsiMainJobTests owner, Func<bool> isNow) : IScsiTransport
        {
            public string Name => inner.Name;

            public int MaxTransferBytes => inner.MaxTransferBytes;

            public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
            {
                if (cdb.OperationCode == Write6.OperationCode && isNow())
                {
                    owner._tgt.Kill();
                    owner._tgt.Start();
                }

                return inner.Execute(in cdb, data, sense, timeout);
            }

            public void Dispose() => inner.Dispose();
        }
    }
}
