namespace Capstan.Emulation.Cartridges;

// Room for records before they come: disk blocks that are reserved, and in memory the pages of what is written over (docs/decisions/0037).
public sealed partial class Cartridge
{
    private const long MinReserveBytes = 4 * 1024 * 1024;
    private const long MaxReserveBytes = 256 * 1024 * 1024;

    /// <summary>
    /// Reserves disk blocks ahead of the data: a file system that finds them there has nothing to account for page by page
    /// (ext4: a third of the time of a write). The steps grow with the tape file, so that a small one takes little.
    /// </summary>
    private void ReserveDisk(long end)
    {
        if (_file.IsInMemory)
        {
            // To reserve would be to take pages and clear them. Those that are there already have their place.
            _isReserved = end <= Math.Min(_leftEnd, _placedEnd);
            return;
        }

        if (end <= _reservedEnd)
            return;
        _reserveStep = Math.Clamp(_reserveStep * 2, MinReserveBytes, MaxReserveBytes);
        long start = Math.Max(_reservedEnd, _dataEnd);
        long step = Math.Min(_reserveStep, _superblock.FirstRecordOffset + _superblock.CapacityBytes - start);
        // Refused (no room, not supported): not asked again before as much has been written, and the write itself will tell.
        _isReserved = _file.TryReserve(start, Math.Max(step, end - start));
        _hasReserved |= _isReserved;
        _reservedEnd = start + Math.Max(step, end - start);
    }

    /// <summary>The file system takes a reservation back with what is cut off.</summary>
    private void ForgetReservation()
    {
        _isReserved = false;
        _hasReserved = false;
        _reservedEnd = 0;
        _reserveStep = 0;
    }

    /// <summary>Gives back what was reserved and not used.</summary>
    private void ReleaseDisk()
    {
        if (_hasReserved && _failure == Errno.None && !_isTruncated && _reservedEnd > _dataEnd)
            _ = _file.Truncate(_dataEnd);
        ForgetReservation();
        FreeLeftover();
    }

    /// <summary>Gives back what was left in the file behind the end of data (<see cref="CutAt"/>): this partition's.</summary>
    /// <returns>Whether there was something.</returns>
    internal bool FreeLeftover()
    {
        bool frees = _leftEnd > _dataEnd && _failure == Errno.None && !_isTruncated && !_isReadOnly;
        if (frees)
        {
            _ = _file.Truncate(_dataEnd);
            // What the buffer takes from now on has no place any more.
            _isReserved = false;
        }

        _leftEnd = 0;
        return frees;
    }

    /// <summary>Gives back what was left in the files of all partitions.</summary>
    /// <returns>Whether there was something.</returns>
    internal bool FreeLeftovers()
    {
        Cartridge first = _first ?? this;
        bool frees = first.FreeLeftover();
        foreach (Cartridge other in first._others)
            frees |= other.FreeLeftover();
        return frees;
    }

    void ITapeMedium.FreeLeftovers() => FreeLeftovers();
}
