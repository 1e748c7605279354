namespace Capstan.Emulation.Cartridges;

/// <summary>
/// What a drive needs of a tape: logical objects, blocks and filemarks, numbered from 0, with an end of data. One partition, and for
/// the first one also the tape as a whole.
/// </summary>
internal interface ITapeMedium : IDisposable
{
    /// <summary>Where it is, for messages.</summary>
    string Path { get; }

    string Barcode { get; }

    MediumType Medium { get; }

    /// <summary>How many partitions a tape of this kind can have, 1 to 4.</summary>
    int MaxPartitions { get; }

    int PartitionCount { get; }

    int PartitionNumber { get; }

    /// <inheritdoc cref="Cartridge.FormatCount"/>
    long FormatCount { get; }

    /// <inheritdoc cref="Cartridge.GetPartition"/>
    ITapeMedium GetPartition(int number);

    /// <inheritdoc cref="Cartridge.Format"/>
    AppendStatus Format(ReadOnlySpan<long> capacities);

    /// <inheritdoc cref="Cartridge.TapeCapacityBytes"/>
    long TapeCapacityBytes { get; }

    /// <summary>Bytes of records until the physical end of the partition.</summary>
    long CapacityBytes { get; }

    /// <summary>How far before that end early warning begins, in bytes.</summary>
    long EarlyWarningBytes { get; }

    bool IsWorm { get; }

    bool IsWriteProtected { get; }

    bool IsReadOnly { get; }

    long LoadCount { get; }

    /// <summary>Object identifier of end of data.</summary>
    long EndOfData { get; }

    long FilemarkCount { get; }

    /// <summary>Objects that survive a power cut now.</summary>
    long DurableObjectCount { get; }

    /// <summary>Bytes of records before end of data, <see cref="Cartridge.RecordOverheadBytes"/> of each object included.</summary>
    long UsedBytes { get; }

    /// <summary>What was made durable is not all there any more.</summary>
    bool IsTruncated { get; }

    /// <summary>What is wrong, as a sentence; null when nothing is known to be wrong.</summary>
    string? Damage { get; }

    /// <summary>errno of the last operation that the host refused; 0 when none did.</summary>
    int HostError { get; }

    /// <summary>The chip in the cartridge; null when it cannot be used.</summary>
    CartridgeMemory? Memory { get; }

    /// <summary>Of this cartridge and no other.</summary>
    UInt128 Identity { get; }

    /// <summary>When it was made.</summary>
    DateTimeOffset Created { get; }

    /// <summary>Differs whenever what is recorded does.</summary>
    ulong ContentStamp { get; }

    /// <summary>Brings the memory to where it outlives the process and, when wanted, a power cut; false when the host refused.</summary>
    bool SaveMemory(bool isDurable);

    void CountLoad();

    long UsedBytesAt(long position);

    bool IsBeyondEarlyWarning(long position);

    /// <summary>Filemarks between the beginning and a position of 0 to <see cref="EndOfData"/>.</summary>
    long FileNumberAt(long position);

    /// <summary>Object identifier of a filemark, 0 being the first; -1 when there are not so many.</summary>
    long FindFilemark(long number);

    /// <summary>Says what an object is: Block, Encrypted, Filemark, or why it cannot be read.</summary>
    ReadStatus GetObject(long objectId, out ObjectInfo info);

    /// <inheritdoc cref="Cartridge.ReadBlock"/>
    ReadStatus ReadBlock(long objectId, Span<byte> destination, out int blockLengthBytes);

    /// <summary>Object identifier of the first encrypted block; -1 when there is none.</summary>
    long FirstEncryptedObject { get; }

    /// <inheritdoc cref="Cartridge.HasCompressed"/>
    bool HasCompressed { get; }

    /// <inheritdoc cref="Cartridge.ReadEncrypted"/>
    ReadStatus ReadEncrypted(
        long objectId, Span<byte> ciphertext, Span<byte> trailer, out int ciphertextLengthBytes, out int trailerLengthBytes, out bool isExternal);

    /// <inheritdoc cref="Cartridge.AppendCompressed"/>
    AppendResult AppendCompressed(long position, ReadOnlySpan<byte> packed, int blockLengthBytes);

    /// <inheritdoc cref="Cartridge.AppendEncrypted"/>
    AppendResult AppendEncrypted(long position, ReadOnlySpan<byte> stored, int trailerLengthBytes, bool isExternal);

    /// <inheritdoc cref="Cartridge.Append"/>
    AppendResult Append(long position, ReadOnlySpan<byte> block);

    /// <inheritdoc cref="Cartridge.WriteFilemarks"/>
    AppendResult WriteFilemarks(long position, int count);

    /// <inheritdoc cref="Cartridge.EraseFrom"/>
    AppendStatus EraseFrom(long position);

    /// <summary>Makes what was appended survive a power cut; false when the host refused.</summary>
    bool Sync();

    /// <summary>The tape goes elsewhere: what was kept to write over it is given back.</summary>
    void FreeLeftovers()
    {
    }
}
