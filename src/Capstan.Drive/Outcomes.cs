namespace Capstan.Drive;

/// <summary>What a READ met.</summary>
public enum ReadKind
{
    /// <summary>A block; the outcome has its length.</summary>
    Block,

    /// <summary>A filemark; the tape stands behind it.</summary>
    Filemark,

    /// <summary>End of data; the tape stands at it.</summary>
    EndOfData,

    /// <summary>A block longer than the buffer: its head was read, its rest was not, and the tape stands behind it.</summary>
    Overlength,
}

/// <summary>Outcome of one READ.</summary>
/// <param name="Kind">What stood there.</param>
/// <param name="Length">The block's length on tape in bytes, also for <see cref="ReadKind.Overlength"/>; 0 without a block.</param>
public readonly record struct ReadOutcome(ReadKind Kind, int Length);

/// <summary>What a WRITE or WRITE FILEMARKS did.</summary>
public enum WriteOutcome
{
    Written,

    /// <summary>Written, and the tape is in the zone before its physical end: close the stream now.</summary>
    WrittenEarlyWarning,

    /// <summary>Not written: physical end of the medium.</summary>
    VolumeFull,
}

/// <summary>Why a SPACE stopped before its count.</summary>
public enum SpaceStop
{
    /// <summary>It did not: the whole count was spaced.</summary>
    None,
    Filemark,
    EndOfData,
    BeginningOfPartition,
}

/// <summary>Outcome of one SPACE.</summary>
/// <param name="Stop">What stopped it.</param>
/// <param name="Residue">How many of the count were not spaced, without sign; null when it stopped and the drive did not say.</param>
public readonly record struct SpaceOutcome(SpaceStop Stop, long? Residue);
