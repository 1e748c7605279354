using Capstan.Drive;
using Capstan.Operations;
using Capstan.Operations.Movement;

namespace Capstan.Transport.Iscsi.Tests;

/// <summary>Movements on a drive that tells no position and lacks several of the commands (tgt): what it cannot it says.</summary>
public sealed class MovementOnTgtTests : IDriveSource, IOperationListener, IDisposable
{
    private readonly OperationContext _context;
    private readonly Tgt _tgt;

    public MovementOnTgtTests()
    {
        Tgt.Require();
        _tgt = new Tgt(tapeMegabytes: 48);
        _context = new OperationContext(Path.GetTempPath(), this, this, new ProgressCounters(), TimeProvider.System);
        using TapeDrive drive = Open();
        drive.WaitUntilReady();
        drive.Rewind();
        drive.BeginWriting();
        // Objects 0-4, filemark 5; 6-9, filemark 10.
        foreach (int blocks in (int[])[5, 4])
        {
            for (int i = 0; i < blocks; i++)
                drive.Write(new byte[1000 + drive.ReadPosition().ObjectId]);
            drive.WriteFilemarks(1);
        }
    }

    [Fact]
    public void Files_are_found_from_the_beginning()
    {
        Move(TapeMove.Rewind).Position!.ObjectId.ShouldBe(0);
        // Within one process it is counted from there; here each verb is one, as on the command line.
        MoveReport report = Move(TapeMove.Asf, 1);
        report.Status.ShouldBe(ExitStatus.Success, report.Reason);
        report.Position!.ObjectId.ShouldBe(6);
        NextLength().ShouldBe(1006);
        Move(TapeMove.Seek, 8).Position!.ObjectId.ShouldBe(8);
        NextLength().ShouldBe(1008);
        Move(TapeMove.Eod).Position!.ObjectId.ShouldBe(11);
    }

    [Fact]
    public void One_that_ends_early_says_so()
    {
        MoveReport report = Move(TapeMove.Asf, 7);
        report.Status.ShouldBe(ExitStatus.Failed);
        report.Stopped.ShouldBe("end of data");
        report.Missing.ShouldBe(5);
    }

    [Fact]
    public void Where_the_tape_stands_is_not_told()
    {
        Move(TapeMove.Rewind);
        OperationException refused = Should.Throw<OperationException>(() => TellOperation.Run(_context, null, CancellationToken.None));
        refused.Status.ShouldBe(ExitStatus.Device);
        refused.Message.ShouldContain("cannot tell where its tape stands");
        OperationException unwritten = Should.Throw<OperationException>(() => WeofOperation.Run(_context, new WeofRequest(null, 1, false), CancellationToken.None));
        unwritten.Status.ShouldBe(ExitStatus.Device);
        unwritten.Message.ShouldContain("--overwrite-labelled");
    }

    [Fact]
    public void Filemarks_where_it_stands_when_that_was_said()
    {
        Move(TapeMove.Asf, 1);
        MoveReport report = WeofOperation.Run(_context, new WeofRequest(null, 2, true), CancellationToken.None);
        report.Status.ShouldBe(ExitStatus.Success, report.Reason);
        report.Position.ShouldBeNull();
        Move(TapeMove.Eod).Position!.ObjectId.ShouldBe(8);
    }

    [Fact]
    public void Another_partition_there_is_none()
    {
        OperationException refused = Should.Throw<OperationException>(() => MoveOperation.Run(_context, new MoveRequest(null, TapeMove.Seek, 0, 1), CancellationToken.None));
        refused.Status.ShouldBe(ExitStatus.Device);
        refused.Message.ShouldContain("cannot change partitions");
    }

    private MoveReport Move(TapeMove move, long count = 1) => MoveOperation.Run(_context, new MoveRequest(null, move, count), CancellationToken.None);

    /// <summary>Blocks are as long as their number says.</summary>
    private int NextLength()
    {
        using TapeDrive drive = Open();
        drive.WaitUntilReady();
        return drive.Read(new byte[4096]).Length;
    }

    private TapeDrive Open() => TapeDrive.Open(IscsiTransport.Open(_tgt.Tape, new IscsiSettings()));

    public OpenedDrive Open(string? device, IOperationListener listener) =>
        new(IscsiTransport.Open(_tgt.Tape, new IscsiSettings()), _tgt.Tape.ToString(), "--device", null, []);

    void IOperationListener.Phase(string what)
    {
    }

    void IOperationListener.Note(string text)
    {
    }

    void IOperationListener.Problem(string path, string text)
    {
    }

    public void Dispose() => _tgt.Dispose();
}
