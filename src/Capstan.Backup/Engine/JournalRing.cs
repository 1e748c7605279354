using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Capstan.Backup.Archive;
using Capstan.Backup.Manifest;

namespace Capstan.Backup.Engine;

/// <summary>
/// Carries journal records from the thread that reads files to the one that writes manifest and catalog, in chunks of bytes:
/// a record costs its copy, and nothing is allocated for it.
/// </summary>
internal sealed class JournalRing : IDisposable
{
    private const int ChunkLength = 256 * 1024;
    private const int ChunkCount = 4;

    /// <summary>The most that can be on its way to the consumer, in bytes of records.</summary>
    public const int Capacity = ChunkLength * (ChunkCount + 1);

    private readonly SemaphoreSlim _free = new(ChunkCount);
    private readonly SemaphoreSlim _full = new(0);
    private readonly Queue<(byte[] Bytes, int Length)> _filled = new();
    private readonly Stack<byte[]> _spare = new();
    private readonly Lock _gate = new();
    private byte[]? _chunk;
    private int _used;
    private volatile bool _abandoned;

    [StructLayout(LayoutKind.Sequential)]
    private struct Fixed
    {
        public ulong HashHigh, HashLow;
        public long Size, MtimeSeconds, ArchiveOffset;
        public uint Uid, Gid;
        public int Mode, MtimeNanoseconds;
        public int PathLength, RestLength;
        public byte Kind, State, IsProblem;
    }

    /// <summary>Adds an entry. Blocks while the consumer is four chunks behind.</summary>
    public void Put(TreeEntry entry, EntryState state, long archiveOffset, UInt128 hash)
    {
        var head = new Fixed
        {
            HashHigh = (ulong)(hash >> 64),
            HashLow = (ulong)hash,
            Size = entry.Size,
            MtimeSeconds = entry.MtimeSeconds,
            MtimeNanoseconds = entry.MtimeNanoseconds,
            ArchiveOffset = archiveOffset,
            Uid = entry.Uid,
            Gid = entry.Gid,
            Mode = entry.Mode,
            Kind = (byte)entry.Kind,
            State = (byte)state,
        };
        Put(ref head, entry.Path, entry.LinkTarget);
    }

    public void PutProblem(ReadOnlySpan<byte> path, string what)
    {
        var head = new Fixed { IsProblem = 1 };
        Put(ref head, path, Encoding.UTF8.GetBytes(what));
    }

    /// <summary>No more records come.</summary>
    public void Complete()
    {
        Hand();
        lock (_gate)
            _filled.Enqueue(([], 0));
        _full.Release();
    }

    /// <summary>The consumer is gone: whatever is put from now on is dropped.</summary>
    public void Abandon()
    {
        _abandoned = true;
        _free.Release(ChunkCount);
    }

    /// <summary>Calls back for every record, in order, until <see cref="Complete"/>.</summary>
    public void Consume(IJournalConsumer consumer)
    {
        while (true)
        {
            _full.Wait();
            (byte[] Bytes, int Length) chunk;
            lock (_gate)
                chunk = _filled.Dequeue();
            if (chunk.Length == 0)
                return;
            Decode(chunk.Bytes.AsSpan(0, chunk.Length), consumer);
            lock (_gate)
                _spare.Push(chunk.Bytes);
            _free.Release();
        }
    }

    public void Dispose()
    {
        _free.Dispose();
        _full.Dispose();
    }

    private void Put(ref Fixed head, ReadOnlySpan<byte> path, ReadOnlySpan<byte> rest)
    {
        head.PathLength = path.Length;
        head.RestLength = rest.Length;
        int length = Unsafe.SizeOf<Fixed>() + path.Length + rest.Length;
        Span<byte> space = Reserve(length);
        MemoryMarshal.Write(space, in head);
        path.CopyTo(space[Unsafe.SizeOf<Fixed>()..]);
        rest.CopyTo(space[(Unsafe.SizeOf<Fixed>() + path.Length)..]);
        _used += length;
    }

    private Span<byte> Reserve(int length)
    {
        if (_chunk is not null && _chunk.Length - _used < length)
            Hand();
        if (_chunk is null)
        {
            if (!_abandoned)
                _free.Wait();
            lock (_gate)
                _chunk = _spare.TryPop(out byte[]? spare) && spare.Length >= length ? spare : new byte[Math.Max(ChunkLength, length)];
            _used = 0;
        }

        return _chunk.AsSpan(_used, length);
    }

    private void Hand()
    {
        if (_chunk is null || _used == 0)
            return;
        if (!_abandoned)
        {
            lock (_gate)
                _filled.Enqueue((_chunk, _used));
            _full.Release();
        }

        _chunk = null;
    }

    private static void Decode(ReadOnlySpan<byte> bytes, IJournalConsumer consumer)
    {
        while (!bytes.IsEmpty)
        {
            Fixed head = MemoryMarshal.Read<Fixed>(bytes);
            ReadOnlySpan<byte> path = bytes.Slice(Unsafe.SizeOf<Fixed>(), head.PathLength);
            ReadOnlySpan<byte> rest = bytes.Slice(Unsafe.SizeOf<Fixed>() + head.PathLength, head.RestLength);
            bytes = bytes[(Unsafe.SizeOf<Fixed>() + head.PathLength + head.RestLength)..];
            if (head.IsProblem != 0)
            {
                consumer.Problem(path, Encoding.UTF8.GetString(rest));
                continue;
            }

            consumer.Entry(new ManifestRecord
            {
                Path = path,
                LinkTarget = rest,
                Kind = (EntryKind)head.Kind,
                State = (EntryState)head.State,
                Mode = head.Mode,
                Uid = head.Uid,
                Gid = head.Gid,
                Size = head.Size,
                MtimeSeconds = head.MtimeSeconds,
                MtimeNanoseconds = head.MtimeNanoseconds,
                ArchiveOffset = head.ArchiveOffset,
                Hash = new UInt128(head.HashHigh, head.HashLow),
            });
        }
    }
}

/// <summary>Takes journal records on the journal's own thread.</summary>
internal interface IJournalConsumer
{
    void Entry(in ManifestRecord record);

    void Problem(ReadOnlySpan<byte> path, string text);
}
