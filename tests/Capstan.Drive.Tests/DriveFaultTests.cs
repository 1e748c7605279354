using Capstan.Emulation.Faults;
using Capstan.Scsi;

namespace Capstan.Drive.Tests;

/// <summary>
/// Every error that a drive has, met by WRITE, WRITE FILEMARKS, READ and LOCATE: either the driver goes on, and then everything is on
/// the tape once, or its exception says what is safe. The device server gives the errors, with what really happens to a drive then.
/// </summary>
public class DriveFaultTests
{
    /// <summary>Objects 0 to 10 are on the tape and durable, filemark 10 being the last; 11 to 13 are in the drive's buffer.</summary>
    private const int Durable = 11;
    private const int Next = 14;
    private const int BlockBytes = 4000;

    private static readonly Dictionary<string, DriveFault> Faults = new DriveFault[]
    {
        DriveFaults.DeferredWriteError(12),
        DriveFaults.Reset(),
        DriveFaults.PowerLoss,
        DriveFaults.MediumChanged,
        DriveFaults.ModeParametersChanged,
        DriveFaults.ReservationsPreempted,
        DriveFaults.RegistrationsPreempted,
        DriveFaults.MicrocodeChanged,
        DriveFaults.BecomingReady(TimeSpan.FromMilliseconds(300)),
        DriveFaults.ReadError(3),
        DriveFaults.CleaningRequested,
        DriveFaults.WriteError,
        DriveFaults.PositioningError,
        DriveFaults.BlankCheck,
        DriveFaults.EndOfDataMissing,
        DriveFaults.VolumeOverflow,
        DriveFaults.HardwareError,
        DriveFaults.AbortedCommand,
        DriveFaults.Busy(),
        DriveFaults.TaskSetFull(),
        DriveFaults.ReservationConflict,
        DriveFaults.NoAnswer(isCarriedOut: false),
        DriveFaults.NoAnswer(isCarriedOut: true),
    }.ToDictionary(static fault => fault.Name);

    /// <summary>A fault, and what becomes of WRITE, WRITE FILEMARKS, READ and LOCATE that meet it; null where it cannot.</summary>
    public static TheoryData<string, string?, string?, string?, string?> Table => new()
    {
        { "deferred write error", "suspect from 11: medium Damaged", "suspect from 11: medium Damaged", "suspect from 11: medium Damaged", "suspect from 11: medium Damaged" },
        { "reset", "done", "done", "done", "done" },
        { "power loss", "suspect from 11: device Lost", "suspect from 11: device Lost", "done", "done" },
        { "medium changed", "suspect from 11: medium Changed", "suspect from 11: medium Changed", "medium Changed", "medium Changed" },
        { "mode parameters changed", "done", "done", "done", "done" },
        { "reservation preempted", "suspect from 11: device Busy", "suspect from 11: device Busy", "device Busy", "device Busy" },
        { "registration preempted", "suspect from 11: device Busy", "suspect from 11: device Busy", "device Busy", "device Busy" },
        { "microcode changed", "done", "done", "done", "done" },
        { "becoming ready", "done", "done", "done", "done" },
        { "read error", null, null, "unreadable 3", null },
        { "cleaning requested", "done", "done", "done", "done" },
        { "write error", "suspect from 11: medium Damaged", "suspect from 11: medium Damaged", "unreadable 3", "medium Damaged" },
        { "positioning error", "suspect from 11: medium Damaged", "suspect from 11: medium Damaged", "unreadable 3", "medium Damaged" },
        { "blank check", "suspect from 11: command", "suspect from 11: command", "EndOfData", "end of data" },
        { "end of data missing", "suspect from 11: medium Damaged", "suspect from 11: medium Damaged", "unreadable 3", "medium Damaged" },
        { "volume overflow", "volume full", "volume full", "command", "command" },
        { "hardware error", "suspect from 11: device HardwareFailure", "suspect from 11: device HardwareFailure", "device HardwareFailure", "device HardwareFailure" },
        { "aborted command", "done", "done", "done", "done" },
        { "busy", "done", "done", "done", "done" },
        { "task set full", "done", "done", "done", "done" },
        { "reservation conflict", "suspect from 11: device Busy", "suspect from 11: device Busy", "device Busy", "device Busy" },
        { "no answer, not carried out", "done", "done", "done", "done" },
        { "no answer, carried out", "done", "done", "done", "done" },
    };

    [Theory]
    [MemberData(nameof(Table))]
    public void Each_error_is_recovered_from_or_told(string fault, string? write, string? filemark, string? read, string? locate)
    {
        (string Command, string? Outcome)[] wanted = [("write", write), ("filemark", filemark), ("read", read), ("locate", locate)];
        foreach ((string command, string? outcome) in wanted)
        {
            if (outcome is null)
                continue;
            Meet(fault, command, out string message).ShouldBe(outcome, $"{fault} in {command}: {message}");
            if (outcome.StartsWith("suspect", StringComparison.Ordinal))
                message.ShouldContain("those before are safe");
        }
    }

    [Fact]
    public void All_faults_are_in_the_table() =>
        Table.Select(static row => row.Data.Item1).Order().ShouldBe(Faults.Keys.Order());

    [Fact]
    public void What_was_buffered_when_the_tape_was_moved_away_is_not_claimed_after_a_reset()
    {
        using VirtualDrive tape = Prepared();
        tape.Library.Faults = new DriveFaultPlan().Add(DriveFaults.PowerLoss with { OperationCode = Locate10.OperationCode });
        Should.Throw<TapeDeviceException>(() => tape.Drive.Locate(5)).Fault.ShouldBe(DeviceFault.Lost);
        tape.Drive.DurableObjectId.ShouldBe(Durable);
    }

    [Fact]
    public void A_drive_that_wants_cleaning_is_remembered()
    {
        using VirtualDrive tape = Prepared();
        tape.Drive.IsCleaningRequested.ShouldBeFalse();
        tape.Library.Faults = new DriveFaultPlan().Add(DriveFaults.CleaningRequested with { OperationCode = Write6.OperationCode });
        tape.Drive.Write(VirtualDrive.Block(Next, BlockBytes)).ShouldBe(WriteOutcome.Written);
        tape.Drive.IsCleaningRequested.ShouldBeTrue();
    }

    [Fact]
    public void A_new_tape_that_is_measured_is_waited_for_and_told_as_that()
    {
        using var tape = new VirtualDrive();
        tape.Library.Faults = new DriveFaultPlan().Add(DriveFaults.Initializing(TimeSpan.FromMilliseconds(1500)));
        var seen = new Seen();
        tape.Drive.WaitUntilReady(seen);
        seen.Reports.Count.ShouldBeGreaterThan(1);
        // The first one may be a short wait for something else: nothing is asked then.
        seen.Reports[^1].IsInitializing.ShouldBeTrue();
        seen.Reports.ShouldAllBe(static readiness => readiness.State == DriveState.BecomingReady && readiness.Progress >= 0 && readiness.Progress < 1);
        tape.Drive.TestReady().State.ShouldBe(DriveState.Ready);
    }

    private sealed class Seen : IProgress<DriveReadiness>
    {
        public List<DriveReadiness> Reports { get; } = [];

        public void Report(DriveReadiness value) => Reports.Add(value);
    }

    private static string Meet(string name, string command, out string message)
    {
        message = "";
        using VirtualDrive tape = Prepared();
        TapeDrive drive = tape.Drive;
        var plan = new DriveFaultPlan();
        tape.Library.Faults = plan;
        byte operationCode = command switch
        {
            "write" => Write6.OperationCode,
            "filemark" => WriteFilemarks6.OperationCode,
            "read" => Read6.OperationCode,
            _ => Locate10.OperationCode,
        };
        // A drive that lost something had it in its buffer.
        if (command is "read" or "locate" && Faults[name].LostFrom is null)
            drive.Flush();
        if (command == "read")
            drive.Locate(3);
        plan.Add(Faults[name] with { OperationCode = operationCode });
        try
        {
            switch (command)
            {
                case "write":
                    WriteOutcome written = drive.Write(VirtualDrive.Block(Next, BlockBytes));
                    if (written == WriteOutcome.VolumeFull)
                        return "volume full";
                    drive.WriteFilemarks(1);
                    break;
                case "filemark":
                    written = drive.WriteFilemarks(1);
                    if (written == WriteOutcome.VolumeFull)
                        return "volume full";
                    break;
                case "read":
                    byte[] buffer = new byte[BlockBytes];
                    ReadOutcome read = drive.Read(buffer);
                    if (read.Kind != ReadKind.Block)
                        return read.Kind.ToString();
                    buffer.ShouldBe(VirtualDrive.Block(3, BlockBytes));
                    break;
                default:
                    drive.Locate(5);
                    drive.ReadPosition().ObjectId.ShouldBe(5);
                    break;
            }

            if (command is "write" or "filemark")
                ShouldHold(tape, command == "write" ? Next + 1 : Next, filemarks: 1);
            return "done";
        }
        catch (TapeException e)
        {
            message = e.Message;
            ShouldHold(tape, null, 0);
            return Describe(e);
        }
        finally
        {
            plan.Struck.ShouldBeGreaterThan(0);
        }
    }

    /// <summary>What is durable is there whatever happened; what was said to be written is there once, in its order.</summary>
    /// <param name="blocksEnd">Where the blocks end and the filemarks begin; null when only what was durable is promised.</param>
    private static void ShouldHold(VirtualDrive tape, int? blocksEnd, int filemarks)
    {
        tape.Library.Faults = null;
        tape.Drive.Dispose();
        using TapeDrive drive = TapeDrive.Open(tape.Library.OpenDrive("virtual:test"));
        drive.WaitUntilReady();
        drive.Rewind();
        byte[] buffer = new byte[BlockBytes];
        for (int i = 0; i < (blocksEnd ?? Durable); i++)
        {
            ReadOutcome outcome = drive.Read(buffer);
            outcome.Kind.ShouldBe(i == Durable - 1 ? ReadKind.Filemark : ReadKind.Block, $"object {i}");
            if (outcome.Kind == ReadKind.Block)
                buffer.ShouldBe(VirtualDrive.Block(i, BlockBytes), $"object {i}");
        }

        if (blocksEnd is null)
            return;
        for (int i = 0; i < filemarks; i++)
            drive.Read(buffer).Kind.ShouldBe(ReadKind.Filemark);
        drive.Read(buffer).Kind.ShouldBe(ReadKind.EndOfData);
    }

    private static string Describe(TapeException e) => e switch
    {
        TapeWriteException { InnerException: TapeException inner } w => $"suspect from {w.FirstSuspectObjectId}: {Describe(inner)}",
        TapeWriteException w => $"suspect from {w.FirstSuspectObjectId}",
        TapeDeviceException d => $"device {d.Fault}",
        TapeMediumException m => $"medium {m.Fault}",
        TapeReadException r => $"unreadable {r.ObjectId}",
        TapeEndOfDataException => "end of data",
        TapeCommandException { IsTransient: true } => "command, transient",
        _ => "command",
    };

    private static VirtualDrive Prepared()
    {
        VirtualDrive tape = new VirtualDrive().Ready();
        TapeDrive drive = tape.Drive;
        drive.LocateEndOfData();
        drive.BeginWriting();
        for (int i = 0; i < Durable - 1; i++)
            drive.Write(VirtualDrive.Block(i, BlockBytes));
        drive.WriteFilemarks(1);
        drive.DurableObjectId.ShouldBe(Durable);
        for (int i = Durable; i < Next; i++)
            drive.Write(VirtualDrive.Block(i, BlockBytes));
        return tape;
    }
}
