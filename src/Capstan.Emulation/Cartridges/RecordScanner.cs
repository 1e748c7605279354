using System.IO.Hashing;

namespace Capstan.Emulation.Cartridges;

/// <summary>Walks the records of a cartridge file without an index, and finds the next one behind a damaged one.</summary>
internal sealed class RecordScanner(HostFile file, long seed)
{
    private const int BufferLength = 256 * 1024;

    private readonly byte[] _buffer = new byte[BufferLength];
    private long _bufferOffset;
    private int _bufferValid;
    private bool _readAhead;

    /// <summary>Object the next record must be.</summary>
    internal long ObjectId { get; private set; }

    /// <summary>Where the next record must begin.</summary>
    internal long Offset { get; private set; }

    /// <summary>Filemarks before it.</summary>
    internal long FileNumber { get; private set; }

    /// <summary>Objects whose header was lost, in all scans.</summary>
    internal long LostCount { get; private set; }

    /// <summary>The first encrypted object that was met, in all scans; -1 when none was.</summary>
    internal long FirstEncrypted { get; private set; } = -1;

    /// <summary>errno of a read that failed; 0 when none did.</summary>
    internal int HostError { get; private set; }

    internal void StartAt(long objectId, long offset, long fileNumber)
    {
        ObjectId = objectId;
        Offset = offset;
        FileNumber = fileNumber;
        _bufferValid = 0;
        _readAhead = false;
    }

    /// <summary>
    /// Indexes records that are known to have been made durable. A damaged header is stepped over: its object stays, as lost.
    /// </summary>
    /// <param name="index">Where entries go.</param>
    /// <param name="end">Offset after the last of them.</param>
    /// <param name="count">Number of objects up to there.</param>
    /// <param name="filemarkCount">Filemarks among them.</param>
    /// <param name="generation">Greatest generation that can be there.</param>
    /// <param name="isCutShort">The file ends at <paramref name="end"/> without holding all objects: stop there.</param>
    /// <returns>False when the index or the file could not be used; see <see cref="HostError"/>.</returns>
    internal bool ScanDurable(CartridgeIndex index, long end, long count, long filemarkCount, ulong generation, bool isCutShort)
    {
        while (ObjectId < count)
        {
            if (TryReadHeader(Offset, end, out RecordHeader header) && header.ObjectId == ObjectId
                && header.FileNumber == FileNumber && header.Generation <= generation)
            {
                if (Offset + RecordHeader.Length + header.StoredLength > end)
                    return true;
                if (!Add(index, header))
                    return false;
                continue;
            }
            if (HostError != Errno.None)
                return false;
            if (!FindNext(end, count, generation, out long nextOffset, out RecordHeader next))
            {
                if (isCutShort || HostError != Errno.None)
                    return HostError == Errno.None;
                return AddLost(index, count, end, filemarkCount);
            }
            if (!AddLost(index, next.ObjectId, nextOffset, next.FileNumber))
                return false;
        }
        return true;
    }

    /// <summary>
    /// Indexes what follows the durable part: whole records of the running generation, payload and all, up to the first that is
    /// anything else.
    /// </summary>
    internal bool ScanTail(CartridgeIndex index, long end, ulong generation)
    {
        while (TryReadHeader(Offset, end, out RecordHeader header) && header.ObjectId == ObjectId
            && header.FileNumber == FileNumber && header.Generation == generation
            && Offset + RecordHeader.Length + header.StoredLength <= end
            && PayloadIsIntact(Offset + RecordHeader.Length, header))
        {
            if (!Add(index, header))
                return false;
        }
        return HostError == Errno.None;
    }

    private bool Add(CartridgeIndex index, in RecordHeader header)
    {
        HostError = index.EnsureRoom();
        if (HostError != Errno.None)
            return false;
        index.Append(new IndexEntry(Offset, header.Kind, header.LogicalLength, FileNumber, header.IsEncrypted, header.IsCompressed));
        if (header.IsEncrypted && FirstEncrypted < 0)
            FirstEncrypted = ObjectId;
        ObjectId++;
        Offset += RecordHeader.Length + header.StoredLength;
        FileNumber += header.Kind == ObjectKind.Filemark ? 1 : 0;
        // Small records come many to a buffer; large ones are not worth reading for their headers.
        _readAhead = header.StoredLength < 4096;
        return true;
    }

    /// <summary>
    /// Fills the gap up to <paramref name="nextId"/>. How many filemarks it held is known from the file numbers; where among
    /// the lost objects they were is not (with a single lost object it is), so they are put last.
    /// </summary>
    private bool AddLost(CartridgeIndex index, long nextId, long nextOffset, long nextFileNumber)
    {
        while (ObjectId < nextId)
        {
            bool isFilemark = nextId - ObjectId <= nextFileNumber - FileNumber;
            HostError = index.EnsureRoom();
            if (HostError != Errno.None)
                return false;
            int length = isFilemark || nextId - ObjectId > 1
                ? 0
                : (int)Math.Clamp(nextOffset - Offset - RecordHeader.Length, 0, RecordHeader.MaxBlockBytes);
            index.Append(new IndexEntry(Offset, isFilemark ? ObjectKind.Filemark : ObjectKind.Lost, length, FileNumber));
            ObjectId++;
            FileNumber += isFilemark ? 1 : 0;
            LostCount++;
        }
        Offset = nextOffset;
        return true;
    }

    private bool FindNext(long end, long count, ulong generation, out long offset, out RecordHeader header)
    {
        offset = Offset + 1;
        while (offset + RecordHeader.Length <= end)
        {
            if (!FillAt(offset, end, BufferLength))
                break;
            int from = (int)(offset - _bufferOffset);
            int hit = _buffer.AsSpan(from, _bufferValid - from).IndexOf(RecordHeader.Magic);
            if (hit < 0)
            {
                offset = _bufferOffset + _bufferValid - (RecordHeader.Magic.Length - 1);
                _bufferValid = 0;
                continue;
            }
            offset += hit;
            if (TryReadHeader(offset, end, out header) && header.ObjectId > ObjectId && header.ObjectId < count
                && header.FileNumber >= FileNumber && header.FileNumber - FileNumber <= header.ObjectId - ObjectId
                && header.Generation <= generation)
                return true;
            offset++;
        }
        header = default;
        return false;
    }

    private bool TryReadHeader(long offset, long end, out RecordHeader header)
    {
        header = default;
        return offset + RecordHeader.Length <= end
            && FillAt(offset, end, _readAhead ? BufferLength : RecordHeader.Length)
            && RecordHeader.TryDecode(_buffer.AsSpan((int)(offset - _bufferOffset), RecordHeader.Length), seed + offset, out header);
    }

    /// <summary>Makes at least a header's bytes at an offset available.</summary>
    private bool FillAt(long offset, long end, int wanted)
    {
        if (offset >= _bufferOffset && offset + RecordHeader.Length <= _bufferOffset + _bufferValid)
            return true;
        _bufferValid = 0;
        int length = (int)Math.Min(wanted, end - offset);
        int errno = file.Read(_buffer.AsSpan(0, length), offset, out int got);
        if (errno != Errno.None)
        {
            HostError = errno;
            return false;
        }
        _bufferOffset = offset;
        _bufferValid = got;
        return got >= RecordHeader.Length;
    }

    private bool PayloadIsIntact(long offset, in RecordHeader header)
    {
        if (header.StoredLength == 0)
            return true;
        var hash = new XxHash3();
        var chunk = new byte[Math.Min(header.StoredLength, 1 << 20)];
        for (int done = 0; done < header.StoredLength;)
        {
            int length = Math.Min(chunk.Length, header.StoredLength - done);
            int errno = file.Read(chunk.AsSpan(0, length), offset + done, out int got);
            if (errno != Errno.None)
            {
                HostError = errno;
                return false;
            }
            if (got != length)
                return false;
            hash.Append(chunk.AsSpan(0, length));
            done += length;
        }
        return hash.GetCurrentHashAsUInt64() == header.PayloadChecksum;
    }
}
