using System.IO.Hashing;

namespace Capstan.Emulation.Cartridges;

public sealed partial class Cartridge
{
    // Writeback begins this early so that the synchronisation at the end of a long tape file is short; in small steps, because
    // appending waits where it meets pages that are being written (measured: 4 MiB beats 16 and 64).
    private const long WritebackIntervalBytes = 4 * 1024 * 1024;
    private const long WritebackLagBytes = 2 * 1024 * 1024;
    private const int FilemarksPerWrite = 64;

    /// <summary>
    /// After so many bytes without a synchronisation one happens unasked: what lies behind the watermark is read whole at the next
    /// open after a crash, and a terabyte of it would take a while.
    /// </summary>
    internal long CheckpointIntervalBytes { get; set; } = 4L * 1024 * 1024 * 1024;

    /// <summary>A run of so many bytes goes through the drive's buffer from there on: before, the page cache is the shorter way.</summary>
    internal long BufferingThresholdBytes { get; set; } = 2 * 1024 * 1024;

    /// <summary>Whether records go through the drive's buffer now.</summary>
    internal bool IsBuffering => _isBuffering;

    /// <summary>Bytes that go from the buffer to the file at a time; a multiple of the page size.</summary>
    internal int BufferStepBytes { get; set; } = WriteBuffer.DefaultStepBytes;

    /// <summary>Writes a block at a position; everything from there on is cut off first.</summary>
    /// <param name="position">0 to <see cref="EndOfData"/>.</param>
    /// <param name="block">1 to <see cref="MaxBlockBytes"/> bytes; written from where they are.</param>
    /// <exception cref="ArgumentOutOfRangeException">Position or length outside those ranges.</exception>
    public AppendResult Append(long position, ReadOnlySpan<byte> block)
    {
        ArgumentOutOfRangeException.ThrowIfZero(block.Length, nameof(block));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(block.Length, MaxBlockBytes, nameof(block));
        AppendStatus status = Prepare(position, RecordHeader.Length + block.Length, 1, out _);
        if (status != AppendStatus.Written)
            return new AppendResult(status, 0, false);

        Span<byte> header = stackalloc byte[RecordHeader.Length];
        RecordHeader.EncodeBlock(
            header, _objectCount, _filemarkCount, block.Length, _superblock.Generation, XxHash3.HashToUInt64(block), Seed + _dataEnd);
        int errno = Put(header, block);
        if (errno != Errno.None)
            return new AppendResult(Undo(errno), 0, false);

        Took(new IndexEntry(_dataEnd, ObjectKind.Block, block.Length, _filemarkCount), block.Length, block.Length);
        return new AppendResult(AppendStatus.Written, 1, IsInEarlyWarning);
    }

    /// <summary>Writes a block that was compressed at a position; everything from there on is cut off first.</summary>
    /// <param name="position">0 to <see cref="EndOfData"/>.</param>
    /// <param name="packed">What <see cref="BlockCompression"/> made of it.</param>
    /// <param name="blockLengthBytes">Length of the block, more than that of the packed bytes.</param>
    internal AppendResult AppendCompressed(long position, ReadOnlySpan<byte> packed, int blockLengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfZero(packed.Length, nameof(packed));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(packed.Length, blockLengthBytes, nameof(packed));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(blockLengthBytes, MaxBlockBytes);
        AppendStatus status = Prepare(position, RecordHeader.Length + packed.Length, 1, out _);
        if (status == AppendStatus.Written)
            status = DeclareCompressed();
        if (status != AppendStatus.Written)
            return new AppendResult(status, 0, false);

        Span<byte> header = stackalloc byte[RecordHeader.Length];
        RecordHeader.EncodeCompressed(
            header, _objectCount, _filemarkCount, blockLengthBytes, packed.Length, _superblock.Generation, XxHash3.HashToUInt64(packed), Seed + _dataEnd);
        int errno = Put(header, packed);
        if (errno != Errno.None)
            return new AppendResult(Undo(errno), 0, false);
        Took(new IndexEntry(_dataEnd, ObjectKind.Block, blockLengthBytes, _filemarkCount, IsCompressed: true), packed.Length, packed.Length);
        return new AppendResult(AppendStatus.Written, 1, IsInEarlyWarning);
    }

    AppendResult ITapeMedium.AppendCompressed(long position, ReadOnlySpan<byte> packed, int blockLengthBytes) =>
        AppendCompressed(position, packed, blockLengthBytes);

    /// <summary>
    /// Says in the superblock that there are compressed records, before the first of them is there: a program that does not know them would take it
    /// for the end of the tape, and cut it off.
    /// </summary>
    private AppendStatus DeclareCompressed()
    {
        if (_superblock.HasCompressed)
            return AppendStatus.Written;
        _superblock.HasCompressed = true;
        return Fails(WriteSuperblock()) || Fails(_file.DataSync()) ? FailureStatus() : AppendStatus.Written;
    }

    /// <summary>Writes an encrypted block at a position; everything from there on is cut off first.</summary>
    /// <param name="position">0 to <see cref="EndOfData"/>.</param>
    /// <param name="stored">Ciphertext as long as the block, then its trailer.</param>
    /// <param name="trailerLengthBytes">How much of it is the trailer.</param>
    /// <param name="isExternal">It came from the initiator like this.</param>
    internal AppendResult AppendEncrypted(long position, ReadOnlySpan<byte> stored, int trailerLengthBytes, bool isExternal)
    {
        int ciphertextLength = stored.Length - trailerLengthBytes;
        ArgumentOutOfRangeException.ThrowIfLessThan(ciphertextLength, 1, nameof(stored));
        int length = EncryptedTrailer.TryDecode(stored[^trailerLengthBytes..], out EncryptedTrailer trailer) && trailer.UncompressedLength > ciphertextLength
            ? trailer.UncompressedLength
            : ciphertextLength;
        bool isCompressed = length != ciphertextLength;
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, MaxBlockBytes, nameof(stored));
        AppendStatus status = Prepare(position, RecordHeader.Length + stored.Length, 1, out _);
        if (status == AppendStatus.Written && isCompressed)
            status = DeclareCompressed();
        if (status != AppendStatus.Written)
            return new AppendResult(status, 0, false);

        Span<byte> header = stackalloc byte[RecordHeader.Length];
        RecordHeader.EncodeEncrypted(
            header, _objectCount, _filemarkCount, length, stored.Length, trailerLengthBytes, isCompressed, isExternal, _superblock.Generation,
            XxHash3.HashToUInt64(stored), Seed + _dataEnd);
        int errno = Put(header, stored);
        if (errno != Errno.None)
            return new AppendResult(Undo(errno), 0, false);
        if (_superblock.FirstEncrypted < 0)
            _superblock.FirstEncrypted = _objectCount;
        Took(new IndexEntry(_dataEnd, ObjectKind.Block, length, _filemarkCount, IsEncrypted: true, isCompressed), stored.Length, ciphertextLength);
        return new AppendResult(AppendStatus.Written, 1, IsInEarlyWarning);
    }

    AppendResult ITapeMedium.AppendEncrypted(long position, ReadOnlySpan<byte> stored, int trailerLengthBytes, bool isExternal) =>
        AppendEncrypted(position, stored, trailerLengthBytes, isExternal);

    /// <summary>A block is in the file or in the buffer.</summary>
    /// <param name="entry">What the index says of it.</param>
    /// <param name="storedLength">Bytes behind its header.</param>
    /// <param name="recordedLength">Bytes of the block among them, after compression: what the cartridge's memory counts.</param>
    private void Took(in IndexEntry entry, int storedLength, int recordedLength)
    {
        _index.Append(entry);
        _objectCount++;
        _dataEnd += RecordHeader.Length + storedLength;
        _fileLength = _dataEnd;
        Memory?.NoteWritten(recordedLength);
        if (!_isBuffering)
            AdvanceWriting();
        // A failure is remembered, and answers the next append.
        if (_dataEnd - _superblock.DataEnd >= CheckpointIntervalBytes)
            Synchronise(closing: false);
    }

    /// <summary>Writes filemarks at a position; everything from there on is cut off first.</summary>
    /// <param name="position">0 to <see cref="EndOfData"/>.</param>
    /// <param name="count">At least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">Position or count outside those ranges.</exception>
    public AppendResult WriteFilemarks(long position, int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        Span<byte> headers = stackalloc byte[FilemarksPerWrite * RecordHeader.Length];
        int done = 0;
        while (done < count)
        {
            AppendStatus status = Prepare(position + done, RecordHeader.Length, Math.Min(count - done, FilemarksPerWrite), out int batch);
            if (status != AppendStatus.Written)
                return new AppendResult(status, done, false);
            for (int i = 0; i < batch; i++)
            {
                RecordHeader.EncodeFilemark(
                    headers[(i * RecordHeader.Length)..], _objectCount + i, _filemarkCount + i, _superblock.Generation,
                    Seed + _dataEnd + i * RecordHeader.Length);
            }
            int errno = Put(headers[..(batch * RecordHeader.Length)], default);
            if (errno != Errno.None)
                return new AppendResult(Undo(errno), done, false);
            for (int i = 0; i < batch; i++)
            {
                if (i > 0 && _index.EnsureRoom() is var full and not 0)
                    return new AppendResult(Undo(full), done, false);
                _index.Append(new IndexEntry(_dataEnd, ObjectKind.Filemark, 0, _filemarkCount));
                _objectCount++;
                _filemarkCount++;
                _dataEnd += RecordHeader.Length;
                done++;
            }
            _fileLength = _dataEnd;
        }
        return new AppendResult(AppendStatus.Written, done, IsInEarlyWarning);
    }

    /// <summary>Makes a position the end of data, as ERASE does.</summary>
    /// <param name="position">0 to <see cref="EndOfData"/>.</param>
    public AppendStatus EraseFrom(long position)
    {
        AppendStatus status = CheckWritable(position);
        if (status != AppendStatus.Written)
            return status;
        if (position == _objectCount && !_isTruncated)
        {
            FreeLeftover();
            return status;
        }

        if (!CanFind(position))
            return StatusOf(HostError);
        return CutAt(position) ? AppendStatus.Written : FailureStatus();
    }

    private bool IsInEarlyWarning => UsedBytes > _superblock.CapacityBytes - _superblock.EarlyWarningBytes;

    /// <summary>Makes a position the end of data, and room for records there on the medium and on the disk.</summary>
    /// <param name="position">Where they are to go.</param>
    /// <param name="recordLength">Bytes of one of them, header included.</param>
    /// <param name="wanted">How many of them go out with one write; at least 1.</param>
    /// <param name="count">How many of those the medium has room for: at least 1 when the answer is Written.</param>
    private AppendStatus Prepare(long position, int recordLength, int wanted, out int count)
    {
        count = 0;
        AppendStatus status = CheckWritable(position);
        if (status != AppendStatus.Written)
            return status;
        if (!CanFind(position))
            return StatusOf(HostError);
        bool overwrites = position < _objectCount || _isTruncated;
        long start = overwrites ? OffsetOf(position) : _dataEnd;
        long room = (_superblock.CapacityBytes - (start - _superblock.FirstRecordOffset)) / recordLength;
        if (room < 1)
            return AppendStatus.EndOfMedium;
        if (overwrites && !CutAt(position, isOverwritten: true))
            return FailureStatus();
        count = (int)Math.Min(room, wanted);
        // All of them: what the buffer takes is acknowledged, and must have its place on the disk.
        ReserveDisk(_dataEnd + (long)count * recordLength);
        int errno = _index.EnsureRoom();
        if (IsFull(errno) && FreeLeftovers())
            errno = _index.EnsureRoom();
        if (!HostFailed(errno))
            return AppendStatus.Written;
        return StatusOf(errno);
    }

    /// <summary>Puts a record at the end of the data: into the buffer where one is in use, otherwise into the file.</summary>
    private int Put(ReadOnlySpan<byte> header, ReadOnlySpan<byte> block)
    {
        // Without disk blocks of its own a buffered record could find the disk full after it was acknowledged.
        if (_isBuffering && !_isReserved)
        {
            int errno = WriteOut();
            if (errno != Errno.None)
                return errno;
            _isBuffering = false;
            _writebackStart = _dataEnd & ~4095L;
        }
        if (!_isBuffering)
        {
            int refusal = _file.Write(header, block, _dataEnd);
            return IsFull(refusal) && FreeLeftovers() ? _file.Write(header, block, _dataEnd) : refusal;
        }

        _buffer!.Append(header);
        _buffer.Append(block);
        int failure = _buffer.HasThread ? Errno.None : _buffer.Failure;
        if (failure == Errno.None)
            return Errno.None;
        // What is known to be lost is not acknowledged; what was before it is lost, too.
        _ = Fails(failure);
        return failure;
    }

    /// <summary>Has the kernel write what lies in its cache, or goes over to the buffer when the run is long.</summary>
    private void AdvanceWriting()
    {
        // Nobody will wait for the device: the kernel may choose its time.
        if (_file.IgnoresSync)
            return;
        long run = _dataEnd - _writebackStart;
        if (run >= BufferingThresholdBytes && _isReserved && !_cannotBuffer)
        {
            _buffer ??= WriteBuffer.TryCreate(_file, _dataEnd, BufferStepBytes);
            _isBuffering = _buffer is not null && _buffer.StartAt(_dataEnd) == Errno.None;
            _cannotBuffer = !_isBuffering;
        }
        if (!_isBuffering && run >= WritebackIntervalBytes && !_file.IsInMemory)
            StartWriteback();
    }

    /// <summary>Brings what is in the buffer into the file.</summary>
    private int WriteOut()
    {
        if (!_isBuffering)
            return Errno.None;
        int errno = _buffer!.Flush();
        _ = Fails(errno);
        return errno;
    }

    /// <summary>
    /// Whether the index says where a position is. A damaged one that could not be made anew must not lead a write astray: nothing
    /// is cut where nobody knows where, and no object is entered under the number of another.
    /// </summary>
    private bool CanFind(long position)
    {
        if ((_index.Count == _objectCount || RebuildIndex()) && (position >= _objectCount || TryGetEntry(position, out _)))
            return true;
        if (HostError == Errno.None)
            HostError = Errno.InputOutput;
        return false;
    }

    private AppendStatus CheckWritable(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(position, _objectCount);
        if (_isReadOnly || (_first ?? this)._superblock.WriteProtected)
            return AppendStatus.WriteProtected;
        if (_failure == Errno.None && _isBuffering)
            _failure = _buffer!.Failure;
        if (_failure != Errno.None)
            return FailureStatus();
        // Writing at the beginning of the partition makes a new, whole tape; anywhere else it would bury what is missing.
        if (_isTruncated && position > 0)
            return AppendStatus.EndOfDataNotFound;
        return _superblock.Worm && position < _objectCount && !MayOverwriteOnce(position) ? AppendStatus.WriteOnce : AppendStatus.Written;
    }

    /// <summary>
    /// Write once, as LTO has it (page 1Dh, WORM MODE FILEMARKS RESTRICTIONS 02h): filemarks right before end of data may be written
    /// over, except the one closest to the beginning of the partition.
    /// </summary>
    private bool MayOverwriteOnce(long position)
    {
        if (!CanFind(position))
            return false;
        long fileNumber = FileNumberAt(position);
        return fileNumber > 0 && _objectCount - position == _filemarkCount - fileNumber;
    }

    /// <summary>Takes back a record that was written only in part: the disk is full or broken, the tape before it is whole.</summary>
    private AppendStatus Undo(int errno)
    {
        if (_failure != Errno.None || WriteOut() != Errno.None || _isBuffering && Fails(_buffer!.StartAt(_dataEnd)))
            return FailureStatus();
        HostError = errno;
        _ = _file.Truncate(_dataEnd);
        _fileLength = _dataEnd;
        _leftEnd = 0;
        ForgetReservation();
        return StatusOf(errno);
    }

    /// <summary>What a failure of acknowledged data answers: the first time that it is about them, then that nothing is written any more.</summary>
    private AppendStatus FailureStatus()
    {
        if (_failure == Errno.None)
            return StatusOf(HostError);
        HostError = _failure;
        bool isNew = !_isFailureKnown;
        _isFailureKnown = true;
        return isNew ? AppendStatus.EarlierLost : StatusOf(_failure);
    }

    private static AppendStatus StatusOf(int errno) => IsFull(errno) ? AppendStatus.HostFull : AppendStatus.HostError;

    private static bool IsFull(int errno) => errno is Errno.NoSpace or Errno.QuotaExceeded;

    private void StartWriteback()
    {
        // Not up to the end: the page that is being filled may be part of a large one, and whoever appends to a page that is on
        // its way to the device waits for the device.
        long end = Math.Max(_writebackStart, (_dataEnd - WritebackLagBytes) & ~4095L);
        _writeback ??= new Writeback(_file, _writebackStart);
        _writeback.Advance(end);
        _writebackStart = end;
    }
}
