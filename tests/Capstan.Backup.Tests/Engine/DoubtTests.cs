using Capstan.Backup.Engine;
using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Drive;
using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Backup.Tests.Engine;

/// <summary>What is in doubt is never declared stored, and a damaged tape never costs what is known about it.</summary>
public sealed class DoubtTests
{
    internal static Fault Answer(int command, byte operationCode, SenseKey key, SenseCode code, bool reaches = false, bool endOfMedium = false, int count = 1) =>
        new(command, operationCode)
        {
            Status = ScsiStatus.CheckCondition,
            ReachesDevice = reaches,
            Count = count,
            Sense = new SenseData { Key = key, Code = code, EndOfMedium = endOfMedium },
        };

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_rebuild_that_cannot_read_a_manifest_keeps_what_the_catalog_knows(bool isPathBroken)
    {
        using var rig = new EngineRig();
        for (int i = 0; i < 4000; i++)
            File.WriteAllBytes(Path.Combine(rig.Source, $"file-{i:D5}"), [1, 2, 3]);
        BackupOutcome backup = rig.Backup();
        Fault fault = isPathBroken
            ? new Fault(5, Read6.OperationCode) { Throw = TransportFault.Lost, Count = 1000 }
            : Answer(5, Read6.OperationCode, SenseKey.MediumError, SenseCode.UnrecoveredReadError);

        try
        {
            ScanResult scan = rig.WithDrive(
                drive => TapeSession.OpenForReading(drive, rig.Catalog, null, null, rig, TimeProvider.System).Rebuild(default), fault);
            scan.Notes.ShouldNotBeEmpty();
        }
        catch (TapeException) when (isPathBroken)
        {
        }

        rig.Find(backup.Backup).State.ShouldBe(BackupState.Complete);
        rig.Restore(backup.Backup).Count.ShouldBe(4000);
    }

    [Fact]
    public void An_archive_whose_tail_never_left_the_drives_buffer_is_not_stored()
    {
        using var rig = new EngineRig();
        rig.MakeFiles(3, 300_000);

        Should.Throw<IOException>(() => rig.Backup(default,
            Answer(6, Write6.OperationCode, SenseKey.VolumeOverflow, SenseCode.EndOfPartitionMediumDetected, endOfMedium: true),
            Answer(3, WriteFilemarks6.OperationCode, SenseKey.VolumeOverflow, SenseCode.EndOfPartitionMediumDetected, endOfMedium: true, count: 100)));

        rig.Catalog.ListBackups().ShouldHaveSingleItem().State.ShouldBe(BackupState.Interrupted);
    }

    [Fact]
    public void A_labelling_that_died_before_its_filemark_costs_nothing()
    {
        using var rig = new EngineRig();
        rig.MakeFiles(3, 300_000);
        Should.Throw<TapeException>(() => rig.Backup(default, new Fault(1, WriteFilemarks6.OperationCode) { Throw = TransportFault.Lost }));

        rig.Rebuild().Imported.ShouldBeEmpty();
        rig.Restore(rig.Backup().Backup).Count.ShouldBe(3);
    }

    [Fact]
    public void A_block_that_was_written_twice_is_noticed_before_the_backup_is_declared_stored()
    {
        using var rig = new EngineRig();
        rig.MakeFiles(3, 300_000);

        TapeWriteException e = Should.Throw<TapeWriteException>(() => rig.Backup(default,
            Answer(3, Write6.OperationCode, SenseKey.UnitAttention, SenseCode.ModeParametersChanged, reaches: true)));

        e.Message.ShouldContain("repeated");
        rig.Catalog.ListBackups().ShouldNotContain(backup => backup.IsRestorable);
        rig.Restore(rig.Backup().Backup).Count.ShouldBe(3);
    }

    [Fact]
    public void A_tape_that_ends_before_the_catalog_says_gives_what_it_has_and_names_the_rest()
    {
        using var rig = new EngineRig();
        rig.MakeFiles(10, 300_000);
        BackupOutcome backup = rig.Backup();
        rig.WithDrive(static drive =>
        {
            drive.Locate(6);
            drive.BeginWriting();
            return drive.WriteFilemarks(1);
        });

        VerifyOutcome outcome = rig.Verify(backup.Backup);

        outcome.DamagedFiles.ShouldBeInRange(5, 9);
        (outcome.Files + outcome.DamagedFiles).ShouldBeGreaterThanOrEqualTo(10);
    }

    [Fact]
    public void An_answer_that_says_nothing_about_a_block_is_no_block()
    {
        using var rig = new EngineRig();
        rig.MakeFiles(1, 10);
        rig.Backup();

        // What tgt answers to a short block, behind an adapter that counts no bytes.
        Should.Throw<TapeCommandException>(() => rig.WithDrive(
            static drive =>
            {
                drive.Rewind();
                return drive.Read(new byte[262_144]);
            },
            Answer(1, Read6.OperationCode, SenseKey.NoSense, default) with { DropResidual = true }));
    }
}
