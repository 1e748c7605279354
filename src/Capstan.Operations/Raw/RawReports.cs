namespace Capstan.Operations.Raw;

/// <summary>Where a raw operation begins.</summary>
public enum RawStart
{
    /// <summary>Where the tape stands.</summary>
    Here,

    /// <summary>At the beginning of the tape.</summary>
    Beginning,

    /// <summary>At the end of data; for writing only.</summary>
    EndOfData,
}

/// <summary>What to write as a raw tape file.</summary>
/// <param name="Device">See <see cref="IDriveSource.Open"/>.</param>
/// <param name="Source">Read to its end, by one thread; not closed.</param>
/// <param name="SourceName">For messages.</param>
/// <param name="BlockLengthBytes">Every block's length but the last one's, which may be shorter.</param>
/// <param name="PadLast">Fill the last block up with zeros.</param>
/// <param name="Filemarks">Written behind the data, 0 and above.</param>
/// <param name="Start">Where the first block goes.</param>
/// <param name="OverwriteLabelled">Write to a tape that Capstan labelled, and so destroy what Capstan keeps on it.</param>
/// <param name="Protect">Every block travels with a checksum.</param>
/// <param name="Encrypted">Refuse a drive that does not encrypt.</param>
public sealed record RawWriteRequest(
    string? Device, Stream Source, string SourceName, int BlockLengthBytes, bool PadLast, int Filemarks, RawStart Start, bool OverwriteLabelled,
    bool Protect = false, bool Encrypted = false);

/// <summary>What to read as raw tape files.</summary>
/// <param name="Target">Where the blocks go.</param>
/// <param name="BufferBytes">Where to start with the length of buffers; a longer block is read again into longer ones.</param>
/// <param name="Files">How many tape files; null for all up to the end of data.</param>
/// <param name="SkipFiles">Filemarks to space over first.</param>
/// <param name="Protect">Every block travels with a checksum.</param>
public sealed record RawReadRequest(
    string? Device, IRawTarget Target, int BufferBytes, int? Files, int SkipFiles, RawStart Start, bool Protect = false);

/// <summary>Takes what is read from tape. One thread.</summary>
public interface IRawTarget
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>
    /// Whether the drive's thread writes to it between two commands: worth it where there is one processor and the target waits for nobody. Otherwise
    /// a thread of its own does.
    /// </summary>
    bool TakesTurns => false;

    /// <summary>A tape file begins; the first one is number 1.</summary>
    void Begin(int file);

    /// <summary>The next bytes of the tape file: one block or several.</summary>
    void Write(ReadOnlySpan<byte> blocks);
}

/// <summary>One tape file as it was written or read.</summary>
/// <param name="EndedBy">filemark, end of data, end of input, tape full, interrupted.</param>
/// <param name="ShortestBlock">In bytes; 0 without a block.</param>
public sealed record RawFile(long Bytes, long Blocks, int ShortestBlock, int LongestBlock, string EndedBy);

/// <summary>What a raw write or read did.</summary>
/// <param name="Action">write or read.</param>
/// <param name="From">Where the tape stood before; null where the drive does not tell.</param>
/// <param name="To">Where it stands now; null where the drive does not tell.</param>
/// <param name="Reason">Why it is not whole; null when it is.</param>
public sealed record RawReport(
    string Device, string PickedBy, string Action, string Name, PositionReport? From, PositionReport? To, IReadOnlyList<RawFile> Files,
    long Bytes, long Blocks, double Seconds, double BytesPerSecond, string? Reason, ExitStatus Status);
