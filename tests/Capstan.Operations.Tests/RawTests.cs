using System.Security.Cryptography;
using Capstan.Operations.Raw;
using Capstan.Scsi;
using Capstan.Transport;
using CsCheck;

namespace Capstan.Operations.Tests;

/// <summary>Raw tape files through the production driver and the virtual drive.</summary>
public sealed partial class RawTests
{
    private static RawReport Write(Rig rig, byte[] data, int block, RawStart start = RawStart.Here, bool overwrite = false, bool pad = false, int filemarks = 1) =>
        RawWriteOperation.Run(rig.Context,
            new RawWriteRequest(null, new MemoryStream(data), "input", block, pad, filemarks, start, overwrite), CancellationToken.None);

    private static (RawReport Report, List<byte[]> Files) Read(Rig rig, int buffer, int? files = null, int skip = 0, RawStart start = RawStart.Beginning, bool takesTurns = false)
    {
        var target = new Kept { TakesTurns = takesTurns };
        RawReport report = RawReadOperation.Run(rig.Context, new RawReadRequest(null, target, buffer, files, skip, start), CancellationToken.None);
        return (report, target.Files.ConvertAll(static file => file.ToArray()));
    }

    [Fact]
    public void What_was_written_comes_back_whatever_the_lengths_of_blocks_and_buffers() =>
        Gen.Select(Gen.Select(Gen.Int[1, 300_000], Gen.Int[200, 400_000]).Array[1, 5], Gen.Int[1, 500_000], Gen.Bool).Sample((files, buffer, takesTurns) =>
        {
            using var rig = new Rig();
            var written = new List<byte[]>();
            foreach ((int length, int block) in files)
            {
                byte[] data = RandomNumberGenerator.GetBytes(length);
                written.Add(data);
                RawReport report = Write(rig, data, block);
                report.Bytes.ShouldBe(length);
                report.Blocks.ShouldBe((length + block - 1) / block);
            }

            (RawReport read, List<byte[]> back) = Read(rig, buffer, takesTurns: takesTurns);
            read.Status.ShouldBe(ExitStatus.Success);
            back.Count.ShouldBe(files.Length);
            for (int i = 0; i < files.Length; i++)
            {
                back[i].ShouldBe(written[i]);
                read.Files[i].LongestBlock.ShouldBe(Math.Min(files[i].Item2, files[i].Item1));
                read.Files[i].EndedBy.ShouldBe("filemark");
            }
        }, iter: 15, threads: 1);

    [Fact]
    public void Reading_stops_behind_the_filemark_and_goes_on_from_there()
    {
        using var rig = new Rig();
        byte[][] files = [[1, 2, 3], [4, 5], [6]];
        foreach (byte[] file in files)
            Write(rig, file, 512);
        Read(rig, 512, files: 1).Files.ShouldHaveSingleItem().ShouldBe(files[0]);
        (RawReport second, List<byte[]> bytes) = Read(rig, 512, files: 1, start: RawStart.Here);
        bytes.ShouldHaveSingleItem().ShouldBe(files[1]);
        second.To!.ObjectId.ShouldBe(4);
        Read(rig, 512, files: 1, skip: 2).Files.ShouldHaveSingleItem().ShouldBe(files[2]);
        Should.Throw<OperationException>(() => Read(rig, 512, files: 1, start: RawStart.Here)).Status.ShouldBe(ExitStatus.Tape);
        Should.Throw<OperationException>(() => Read(rig, 512, skip: 4)).Status.ShouldBe(ExitStatus.Tape);
        (RawReport many, _) = Read(rig, 512, files: 5);
        many.Status.ShouldBe(ExitStatus.Partial);
        many.Reason!.ShouldContain("3 more");
    }

    [Fact]
    public void A_tape_that_capstan_labelled_is_not_overwritten_unless_told()
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        File.WriteAllText(Path.Combine(tree, "file"), "content");
        string id = rig.Backup(tree).Backup.Id;

        foreach (RawStart start in Enum.GetValues<RawStart>())
        {
            OperationException refusal = Should.Throw<OperationException>(() => Write(rig, [1, 2, 3], 512, start));
            refusal.Status.ShouldBe(ExitStatus.Tape);
            refusal.Message.ShouldContain("barcode CAP001L9");
        }

        rig.ShouldRestore(id, tree);
        Write(rig, [1, 2, 3], 512, RawStart.Beginning, overwrite: true).Status.ShouldBe(ExitStatus.Success);
        rig.Problems.ShouldContain(static problem => problem.Contains("CAP001L9", StringComparison.Ordinal));
        Read(rig, 512).Files.ShouldHaveSingleItem().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void Empty_input_writes_nothing_at_all()
    {
        using var rig = new Rig();
        Write(rig, [1, 2, 3], 512);
        Should.Throw<OperationException>(() => Write(rig, [], 512, RawStart.Beginning)).Message.ShouldContain("Nothing was written");
        Read(rig, 512).Files.ShouldHaveSingleItem().ShouldBe([1, 2, 3]);
    }

    [Fact]
    public void The_last_block_is_filled_up_when_asked_for_and_marks_are_counted()
    {
        using var rig = new Rig();
        Write(rig, [1, 2, 3, 4, 5], 4, pad: true, filemarks: 2);
        (RawReport report, List<byte[]> files) = Read(rig, 16);
        files.Count.ShouldBe(2);
        files[0].ShouldBe([1, 2, 3, 4, 5, 0, 0, 0]);
        report.Files[1].ShouldBe(new RawFile(0, 0, 0, 0, "filemark"));
    }

    [Fact]
    public void A_full_tape_says_how_much_is_on_it_and_that_much_is()
    {
        using var rig = new Rig(capacityBytes: 3_000_000, earlyWarningBytes: 1_000_000);
        byte[] data = RandomNumberGenerator.GetBytes(4_000_000);
        RawReport report = Write(rig, data, 65536);
        report.Status.ShouldBe(ExitStatus.TapeFull);
        report.Files[0].EndedBy.ShouldBe("tape full");
        report.Bytes.ShouldBeInRange(1, 3_000_000);
        (RawReport back, List<byte[]> files) = Read(rig, 65536);
        back.Files[0].EndedBy.ShouldBe("filemark");
        files[0].ShouldBe(data[..(int)report.Bytes]);
    }

    [Fact]
    public void A_tape_without_room_for_the_filemark_has_what_it_is_said_to_have()
    {
        // One block of 1,000 bytes and its 64 of overhead, and no further record.
        using var rig = new Rig(capacityBytes: 1_100, earlyWarningBytes: 1);
        FilemarkLog? log = null;
        rig.Wrap = inner => log = new FilemarkLog(inner, isFull: false);
        RawReport report = Write(rig, new byte[1000], 1000);
        report.Status.ShouldBe(ExitStatus.TapeFull);
        report.Reason!.ShouldContain("first 1000 bytes are on it");
        // WRITE FILEMARKS(6) of 0 marks without IMMED: "shall write any buffered logical objects" (SSC-5).
        log!.Sent.ShouldBe(["100000000100", "100000000000"]);
    }

    [Fact]
    public void A_tape_that_ended_before_the_buffer_was_empty_is_not_said_to_have_it()
    {
        using var rig = new Rig();
        rig.Wrap = static inner => new FilemarkLog(inner, isFull: true);
        OperationException failure = Should.Throw<OperationException>(() => Write(rig, new byte[1000], 1000));
        failure.Message.ShouldContain("not proven to be on the tape");
    }

    [Fact]
    public void A_drive_that_is_lost_before_the_first_block_is_what_is_told()
    {
        using var rig = new Rig();
        rig.Wrap = static inner => new WithoutPosition(inner);
        OperationException failure = Should.Throw<OperationException>(() => Write(rig, [1, 2, 3], 512, RawStart.Beginning));
        failure.Status.ShouldBe(ExitStatus.Device);
        failure.Message.ShouldContain("the cable is out");
    }

    [Fact]
    public void Where_positions_are_counted_the_place_must_be_said()
    {
        using var rig = new Rig();
        rig.Wrap = static inner => new NamedAsTgt(inner);
        OperationException failure = Should.Throw<OperationException>(() => Write(rig, [1, 2, 3], 512, overwrite: true));
        failure.Message.ShouldContain("--at start or --at end");
        failure.Message.ShouldNotContain("--overwrite-labelled");
        failure.Message.ShouldNotContain("Rewind it");
        Write(rig, [1, 2, 3], 512, RawStart.Beginning).Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void An_input_that_breaks_leaves_a_closed_tape_file_with_what_came_before()
    {
        using var rig = new Rig();
        byte[] data = RandomNumberGenerator.GetBytes(10_000);
        var request = new RawWriteRequest(null, new Breaking(data), "input", 1000, false, 1, RawStart.Here, false);
        OperationException failure = Should.Throw<OperationException>(() => RawWriteOperation.Run(rig.Context, request, CancellationToken.None));
        failure.Message.ShouldContain("10000 bytes before that are on the tape");
        Read(rig, 1000).Files.ShouldHaveSingleItem().ShouldBe(data);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void An_output_that_breaks_ends_the_reading(bool takesTurns)
    {
        using var rig = new Rig();
        Write(rig, new byte[5_000_000], 65536);
        var target = new Kept { FailAtByte = 1_000_000, TakesTurns = takesTurns };
        Should.Throw<OperationException>(() => RawReadOperation.Run(rig.Context,
            new RawReadRequest(null, target, 65536, 1, 0, RawStart.Beginning), CancellationToken.None)).Message.ShouldContain("no space");
    }

    [Fact]
    public void Bytes_that_the_host_adapter_contradicts_are_read_again_and_not_used()
    {
        using var rig = new Rig();
        byte[] data = RandomNumberGenerator.GetBytes(300_000);
        Write(rig, data, 70_000);
        rig.Wrap = static inner => new LyingResidual(inner);
        Read(rig, 100_000).Files.ShouldHaveSingleItem().ShouldBe(data);
        // The label is looked for through the same path.
        Write(rig, data, 512, RawStart.EndOfData).Status.ShouldBe(ExitStatus.Success);
        Read(rig, 100_000, skip: 1).Files.ShouldHaveSingleItem().ShouldBe(data);
    }

    [Fact]
    public void A_block_longer_than_the_path_is_named_and_the_tape_stands_before_it()
    {
        using var rig = new Rig();
        Write(rig, new byte[50_000], 10_000);
        Write(rig, new byte[100_000], 100_000);
        rig.Wrap = static inner => new Narrow(inner, 65536);
        OperationException failure = Should.Throw<OperationException>(() => Read(rig, 65536));
        failure.Message.ShouldContain("100000 bytes");
        failure.Message.ShouldContain("50000 bytes before it");
        rig.Wrap = static inner => inner;
        Read(rig, 65536, start: RawStart.Here).Files.ShouldHaveSingleItem().Length.ShouldBe(100_000);
    }

    private sealed class Kept : IRawTarget
    {
        public List<MemoryStream> Files { get; } = [];

        public long FailAtByte { get; init; } = long.MaxValue;

        public bool TakesTurns { get; init; }

        public string Name => "output";

        public void Begin(int file)
        {
            Files.Add(new MemoryStream());
            file.ShouldBe(Files.Count);
        }

        public void Write(ReadOnlySpan<byte> block)
        {
            if (Files[^1].Length >= FailAtByte)
                throw new IOException("no space");
            Files[^1].Write(block);
        }
    }

    private sealed class Breaking(byte[] data) : MemoryStream(data)
    {
        public override int Read(Span<byte> buffer) => Position == Length ? throw new IOException("the cable is out") : base.Read(buffer);
    }

    /// <summary>As tgt does (usr/bs_ssc.c, resp_var_read): it reports as missing what it read, and sends as much as is missing.</summary>
    private sealed class LyingResidual(IScsiTransport inner) : IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            ScsiCompletion completion = inner.Execute(cdb, data, sense, timeout);
            if (cdb.OperationCode != Read6.OperationCode || completion.Residual is not { } rest || rest == 0 || rest == data.Length)
                return completion;
            data.FromDeviceBuffer[rest..].Fill(0xEE);
            return completion with { Residual = data.Length - rest };
        }

        public void Dispose() => inner.Dispose();
    }

    /// <summary>Keeps every WRITE FILEMARKS; answers them with VOLUME OVERFLOW when the tape is to be full.</summary>
    private sealed class FilemarkLog(IScsiTransport inner, bool isFull) : IScsiTransport
    {
        public List<string> Sent { get; } = [];

        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            if (cdb.OperationCode == 0x10)
                Sent.Add(Convert.ToHexString(cdb.Span));
            if (cdb.OperationCode != 0x10 || !isFull)
                return inner.Execute(cdb, data, sense, timeout);
            // Fixed format, EOM with VOLUME OVERFLOW (4Dh), 00h/02h END-OF-PARTITION/MEDIUM DETECTED (SPC-5 4.4.3).
            byte[] overflow = [0x70, 0, 0x4D, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0];
            overflow.CopyTo(sense);
            return new ScsiCompletion(ScsiStatus.CheckCondition, overflow.Length, 0);
        }

        public void Dispose() => inner.Dispose();
    }

    /// <summary>The path breaks at READ POSITION.</summary>
    private sealed class WithoutPosition(IScsiTransport inner) : IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout) => cdb.OperationCode == 0x34
            ? throw new ScsiTransportException(TransportFault.Lost, "the cable is out")
            : inner.Execute(cdb, data, sense, timeout);

        public void Dispose() => inner.Dispose();
    }

    /// <summary>Has the name of the tape drive of tgt, which tells no position.</summary>
    private sealed class NamedAsTgt(IScsiTransport inner) : IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            ScsiCompletion completion = inner.Execute(cdb, data, sense, timeout);
            // Standard INQUIRY data: vendor in bytes 8 to 15, product in 16 to 31 (SPC-5 6.7.2).
            if (cdb.OperationCode == 0x12 && (cdb.Span[1] & 1) == 0)
                "IET     VIRTUAL-TAPE    "u8.CopyTo(data.FromDeviceBuffer[8..]);
            return completion;
        }

        public void Dispose() => inner.Dispose();
    }

    private sealed class Narrow(IScsiTransport inner, int maxTransferBytes) : IScsiTransport
    {
        public string Name => inner.Name;

        public int MaxTransferBytes => maxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout) => inner.Execute(cdb, data, sense, timeout);

        public void Dispose() => inner.Dispose();
    }
}
