using System.Security.Cryptography;

namespace Capstan.Emulation.Cartridges;

public sealed partial class Cartridge
{
    private Cartridge(string path, HostFile file, CartridgeIndex index, in Superblock superblock, bool isReadOnly)
    {
        _path = path;
        _file = file;
        _index = index;
        _superblock = superblock;
        _isReadOnly = isReadOnly;
        _objectCount = 0;
        _dataEnd = superblock.FirstRecordOffset;
        _writebackStart = _dataEnd;
        _fileLength = _dataEnd;
    }

    /// <summary>Makes a new, empty cartridge and opens it.</summary>
    /// <param name="path">A file that does not exist.</param>
    /// <param name="spec">What it is.</param>
    /// <param name="time">Clock for the creation time; the system's when null.</param>
    /// <exception cref="CartridgeException">It could not be made.</exception>
    /// <exception cref="ArgumentException">The specification contradicts itself.</exception>
    public static Cartridge Create(string path, CartridgeSpec spec, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(spec);
        ArgumentOutOfRangeException.ThrowIfLessThan(spec.CapacityBytes, 1, nameof(spec));
        ArgumentOutOfRangeException.ThrowIfNegative(spec.EarlyWarningBytes, nameof(spec));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(spec.EarlyWarningBytes, spec.CapacityBytes, nameof(spec));
        if (spec.Barcode.Length is 0 or > Superblock.MaxBarcodeLength || spec.Barcode.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException("A barcode is 1 to 32 printable ASCII characters.", nameof(spec));

        return CreateFile(path, new Superblock
        {
            Barcode = spec.Barcode,
            DensityCode = spec.Medium.DensityCode,
            MediumTypeCode = (byte)(spec.Medium.MediumTypeCode | (spec.Worm ? 0x04 : 0)),
            WriteProtected = spec.WriteProtected,
            Worm = spec.Worm,
            CreatedUnixSeconds = (time ?? TimeProvider.System).GetUtcNow().ToUnixTimeSeconds(),
            CapacityBytes = spec.CapacityBytes,
            EarlyWarningBytes = spec.EarlyWarningBytes,
        });
    }

    /// <summary>Makes the file of one partition; what is new in every file is filled in here.</summary>
    private static Cartridge CreateFile(string path, Superblock superblock, bool ignoresSync = false)
    {
        int errno = HostFile.TryOpen(
            path, Interop.LibC.ReadWrite | Interop.LibC.Create | Interop.LibC.Exclusive, out HostFile? file, ignoresSync);
        if (errno != Errno.None)
            throw CannotOpen(path, errno);
        try
        {
            Lock(file!, path);
            superblock.Identity = NewIdentity();
            superblock.PartitionCount = 1;
            superblock.FirstRecordOffset = FixedAreaLength;
            superblock.Generation = 1;
            superblock.DataEnd = FixedAreaLength;
            CartridgeIndex index = OpenIndex(path, superblock, 0, isReadOnly: false, ignoresSync);
            var cartridge = new Cartridge(path, file!, index, superblock, isReadOnly: false);
            if (cartridge.HostFailed(file!.Truncate(FixedAreaLength)) || cartridge.HostFailed(cartridge.WriteSuperblock())
                || cartridge.HostFailed(cartridge.WriteSuperblock()) || superblock.Partition == 0 && !cartridge.MakeMemory()
                || cartridge.HostFailed(file.FullSync()))
            {
                index.Dispose();
                throw new CartridgeException(CartridgeFault.HostError, $"{path}: the host file system failed ({Describe(cartridge.HostError)})");
            }
            return cartridge;
        }
        catch
        {
            file!.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Opens a cartridge: finds the end of data, cuts off a torn tail, and brings the index up to date. What had been made
    /// durable and is damaged now stays, and reads as damaged.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <param name="readOnly">Never change it (its index may be written).</param>
    /// <param name="isSynchronous">False: a synchronisation does not wait for the disk. What it acknowledged then survives this process, not the machine.</param>
    /// <exception cref="CartridgeException">It cannot be used at all.</exception>
    public static Cartridge Open(string path, bool readOnly = false, bool isSynchronous = true)
    {
        Cartridge cartridge = OpenFile(path, readOnly, isSynchronous);
        try
        {
            if (cartridge._superblock.Partition != 0)
                throw new CartridgeException(CartridgeFault.NotACartridge, $"{path}: holds partition {cartridge._superblock.Partition} of a cartridge, not a cartridge");
            cartridge.OpenPartitions();
            return cartridge;
        }
        catch
        {
            cartridge.Dispose();
            throw;
        }
    }

    /// <summary>
    /// What a cartridge says about itself, read without opening it: a drive may have it, of this process or of another one. What was
    /// written since its last synchronisation is not in it.
    /// </summary>
    /// <exception cref="CartridgeException">It is none, or damaged, or cannot be read.</exception>
    internal static CartridgeSummary Summarize(string path)
    {
        Superblock whole = SummarizeFile(path, out long used, out long fileBytes);
        for (int number = 1; number < whole.PartitionCount; number++)
        {
            _ = SummarizeFile(PartitionPathOf(path, whole.Layout, number), out long partUsed, out long partBytes);
            used += partUsed;
            fileBytes += partBytes;
        }
        MediumType medium = MediumType.FromDensity(whole.DensityCode)
            ?? new MediumType($"density {whole.DensityCode:X2}h", whole.DensityCode, whole.MediumTypeCode, "", whole.CapacityBytes);
        return new CartridgeSummary(
            whole.Barcode, medium, whole.TapeCapacityBytes > 0 ? whole.TapeCapacityBytes : whole.CapacityBytes, used, fileBytes, whole.WriteProtected, whole.Worm,
            whole.LoadCount);
    }

    private static Superblock SummarizeFile(string path, out long usedBytes, out long fileBytes)
    {
        int errno = HostFile.TryOpen(path, Interop.LibC.ReadOnly, out HostFile? file);
        if (errno != Errno.None)
            throw CannotOpen(path, errno);
        using (file)
        {
            Superblock superblock = ReadSuperblock(file!, path);
            _ = file!.GetLength(out fileBytes);
            usedBytes = superblock.DataEnd - superblock.FirstRecordOffset;
            return superblock;
        }
    }

    /// <summary>Opens the file of one partition.</summary>
    private static Cartridge OpenFile(string path, bool readOnly, bool isSynchronous)
    {
        int errno = HostFile.TryOpen(path, readOnly ? Interop.LibC.ReadOnly : Interop.LibC.ReadWrite, out HostFile? file, !isSynchronous);
        if (errno != Errno.None)
            throw CannotOpen(path, errno);
        CartridgeIndex? index = null;
        try
        {
            Lock(file!, path);
            Superblock superblock = ReadSuperblock(file!, path);
            index = OpenIndex(path, superblock, superblock.IndexedCount, readOnly, !isSynchronous);
            var cartridge = new Cartridge(path, file!, index, superblock, readOnly);
            if (superblock.Partition == 0)
                cartridge.OpenMemory();
            cartridge.Recover();
            return cartridge;
        }
        catch
        {
            index?.Dispose();
            file!.Dispose();
            throw;
        }
    }

    private static Superblock ReadSuperblock(HostFile file, string path)
    {
        Superblock best = default;
        bool found = false, damaged = false, newer = false;
        Span<byte> slot = stackalloc byte[Superblock.Length];
        for (int i = 0; i < Superblock.SlotCount; i++)
        {
            int errno = file.Read(slot, i * Superblock.Length, out int got);
            if (errno != Errno.None)
                throw new CartridgeException(CartridgeFault.HostError, $"{path}: cannot be read ({Describe(errno)})");
            switch (Superblock.TryDecode(slot[..got], out Superblock candidate))
            {
                case SlotState.Intact when !found || candidate.Sequence > best.Sequence:
                    best = candidate;
                    found = true;
                    break;
                case SlotState.Damaged:
                    damaged = true;
                    break;
                case SlotState.Newer:
                    newer = true;
                    break;
            }
        }
        if (newer)
            throw new CartridgeException(CartridgeFault.NewerVersion, $"{path}: written by a newer version of this program");
        if (found)
            return best;
        throw damaged
            ? new CartridgeException(CartridgeFault.DamagedSuperblock, $"{path}: both copies of the superblock are damaged")
            : new CartridgeException(CartridgeFault.NotACartridge, $"{path}: not a cartridge file");
    }

    private void Recover()
    {
        if (HostFailed(_file.GetLength(out _fileLength)))
            throw HostFailure();
        Superblock known = _superblock;
        _isTruncated = _fileLength < known.DataEnd;
        var scanner = new RecordScanner(_file, Seed);
        StartBehindIndex(scanner);
        if (!scanner.ScanDurable(
            _index, Math.Min(_fileLength, known.DataEnd), known.ObjectCount, known.FilemarkCount, known.Generation, _isTruncated))
            throw HostFailure(scanner.HostError);
        if (!_isTruncated && _fileLength > known.DataEnd)
        {
            // Pages that the kernel failed to write look intact in its cache: the tail is believed only as the device has it.
            if (!_isReadOnly)
            {
                if (HostFailed(_file.DataSync()))
                    throw HostFailure();
                _file.DropCache(known.DataEnd & ~4095L, 0);
            }
            scanner.StartAt(known.ObjectCount, known.DataEnd, known.FilemarkCount);
            if (!scanner.ScanTail(_index, _fileLength, known.Generation))
                throw HostFailure(scanner.HostError);
        }
        _objectCount = scanner.ObjectId;
        _currentFrom = _objectCount;
        _filemarkCount = scanner.FileNumber;
        _dataEnd = scanner.Offset;
        if (_superblock.FirstEncrypted < 0 || _superblock.FirstEncrypted >= _objectCount)
            _superblock.FirstEncrypted = scanner.FirstEncrypted;
        _writebackStart = _dataEnd & ~4095L;
        if (_isTruncated)
        {
            Damage = $"{_path}: the file is cut short: {known.DataEnd - _fileLength} bytes are missing, "
                + $"{known.ObjectCount - _objectCount} of {known.ObjectCount} objects are lost";
        }
        else
        {
            if (scanner.LostCount > 0)
                Damage = $"{_path}: the headers of {scanner.LostCount} of {_objectCount} objects are damaged";
            if (!_isReadOnly)
                SettleTail();
        }
    }

    /// <summary>Makes what was found behind the watermark durable, and what was refused there impossible to come back.</summary>
    private void SettleTail()
    {
        string? damage = Damage;
        bool settled = _fileLength > _dataEnd ? CutAt(_objectCount) : Sync();
        if (!settled)
            throw HostFailure();
        Damage = damage;
    }

    /// <summary>Lets a scan begin behind the last index entry that can be believed; at the beginning when none can.</summary>
    private void StartBehindIndex(RecordScanner scanner)
    {
        long count = _index.Count;
        // On a truncated file, only entries whose records are still whole count.
        if (_isTruncated && count > 0 && !TryCountBefore(_fileLength, ref count))
            count = 0;
        if (count > 0 && _index.TryGet(count - 1, out IndexEntry last) && TryFindEnd(last, count - 1, out long end)
            && (count == _index.Count || _index.TryTruncate(count)))
        {
            scanner.StartAt(count, end, last.FileNumber + (last.Kind == ObjectKind.Filemark ? 1 : 0));
            return;
        }
        if (HostFailed(_index.Reset(_superblock.Generation)))
            throw HostFailure();
        scanner.StartAt(0, _superblock.FirstRecordOffset, 0);
    }

    /// <summary>Where the record of the last trusted entry ends, proven by its header.</summary>
    private bool TryFindEnd(in IndexEntry entry, long objectId, out long end)
    {
        end = entry.Offset + RecordHeader.Length + entry.LengthBytes;
        // An index that ends where the watermark does needs no look at the record, which may be damaged.
        if (objectId + 1 == _superblock.ObjectCount && (end == _superblock.DataEnd || entry.IsEncrypted || entry.IsCompressed))
        {
            end = _superblock.DataEnd;
            return true;
        }
        Span<byte> bytes = stackalloc byte[RecordHeader.Length];
        if (_file.Read(bytes, entry.Offset, out int got) != Errno.None || got != RecordHeader.Length
            || !RecordHeader.TryDecode(bytes, Seed + entry.Offset, out RecordHeader header)
            || header.ObjectId != objectId || header.FileNumber != entry.FileNumber || header.Kind != entry.Kind)
            return false;
        end = entry.Offset + RecordHeader.Length + header.StoredLength;
        return true;
    }

    private bool TryCountBefore(long length, ref long count)
    {
        long low = 0;
        long high = count;
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            if (!_index.TryGet(middle, out IndexEntry entry))
                return false;
            // How long the trailer is stands in the record: at most this. The scan finds again what is left out for it.
            if (entry.Offset + RecordHeader.Length + entry.LengthBytes + (entry.IsEncrypted ? EncryptedTrailer.MaxLength : 0) > length)
                high = middle;
            else
                low = middle + 1;
        }
        count = low;
        return true;
    }

    /// <summary>Makes the index anew from the record headers, when a page of it turned out to be damaged.</summary>
    private bool RebuildIndex()
    {
        if (WriteOut() != Errno.None || HostFailed(_index.Reset(_superblock.Generation)))
            return false;
        _superblock.IndexedCount = 0;
        var scanner = new RecordScanner(_file, Seed);
        scanner.StartAt(0, _superblock.FirstRecordOffset, 0);
        return scanner.ScanDurable(_index, _dataEnd, _objectCount, _filemarkCount, _superblock.Generation, isCutShort: false)
            || HostFailed(scanner.HostError) && false;
    }

    private static CartridgeIndex OpenIndex(string path, in Superblock superblock, long count, bool isReadOnly, bool ignoresSync = false)
    {
        int errno = HostFile.TryOpen(IndexPathOf(path), Interop.LibC.ReadWrite | Interop.LibC.Create, out HostFile? file, ignoresSync);
        // A cartridge in a directory that cannot be written is still readable: its index lives as long as it is open.
        if (errno is not Errno.None && isReadOnly)
            errno = HostFile.TryOpen(System.IO.Path.GetTempPath(), Interop.LibC.ReadWrite | Interop.LibC.Temporary, out file);
        if (errno != Errno.None)
            throw CannotOpen(IndexPathOf(path), errno);
        return CartridgeIndex.Open(file!, superblock.Identity, superblock.Generation, count);
    }

    private static void Lock(HostFile file, string path)
    {
        int errno = file.TryLock();
        if (errno == Errno.WouldBlock)
            throw new CartridgeException(CartridgeFault.InUse, $"{path}: in use by another process");
        if (errno != Errno.None)
            throw new CartridgeException(CartridgeFault.HostError, $"{path}: cannot be locked ({Describe(errno)})");
    }

    private static UInt128 NewIdentity()
    {
        Span<byte> bytes = stackalloc byte[16];
        RandomNumberGenerator.Fill(bytes);
        return System.Buffers.Binary.BinaryPrimitives.ReadUInt128LittleEndian(bytes);
    }

    private CartridgeException HostFailure(int errno = Errno.None)
    {
        HostError = errno != Errno.None ? errno : HostError;
        return new CartridgeException(CartridgeFault.HostError, $"{_path}: the host file system failed ({Describe(HostError)})");
    }

    private static CartridgeException CannotOpen(string path, int errno) => errno switch
    {
        Errno.NoEntry => new CartridgeException(CartridgeFault.NotFound, $"{path}: no such file"),
        Errno.Exists => new CartridgeException(CartridgeFault.Exists, $"{path}: exists already"),
        Errno.AccessDenied or Errno.ReadOnlyFileSystem => new CartridgeException(CartridgeFault.AccessDenied, $"{path}: {Describe(errno)}"),
        Errno.IsDirectory => new CartridgeException(CartridgeFault.NotACartridge, $"{path}: is a directory"),
        _ => new CartridgeException(CartridgeFault.HostError, $"{path}: {Describe(errno)}"),
    };

    internal static string Describe(int errno) => System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(errno);
}
