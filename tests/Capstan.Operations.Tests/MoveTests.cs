using Capstan.Drive;
using Capstan.Emulation.Library;
using Capstan.Operations.Movement;
using Capstan.Transport.Decorators;

namespace Capstan.Operations.Tests;

/// <summary>
/// Where each movement leaves the tape. The expected places are those that mt-st 1.7 and Linux's st reach on the same tape, as
/// tests/rig/scenarios/tcmu-mt.sh finds them: objects 0-4, filemark 5; 6-9, filemark 10; 11-13, filemark 14.
/// </summary>
public class MoveTests
{
    private static Rig ThreeFiles()
    {
        var rig = new Rig();
        using TapeDrive drive = TapeDrive.Open(VirtualLibrary.OpenDrive(rig.LibraryPath, "virtual:test"));
        drive.WaitUntilReady();
        drive.BeginWriting();
        foreach (int blocks in (int[])[5, 4, 3])
        {
            for (int i = 0; i < blocks; i++)
                drive.Write(new byte[100 + i]);
            drive.WriteFilemarks(1);
        }

        return rig;
    }

    private static MoveReport Move(Rig rig, TapeMove move, long count = 1) => MoveOperation.Run(rig.Context, new MoveRequest(null, move, count), CancellationToken.None);

    [Theory]
    [InlineData(0, TapeMove.Fsf, 1, 6)]
    [InlineData(6, TapeMove.Fsr, 2, 8)]
    [InlineData(8, TapeMove.Bsr, 1, 7)]
    [InlineData(7, TapeMove.Bsf, 1, 5)]
    [InlineData(5, TapeMove.Fsf, 1, 6)]
    [InlineData(6, TapeMove.Fsfm, 1, 10)]
    [InlineData(10, TapeMove.Bsfm, 1, 6)]
    [InlineData(6, TapeMove.Eod, 1, 15)]
    [InlineData(15, TapeMove.Asf, 2, 11)]
    [InlineData(2, TapeMove.Asf, 2, 11)]
    [InlineData(12, TapeMove.Asf, 1, 6)]
    [InlineData(8, TapeMove.Asf, 1, 6)]
    [InlineData(8, TapeMove.Asf, 0, 0)]
    [InlineData(11, TapeMove.Seek, 7, 7)]
    [InlineData(7, TapeMove.Fsf, 0, 7)]
    [InlineData(15, TapeMove.Bsf, 3, 5)]
    [InlineData(15, TapeMove.Bsfm, 3, 6)]
    [InlineData(0, TapeMove.Fsfm, 3, 14)]
    [InlineData(9, TapeMove.Rewind, 1, 0)]
    [InlineData(9, TapeMove.Retension, 1, 0)]
    public void A_movement_ends_where_mt_ends(long from, TapeMove move, long count, long to)
    {
        using Rig rig = ThreeFiles();
        Move(rig, TapeMove.Seek, from).Position!.ObjectId.ShouldBe(from);
        MoveReport report = Move(rig, move, count);
        report.Status.ShouldBe(ExitStatus.Success);
        report.Reason.ShouldBeNull();
        report.Position!.ObjectId.ShouldBe(to);
        report.Position.BeginningOfPartition.ShouldBe(to == 0);
    }

    [Theory]
    [InlineData(0, TapeMove.Fsr, 9, 6, "filemark", 4L)]
    [InlineData(6, TapeMove.Bsr, 2, 5, "filemark", 2L)]
    [InlineData(5, TapeMove.Fsf, 9, 15, "end of data", 6L)]
    [InlineData(15, TapeMove.Bsf, 9, 0, "beginning of partition", 6L)]
    [InlineData(15, TapeMove.Bsfm, 9, 0, "beginning of partition", 6L)]
    [InlineData(15, TapeMove.Fsfm, 1, 15, "end of data", 1L)]
    [InlineData(3, TapeMove.Bsr, 7, 0, "beginning of partition", 4L)]
    [InlineData(3, TapeMove.Asf, 7, 15, "end of data", 4L)]
    public void One_that_ends_early_says_so_and_is_a_failure(long from, TapeMove move, long count, long to, string stopped, long missing)
    {
        using Rig rig = ThreeFiles();
        Move(rig, TapeMove.Seek, from);
        MoveReport report = Move(rig, move, count);
        report.Status.ShouldBe(ExitStatus.Failed);
        report.Stopped.ShouldBe(stopped);
        report.Missing.ShouldBe(missing);
        report.Position!.ObjectId.ShouldBe(to);
        report.Reason.ShouldNotBeNull().ShouldContain($"object {to}");
    }

    /// <summary>READ POSITION, short form with BPU (SSC-4 7.7.2): nobody knows, and there is no drive to rewind.</summary>
    [Fact]
    public void A_saved_position_that_was_unknown_is_told_without_a_remedy()
    {
        byte[] answer = new byte[20];
        answer[0] = 0x04;
        TellReport report = TellOperation.Decode(answer, "saved.hex");
        report.Position.ShouldBeNull();
        report.Reason.ShouldBe("saved.hex: the drive that gave this answer did not know where its tape stood.");
    }

    [Fact]
    public void Seeking_behind_the_end_of_data_is_a_failure_there()
    {
        using Rig rig = ThreeFiles();
        MoveReport report = Move(rig, TapeMove.Seek, 99);
        report.Status.ShouldBe(ExitStatus.Failed);
        report.Position!.ObjectId.ShouldBe(15);
    }

    [Fact]
    public void Filemarks_at_the_end_ask_nothing_and_cut_what_is_behind_them_elsewhere()
    {
        using Rig rig = ThreeFiles();
        Weof(rig, 2).Position!.ObjectId.ShouldBe(17);
        rig.Notes.ShouldNotContain(note => note.Contains("overwritten"));
        Move(rig, TapeMove.Asf, 1);
        Weof(rig, 1).Position!.ObjectId.ShouldBe(7);
        rig.Notes.ShouldContain(note => note.Contains("overwriting what stands from object 6 on"));
        Move(rig, TapeMove.Eod).Position!.ObjectId.ShouldBe(7);
        Move(rig, TapeMove.Rewind);
        Weof(rig, 0).Position!.ObjectId.ShouldBe(0);
        Move(rig, TapeMove.Eod).Position!.ObjectId.ShouldBe(7);
    }

    private static MoveReport Weof(Rig rig, int count, bool overwrite = false) => WeofOperation.Run(rig.Context, new WeofRequest(null, count, overwrite), CancellationToken.None);

    [Fact]
    public void Filemarks_do_not_cut_a_tape_of_ours_unless_told()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllText(Path.Combine(tree, "file"), "text");
        rig.Backup(tree);
        Move(rig, TapeMove.Asf, 1);
        long at = TellOperation.Run(rig.Context, null, CancellationToken.None).Position!.ObjectId;
        Should.Throw<OperationException>(() => Weof(rig, 1)).Status.ShouldBe(ExitStatus.Tape);
        rig.Verify().Status.ShouldBe(ExitStatus.Success);
        // At the end of data they cut nothing.
        Move(rig, TapeMove.Eod);
        Weof(rig, 1).Status.ShouldBe(ExitStatus.Success);
        rig.Verify().Status.ShouldBe(ExitStatus.Success);
        Move(rig, TapeMove.Seek, at);
        Weof(rig, 1, overwrite: true).Position!.ObjectId.ShouldBe(at + 1);
    }

    [Fact]
    public void Filemarks_on_a_protected_tape_are_refused()
    {
        using Rig rig = ThreeFiles();
        using (VirtualLibrary library = VirtualLibrary.Open(rig.LibraryPath))
            library.SetWriteProtect("CAP001L9", true);
        Should.Throw<OperationException>(() => Weof(rig, 1)).Status.ShouldBe(ExitStatus.Tape);
    }

    [Fact]
    public void A_lock_holds_the_cartridge_for_the_next_process_too()
    {
        using var rig = new Rig();
        LockOperation.Run(rig.Context, null, locks: true).Locked.ShouldBeTrue();
        OperationException refused = Should.Throw<OperationException>(() => DriveOperations.Eject(rig.Context, null));
        refused.Status.ShouldBe(ExitStatus.Tape);
        refused.Message.ShouldContain("capstan drive unlock");
        LockOperation.Run(rig.Context, null, locks: false);
        DriveOperations.Eject(rig.Context, null).Position.ShouldBeNull();
        Should.Throw<OperationException>(() => Move(rig, TapeMove.Rewind)).Status.ShouldBe(ExitStatus.Tape);
    }

    [Fact]
    public void Tell_has_all_forms()
    {
        using Rig rig = ThreeFiles();
        Move(rig, TapeMove.Asf, 2);
        TellReport report = TellOperation.Run(rig.Context, null, CancellationToken.None);
        report.Forms.ShouldBe(["short", "long", "extended"]);
        report.Position.ShouldBe(new PositionReport(0, 11, 2, false, false));
        report.ObjectsInBuffer.ShouldBe(0);
        report.FirstBufferedObject.ShouldBe(11);
    }

    [Fact]
    public void A_drive_that_lacks_a_command_cannot_and_says_so()
    {
        using Rig rig = ThreeFiles();
        Scsi.SenseData refusal = new() { Key = Scsi.SenseKey.IllegalRequest, Code = Scsi.SenseCode.InvalidCommandOperationCode };
        foreach ((byte code, string what, Action act) in (( byte, string, Action)[])
        [
            (0x1B, "wind its tape to the end", () => Move(rig, TapeMove.Retension)),
            (0x1E, "lock its cartridge", () => LockOperation.Run(rig.Context, null, true)),
            (0x34, "tell where its tape stands", () => TellOperation.Run(rig.Context, null, CancellationToken.None)),
        ])
        {
            rig.Wrap = transport => new FaultInjectingTransport(transport,
                [new Fault(1, code) { Count = int.MaxValue, Status = Scsi.ScsiStatus.CheckCondition, Sense = refusal }]);
            OperationException refused = Should.Throw<OperationException>(act);
            refused.Status.ShouldBe(ExitStatus.Device);
            refused.Message.ShouldContain("this drive (IBM ULT3580-TD9) cannot " + what);
        }
    }

    [Fact]
    public void Mt_status_of_a_tape_and_of_none()
    {
        using Rig rig = ThreeFiles();
        Move(rig, TapeMove.Rewind);
        MtStatusReport status = MtStatusOperation.Run(rig.Context, null);
        status.ShouldBe(new MtStatusReport(true, true, 0, 0, 0, false, 0, 0x60, false, true, false));
        Move(rig, TapeMove.Asf, 1);
        MtStatusOperation.Run(rig.Context, null).BlockNumber.ShouldBeNull();
        DriveOperations.Eject(rig.Context, null);
        status = MtStatusOperation.Run(rig.Context, null);
        (status.IsReady, status.HasTape, status.FileNumber).ShouldBe((false, false, null));
    }
}
