using System.Text;
using Capstan.Backup.Archive;
using Capstan.Backup.Engine;
using Capstan.Backup.Manifest;
using CsCheck;

namespace Capstan.Backup.Tests.Engine;

public class JournalRingTests
{
    private sealed class Collector : IJournalConsumer
    {
        public List<string> Seen { get; } = [];

        public Exception? ThrowAtFirst { get; init; }

        public void Entry(in ManifestRecord r)
        {
            if (ThrowAtFirst is { } e)
                throw e;
            Seen.Add(Text(r.Path.ToArray(), r.LinkTarget.ToArray(), r.Kind, r.State, r.Mode, r.Uid, r.Gid, r.Size, r.MtimeSeconds, r.MtimeNanoseconds, r.ArchiveOffset, r.Hash));
        }

        public void Problem(ReadOnlySpan<byte> path, string text) => Seen.Add($"problem {Brief(path)} {text}");

        public static string Text(byte[] path, byte[] link, EntryKind kind, EntryState state, int mode, uint uid, uint gid, long size,
            long mtime, int nanoseconds, long offset, UInt128 hash) =>
            $"{Brief(path)} {Brief(link)} {kind} {state} {mode} {uid} {gid} {size} {mtime} {nanoseconds} {offset} {hash}";
    }

    private static string Brief(ReadOnlySpan<byte> bytes) => $"{bytes.Length}:{System.IO.Hashing.XxHash3.HashToUInt64(bytes):x}";

    private static TreeEntry Entry(byte[] path, byte[] link, int number)
    {
        var entry = new TreeEntry
        {
            Kind = (EntryKind)('0' + (number % 7)),
            Mode = number & 0xFFF,
            Uid = (uint)number,
            Gid = ~(uint)number,
            Size = (long)number << 33,
            MtimeSeconds = -number,
            MtimeNanoseconds = number & 0xFFFFFF,
        };
        entry.SetPath(path);
        entry.SetLinkTarget(link);
        return entry;
    }

    private static string Put(JournalRing ring, byte[] path, byte[] link, int number)
    {
        if (number % 5 == 0)
        {
            ring.PutProblem(path, $"what {number} ä");
            return $"problem {Brief(path)} what {number} ä";
        }

        TreeEntry e = Entry(path, link, number);
        var state = (EntryState)(number % 5);
        var hash = new UInt128((ulong)number * 0x9E3779B97F4A7C15, (ulong)number);
        ring.Put(e, state, number * 512L, hash);
        return Collector.Text(path, link, e.Kind, state, e.Mode, e.Uid, e.Gid, e.Size, e.MtimeSeconds, e.MtimeNanoseconds, number * 512L, hash);
    }

    [Fact]
    public void Everything_arrives_whole_and_in_order()
    {
        // Most records are small; some are longer than a chunk.
        Gen<int> length = Gen.Frequency((20, Gen.Int[1, 300]), (2, Gen.Int[60_000, 140_000]), (1, Gen.Int[262_000, 400_000]));
        Gen.Select(length, Gen.Int[0, 200], Gen.Int[1, 1_000_000]).Array[0, 60].Sample(
            rows =>
            {
                using var ring = new JournalRing();
                var collector = new Collector();
                var consumer = new Thread(() => ring.Consume(collector));
                consumer.Start();
                var expected = new List<string>();
                foreach (var (pathLength, linkLength, number) in rows)
                {
                    var path = new byte[pathLength];
                    path.AsSpan().Fill((byte)number);
                    expected.Add(Put(ring, path, new byte[linkLength], number));
                }

                ring.Complete();
                consumer.Join();
                collector.Seen.ShouldBe(expected);
            },
            iter: 40, threads: 1);
    }

    [Fact]
    public void The_producer_waits_for_a_consumer_that_is_four_chunks_behind()
    {
        using var ring = new JournalRing();
        // Each fills more than half a chunk: one record a chunk.
        var path = new byte[200_000];
        int put = 0;
        var producer = new Thread(() =>
        {
            for (int i = 1; i <= 10; i++)
            {
                Put(ring, path, [], i);
                Volatile.Write(ref put, i);
            }

            ring.Complete();
        });
        producer.Start();
        SpinWait.SpinUntil(() => Volatile.Read(ref put) > 4
            || (Volatile.Read(ref put) == 4 && producer.ThreadState.HasFlag(ThreadState.WaitSleepJoin)));
        Volatile.Read(ref put).ShouldBe(4);

        var collector = new Collector();
        ring.Consume(collector);
        producer.Join();
        collector.Seen.Count.ShouldBe(10);
    }

    [Fact]
    public void A_consumer_that_fails_lets_the_producer_go_on()
    {
        using var ring = new JournalRing();
        var path = new byte[200_000];
        var producer = new Thread(() =>
        {
            for (int i = 1; i <= 50; i++)
                Put(ring, path, [], i);
            ring.Complete();
        });
        producer.Start();
        Should.Throw<IOException>(() => ring.Consume(new Collector { ThrowAtFirst = new IOException("disk full") }));
        ring.Abandon();
        producer.Join();
    }

    [Fact]
    public void A_record_allocates_nothing()
    {
        using var ring = new JournalRing();
        var collector = new Counter();
        var consumer = new Thread(() => ring.Consume(collector));
        consumer.Start();
        TreeEntry entry = Entry(Encoding.ASCII.GetBytes("a/path/of/ordinary/length.txt"), [], 1);
        for (int i = 0; i < 20_000; i++)
            ring.Put(entry, EntryState.Stored, i, 0);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100_000; i++)
            ring.Put(entry, EntryState.Stored, i, 0);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        ring.Complete();
        consumer.Join();
        collector.Count.ShouldBe(120_000);
        // Four chunks at most, whenever they come, and what a contended semaphore costs; nothing that grows with records.
        allocated.ShouldBeLessThan((4 * 256 * 1024) + 65_536);
    }

    private sealed class Counter : IJournalConsumer
    {
        public int Count { get; private set; }

        public void Entry(in ManifestRecord record) => Count++;

        public void Problem(ReadOnlySpan<byte> path, string text)
        {
        }
    }
}
