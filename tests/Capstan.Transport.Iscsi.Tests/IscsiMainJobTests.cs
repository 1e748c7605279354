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
    private readonly Tgt _tgt;

    public IscsiMainJobTests()
    {
        Tgt.Require();
        _tgt = new Tgt(tapeMegabytes: 48);
        _context = new OperationContext(Path.Combine(_root, "home"), this, this, new ProgressCounters(), TimeProvider.System);
    }

    public OpenedDrive Open(string? device, IOperationListener listener) =>
        new(IscsiTransport.Open(_tgt.Tape, new IscsiSettings()), _tgt.Tape.ToString(), "--device", null, []);

    void IOperationListener.Phase(string what)
    {
    }

    void IOperationListener.Note(string text) => _notes.Add(text);

    void IOperationListener.Problem(string path, string text) => _notes.Add($"{path}: {text}");

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
        VerifyOperation.Run(_context, new VerifyRequest(null, one.Backup.Id), CancellationToken.None).Status.ShouldBe(ExitStatus.Success);
        VerifyOperation.Run(_context, new VerifyRequest(null, two.Backup.Id), CancellationToken.None).Status.ShouldBe(ExitStatus.Success);
        ShouldRestore(two.Backup.Id, second);
        ShouldRestore(one.Backup.Id, first);
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
        ShouldRestore(one.Backup.Id, small);
    }

    /// <summary>tgt's tape tells no position: whether the lost command was carried out is told by what is on the tape.</summary>
    [Fact]
    public void After_a_lost_connection_nothing_is_written_until_the_tape_was_positioned()
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
        Should.Throw<TapeWriteException>(() => { drive.Write(block); }).FirstSuspectObjectId.ShouldBe(0);
        // Nothing is written where the tape stands by chance.
        Should.Throw<TapeWriteException>(() => { drive.Write(block); }).Message.ShouldContain("was not sent");
        // The new session's unit attention is told once.
        Should.Throw<TapeDeviceException>(drive.Rewind).Fault.ShouldBe(DeviceFault.Lost);
        CountBlocks(drive, block).ShouldBe(5);
    }

    /// <summary>The library would send a WRITE again after connecting again, and the block would be on the tape twice.</summary>
    [Theory]
    [InlineData(1 << 20, Cut.Request, 48, 5)]
    [InlineData(1 << 20, Cut.Request, 100_000, 5)]
    [InlineData(1 << 20, Cut.Request, 900_000, 5)]
    // A small block is sent with its command: the target has everything and carries it out, and its answer does not arrive.
    [InlineData(4096, Cut.Response, 0, 6)]
    public void A_write_that_loses_its_connection_is_on_the_tape_once_or_not_at_all(int blockLengthBytes, Cut what, int afterBytes, int onTape)
    {
        using var proxy = new CuttingProxy(_tgt.Port);
        IscsiAddress address = _tgt.Tape with { Portal = new IscsiPortal("127.0.0.1", proxy.Port) };
        using TapeDrive drive = TapeDrive.Open(IscsiTransport.Open(address, new IscsiSettings()));
        drive.WaitUntilReady();
        drive.Rewind();
        drive.BeginWriting();
        var block = new byte[blockLengthBytes];
        new Random(7).NextBytes(block);
        for (int i = 0; i < 5; i++)
            drive.Write(block).ShouldBe(WriteOutcome.Written);
        proxy.CutOnce(what, afterBytes);
        Should.Throw<TapeWriteException>(() => { drive.Write(block); }).Message.ShouldContain("may have been carried out");
        Should.Throw<TapeDeviceException>(drive.Rewind).Fault.ShouldBe(DeviceFault.Lost);
        CountBlocks(drive, block).ShouldBe(onTape);
    }

    private static int CountBlocks(TapeDrive drive, byte[] expected)
    {
        drive.Rewind();
        var buffer = new byte[expected.Length];
        int count = 0;
        while (drive.Read(buffer).Kind == ReadKind.Block)
        {
            buffer.AsSpan().SequenceEqual(expected).ShouldBeTrue($"block {count}");
            count++;
        }

        return count;
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
            status = BackupOperation.Run(_context with { Drives = new Dying(this, () => ++writes == 3) }, new BackupRequest(null, [second], [], false, null), CancellationToken.None).Status;
        }
        catch (OperationException e)
        {
            status = e.Status;
        }

        status.ShouldBe(ExitStatus.Device, string.Join('\n', _notes));
        ShouldRestore(one.Backup.Id, first);
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
