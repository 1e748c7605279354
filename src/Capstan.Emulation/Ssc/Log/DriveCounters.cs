using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>An error of the tape, for log page 16h.</summary>
internal readonly record struct TapeError(SenseKey Key, SenseCode Code, byte OperationCode, byte DensityCode, byte MediumTypeCode, string Barcode);

/// <summary>
/// What the log pages count. Some counters begin anew with each load of a tape, some when LOG SELECT resets them, and those of the drive's
/// life never: these outlive the process.
/// </summary>
internal sealed class DriveCounters
{
    /// <summary>So many errors are remembered.</summary>
    private const int MaxErrors = 16;

    private readonly LinkedList<TapeError> _errors = [];
    private DateTimeOffset _poweredOn;
    private TimeSpan _poweredBefore;

    /// <summary>Of page 0Ch: since power on, or its reset.</summary>
    internal long BytesFromHost { get; private set; }

    /// <summary>Of page 0Ch, after compression.</summary>
    internal long BytesToTape { get; private set; }

    internal long BytesFromTape { get; private set; }

    internal long BytesToHost { get; private set; }

    /// <summary>Of pages 02h and 03h: since the tape was loaded, or their reset.</summary>
    internal long WrittenForErrors { get; private set; }

    internal long ReadForErrors { get; private set; }

    internal uint WriteErrors { get; private set; }

    internal uint ReadErrors { get; private set; }

    /// <summary>Of pages 1Bh and 32h: since the tape was loaded, or their reset.</summary>
    internal long CompressedFromHost { get; private set; }

    internal long CompressedToHost { get; private set; }

    internal long CompressedToTape { get; private set; }

    internal long CompressedFromTape { get; private set; }

    /// <summary>Of page 38h: since the tape was loaded, or its reset.</summary>
    internal long BlocksWritten { get; private set; }

    internal long BlockBytesWritten { get; private set; }

    internal long BlocksRead { get; private set; }

    internal long BlockBytesRead { get; private set; }

    internal long LifetimeLoads { get; private set; }

    internal long LifetimeCleanings { get; private set; }

    internal long LoadsSinceReset { get; private set; }

    internal long PowerCycles { get; private set; }

    internal uint LifetimeWriteErrors { get; private set; }

    internal uint LifetimeReadErrors { get; private set; }

    /// <summary>How long the drive was in use, in all its life.</summary>
    internal TimeSpan PowerOnTime => _poweredBefore + (_poweredOn == default ? TimeSpan.Zero : TimeProvider.System.GetUtcNow() - _poweredOn);

    /// <summary>Newest first.</summary>
    internal IEnumerable<TapeError> Errors => _errors;

    /// <summary>A block came from the host and is on the medium, or in its buffer.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="recordedBytes">What it takes on the medium.</param>
    internal void CountWrite(int bytes, int recordedBytes)
    {
        BytesFromHost += bytes;
        BytesToTape += recordedBytes;
        CompressedToTape += recordedBytes;
        WrittenForErrors += bytes;
        CompressedFromHost += bytes;
        BlocksWritten++;
        BlockBytesWritten += bytes;
    }

    /// <summary>A block was read from the medium.</summary>
    /// <param name="bytes">Its length.</param>
    /// <param name="recordedBytes">What it takes on the medium.</param>
    /// <param name="sentBytes">What of it the host got; 0 for VERIFY.</param>
    internal void CountRead(int bytes, int recordedBytes, int sentBytes)
    {
        BytesFromTape += recordedBytes;
        CompressedFromTape += recordedBytes;
        BytesToHost += sentBytes;
        ReadForErrors += bytes;
        CompressedToHost += sentBytes;
        BlocksRead++;
        BlockBytesRead += bytes;
    }

    /// <summary>A write failed for good.</summary>
    internal void CountWriteError(in TapeError error)
    {
        WriteErrors++;
        LifetimeWriteErrors++;
        Remember(error);
    }

    /// <summary>A block could not be read.</summary>
    internal void CountReadError(in TapeError error)
    {
        ReadErrors++;
        LifetimeReadErrors++;
        Remember(error);
    }

    /// <summary>A tape was threaded: what is counted for each load begins anew.</summary>
    internal void CountLoad()
    {
        LifetimeLoads++;
        LoadsSinceReset++;
        ResetWriteErrors();
        ResetReadErrors();
        ResetCompression();
        ResetTransferred();
    }

    internal void CountCleaning() => LifetimeCleanings++;

    internal void PowerOn(bool isCycle)
    {
        _poweredOn = TimeProvider.System.GetUtcNow();
        if (isCycle)
            PowerCycles++;
    }

    internal void ResetWriteErrors() => (WrittenForErrors, WriteErrors) = (0, 0);

    internal void ResetReadErrors() => (ReadForErrors, ReadErrors) = (0, 0);

    internal void ResetBytes() => (BytesFromHost, BytesToTape, BytesFromTape, BytesToHost) = (0, 0, 0, 0);

    internal void ResetCompression() => (CompressedFromHost, CompressedToHost, CompressedToTape, CompressedFromTape) = (0, 0, 0, 0);

    internal void ResetTransferred() => (BlocksWritten, BlockBytesWritten, BlocksRead, BlockBytesRead) = (0, 0, 0, 0);

    internal void ResetLoads() => LoadsSinceReset = 0;

    /// <summary>For the file in which the drive's state is kept.</summary>
    internal long[] Save() =>
    [
        LifetimeLoads, LoadsSinceReset, PowerCycles, LifetimeWriteErrors, LifetimeReadErrors, (long)PowerOnTime.TotalSeconds,
        BytesFromHost, BytesFromTape, BytesToHost, WrittenForErrors, ReadForErrors, WriteErrors, ReadErrors,
        CompressedFromHost, CompressedToHost, BlocksWritten, BlockBytesWritten, BlocksRead, BlockBytesRead,
        BytesToTape, CompressedToTape, CompressedFromTape, LifetimeCleanings,
    ];

    /// <param name="kept">What <see cref="Save"/> gave; null or shorter for what an earlier version kept.</param>
    /// <param name="isCycle">The drive lost power: only what it counts for life is still there.</param>
    internal void Restore(long[]? kept, bool isCycle)
    {
        long At(int index) => kept is not null && index < kept.Length ? Math.Max(0, kept[index]) : 0;
        LifetimeLoads = At(0);
        LoadsSinceReset = At(1);
        PowerCycles = At(2);
        LifetimeWriteErrors = (uint)Math.Min(At(3), uint.MaxValue);
        LifetimeReadErrors = (uint)Math.Min(At(4), uint.MaxValue);
        LifetimeCleanings = At(22);
        _poweredBefore = TimeSpan.FromSeconds(Math.Min(At(5), 1L << 40));
        PowerOn(isCycle);
        if (isCycle)
            return;
        (BytesFromHost, BytesFromTape, BytesToHost) = (At(6), At(7), At(8));
        (WrittenForErrors, ReadForErrors) = (At(9), At(10));
        (WriteErrors, ReadErrors) = ((uint)Math.Min(At(11), uint.MaxValue), (uint)Math.Min(At(12), uint.MaxValue));
        (CompressedFromHost, CompressedToHost) = (At(13), At(14));
        (BlocksWritten, BlockBytesWritten, BlocksRead, BlockBytesRead) = (At(15), At(16), At(17), At(18));
        // What a version kept that compressed nothing.
        bool isOlder = kept is null || kept.Length <= 19;
        (BytesToTape, CompressedToTape, CompressedFromTape) = isOlder ? (At(6), At(13), At(14)) : (At(19), At(20), At(21));
    }

    private void Remember(in TapeError error)
    {
        _errors.AddFirst(error);
        if (_errors.Count > MaxErrors)
            _errors.RemoveLast();
    }
}
