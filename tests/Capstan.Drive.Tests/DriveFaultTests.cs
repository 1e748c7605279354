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
        DriveFaults.BecomingReady(),
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

    [Fact]
    public void Print()
    {
        foreach ((string name, DriveFault _) in Faults)
        {
            foreach (string command in (string[])["write", "filemark", "read", "locate"])
                TestContext.Current.TestOutputHelper!.WriteLine($"{{ \"{name}\", \"{command}\", \"{Outcome(name, command, out string message)}\" }}, // {message}");
        }
    }

    private static string Outcome(string name, string command, out string message)
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

            message = drive.Recoveries > 0 ? "recovered" : "";
            return "done";
        }
        catch (TapeException e)
        {
            message = e.Message;
            return Describe(e);
        }
        finally
        {
            plan.Struck.ShouldBeGreaterThan(0);
        }
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
