using Capstan.Emulation.Faults;
using Capstan.Scsi;

namespace Capstan.Operations.Tests;

/// <summary>
/// A backup that meets each error a drive has, in the middle of its data: it goes on and restores byte by byte, or it ends with the
/// status that the error has, and then catalog and tape agree on what is there, and the next backup works.
/// </summary>
public class BackupFaultTests
{
    private static readonly Dictionary<string, DriveFault> Faults = new DriveFault[]
    {
        DriveFaults.DeferredWriteError(9),
        DriveFaults.Reset(),
        DriveFaults.PowerLoss,
        DriveFaults.MediumChanged,
        DriveFaults.ModeParametersChanged,
        DriveFaults.ReservationsPreempted,
        DriveFaults.RegistrationsPreempted,
        DriveFaults.MicrocodeChanged,
        DriveFaults.BecomingReady(TimeSpan.FromMilliseconds(300)),
        DriveFaults.CleaningRequested,
        DriveFaults.WriteError,
        DriveFaults.VolumeOverflow,
        DriveFaults.HardwareError,
        DriveFaults.AbortedCommand,
        DriveFaults.Busy(),
        DriveFaults.TaskSetFull(),
        DriveFaults.ReservationConflict,
        DriveFaults.NoAnswer(isCarriedOut: false),
        DriveFaults.NoAnswer(isCarriedOut: true),
    }.ToDictionary(static fault => fault.Name);

    public static TheoryData<string, ExitStatus> Table => new()
    {
        { "deferred write error", ExitStatus.Damaged },
        { "reset", ExitStatus.Success },
        { "power loss", ExitStatus.Device },
        { "medium changed", ExitStatus.Tape },
        { "mode parameters changed", ExitStatus.Success },
        { "reservation preempted", ExitStatus.Device },
        { "registration preempted", ExitStatus.Device },
        { "microcode changed", ExitStatus.Success },
        { "becoming ready", ExitStatus.Success },
        { "cleaning requested", ExitStatus.Success },
        { "write error", ExitStatus.Damaged },
        { "volume overflow", ExitStatus.TapeFull },
        { "hardware error", ExitStatus.Device },
        { "aborted command", ExitStatus.Success },
        { "busy", ExitStatus.Success },
        { "task set full", ExitStatus.Success },
        { "reservation conflict", ExitStatus.Device },
        { "no answer, not carried out", ExitStatus.Success },
        { "no answer, carried out", ExitStatus.Success },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void A_backup_goes_on_or_ends_as_the_error_says(string fault, ExitStatus status)
    {
        using var rig = new Rig();
        string first = Tree(rig, "first", 200_000);
        string before = rig.Backup(first).Backup.Id;
        string second = Tree(rig, "second", 5_000_000);
        // In the middle of the archive's blocks.
        var plan = new DriveFaultPlan().Add(Faults[fault] with { OperationCode = Write6.OperationCode, Command = 8 });
        rig.Faults = plan;
        ExitStatus ended = Backup(rig, second, out string message);
        rig.Faults = null;
        plan.Struck.ShouldBeGreaterThan(0);
        ended.ShouldBe(status, message);
        if (fault == "cleaning requested")
            rig.Problems.ShouldContain(problem => problem.Contains("asks to be cleaned"));
        // What was there before is there still, whatever happened.
        rig.ShouldRestore(before, first);
        if (status == ExitStatus.Success)
            rig.ShouldRestore("latest", second);
        else if (status != ExitStatus.TapeFull)
            message.ShouldContain("those before are safe");
        string third = Tree(rig, "third", 300_000);
        rig.Backup(third);
        rig.ShouldRestore("latest", third);
        rig.ShouldRestore(before, first);
    }

    public static TheoryData<string, ExitStatus> Restores => new()
    {
        { "reset", ExitStatus.Success },
        { "aborted command", ExitStatus.Success },
        { "no answer, carried out", ExitStatus.Success },
        { "medium changed", ExitStatus.Tape },
        { "hardware error", ExitStatus.Device },
        { "reservation conflict", ExitStatus.Device },
    };

    [Theory]
    [MemberData(nameof(Restores))]
    public void A_restore_goes_on_or_ends_as_the_error_says(string fault, ExitStatus status)
    {
        using var rig = new Rig();
        string tree = Tree(rig, "tree", 5_000_000);
        string id = rig.Backup(tree).Backup.Id;
        var plan = new DriveFaultPlan().Add(Faults[fault] with { OperationCode = Read6.OperationCode, Command = 8 });
        rig.Faults = plan;
        try
        {
            rig.ShouldRestore(id, tree);
            status.ShouldBe(ExitStatus.Success);
        }
        catch (OperationException e)
        {
            e.Status.ShouldBe(status, e.Message);
        }

        plan.Struck.ShouldBeGreaterThan(0);
        rig.Faults = null;
        rig.ShouldRestore(id, tree);
    }

    /// <summary>Found by a random walk: the tape was labelled anew, and everything on it was lost.</summary>
    [Fact]
    public void A_label_that_reads_as_blank_is_no_blank_tape()
    {
        using var rig = new Rig();
        string tree = Tree(rig, "tree", 200_000);
        string id = rig.Backup(tree).Backup.Id;
        rig.Faults = new DriveFaultPlan().Add(DriveFaults.BlankCheck with { OperationCode = Read6.OperationCode });
        ExitStatus status = Backup(rig, tree, out string message);
        status.ShouldBe(ExitStatus.Tape, message);
        message.ShouldContain("reads as blank");
        rig.Faults = new DriveFaultPlan().Add(DriveFaults.BlankCheck with { OperationCode = Read6.OperationCode });
        Should.Throw<OperationException>(() => Raw.RawWriteOperation.Run(rig.Context,
            new Raw.RawWriteRequest(null, new MemoryStream([1, 2, 3]), "test", 512, false, 1, Raw.RawStart.Beginning, false), CancellationToken.None)).Status.ShouldBe(ExitStatus.Tape);
        rig.Faults = null;
        rig.ShouldRestore(id, tree);
    }

    [Fact]
    public void A_block_that_cannot_be_read_costs_its_file_and_no_other()
    {
        using var rig = new Rig();
        string tree = Tree(rig, "tree", 1_500_000);
        BackupReport backup = rig.Backup(tree);
        rig.Faults = new DriveFaultPlan().Add(DriveFaults.ReadError(backup.Backup.Parts[0].FirstObjectId + 2));
        VerifyReport report = rig.Verify();
        report.Status.ShouldBe(ExitStatus.Damaged);
        report.DamagedBlocks.ShouldBe([backup.Backup.Parts[0].FirstObjectId + 2]);
        report.DamagedFileCount.ShouldBeLessThan(report.Files + report.DamagedFileCount);
        rig.Faults = null;
        rig.ShouldRestore(backup.Backup.Id, tree);
    }

    private static ExitStatus Backup(Rig rig, string tree, out string message)
    {
        try
        {
            BackupReport report = rig.Backup(tree);
            message = report.Reason ?? "";
            return report.Status;
        }
        catch (OperationException e)
        {
            message = e.Message;
            return e.Status;
        }
    }

    private static string Tree(Rig rig, string name, int bytes)
    {
        string tree = rig.Tree(name);
        var random = new Random(bytes);
        for (int i = 0; i < 5; i++)
        {
            byte[] content = new byte[bytes / 5];
            random.NextBytes(content);
            File.WriteAllBytes(Path.Combine(tree, $"file-{i}"), content);
        }

        return tree;
    }
}
