using System.Security.Cryptography;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>Somebody else moves the tape while Capstan writes.</summary>
public sealed class BesideTests
{
    private static readonly DeviceUser Other = new("/dev/nst0", 4711, "mt -f /dev/nst0 rewind");

    private static string Tree(Rig rig, string name)
    {
        string tree = rig.Tree(name);
        File.WriteAllBytes(Path.Combine(tree, "data"), RandomNumberGenerator.GetBytes(5_000_000));
        return tree;
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(19)]
    public void A_rewind_between_two_writes_is_noticed_by_the_kernels_counters(int afterWrite)
    {
        using var rig = new Rig();
        string first = Tree(rig, "first");
        string kept = rig.Backup(first).Backup.Id;
        var users = new List<DeviceUser>();
        var neighbours = new LateNeighbours(users);
        rig.Neighbours = neighbours;
        rig.Wrap = inner => new Meddling(inner, afterWrite, () =>
        {
            neighbours.Activity++;
            users.Add(Other);
        });

        OperationException failure = Should.Throw<OperationException>(() => rig.Backup(Tree(rig, "second")));

        failure.Status.ShouldBe(ExitStatus.Device);
        failure.Message.ShouldContain("/dev/nst0 is held open by process 4711 (mt -f /dev/nst0 rewind)");
        rig.Wrap = static inner => inner;
        rig.Neighbours = null;
        rig.Verify(kept).Status.ShouldBe(ExitStatus.Success);
        rig.ShouldRestore(kept, first);
        CatalogOperations.List(rig.Context).Count(static backup => backup.State == "complete").ShouldBe(1);
        // The tape is still the labelled one, and takes the next backup.
        rig.ShouldRestore(rig.Backup(first).Backup.Id, first);
    }

    [Fact]
    public void A_rewind_in_a_pause_is_noticed_where_nobody_counts()
    {
        using var rig = new Rig();
        string first = Tree(rig, "first");
        string kept = rig.Backup(first).Backup.Id;
        Meddling? other = null;
        rig.Wrap = inner => other = new Meddling(inner, -1, static () => { });
        rig.OnPhase = phase =>
        {
            if (phase != "writing the manifest" || other is null)
                return;
            other.Rewind();
            Thread.Sleep(300);
        };

        OperationException failure = Should.Throw<OperationException>(() => rig.Backup(Tree(rig, "second")));
        failure.Status.ShouldBe(ExitStatus.Device);
        failure.Message.ShouldContain("somebody else moved this tape");

        rig.Wrap = static inner => inner;
        rig.OnPhase = static _ => { };
        rig.ShouldRestore(kept, first);
    }

    [Fact]
    public void Activity_that_leaves_the_tape_where_it_is_does_no_harm()
    {
        using var rig = new Rig();
        string tree = Tree(rig, "tree");
        var neighbours = new FakeNeighbours();
        rig.Neighbours = neighbours;
        rig.OnPhase = _ => neighbours.Activity++;
        rig.ShouldRestore(rig.Backup(tree).Backup.Id, tree);
    }

    [Fact]
    public void A_drive_that_another_process_holds_is_not_written_to_and_is_read_with_a_warning()
    {
        using var rig = new Rig();
        string tree = Tree(rig, "tree");
        string kept = rig.Backup(tree).Backup.Id;
        rig.Neighbours = new FakeNeighbours(Other);

        OperationException refusal = Should.Throw<OperationException>(() => rig.Backup(tree));
        refusal.Status.ShouldBe(ExitStatus.Device);
        refusal.Message.ShouldContain("process 4711");
        rig.ShouldRestore(kept, tree);
        rig.Problems.ShouldContain(static problem => problem.Contains("process 4711", StringComparison.Ordinal));
    }

    [Fact]
    public void A_tape_node_that_somebody_has_open_refuses_a_backup_even_when_nobody_is_seen()
    {
        using var rig = new Rig();
        string tree = Tree(rig, "tree");
        string kept = rig.Backup(tree).Backup.Id;
        rig.Neighbours = new FakeNeighbours { Held = new DeviceHold(HoldState.InUse, "/dev/nst0") };

        OperationException refusal = Should.Throw<OperationException>(() => rig.Backup(tree));
        refusal.Status.ShouldBe(ExitStatus.Device);
        refusal.Message.ShouldContain("/dev/nst0 is held open by a process that this user may not see");
        refusal.Message.ShouldContain("Nothing was written");
        rig.Problems.Clear();
        rig.ShouldRestore(kept, tree);
        rig.Problems.ShouldHaveSingleItem().ShouldContain("/dev/nst0");
        Status.StatusOperation.Run(rig.Context, null).ShouldNotBeNull();

        rig.Neighbours = new FakeNeighbours(Other) { Held = new DeviceHold(HoldState.InUse, "/dev/nst0") };
        Should.Throw<OperationException>(() => rig.Backup(tree)).Message.ShouldContain("process 4711 (mt -f /dev/nst0 rewind)");
    }

    /// <summary>
    /// st looks at the drive when it is opened, may set its default block length, and hears of a reset in our place: all of it before
    /// Capstan looks, so that neither the guard nor the settings suffer.
    /// </summary>
    [Theory]
    [InlineData(HoldState.Held)]
    [InlineData(HoldState.Unprotected)]
    public void The_hold_comes_before_the_first_look_at_the_tape_and_lasts_to_the_end(HoldState state)
    {
        using var rig = new Rig();
        var sent = new List<byte>();
        int atHold = -1;
        var neighbours = new FakeNeighbours { Held = new DeviceHold(state, "/dev/nst0"), OnHold = () => atHold = sent.Count };
        rig.Neighbours = neighbours;
        rig.Wrap = inner => new Listening(inner, code =>
        {
            neighbours.IsDisposed.ShouldBeFalse("it is held until the last command");
            sent.Add(code);
        });
        string tree = Tree(rig, "tree");
        string id = rig.Backup(tree).Backup.Id;
        neighbours.Holds.ShouldBe(1);
        neighbours.IsDisposed.ShouldBeTrue();
        // SPC-5, SSC-5: INQUIRY, TEST UNIT READY and REPORT SUPPORTED OPERATION CODES only before; the block length is asked for, and the tape read, behind it.
        sent[..atHold].ShouldBeSubsetOf<byte>([0x12, 0x00, 0xA3]);
        sent[atHold..].ShouldContain((byte)0x5A);
        sent[atHold..].ShouldContain((byte)0x08);
        rig.Wrap = static inner => inner;
        rig.Neighbours = null;
        rig.ShouldRestore(id, tree);
    }

    private sealed class Listening(IScsiTransport inner, Action<byte> heard) : IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            heard(cdb.OperationCode);
            return inner.Execute(cdb, data, sense, timeout);
        }

        public void Dispose() => inner.Dispose();
    }

    private sealed class LateNeighbours(List<DeviceUser> users) : IDeviceNeighbours
    {
        public long Activity { get; set; }

        public long ReadActivity() => Activity;

        public IReadOnlyList<DeviceUser> FindUsers() => [.. users];

        public DeviceHold Hold() => DeviceHold.None;

        public void Dispose()
        {
        }
    }
}
