namespace Capstan.Emulation.Cartridges;

/// <summary>
/// A tape that throws away what is written to it, for measuring the way to a drive. It knows the length of every block and the
/// place of every filemark, so positions are those of a real tape; a block reads back as zeros of its length.
/// </summary>
/// <remarks>
/// Not thread-safe. Memory is taken for each change of block length, not for each block; after <see cref="MaxRuns"/> changes the tape
/// is full. Nothing survives the process.
/// </remarks>
internal sealed class DiscardingTape(MediumType medium, long capacityBytes, long earlyWarningBytes) : ITapeMedium
{
    internal const string Name = "null";

    /// <summary>So many changes of block length fit on the tape (40 MB of memory).</summary>
    internal const int MaxRuns = 1 << 20;

    private Run[] _runs = new Run[64];
    private int _runCount;
    private int _lastFound;
    private long _objectCount;
    private long _filemarkCount;
    private long _used;
    private long _cuts;

    public string Path => Name;

    public string Barcode => "NULL";

    public MediumType Medium { get; } = medium;

    public int MaxPartitions => 1;

    public int PartitionCount => 1;

    public int PartitionNumber => 0;

    public long FormatCount { get; private set; }

    public long TapeCapacityBytes => CapacityBytes;

    public long CapacityBytes { get; } = capacityBytes;

    public long EarlyWarningBytes { get; } = earlyWarningBytes;

    public bool IsWorm => false;

    public bool IsWriteProtected => false;

    public bool IsReadOnly => false;

    public long LoadCount { get; private set; }

    public long EndOfData => _objectCount;

    public long FilemarkCount => _filemarkCount;

    public long DurableObjectCount { get; private set; }

    public long UsedBytes => _used;

    public bool IsTruncated => false;

    public string? Damage => null;

    public int HostError => Errno.None;

    public CartridgeMemory? Memory { get; } = new(medium);

    public UInt128 Identity => 0;

    public DateTimeOffset Created => DateTimeOffset.UnixEpoch;

    /// <summary>A cut and as many objects again are another content.</summary>
    public ulong ContentStamp => (ulong)_cuts << 40 ^ (ulong)_objectCount;

    public bool SaveMemory(bool isDurable) => true;

    public void CountLoad() => LoadCount++;

    public long UsedBytesAt(long position)
    {
        if (position >= _objectCount)
            return _used;
        ref readonly Run run = ref Find(position);
        return run.UsedBefore + (position - run.FirstObject) * run.RecordBytes;
    }

    public bool IsBeyondEarlyWarning(long position) => UsedBytesAt(position) > CapacityBytes - EarlyWarningBytes;

    public long FileNumberAt(long position)
    {
        if (position >= _objectCount)
            return _filemarkCount;
        ref readonly Run run = ref Find(position);
        return run.FirstFile + (run.IsFilemarks ? position - run.FirstObject : 0);
    }

    public long FindFilemark(long number)
    {
        if (number < 0 || number >= _filemarkCount)
            return -1;
        // The run of filemarks is the last one that begins in its own file.
        int low = 0;
        int high = _runCount;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            if (_runs[middle].FirstFile > number)
                high = middle;
            else
                low = middle + 1;
        }
        ref readonly Run run = ref _runs[low - 1];
        return run.FirstObject + number - run.FirstFile;
    }

    public ReadStatus GetObject(long objectId, out ObjectInfo info)
    {
        info = default;
        ReadStatus status = ReadBlock(objectId, default, out int length);
        if (status is ReadStatus.Block or ReadStatus.Filemark)
            info = new ObjectInfo(status == ReadStatus.Block ? ObjectKind.Block : ObjectKind.Filemark, length, FileNumberAt(objectId));
        return status;
    }

    public ReadStatus ReadBlock(long objectId, Span<byte> destination, out int blockLengthBytes)
    {
        blockLengthBytes = 0;
        if (objectId >= _objectCount)
            return ReadStatus.EndOfData;
        ref readonly Run run = ref Find(objectId);
        if (run.IsFilemarks)
            return ReadStatus.Filemark;
        blockLengthBytes = run.LengthBytes;
        destination[..Math.Min(destination.Length, run.LengthBytes)].Clear();
        return ReadStatus.Block;
    }

    public AppendResult Append(long position, ReadOnlySpan<byte> block) => Append(position, block.Length);

    /// <summary>What is thrown away takes the room that it would take as it is.</summary>
    public AppendResult AppendCompressed(long position, ReadOnlySpan<byte> packed, int blockLengthBytes) => Append(position, blockLengthBytes);

    public bool HasCompressed => false;

    private AppendResult Append(long position, int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(lengthBytes);
        Cut(position);
        long record = Cartridge.RecordOverheadBytes + lengthBytes;
        if (_used + record > CapacityBytes || !TryExtend(lengthBytes))
            return new AppendResult(AppendStatus.EndOfMedium, 0, false);
        _objectCount++;
        _used += record;
        return new AppendResult(AppendStatus.Written, 1, IsInEarlyWarning);
    }

    public long FirstEncryptedObject => -1;

    public ReadStatus ReadEncrypted(
        long objectId, Span<byte> ciphertext, Span<byte> trailer, out int ciphertextLengthBytes, out int trailerLengthBytes, out bool isExternal)
    {
        ciphertextLengthBytes = 0;
        trailerLengthBytes = 0;
        isExternal = false;
        return ReadStatus.Damaged;
    }

    /// <summary>Its length is kept, as of any other; it reads back as zeros that nobody encrypted.</summary>
    public AppendResult AppendEncrypted(long position, ReadOnlySpan<byte> stored, int trailerLengthBytes, bool isExternal) =>
        Append(
            position,
            EncryptedTrailer.TryDecode(stored[^trailerLengthBytes..], out EncryptedTrailer trailer) && trailer.UncompressedLength > 0
                ? trailer.UncompressedLength
                : stored.Length - trailerLengthBytes);

    public AppendResult WriteFilemarks(long position, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Cut(position);
        int room = (int)Math.Min(count, (CapacityBytes - _used) / Cartridge.RecordOverheadBytes);
        if (room > 0 && !TryExtend(0))
            room = 0;
        _objectCount += room;
        _filemarkCount += room;
        _used += (long)room * Cartridge.RecordOverheadBytes;
        return new AppendResult(room < count ? AppendStatus.EndOfMedium : AppendStatus.Written, room, IsInEarlyWarning);
    }

    public AppendStatus EraseFrom(long position)
    {
        Cut(position);
        return AppendStatus.Written;
    }

    public ITapeMedium GetPartition(int number) => this;

    public AppendStatus Format(ReadOnlySpan<long> capacities)
    {
        FormatCount++;
        return EraseFrom(0);
    }

    public bool Sync()
    {
        DurableObjectCount = _objectCount;
        return true;
    }

    public void Dispose()
    {
    }

    private bool IsInEarlyWarning => _used > CapacityBytes - EarlyWarningBytes;

    /// <summary>Makes a position the end of data.</summary>
    private void Cut(long position)
    {
        if (position >= _objectCount)
            return;
        long used = UsedBytesAt(position);
        long files = FileNumberAt(position);
        _cuts++;
        // The run that holds the position keeps what is before it.
        int run = FindIndex(position);
        _runCount = _runs[run].FirstObject < position ? run + 1 : run;
        _lastFound = 0;
        _objectCount = position;
        _filemarkCount = files;
        _used = used;
        DurableObjectCount = Math.Min(DurableObjectCount, position);
    }

    /// <summary>The last run is one of this length, or a new one begins.</summary>
    private bool TryExtend(int lengthBytes)
    {
        if (_runCount > 0 && _runs[_runCount - 1].LengthBytes == lengthBytes)
            return true;
        if (_runCount == MaxRuns)
            return false;
        if (_runCount == _runs.Length)
            Array.Resize(ref _runs, _runs.Length * 2);
        _runs[_runCount++] = new Run(_objectCount, _filemarkCount, _used, lengthBytes);
        return true;
    }

    private ref readonly Run Find(long position) => ref _runs[FindIndex(position)];

    private int FindIndex(long position)
    {
        // Reading goes on where it was.
        if (Contains(_lastFound, position))
            return _lastFound;
        int low = 0;
        int high = _runCount;
        while (low < high)
        {
            int middle = low + (high - low) / 2;
            if (_runs[middle].FirstObject > position)
                high = middle;
            else
                low = middle + 1;
        }
        return _lastFound = low - 1;
    }

    private bool Contains(int run, long position) =>
        run < _runCount && _runs[run].FirstObject <= position && (run + 1 == _runCount || position < _runs[run + 1].FirstObject);

    /// <summary>Objects of one kind and length, one behind the other, up to the next run.</summary>
    private readonly record struct Run(long FirstObject, long FirstFile, long UsedBefore, int LengthBytes)
    {
        public bool IsFilemarks => LengthBytes == 0;

        public long RecordBytes => Cartridge.RecordOverheadBytes + LengthBytes;
    }
}
