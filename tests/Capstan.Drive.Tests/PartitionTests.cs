using Capstan.Scsi;
using CsCheck;
using static Capstan.Drive.Tests.Rig;

namespace Capstan.Drive.Tests;

public class PartitionTests
{
    private const long Capacity = 1L << 30;

    [Fact]
    public void Partitions_are_made_told_and_gone_to()
    {
        using VirtualDrive tape = Partitioned(null, 100_000_000, 50_000_000);
        TapeDrive drive = tape.Drive;
        PartitionTable table = drive.ReadPartitions()!;
        table.MaximumCount.ShouldBe(4);
        table.Partitions.Select(partition => partition.CapacityBytes).ShouldBe([923_000_000, 100_000_000, 50_000_000]);
        drive.ReadPosition().ShouldBe(new TapePosition(0, 0, 0, true, false));
        drive.Locate(2, 0);
        drive.ReadPosition().Partition.ShouldBe(2);
        drive.BeginWriting().Partition.ShouldBe(2);
        drive.Write(new byte[1_000_000]);
        drive.WriteFilemarks(1);
        drive.CheckPosition().ShouldBe(new TapePosition(2, 2, 1, false, false));
        // Rewinding stays in the partition.
        drive.Rewind();
        drive.ReadPosition().Partition.ShouldBe(2);
        drive.ReadPartitions()!.Partitions[2].UsedBytes.ShouldBe(1_000_000);
        drive.ReadPartitions()!.Partitions[0].UsedBytes.ShouldBe(0);
        drive.ReadCapacity()!.Value.TotalBytes.ShouldBe(50_000_000);
        drive.ChangePartition(0);
        drive.ReadPosition().Partition.ShouldBe(0);
        Should.Throw<TapeCommandException>(() => drive.Locate(3, 0));
    }

    [Fact]
    public void Locate_names_the_partition_only_where_it_is_another_one()
    {
        using VirtualDrive tape = Partitioned(null, 100_000_000);
        tape.Log.Cdbs.Clear();
        tape.Drive.Locate(0, 0);
        tape.Drive.Locate(1, 0);
        tape.Drive.Locate(1, 0);
        tape.Drive.ChangePartition(1);
        tape.Drive.ChangePartition(0);
        tape.Log.Cdbs.Where(cdb => cdb.StartsWith("92", StringComparison.Ordinal) || cdb.StartsWith("2B", StringComparison.Ordinal)).ShouldBe(
        [
            "2B000000000000000000",
            "92020001000000000000000000000000",
            "2B000000000000000000",
            "92020000000000000000000000000000",
        ]);
    }

    [Fact]
    public void A_tape_that_somebody_moved_to_another_partition_is_not_written_on()
    {
        using Rig rig = Writing(7, Good, InPartition(PositionAt(8).Data.ToArray(), 1));
        rig.Drive.Write(new byte[10]).ShouldBe(WriteOutcome.Written);
        rig.Clock.Advance(TimeSpan.FromSeconds(1));
        TapeWriteException error = Should.Throw<TapeWriteException>(() => rig.Drive.Write(new byte[10]));
        error.Message.ShouldContain("object 8 of partition 1, but by what was written it should be 8 of partition 0");
        error.IsMoved.ShouldBeTrue();
    }

    [Fact]
    public void A_drive_without_partitions_says_so()
    {
        using Rig rig = Opened(Check("05/24/00"), Check("05/24/00"));
        rig.Drive.ReadPartitions().ShouldBeNull();
    }

    /// <summary>Page 11h and page 17h as an LTO-6 drive of IBM gives them (ltfs issue 183: four records though there are two partitions).</summary>
    [Fact]
    public void Records_are_read_by_their_length_not_by_the_generation()
    {
        byte[] page11 = Convert.FromHexString("001E581000000008" + "5800000000000000" + "110E01013C030900" + "0578000400000000");
        byte[] page17 = Convert.FromHexString(
            "17000048" + "02020320" + "0700000000155CC0" + "0700000100000FA0" + "0700000200000000" + "0700000300000000"
            + "02040320" + "0700000000155000" + "07000001FFFFFFFF" + "0700000200000000" + "0700000300000000");
        using Rig rig = Opened(Data(page11), Data(page17));
        PartitionTable table = rig.Drive.ReadPartitions()!;
        table.MaximumCount.ShouldBe(2);
        table.Partitions.ShouldBe(
        [
            new TapePartition(0, 1_400_000L * 1_000_000, null, 1_396_736L * 1_000_000),
            new TapePartition(1, 4_000L * 1_000_000, null, null),
        ]);
    }

    /// <summary>Writes, positions and reads in partitions, against lists; the driver's own idea of the position is asked after each step.</summary>
    [Fact]
    public void Partitions_are_a_list_each()
    {
        Gen.Select(Gen.Int[0, 4], Gen.Int[0, 1], Gen.Int[0, 12]).Array[1, 40].Sample(steps =>
        {
            using VirtualDrive tape = Partitioned(null, 100_000_000);
            TapeDrive drive = tape.Drive;
            List<byte>[] model = [[], []];
            int partition = 0;
            byte counter = 0;
            Span<byte> one = stackalloc byte[1];
            foreach ((int action, int which, int amount) in steps)
            {
                switch (action)
                {
                    case 0:
                        partition = which;
                        drive.Locate(partition, Math.Min(amount, model[partition].Count));
                        break;
                    case 1:
                        drive.Rewind();
                        break;
                    case 2:
                        drive.LocateEndOfData().ObjectId.ShouldBe(model[partition].Count);
                        break;
                    case 3:
                        TapePosition at = drive.BeginWriting();
                        at.Partition.ShouldBe(partition);
                        model[partition].RemoveRange((int)at.ObjectId, model[partition].Count - (int)at.ObjectId);
                        for (int i = amount % 4; i >= 0; i--)
                        {
                            drive.Write([++counter]);
                            model[partition].Add(counter);
                        }
                        drive.Flush();
                        drive.CheckPosition().ObjectId.ShouldBe(model[partition].Count);
                        break;
                    default:
                        long next = drive.ReadPosition().ObjectId;
                        ReadOutcome outcome = drive.Read(one);
                        if (next == model[partition].Count)
                            outcome.Kind.ShouldBe(ReadKind.EndOfData);
                        else
                            one[0].ShouldBe(model[partition][(int)next]);
                        break;
                }
                drive.ReadPosition().Partition.ShouldBe(partition);
            }
        }, iter: 60, threads: 1);
    }

    /// <summary>A drive that lost power stands in partition 0: reading goes on in the partition where it was.</summary>
    [Fact]
    public void Recovery_goes_back_to_the_partition()
    {
        using VirtualDrive tape = Partitioned(null, 100_000_000);
        tape.Drive.Locate(1, 0);
        tape.Drive.BeginWriting();
        for (int i = 0; i < 6; i++)
            tape.Drive.Write(VirtualDrive.Block(i, 300));
        tape.Drive.WriteFilemarks(1);
        tape.Drive.Dispose();

        var path = new BreakingDrive(new RewindsToFirst(tape.Library.OpenDrive("virtual:test")), 4);
        using TapeDrive drive = TapeDrive.Open(path, new InstantTime());
        drive.WaitUntilReady();
        drive.Locate(1, 2);
        path.Arm(new Break(1, BreakAt.Instead, Happening.PowerLoss));
        var buffer = new byte[300];
        for (int i = 2; i < 6; i++)
        {
            drive.Read(buffer).ShouldBe(new ReadOutcome(ReadKind.Block, 300));
            buffer.ShouldBe(VirtualDrive.Block(i, 300));
        }

        drive.Recoveries.ShouldBe(1);
        drive.ReadPosition().Partition.ShouldBe(1);
    }

    /// <summary>What rewinds here is a loss of power, which ends in partition 0.</summary>
    private sealed class RewindsToFirst(Capstan.Transport.IScsiTransport inner) : Capstan.Transport.IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public Capstan.Transport.ScsiCompletion Execute(in Cdb cdb, Capstan.Transport.DataTransfer data, Span<byte> sense, TimeSpan timeout) =>
            inner.Execute(cdb.Span[0] == Rewind.OperationCode ? Cdb.Of(new Locate16(LocateTarget.LogicalObject(0), 0)) : cdb, data, sense, timeout);

        public void Dispose() => inner.Dispose();
    }

    private static Capstan.Transport.Decorators.ScriptedReply InPartition(byte[] position, byte partition)
    {
        position[7] = partition;
        return Data(position);
    }

    private static VirtualDrive Partitioned(params long?[] sizes)
    {
        var clock = new InstantTime();
        VirtualDrive tape = new VirtualDrive(Capacity, time: clock).Ready();
        tape.Drive.RequestPartitions(sizes.Length, sizes);
        tape.Drive.Format(TapeFormat.Partition);
        tape.Drive.AwaitEnd(null, CancellationToken.None);
        return tape;
    }
}
