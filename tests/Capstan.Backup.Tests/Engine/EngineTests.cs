using Capstan.Backup.Engine;
using Capstan.Backup.Media;
using Capstan.Catalog;
using Capstan.Drive;
using Capstan.Scsi;
using Capstan.Transport.Decorators;

namespace Capstan.Backup.Tests.Engine;

/// <summary>Whole backups on a virtual tape, and what becomes of them when drive and medium fail.</summary>
public class EngineTests
{
    private const byte Read6 = 0x08;
    private const byte Write6 = 0x0A;
    private const byte LogSense = 0x4D;
    private const int Length = 300_000;

    private static Fault Fails(int command, byte operationCode, SenseKey key, SenseCode code, bool deferred = false) =>
        new(command, operationCode)
        {
            Status = ScsiStatus.CheckCondition,
            Sense = new SenseData { Key = key, Code = code, IsDeferred = deferred },
        };

    private static void ShouldHold(Dictionary<string, byte[]> restored, int files, int length = Length)
    {
        restored.Keys.Order().ShouldBe(Enumerable.Range(0, files).Select(static i => $"f{i:D2}"));
        for (int i = 0; i < files; i++)
            restored[$"f{i:D2}"].AsSpan().SequenceEqual(EngineRig.Content(i, length)).ShouldBeTrue();
    }

    [Fact]
    public void Two_backups_on_one_tape_and_a_catalog_made_anew_from_it()
    {
        using var rig = new EngineRig();
        rig.MakeFiles(3, Length);
        BackupOutcome one = rig.Backup();
        rig.MakeFiles(10, Length);
        BackupOutcome two = rig.Backup();
        one.End.ShouldBe(BackupEnd.Complete);
        two.Counts.Files.ShouldBe(10);
        ShouldHold(rig.Restore(one.Backup), 3);
        ShouldHold(rig.Restore(two.Backup), 10);

        BackupInfo before = rig.Find(two.Backup);
        ScanResult scan = rig.Rebuild();
        scan.Imported.ShouldBe([one.Backup, two.Backup]);
        scan.Notes.ShouldBeEmpty();
        rig.Find(two.Backup).Parts.ShouldBe(before.Parts);
        rig.Find(two.Backup).Counts.ShouldBe(before.Counts);
        ShouldHold(rig.Restore(two.Backup), 10);
        rig.Verify(two.Backup).DamagedFiles.ShouldBe(0);
        rig.Backup().End.ShouldBe(BackupEnd.Complete);
    }

    [Fact]
    public void A_tape_that_gets_full_keeps_what_fits_and_says_so()
    {
        using var rig = new EngineRig(capacityBytes: 40L << 20);
        rig.MakeFiles(60, 1 << 20);
        BackupOutcome outcome = rig.Backup();
        outcome.End.ShouldBe(BackupEnd.TapeFull);
        outcome.ManifestOnTape.ShouldBeTrue();
        outcome.Counts.Files.ShouldBeInRange(30, 39);
        rig.Find(outcome.Backup).State.ShouldBe(BackupState.Incomplete);
        Should.Throw<MediaException>(() => rig.Backup()).Problem.ShouldBe(MediaProblem.Full);

        rig.Rebuild().Imported.ShouldBe([outcome.Backup]);
        Dictionary<string, byte[]> restored = rig.Restore(outcome.Backup);
        // All but perhaps the one that was cut.
        int whole = restored.Count(pair => pair.Key.Length == 3 && pair.Value.AsSpan().SequenceEqual(EngineRig.Content(int.Parse(pair.Key[1..]), 1 << 20)));
        whole.ShouldBeGreaterThanOrEqualTo((int)outcome.Counts.Files - 1);
        restored.Where(static pair => pair.Key.Length == 3).Count().ShouldBe(whole, "a file that is not whole must not bear its name");
    }

    public static TheoryData<string> Deaths => ["write", "deferred", "reset", "deferred at LOG SENSE", "reset at LOG SENSE"];

    [Theory]
    [MemberData(nameof(Deaths))]
    public void A_backup_that_the_drive_loses_is_not_on_record_and_those_before_it_are_safe(string how)
    {
        using var rig = new EngineRig(capacityBytes: 128L << 20);
        rig.MakeFiles(3, Length);
        BackupOutcome one = rig.Backup();
        // Enough that the budget asks for the capacity in mid-stream: when half of what was left is used.
        rig.MakeFiles(3, 22 << 20);
        Fault fault = how switch
        {
            "write" => Fails(50, Write6, SenseKey.MediumError, SenseCode.WriteError),
            "deferred" => Fails(50, Write6, SenseKey.MediumError, SenseCode.WriteError, deferred: true),
            "reset" => Fails(50, Write6, SenseKey.UnitAttention, SenseCode.PowerOnResetOrBusDeviceResetOccurred),
            // The first LOG SENSE is the session's, the second the budget's, the third comes in mid-stream.
            "deferred at LOG SENSE" => Fails(3, LogSense, SenseKey.MediumError, SenseCode.WriteError, deferred: true),
            _ => Fails(3, LogSense, SenseKey.UnitAttention, SenseCode.PowerOnResetOrBusDeviceResetOccurred),
        };
        Should.Throw<TapeException>(() => rig.Backup(faults: fault));
        rig.Catalog.ListBackups().Count(static b => b.IsRestorable).ShouldBe(1);
        ShouldHold(rig.Restore(one.Backup), 3);

        rig.MakeFiles(5, Length);
        BackupOutcome next = rig.Backup();
        ShouldHold(rig.Restore(next.Backup), 5);
        ShouldHold(rig.Restore(one.Backup), 3);
        rig.Rebuild().Imported.ShouldBe([one.Backup, next.Backup]);
    }

    [Fact]
    public void One_bad_spot_costs_the_files_in_it_and_no_others()
    {
        using var rig = new EngineRig();
        rig.MakeFiles(20, Length);
        BackupOutcome backup = rig.Backup();
        long first = (long)rig.Find(backup.Backup).Parts[0].ArchiveFirstObjectId;

        // The label is the first READ; then the archive's blocks from the one that holds the first entry.
        Fault bad = Fails(8, Read6, SenseKey.MediumError, SenseCode.UnrecoveredReadError);
        VerifyOutcome verified = rig.Verify(backup.Backup, bad);
        long block = verified.DamagedBlocks.ShouldHaveSingleItem();
        block.ShouldBe(first + 6);
        verified.DamagedFiles.ShouldBeInRange(1, 2);
        rig.Problems.ShouldContain(problem => problem.Contains($"block {block}", StringComparison.Ordinal));

        Dictionary<string, byte[]> restored = rig.Restore(backup.Backup, bad);
        string[] whole = [.. restored.Keys.Where(static name => name.Length == 3)];
        whole.Length.ShouldBe(20 - (int)verified.DamagedFiles);
        foreach (string name in whole)
            restored[name].AsSpan().SequenceEqual(EngineRig.Content(int.Parse(name[1..]), Length)).ShouldBeTrue(name);
    }

    [Fact]
    public void A_backup_that_is_stopped_is_there_as_far_as_it_got()
    {
        using var rig = new EngineRig();
        rig.MakeFiles(5, Length);
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        BackupOutcome outcome;
        try
        {
            outcome = rig.Backup(stop.Token);
        }
        catch (OperationCanceledException)
        {
            rig.Catalog.ListBackups().ShouldAllBe(static b => !b.IsRestorable);
            return;
        }

        outcome.End.ShouldBe(BackupEnd.Cancelled);
        rig.Find(outcome.Backup).State.ShouldBe(BackupState.Incomplete);
        rig.Backup().End.ShouldBe(BackupEnd.Complete);
    }

    [Fact]
    public void A_foreign_tape_is_not_touched()
    {
        using var rig = new EngineRig();
        rig.MakeFiles(1, 10);
        rig.WithDrive(static drive =>
        {
            drive.BeginWriting();
            drive.Write("VOL1SOMEBODY"u8);
            return drive.WriteFilemarks(1);
        });
        Should.Throw<MediaException>(() => rig.Backup()).Problem.ShouldBe(MediaProblem.Foreign);
        rig.WithDrive(static drive => drive.LocateEndOfData().ObjectId).ShouldBe(2);
    }

    [Fact]
    public void A_tape_that_is_shorter_than_the_catalog_knows_is_not_appended_to()
    {
        using var rig = new EngineRig();
        rig.MakeFiles(2, Length);
        rig.Backup();
        rig.WithDrive(static drive =>
        {
            drive.Locate(2);
            drive.BeginWriting();
            return drive.WriteFilemarks(1);
        });
        Should.Throw<MediaException>(() => rig.Backup()).Problem.ShouldBe(MediaProblem.CatalogMismatch);
        rig.WithDrive(static drive => drive.LocateEndOfData().ObjectId).ShouldBe(3);
    }
}
