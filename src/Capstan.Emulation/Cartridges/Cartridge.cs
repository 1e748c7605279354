namespace Capstan.Emulation.Cartridges;

/// <summary>
/// A tape cartridge as a file a partition: logical objects (blocks and filemarks) one behind the other, numbered from 0, with an
/// end of data. This object is the first partition and the cartridge as a whole; the others are had from
/// <see cref="GetPartition"/>. <see cref="Sync"/> makes what was appended survive a power cut. The layout is in docs/formats/cartridge.md.
/// </summary>
/// <remarks>Not thread-safe: a drive runs one command at a time. Reads and appends allocate nothing.</remarks>
public sealed partial class Cartridge : ITapeMedium
{
    /// <summary>Bytes of capacity that an object takes besides its data.</summary>
    public const int RecordOverheadBytes = RecordHeader.Length;

    /// <summary>The longest block, in bytes.</summary>
    public const int MaxBlockBytes = RecordHeader.MaxBlockBytes;

    private const int FixedAreaLength = 64 * 1024;

    /// <summary>Length of the file of a cartridge, or of a partition, that has nothing on it.</summary>
    internal const int EmptyFileBytes = FixedAreaLength;

    private readonly HostFile _file;
    private readonly string _path;
    private readonly bool _isReadOnly;
    private Superblock _superblock;
    private readonly CartridgeIndex _index;

    private long _objectCount;
    private long _filemarkCount;
    private long _dataEnd;
    private long _fileLength;
    private long _reservedEnd;
    private long _reserveStep;
    private bool _hasReserved;

    /// <summary>How far the file goes, where what was cut off was left in it.</summary>
    private long _leftEnd;

    /// <summary>How far of that has its pages: a sparse copy of a cartridge has gaps.</summary>
    private long _placedEnd;

    /// <summary>Objects from here on were written since the tape was cut last, and belong to the running generation.</summary>
    private long _currentFrom;

    private bool _isReserved;
    private long _writebackStart;
    private Writeback? _writeback;
    private WriteBuffer? _buffer;
    private bool _isBuffering;
    private bool _cannotBuffer;
    private int _failure;
    private bool _isFailureKnown;
    private bool _isTruncated;
    private bool _superblockIsDirty;
    private bool _isDisposed;

    /// <summary>Path of the file.</summary>
    public string Path => _path;

    public string Barcode => _superblock.Barcode;

    public MediumType Medium => MediumType.FromDensity(_superblock.DensityCode)
        ?? new MediumType($"density {_superblock.DensityCode:X2}h", _superblock.DensityCode, _superblock.MediumTypeCode, "", _superblock.CapacityBytes);

    /// <summary>Bytes of records until the physical end of the partition.</summary>
    public long CapacityBytes => _superblock.CapacityBytes;

    /// <summary>How far before the end early warning begins, in bytes.</summary>
    public long EarlyWarningBytes => _superblock.EarlyWarningBytes;

    public bool IsWorm => _superblock.Worm;

    /// <summary>The write protect tab.</summary>
    public bool IsWriteProtected => _superblock.WriteProtected;

    /// <summary>Opened without the right to change the file.</summary>
    public bool IsReadOnly => _isReadOnly;

    /// <summary>How often it was loaded into a drive.</summary>
    public long LoadCount => _superblock.LoadCount;

    /// <summary>Number of logical objects, which is the object identifier of end of data. On a truncated cartridge: of those that can still be reached.</summary>
    public long EndOfData => _objectCount;

    /// <summary>Filemarks before <see cref="EndOfData"/>.</summary>
    public long FilemarkCount => _filemarkCount;

    /// <summary>Objects that survive a power cut now.</summary>
    public long DurableObjectCount => _superblock.ObjectCount;

    /// <summary>Object identifier of the first encrypted block; -1 when there is none.</summary>
    public long FirstEncryptedObject => _superblock.FirstEncrypted;

    /// <summary>Whether blocks may take less room than they are long.</summary>
    public bool HasCompressed => _superblock.HasCompressed;

    /// <summary>Bytes of records before end of data, overhead included.</summary>
    public long UsedBytes => _dataEnd - _superblock.FirstRecordOffset;

    /// <summary>The file is shorter than what was made durable.</summary>
    public bool IsTruncated => _isTruncated;

    /// <summary>What is wrong with the file as a sentence for a person; null when nothing is known to be wrong.</summary>
    public string? Damage { get; private set; }

    /// <summary>errno of the last operation that the host refused; 0 when none did.</summary>
    public int HostError { get; private set; }

    internal HostFile File => _file;

    internal CartridgeIndex Index => _index;

    private long Seed => (long)(ulong)_superblock.Identity;

    /// <summary>Path of the index beside a cartridge file.</summary>
    public static string IndexPathOf(string cartridgePath) => cartridgePath + ".index";

    /// <summary>Counts one more load; becomes durable with the next synchronisation.</summary>
    public void CountLoad()
    {
        if (_isReadOnly)
            return;
        _superblock.LoadCount++;
        _superblockIsDirty = true;
    }

    /// <summary>Turns the write protect tab.</summary>
    /// <returns>False when the host refused; see <see cref="HostError"/>.</returns>
    public bool SetWriteProtected(bool isProtected)
    {
        if (_isReadOnly)
            return false;
        if (_superblock.WriteProtected == isProtected)
            return true;
        _superblock.WriteProtected = isProtected;
        _superblockIsDirty = true;
        return Sync();
    }

    /// <summary>Bytes of records before a position, overhead included.</summary>
    public long UsedBytesAt(long position) => OffsetOf(position) - _superblock.FirstRecordOffset;

    /// <summary>Whether a position lies in the early warning zone.</summary>
    public bool IsBeyondEarlyWarning(long position) =>
        UsedBytesAt(position) > _superblock.CapacityBytes - _superblock.EarlyWarningBytes;

    /// <summary>Synchronises (unless a synchronisation failed before), and gives the file back.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        foreach (Cartridge other in _others)
            other.Dispose();
        _writeback?.Dispose();
        _ = WriteOut();
        _ = SaveMemory(isDurable: false);
        _buffer?.Dispose();
        ReleaseDisk();
        if (!_isReadOnly && _failure == Errno.None && Synchronise(closing: true))
            _ = _file.DataSync();
        _index.Dispose();
        _file.Dispose();
    }

    private bool HostFailed(int errno)
    {
        if (errno == Errno.None)
            return false;
        HostError = errno;
        return true;
    }

    /// <summary>Where the record of an object begins; for end of data, where the next one will.</summary>
    private long OffsetOf(long position) =>
        position >= _objectCount ? _dataEnd : TryGetEntry(position, out IndexEntry entry) ? entry.Offset : _dataEnd;
}
