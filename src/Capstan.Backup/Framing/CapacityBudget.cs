using Capstan.Drive;

namespace Capstan.Backup.Framing;

/// <summary>
/// Keeps room on the tape for what must follow an archive stream: the manifest and the marks. The zone between early warning and
/// the physical end may be as small as 30 MiB (LinearTapeFileSystem/ltfs issue 331), and the manifest of a million files is
/// larger than that, so early warning alone comes too late.
/// </summary>
internal sealed class CapacityBudget
{
    /// <summary>Capacity is told in MiB and may be rounded; headers and the last blocks of two streams are small beside that.</summary>
    private const long MarginBytes = 2L << 20;

    private const long AskAgainBytes = 16L << 20;

    private readonly bool _known;
    private long _handedBytes;
    private long _writtenBytes;
    private long _limitBytes;
    private long _askAt;
    private long _reservedBytes;

    public CapacityBudget(TapeDrive drive)
    {
        TapeCapacity? capacity = drive.ReadCapacity();
        _known = capacity is not null;
        SetLimit(capacity?.RemainingBytes ?? 0);
    }

    /// <summary>Bytes that must still fit behind the running stream: grows with the manifest. Any thread.</summary>
    public void Reserve(long bytes) => Interlocked.Exchange(ref _reservedBytes, bytes);

    /// <summary>Whether the running stream has to end now. Any thread; cheap.</summary>
    public bool Exhausted => _known
        && Interlocked.Read(ref _handedBytes) + Interlocked.Read(ref _reservedBytes) + MarginBytes > Interlocked.Read(ref _limitBytes);

    /// <summary>Told by the producer when a block is full and will go into the queue.</summary>
    public void Handed(int bytes) => Interlocked.Add(ref _handedBytes, bytes);

    /// <summary>
    /// Told by the I/O thread after each block. Asks the drive again each time half of what was left has been used: the drive
    /// compresses, so there may be more room than the bytes sent suggest.
    /// </summary>
    public void Written(TapeDrive drive, int bytes)
    {
        _writtenBytes += bytes;
        if (_known && _writtenBytes >= _askAt && drive.ReadCapacity() is { } capacity)
            SetLimit(capacity.RemainingBytes);
    }

    private void SetLimit(long remaining)
    {
        Interlocked.Exchange(ref _limitBytes, _writtenBytes + remaining);
        _askAt = _writtenBytes + Math.Max(remaining / 2, AskAgainBytes);
    }
}
