namespace Capstan.Emulation.Cartridges;

public sealed partial class Cartridge
{
    // So many objects may have to be found again by their headers after a crash; a bound on the time to open.
    private const int IndexSyncInterval = 4096;

    private readonly byte[] _slot = new byte[Superblock.Length];

    /// <summary>
    /// Returns true when everything appended so far survives a power cut. After a failure nothing more is accepted until the
    /// cartridge is opened anew: what the host lost is not known, so everything since the last success is suspect.
    /// </summary>
    public bool Sync()
    {
        if (_failure == Errno.None && (_isReadOnly || Synchronise(closing: false)))
            return true;
        _isFailureKnown = true;
        return false;
    }

    private bool Synchronise(bool closing)
    {
        if (_isTruncated)
            return true;
        bool grew = _objectCount != _superblock.ObjectCount;
        bool indexLags = _superblock.IndexedCount != _objectCount
            && (closing || _objectCount - _superblock.IndexedCount >= IndexSyncInterval);
        if (!grew && !indexLags && !_superblockIsDirty)
            return true;
        if (grew && (WriteOut() != Errno.None || Fails(_file.DataSync())))
            return false;
        // An index that cannot be written costs time at the next open, nothing else.
        if (indexLags && _index.Flush() == Errno.None && _index.File.DataSync() == Errno.None)
            _superblock.IndexedCount = _objectCount;
        _superblock.DataEnd = _dataEnd;
        _superblock.ObjectCount = _objectCount;
        _superblock.FilemarkCount = _filemarkCount;
        // The data are durable already: should this superblock be lost, the next open finds them by their headers.
        return !Fails(WriteSuperblock());
    }

    private int WriteSuperblock()
    {
        _superblock.Sequence++;
        _superblock.Encode(_slot);
        int errno = _file.Write(_slot, (long)(_superblock.Sequence % Superblock.SlotCount) * Superblock.Length);
        if (errno == Errno.None)
            _superblockIsDirty = false;
        return errno;
    }

    /// <summary>
    /// Cuts off the objects from <paramref name="position"/> on so that no crash brings them back: first the kept objects become
    /// durable, then both superblocks say where the tape ends now and that what follows belongs to a new generation, and only
    /// then may anything be written there.
    /// </summary>
    /// <param name="position">The end of data from now on.</param>
    /// <param name="isOverwritten">
    /// It is written there at once. In memory what is cut off then stays in the file until it is closed: to write over pages takes a third of the time of
    /// freeing them and taking new ones. To every reader its generation says that it is gone (docs/decisions/0037).
    /// </param>
    private bool CutAt(long position, bool isOverwritten = false)
    {
        // The beginning needs no index, which may be damaged.
        long offset = position == 0 ? _superblock.FirstRecordOffset : OffsetOf(position);
        long filemarkCount = position == 0 ? 0 : FileNumberAt(position);
        bool needsDataSync = position > _superblock.ObjectCount;
        if (WriteOut() != Errno.None)
            return false;
        _isBuffering = false;
        if (needsDataSync && Fails(_file.DataSync()))
            return false;
        _superblock.Generation++;
        _superblock.DataEnd = offset;
        _superblock.ObjectCount = position;
        _superblock.FilemarkCount = filemarkCount;
        _superblock.IndexedCount = Math.Min(_superblock.IndexedCount, position);
        if (_superblock.FirstEncrypted >= position)
            _superblock.FirstEncrypted = -1;
        _superblock.HasCompressed &= position > 0;
        if (Fails(WriteSuperblock()) || Fails(_file.DataSync()) || Fails(WriteSuperblock()) || Fails(_file.DataSync()))
            return false;
        _objectCount = position;
        _currentFrom = position;
        _filemarkCount = filemarkCount;
        _dataEnd = offset;
        _writebackStart = Math.Min(_writebackStart, offset);
        _isTruncated = false;
        Damage = null;
        if (isOverwritten && _file.IsInMemory && _fileLength > offset)
        {
            _leftEnd = Math.Max(_leftEnd, _fileLength);
            _placedEnd = _file.FindHole(offset);
        }
        else if (Fails(_file.Truncate(offset)))
        {
            return false;
        }
        else
        {
            _leftEnd = 0;
        }

        _fileLength = offset;
        ForgetReservation();
        if (!_index.TryTruncate(position))
            return RebuildIndex();
        return !Fails(_index.WriteHeader(_superblock.Generation));
    }

    /// <summary>Remembers a host error that leaves the durability of data unknown.</summary>
    private bool Fails(int errno)
    {
        if (!HostFailed(errno))
            return false;
        _failure = errno;
        return true;
    }
}
