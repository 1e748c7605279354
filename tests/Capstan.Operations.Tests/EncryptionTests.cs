using Capstan.Backup.Tests.Archive;
using Capstan.Operations.Encryption;
using Capstan.Operations.Erasing;
using Capstan.Operations.Movement;
using Capstan.Operations.Raw;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>Backups in a drive that encrypts, from key file to tape and back.</summary>
public sealed class EncryptionTests : IDisposable
{
    private readonly Rig _rig = new();
    private readonly string _tree;

    public EncryptionTests()
    {
        _tree = _rig.Tree("tree");
        HardTree.Create(_tree, seed: 4);
    }

    public void Dispose()
    {
        EncryptionOperation.Set(_rig.Context, new EncryptionRequest(null, EncryptionChoice.Off));
        _rig.Dispose();
    }

    private string KeyPath(string name)
    {
        string path = _rig.NewPath(name + ".key");
        if (!File.Exists(path))
            KeyFile.Generate(path, name);
        return path;
    }

    private EncryptionReport Set(EncryptionChoice choice, string? key = null)
    {
        using ReadKey? read = key is null ? null : KeyFile.Read(KeyPath(key), _rig.Notes.Add);
        return EncryptionOperation.Set(_rig.Context, new EncryptionRequest(null, choice, read));
    }

    private static OperationException Refused(Action action, ExitStatus status)
    {
        OperationException e = Should.Throw<OperationException>(action);
        e.Status.ShouldBe(status, e.Message);
        return e;
    }

    [Fact]
    public void An_encrypted_backup_comes_back_and_without_its_key_it_does_not()
    {
        Set(EncryptionChoice.On, "offsite").Settings!.Key.ShouldBe("offsite");
        BackupReport report = _rig.Backup(_tree);
        report.Backup.Encrypted.ShouldBeTrue();
        report.Backup.Key.ShouldBe("offsite");
        _rig.Notes.ShouldContain(note => note.Contains("encrypts what is written, with the key 'offsite'"));
        _rig.Verify().Status.ShouldBe(ExitStatus.Success);
        _rig.ShouldRestore("latest", _tree);

        Set(EncryptionChoice.Off);
        foreach (Action action in (Action[])[() => _rig.Verify(), () => _rig.Restore("latest", _rig.NewPath("out")), () => _rig.Backup(_tree)])
            Refused(action, ExitStatus.Tape).Message.ShouldContain("'offsite'");
        Set(EncryptionChoice.On, "onsite");
        Refused(() => _rig.Restore("latest", _rig.NewPath("out")), ExitStatus.Tape).Message.ShouldContain("another key than the drive has ('onsite')");
        Refused(() => _rig.Backup(_tree), ExitStatus.Tape);
        Set(EncryptionChoice.Mixed, "offsite");
        _rig.ShouldRestore("latest", _tree);
        CatalogOperations.Show(_rig.Context, "latest", _ => { }, _ => { }).Key.ShouldBe("offsite");
    }

    [Fact]
    public void A_key_that_was_lost_in_between_is_asked_for()
    {
        Set(EncryptionChoice.On, "offsite");
        _rig.Backup(_tree);
        _rig.Backup(_tree);
        Set(EncryptionChoice.Off);
        Refused(() => _rig.Backup(_tree), ExitStatus.Tape).Message.ShouldContain("capstan drive encryption on");
    }

    /// <summary>A tape with its label in clear can be read by everybody as far as the label; what follows must not be mixed unnoticed.</summary>
    [Fact]
    public void A_tape_that_began_in_clear_is_mixed_only_when_that_was_asked_for()
    {
        _rig.Backup(_tree).Backup.Encrypted.ShouldBeFalse();
        Set(EncryptionChoice.On, "offsite");
        Refused(() => _rig.Backup(_tree), ExitStatus.Tape).Message.ShouldContain("encryption mixed");
        Set(EncryptionChoice.Mixed, "offsite");
        _rig.Backup(_tree).Backup.Encrypted.ShouldBeTrue();
        _rig.ShouldRestore("latest", _tree);
        Set(EncryptionChoice.Off);
        Refused(() => _rig.Backup(_tree), ExitStatus.Tape).Message.ShouldContain("holds encrypted backups (key 'offsite'), and the drive does not encrypt now");
        Set(EncryptionChoice.Mixed, "onsite");
        Refused(() => _rig.Backup(_tree), ExitStatus.Tape).Message.ShouldContain("need the key 'offsite', and the drive has 'onsite'");
        Set(EncryptionChoice.Mixed, "offsite");
        _rig.Backup(_tree);
        CatalogOperations.List(_rig.Context).Select(backup => backup.Encrypted).ShouldBe([false, true, true]);
    }

    /// <summary>There are drives that do not know what a block is before they read it.</summary>
    [Fact]
    public void Another_key_is_noticed_by_a_drive_that_tells_nothing_of_the_next_block()
    {
        _rig.Backup(_tree);
        Set(EncryptionChoice.Mixed, "offsite");
        _rig.Backup(_tree);
        _rig.Wrap = static inner => new Untold(inner);
        Set(EncryptionChoice.Mixed, "onsite");
        Refused(() => _rig.Backup(_tree), ExitStatus.Tape).Message.ShouldContain("need another key than the drive has, and the drive has 'onsite'");
        Set(EncryptionChoice.Mixed, "offsite");
        _rig.Backup(_tree).Backup.Encrypted.ShouldBeTrue();
        _rig.ShouldRestore("latest", _tree);
    }

    /// <summary>COMPRESSION and ENCRYPTION STATUS of the next block are 1h: cannot be told now (SSC-4 8.5.2.8).</summary>
    private sealed class Untold(IScsiTransport inner) : IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            ScsiCompletion completion = inner.Execute(cdb, data, sense, timeout);
            if (cdb.Span[0] == SecurityProtocolIn.OperationCode && cdb.Span[2] == 0 && cdb.Span[3] == 0x21)
            {
                data.FromDeviceBuffer[12..].Clear();
                data.FromDeviceBuffer[3] = 12;
                data.FromDeviceBuffer[12] = 0x11;
            }

            return completion;
        }

        public void Dispose() => inner.Dispose();
    }

    [Fact]
    public void A_catalog_that_was_lost_learns_the_key_from_the_tape()
    {
        Set(EncryptionChoice.On, "offsite");
        string id = _rig.Backup(_tree).Backup.Id;
        File.Delete(_rig.Context.CatalogPath);
        BackupSummary found = CatalogOperations.Rebuild(_rig.Context, null, CancellationToken.None).Backups.ShouldHaveSingleItem();
        found.Id.ShouldBe(id);
        found.Key.ShouldBe("offsite");
        Set(EncryptionChoice.Off);
        File.Delete(_rig.Context.CatalogPath);
        Refused(() => CatalogOperations.Rebuild(_rig.Context, null, CancellationToken.None), ExitStatus.Tape);
    }

    [Fact]
    public void Raw_tape_files_are_encrypted_as_well()
    {
        Set(EncryptionChoice.On, "offsite");
        byte[] data = [.. Enumerable.Range(0, 5000).Select(i => (byte)i)];
        RawWriteOperation.Run(_rig.Context, new RawWriteRequest(null, new MemoryStream(data), "memory", 1000, false, 1, RawStart.Beginning, false), CancellationToken.None)
            .Bytes.ShouldBe(5000);
        EncryptionReport status = EncryptionOperation.Status(_rig.Context, null);
        status.Settings!.TapeHasEncryptedBlocks.ShouldBeTrue();
        MoveOperation.Run(_rig.Context, new MoveRequest(null, TapeMove.Rewind), CancellationToken.None);
        EncryptionOperation.Status(_rig.Context, null).NextBlock!.State.ShouldBe("encrypted");
        Set(EncryptionChoice.RawRead);
        EncryptionOperation.Status(_rig.Context, null).Settings!.Decryption.ShouldBe("raw");
    }

    /// <summary>What stands behind the place is looked at by reading; a block that the drive does not decrypt is something, and no error.</summary>
    [Theory]
    [InlineData(EncryptionChoice.On, EncryptionChoice.Off)]
    [InlineData(EncryptionChoice.Off, EncryptionChoice.On)]
    public void Filemarks_overwrite_a_tape_that_is_not_read_when_that_is_said(EncryptionChoice written, EncryptionChoice now)
    {
        Set(written, written == EncryptionChoice.On ? "offsite" : null);
        _rig.Backup(_tree);
        Set(now, now == EncryptionChoice.On ? "offsite" : null);
        MoveOperation.Run(_rig.Context, new MoveRequest(null, TapeMove.Rewind), CancellationToken.None);
        Refused(() => WeofOperation.Run(_rig.Context, new WeofRequest(null, 1, false), CancellationToken.None), ExitStatus.Tape)
            .Message.ShouldContain("--overwrite-labelled writes all the same");
        WeofOperation.Run(_rig.Context, new WeofRequest(null, 1, true), CancellationToken.None).Status.ShouldBe(ExitStatus.Success);
    }

    /// <summary>A key that is lost must not cost the cartridge as well.</summary>
    [Theory]
    [InlineData(EncryptionChoice.Off, "an encrypted tape whose label cannot be read without its key ('offsite'), which its memory calls 'CAP001L9'")]
    [InlineData(EncryptionChoice.On, "an encrypted tape whose label cannot be read without its key ('offsite')")]
    [InlineData(EncryptionChoice.Mixed, "an encrypted tape whose label cannot be read without its key ('offsite')")]
    public void A_tape_whose_key_is_lost_can_be_used_again(EncryptionChoice choice, string description)
    {
        Set(EncryptionChoice.On, "offsite");
        _rig.Backup(_tree);
        Set(choice, choice == EncryptionChoice.Off ? null : "onsite");
        OperationException refused = Refused(() => Write(overwrite: false), ExitStatus.Tape);
        refused.Message.ShouldContain("nobody can tell whose tape this is");
        refused.Message.ShouldContain("'offsite'");
        Write(overwrite: true);

        Set(EncryptionChoice.On, "offsite");
        EraseOperation.Run(_rig.Context, new EraseRequest(null, false, true, new Consent(true, null, null, null)), CancellationToken.None);
        _rig.Backup(_tree);
        Set(choice, choice == EncryptionChoice.Off ? null : "onsite");
        var request = new EraseRequest(null, IsLong: false, Waits: true, new Consent(false, null, null, null));
        Refused(() => EraseOperation.Run(_rig.Context, request, CancellationToken.None), ExitStatus.Usage).Message.ShouldContain($"Erase {description}");
        ErasureReport report = EraseOperation.Run(_rig.Context, request with { Consent = new Consent(true, "CAP001L9", null, null) }, CancellationToken.None);
        report.Tape.ShouldStartWith(description);
        _rig.Backup(_tree).Backup.Encrypted.ShouldBe(choice != EncryptionChoice.Off);
        _rig.ShouldRestore("latest", _tree);

        void Write(bool overwrite) => RawWriteOperation.Run(
            _rig.Context, new RawWriteRequest(null, new MemoryStream([1, 2, 3]), "memory", 512, false, 1, RawStart.Beginning, overwrite), CancellationToken.None);
    }

    [Fact]
    public void A_tape_in_clear_can_be_used_again_by_a_drive_that_reads_only_what_is_encrypted()
    {
        _rig.Backup(_tree);
        Set(EncryptionChoice.On, "offsite");
        EraseOperation.Run(_rig.Context, new EraseRequest(null, false, true, new Consent(true, null, null, null)), CancellationToken.None)
            .Tape.ShouldStartWith("a tape in clear, whose label the drive does not read");
        _rig.Backup(_tree).Backup.Encrypted.ShouldBeTrue();
    }

    [Fact]
    public void Nothing_is_written_by_a_drive_without_a_key_when_it_has_to_have_one()
    {
        var backup = new BackupRequest(null, [_tree], [], false, null, Encrypted: true);
        OperationException refused = Refused(() => BackupOperation.Run(_rig.Context, backup, CancellationToken.None), ExitStatus.Device);
        refused.Message.ShouldContain("the drive does not encrypt");
        refused.Message.ShouldContain("capstan drive encryption on");
        Refused(() => RawWriteOperation.Run(_rig.Context,
            new RawWriteRequest(null, new MemoryStream([1, 2, 3]), "memory", 512, false, 1, RawStart.Beginning, false, Encrypted: true), CancellationToken.None), ExitStatus.Device);
        TellOperation.Run(_rig.Context, null, CancellationToken.None).Position!.ObjectId.ShouldBe(0);
        Set(EncryptionChoice.On, "offsite");
        BackupOperation.Run(_rig.Context, backup, CancellationToken.None).Backup.Encrypted.ShouldBeTrue();
    }

    [Fact]
    public void Status_without_a_tape_tells_what_is_set()
    {
        Set(EncryptionChoice.On, "offsite");
        DriveOperations.Eject(_rig.Context, null);
        EncryptionReport report = EncryptionOperation.Status(_rig.Context, null);
        report.Settings!.Key.ShouldBe("offsite");
        report.NextBlock.ShouldBeNull();
        report.Algorithms.ShouldHaveSingleItem().Name.ShouldBe("AES-256-GCM");
    }

    [Theory]
    [InlineData("0020002442020201000000011800000000000000000000000001000C48656C6C6F20776F726C6421", "on", null)]
    [InlineData("0021001C000000000000000105010000" + "0001000C48656C6C6F20776F726C6421", null, "encrypted")]
    public void A_saved_page_is_understood(string hex, string? encryption, string? next)
    {
        EncryptionReport report = EncryptionOperation.Decode(Convert.FromHexString(hex), "IBM ULT3580-TD5").ShouldNotBeNull();
        report.Settings?.Encryption.ShouldBe(encryption);
        report.NextBlock?.State.ShouldBe(next);
        (report.Settings?.Key ?? report.NextBlock?.Key).ShouldBe("Hello world!");
        EncryptionOperation.Decode([0x17, 0, 0, 4], null).ShouldBeNull();
    }
}
