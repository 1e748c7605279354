using System.Security.Cryptography;
using Capstan.Operations.Raw;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>Paths that carry too little or break: nothing is lost, and nothing is said that is not so.</summary>
public sealed partial class RawTests
{
    /// <summary>The label lies in a block of 256 KiB, and its beginning tells enough where the path carries less.</summary>
    [Theory]
    [InlineData(4096)]
    [InlineData(65536)]
    [InlineData(262143)]
    public void A_labelled_tape_is_known_on_a_path_that_does_not_carry_its_blocks(int maxTransferBytes)
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllText(Path.Combine(tree, "file"), "content");
        string id = rig.Backup(tree).Backup.Id;
        rig.Wrap = inner => new Narrow(inner, maxTransferBytes);
        Should.Throw<OperationException>(() => Write(rig, [1, 2, 3], 512, RawStart.Beginning)).Message.ShouldContain("was labelled by Capstan");
        Should.Throw<OperationException>(() => Probe.ProbeOperation.Run(rig.Context, new Probe.ProbeRequest(null, true, 1 << 20), CancellationToken.None))
            .Message.ShouldContain("was labelled by Capstan");
        rig.Wrap = static inner => inner;
        rig.ShouldRestore(id, tree);
    }

    /// <summary>What is said to have been passed on was passed on, also where the long block comes in the middle of a tape file.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Blocks_before_one_that_is_longer_than_the_path_are_not_lost(bool takesTurns)
    {
        using var rig = new Rig();
        byte[] data = RandomNumberGenerator.GetBytes(50_000);
        Write(rig, data, 10_000, filemarks: 0);
        Write(rig, new byte[100_000], 100_000);
        rig.Wrap = static inner => new Narrow(inner, 65536);
        var target = new Kept { TakesTurns = takesTurns };
        Should.Throw<OperationException>(() => RawReadOperation.Run(rig.Context, new RawReadRequest(null, target, 65536, 1, 0, RawStart.Beginning), CancellationToken.None))
            .Message.ShouldContain("50000 bytes before it");
        target.Files.ShouldHaveSingleItem().ToArray().ShouldBe(data);
    }

    [Fact]
    public void Files_that_are_missing_are_told_also_where_the_last_one_has_no_filemark()
    {
        using var rig = new Rig();
        Write(rig, [1, 2, 3], 512);
        Write(rig, [4, 5], 512, filemarks: 0);
        (RawReport report, List<byte[]> files) = Read(rig, 512, files: 5);
        files.Count.ShouldBe(2);
        report.Status.ShouldBe(ExitStatus.Partial);
        report.Reason!.ShouldContain("2 more");
        Read(rig, 512, files: 2).Report.Status.ShouldBe(ExitStatus.Success);
        Read(rig, 512).Report.Status.ShouldBe(ExitStatus.Success);
    }

    /// <summary>docs/exit-status.md: 6 is the drive, 1 is what nothing else names.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_drive_that_is_lost_while_reading_is_a_failure_of_the_device(bool takesTurns)
    {
        using var rig = new Rig();
        byte[] data = RandomNumberGenerator.GetBytes(5_000);
        Write(rig, data, 1000);
        rig.Wrap = static inner => new LostAtRead(inner, 4);
        var target = new Kept { TakesTurns = takesTurns };
        OperationException failure = Should.Throw<OperationException>(() =>
            RawReadOperation.Run(rig.Context, new RawReadRequest(null, target, 1000, 1, 0, RawStart.Beginning), CancellationToken.None));
        failure.Status.ShouldBe(ExitStatus.Device);
        failure.Message.ShouldContain("3000 bytes before it");
        target.Files.ShouldHaveSingleItem().ToArray().ShouldBe(data[..3000]);
    }

    private sealed class LostAtRead(IScsiTransport inner, int number) : IScsiTransport
    {
        private int _reads;

        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout) =>
            cdb.OperationCode == Read6.OperationCode && ++_reads == number
                ? throw new ScsiTransportException(TransportFault.Lost, "the cable is out")
                : inner.Execute(cdb, data, sense, timeout);

        public void Dispose() => inner.Dispose();
    }
}
