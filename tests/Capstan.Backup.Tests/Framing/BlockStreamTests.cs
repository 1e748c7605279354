using Capstan.Backup.Archive;
using Capstan.Backup.Framing;
using Capstan.Drive;
using Capstan.Transport.Decorators;
using CsCheck;

namespace Capstan.Backup.Tests.Framing;

public class BlockStreamTests
{
    private static readonly byte[] Json = "{\"a\":1}"u8.ToArray();
    private static readonly int Preamble = 48 + Json.Length;
    private const string ManifestMagic = "ec8fa96d4de9617a";
    private const byte Last = 0x01;
    private const byte LastIncomplete = 0x03;
    private const byte Read6 = 0x08;
    private const byte Write6 = 0x0A;

    /// <summary>Writes one stream and its filemark, in pieces.</summary>
    private static long Write(TapeRig rig, byte[] content, bool incomplete = false, int piece = int.MaxValue)
    {
        long first = rig.Drive.BeginWriting().ObjectId;
        using (WriteQueue queue = rig.Queue())
        {
            using (var stream = new BlockStreamWriter(queue, TapeRig.Header(), Json))
            {
                for (int at = 0; at < content.Length;)
                {
                    Memory<byte> space = stream.Space;
                    int count = Math.Min(Math.Min(space.Length, content.Length - at), piece);
                    content.AsMemory(at, count).CopyTo(space);
                    stream.Advance(count);
                    at += count;
                }

                stream.Position.ShouldBe(content.Length);
                stream.PreambleLength.ShouldBe(Preamble);
                stream.Close(incomplete);
            }

            queue.Drain();
        }

        rig.Drive.WriteFilemarks(1).ShouldBe(WriteOutcome.Written);
        return first;
    }

    /// <summary>Writes blocks as they are; 0 length stands for a filemark.</summary>
    private static long WriteRaw(TapeRig rig, params byte[][] objects)
    {
        long first = rig.Drive.BeginWriting().ObjectId;
        foreach (byte[] block in objects)
        {
            if (block.Length == 0)
                rig.Drive.WriteFilemarks(1);
            else
                rig.Drive.Write(block);
        }

        return first;
    }

    private static BlockStreamReader Open(TapeRig rig, long first) => BlockStreamReader.Open(rig.Drive, first, CancellationToken.None);

    [Fact]
    public void The_next_run_is_filled_while_one_is_written()
    {
        using var rig = new TapeRig();
        rig.Drive.RowCount.ShouldBeGreaterThan(2);
    }

    [Fact]
    public void Every_length_around_the_ends_of_blocks()
    {
        using var rig = new TapeRig();
        foreach (int blocks in new[] { 1, 2, 3 })
        {
            foreach (int difference in new[] { -2, -1, 0, 1, 2 })
            {
                int total = (blocks * TapeRig.MaxPayload) + difference;
                byte[] content = TapeRig.Content(total - Preamble);
                long first = Write(rig, content);

                List<byte[]> raw = rig.RawBlocks(first);
                raw.Count.ShouldBe((total + TapeRig.MaxPayload - 1) / TapeRig.MaxPayload);
                var joined = new List<byte>();
                for (int i = 0; i < raw.Count; i++)
                {
                    bool last = i == raw.Count - 1;
                    int payload = last ? total - (i * TapeRig.MaxPayload) : TapeRig.MaxPayload;
                    // Flags, length, sequence and zeros, byte by byte.
                    TapeRig.ShouldEqual(raw[i], TapeRig.Block((uint)i, last ? Last : (byte)0, raw[i].AsSpan(16, payload)));
                    joined.AddRange(raw[i].AsSpan(16, payload));
                }

                TapeRig.ShouldEqual(joined.ToArray().AsSpan(Preamble), content);
                using BlockStreamReader stream = Open(rig, first);
                TapeRig.ShouldEqual(TapeRig.ReadAll(stream), content);
                stream.End.ShouldBe(StreamEnd.Complete);
                stream.Offset.ShouldBe(content.Length);
                rig.Drive.LocateEndOfData();
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Hardly_any_content(int length)
    {
        using var rig = new TapeRig();
        long first = Write(rig, TapeRig.Content(length));
        using BlockStreamReader stream = Open(rig, first);
        stream.Json.ShouldBe(Json);
        stream.Header.ShouldBe(TapeRig.Header() with { HeaderLength = Json.Length });
        TapeRig.ReadAll(stream).Length.ShouldBe(length);
        stream.End.ShouldBe(StreamEnd.Complete);
    }

    [Fact]
    public void More_blocks_than_buffers_in_odd_pieces()
    {
        using var rig = new TapeRig();
        byte[] content = TapeRig.Content(100 * TapeRig.MaxPayload);
        long first = Write(rig, content, piece: 77_777);
        using BlockStreamReader stream = Open(rig, first);
        TapeRig.ReadAll(stream).AsSpan().SequenceEqual(content).ShouldBeTrue();
        stream.End.ShouldBe(StreamEnd.Complete);
    }

    [Fact]
    public void A_space_that_was_asked_for_and_not_used_leaves_an_empty_last_block()
    {
        using var rig = new TapeRig();
        long first = rig.Drive.BeginWriting().ObjectId;
        byte[] content = TapeRig.Content(TapeRig.MaxPayload - Preamble);
        using (WriteQueue queue = rig.Queue())
        {
            using var stream = new BlockStreamWriter(queue, TapeRig.Header(), Json);
            stream.Write(content);
            stream.BlockCount.ShouldBe(1);
            stream.Space.Length.ShouldBe(TapeRig.MaxPayload);
            stream.Advance(0);
            stream.Close(incomplete: false);
            stream.BlockCount.ShouldBe(2);
            queue.Drain();
            queue.BlocksWritten.ShouldBe(2);
        }

        rig.Drive.WriteFilemarks(1);
        TapeRig.ShouldEqual(rig.RawBlocks(first)[1], TapeRig.Block(1, Last, []));
        using BlockStreamReader reader = Open(rig, first);
        TapeRig.ShouldEqual(TapeRig.ReadAll(reader), content);
        reader.End.ShouldBe(StreamEnd.Complete);
    }

    [Fact]
    public void More_than_the_space_cannot_be_taken()
    {
        using var rig = new TapeRig();
        using WriteQueue queue = rig.Queue();
        using var stream = new BlockStreamWriter(queue, TapeRig.Header(), Json);
        int free = stream.Space.Length;
        Should.Throw<ArgumentOutOfRangeException>(() => stream.Advance(free + 1));
        Should.Throw<ArgumentOutOfRangeException>(() => stream.Advance(-1));
    }

    [Fact]
    public void A_cut_stream_says_so()
    {
        using var rig = new TapeRig();
        long first = Write(rig, TapeRig.Content(300_000), incomplete: true);
        rig.RawBlocks(first)[^1][8].ShouldBe(LastIncomplete);
        using BlockStreamReader stream = Open(rig, first);
        TapeRig.ReadAll(stream).Length.ShouldBe(300_000);
        stream.End.ShouldBe(StreamEnd.Incomplete);
    }

    [Fact]
    public void From_any_offset()
    {
        using var rig = new TapeRig();
        rig.Drive.WriteFilemarks(2);
        byte[] content = TapeRig.Content((3 * TapeRig.MaxPayload) + 1000);
        long first = Write(rig, content);
        Gen<int> boundary = Gen.Select(Gen.Int[0, 3], Gen.Int[-2, 2],
            (block, difference) => Math.Clamp((block * TapeRig.MaxPayload) - Preamble + difference, 0, content.Length - 1));
        Gen.OneOf(boundary, Gen.Int[0, content.Length - 1]).Sample(
            offset =>
            {
                using BlockStreamReader stream = BlockStreamReader.OpenAt(rig.Drive, first, Preamble, offset, CancellationToken.None);
                stream.Offset.ShouldBe(offset);
                TapeRig.ReadAll(stream).AsSpan().SequenceEqual(content.AsSpan(offset)).ShouldBeTrue($"offset {offset}");
                stream.End.ShouldBe(StreamEnd.Complete);
            },
            iter: 60, threads: 1);
    }

    [Fact]
    public void An_offset_behind_the_stream_is_refused()
    {
        using var rig = new TapeRig();
        long first = Write(rig, TapeRig.Content(1000));
        Should.Throw<TapeFormatException>(() => BlockStreamReader.OpenAt(rig.Drive, first, Preamble, 2000, CancellationToken.None))
            .Message.ShouldContain("offset 2000");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_writer_that_died_leaves_a_truncated_stream(bool filemark)
    {
        using var rig = new TapeRig();
        byte[] head = [.. TapeRig.Preamble(ManifestMagic, "{}"), .. TapeRig.Content(TapeRig.MaxPayload - 50)];
        byte[][] tape = filemark ? [TapeRig.Block(0, 0, head), []] : [TapeRig.Block(0, 0, head)];
        long first = WriteRaw(rig, tape);
        using BlockStreamReader stream = Open(rig, first);
        TapeRig.ReadAll(stream).Length.ShouldBe(TapeRig.MaxPayload - 50);
        stream.End.ShouldBe(StreamEnd.Truncated);
    }

    [Fact]
    public void A_stream_without_its_filemark_is_truncated_at_end_of_data_and_wrong_before_a_block()
    {
        using var rig = new TapeRig();
        byte[] only = TapeRig.Block(0, Last, TapeRig.Preamble(ManifestMagic, "{}"));
        long first = WriteRaw(rig, only);
        using (BlockStreamReader stream = Open(rig, first))
        {
            TapeRig.ReadAll(stream).ShouldBeEmpty();
            stream.End.ShouldBe(StreamEnd.Truncated);
        }

        rig.Drive.LocateEndOfData();
        WriteRaw(rig, only, []);
        using BlockStreamReader two = Open(rig, first);
        Should.Throw<TapeFormatException>(() => TapeRig.ReadAll(two)).Message.ShouldContain("should be the filemark");
    }

    public static TheoryData<string, string> Foreign => new()
    {
        { "gap", "expected 1" },
        { "twice", "expected 1" },
        { "no header", "no Capstan block header" },
        { "short", "a block of 512 bytes" },
        { "long", "a block of 262145 bytes" },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void A_block_that_does_not_belong_there(string what, string message)
    {
        using var rig = new TapeRig();
        byte[] payload = TapeRig.Content(TapeRig.MaxPayload);
        byte[] second = what switch
        {
            "gap" => TapeRig.Block(2, Last, payload),
            "twice" => TapeRig.Block(0, Last, payload),
            "no header" => TapeRig.Content(TapeRig.BlockLength),
            "short" => TapeRig.Content(512),
            _ => TapeRig.Content(TapeRig.BlockLength + 1),
        };
        TapeRig.Preamble(ManifestMagic, "{}").CopyTo(payload, 0);
        long first = WriteRaw(rig, TapeRig.Block(0, 0, payload), second, []);
        using BlockStreamReader stream = Open(rig, first);
        TapeFormatException e = Should.Throw<TapeFormatException>(() => TapeRig.ReadAll(stream));
        e.Message.ShouldContain($"object {first + 1}");
        e.Message.ShouldContain(message);
    }

    [Fact]
    public void What_does_not_start_with_a_content_header()
    {
        using var rig = new TapeRig();
        long first = WriteRaw(rig, TapeRig.Block(0, Last, TapeRig.Content(100)), []);
        Should.Throw<TapeFormatException>(() => Open(rig, first)).Message.ShouldContain("content header");
        Should.Throw<TapeFormatException>(() => Open(rig, first + 1));
        // Nothing is held back: the drive goes on, and all its buffers are there.
        rig.Drive.Rewind();
        TapeRig.ReadAll(Open(rig, Append(rig))).Length.ShouldBe(10);

        static long Append(TapeRig rig)
        {
            rig.Drive.LocateEndOfData();
            return Write(rig, TapeRig.Content(10));
        }
    }

    [Fact]
    public void A_block_that_cannot_be_read_comes_as_the_drives_failure()
    {
        var unreadable = new Scsi.SenseData { Key = Scsi.SenseKey.MediumError, Code = Scsi.SenseCode.UnrecoveredReadError };
        using var rig = new TapeRig(faults: new Fault(3, Read6) { Status = Scsi.ScsiStatus.CheckCondition, Sense = unreadable });
        long first = Write(rig, TapeRig.Content(5 * TapeRig.MaxPayload));
        using BlockStreamReader stream = Open(rig, first);
        Should.Throw<TapeReadException>(() => TapeRig.ReadAll(stream)).ObjectId.ShouldBe(first + 2);
        stream.End.ShouldBe(StreamEnd.NotReached);
    }

    [Fact]
    public void A_write_failure_reaches_the_producer_and_nothing_is_written_behind_it()
    {
        var failed = new Scsi.SenseData { Key = Scsi.SenseKey.MediumError, Code = Scsi.SenseCode.WriteError };
        using var rig = new TapeRig(faults: new Fault(3, Write6) { Status = Scsi.ScsiStatus.CheckCondition, Sense = failed });
        using (WriteQueue queue = rig.Queue())
        {
            using var stream = new BlockStreamWriter(queue, TapeRig.Header(), Json);
            byte[] content = TapeRig.Content(TapeRig.MaxPayload);
            Should.Throw<TapeWriteException>(() =>
            {
                // More than the pool holds: the producer is told at the latest when it needs a buffer that was in the queue.
                for (int i = 0; i < 200; i++)
                    stream.Write(content);
            }).FirstSuspectObjectId.ShouldBe(0);
            queue.Broken.ShouldBeTrue();
            stream.ShouldStop.ShouldBeTrue();
            queue.BlocksWritten.ShouldBe(2);
            Should.Throw<TapeWriteException>(queue.Drain);
        }

        rig.Drive.ReadPosition().ObjectId.ShouldBe(2);
    }

    [Fact]
    public void Early_warning_and_the_end_travel_up()
    {
        using var rig = new TapeRig(capacityBytes: 4 << 20, earlyWarningBytes: 2 << 20);
        using WriteQueue queue = rig.Queue();
        using var stream = new BlockStreamWriter(queue, TapeRig.Header(), Json);
        byte[] content = TapeRig.Content(TapeRig.MaxPayload);
        int written = 0;
        while (!stream.ShouldStop)
        {
            stream.Write(content);
            queue.Drain();
            written++.ShouldBeLessThan(100);
        }

        queue.EarlyWarning.ShouldBeTrue();
        queue.VolumeFull.ShouldBeFalse();
        queue.Broken.ShouldBeFalse();
        while (!queue.VolumeFull)
        {
            stream.Write(content);
            queue.Drain();
            written++.ShouldBeLessThan(100);
        }

        queue.BlocksWritten.ShouldBe(rig.Drive.ReadPosition().ObjectId);
    }

    [Fact]
    public void Reading_can_be_cancelled_and_left_anywhere()
    {
        using var rig = new TapeRig();
        long first = Write(rig, TapeRig.Content(100 * TapeRig.MaxPayload));
        using (BlockStreamReader left = Open(rig, first))
            left.Available.IsEmpty.ShouldBeFalse();
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Should.Throw<OperationCanceledException>(() => BlockStreamReader.Open(rig.Drive, first, cancelled.Token));
        using BlockStreamReader whole = Open(rig, first);
        TapeRig.ReadAll(whole).Length.ShouldBe(100 * TapeRig.MaxPayload);
    }
}
