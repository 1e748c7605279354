using Capstan.Drive;

namespace Capstan.Backup.Framing;

/// <summary>
/// Keeps room on the tape for what must follow an archive stream: what is queued, the manifest, the marks. The zone between
/// early warning and the physical end may be as small as 30 MiB (LinearTapeFileSystem/ltfs issue 331), and the manifest of a
/// million files is larger than that, so early warning alone comes too late.
/// </summary>
internal sealed class CapacityBudget
{
    private readonly long _marginBytes;
    private long _remainingBytes;
    private long _writtenSinceAsked;
    private long _reservedBytes;
    private readonly bool _known;

    public CapacityBudget(TapeDrive drive, long queueBytes)
    {
        TapeCapacity? capacity = drive.ReadCapacity();
        _known = capacity is not null;
        _remainingBytes = capacity?.RemainingBytes ?? long.MaxValue;
        // Capacity is told in MiB, and rounded down at the last object: two of them, and the queue that is still on its way.
        _marginBytes = queueBytes + (2L << 20);
    }

    /// <summary>Bytes that must still fit behind the running stream: grows with the manifest. Any thread.</summary>
    public void Reserve(long bytes) => Interlocked.Exchange(ref _reservedBytes, bytes);

    /// <summary>Whether the running stream has to end now. Any thread; cheap.</summary>
    public bool Exhausted => _known && Left < Interlocked.Read(ref _reservedBytes) + _marginBytes;

    private long Left => Interlocked.Read(ref _remainingBytes) - Interlocked.Read(ref _writtenSinceAsked);

    /// <summary>
    /// Told by the I/O thread after each block. Asks the drive again each time half of what was left has been used: the drive
    /// compresses, so there may be more room than the bytes sent suggest.
    /// </summary>
    public void Written(TapeDrive drive, int bytes)
    {
        long since = Interlocked.Add(ref _writtenSinceAsked, bytes);
        long spendable = Interlocked.Read(ref _remainingBytes) - _marginBytes - Interlocked.Read(ref _reservedBytes);
        if (!_known || since < Math.Max(spendable / 2, 16L << 20))
            return;
        if (drive.ReadCapacity() is { } capacity)
        {
            Interlocked.Exchange(ref _remainingBytes, capacity.RemainingBytes);
            Interlocked.Exchange(ref _writtenSinceAsked, 0);
        }
    }
}
