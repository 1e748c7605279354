using System.IO.Hashing;

namespace Capstan.Emulation.Cartridges;

public sealed partial class Cartridge
{
    private readonly XxHash3 _overlengthHash = new();
    private byte[]? _overlengthBuffer;
    private byte[] _packed = [];
    private byte[] _unpacked = [];

    /// <summary>Says what an object is, without reading it.</summary>
    /// <returns>Block, Encrypted or Filemark; Damaged for a lost one; EndOfData or EndOfDataNotFound behind the last one.</returns>
    public ReadStatus GetObject(long objectId, out ObjectInfo info)
    {
        info = default;
        if (objectId >= _objectCount)
            return _isTruncated ? ReadStatus.EndOfDataNotFound : ReadStatus.EndOfData;
        if (!TryGetEntry(objectId, out IndexEntry entry))
            return HostError != Errno.None ? ReadStatus.HostError : ReadStatus.Damaged;
        info = new ObjectInfo(entry.Kind, entry.LengthBytes, entry.FileNumber);
        return entry.Kind switch
        {
            ObjectKind.Block => entry.IsEncrypted ? ReadStatus.Encrypted : ReadStatus.Block,
            ObjectKind.Filemark => ReadStatus.Filemark,
            _ => ReadStatus.Damaged,
        };
    }

    /// <summary>Filemarks between the beginning and a position of 0 to <see cref="EndOfData"/>.</summary>
    public long FileNumberAt(long position) =>
        position >= _objectCount ? _filemarkCount : TryGetEntry(position, out IndexEntry entry) ? entry.FileNumber : 0;

    /// <summary>Finds the object identifier of a filemark.</summary>
    /// <param name="number">0 for the first filemark on the tape.</param>
    /// <returns>The identifier; -1 when there are not so many filemarks.</returns>
    public long FindFilemark(long number)
    {
        if (number < 0 || number >= _filemarkCount)
            return -1;
        // The filemark is the last object with its own file number.
        long low = number;
        long high = _objectCount;
        while (low < high)
        {
            long middle = low + (high - low) / 2;
            if (!TryGetEntry(middle, out IndexEntry entry))
                return -1;
            if (entry.FileNumber > number)
                high = middle;
            else
                low = middle + 1;
        }
        return low - 1;
    }

    /// <summary>Reads one object. A block goes straight into <paramref name="destination"/> and is checked there.</summary>
    /// <param name="objectId">0 or greater.</param>
    /// <param name="destination">Where the data go; when shorter than the block it gets the block's beginning.</param>
    /// <param name="blockLengthBytes">Length of the whole block, also when it is damaged; 0 for anything else.</param>
    public ReadStatus ReadBlock(long objectId, Span<byte> destination, out int blockLengthBytes)
    {
        blockLengthBytes = 0;
        if (objectId >= _objectCount)
            return _isTruncated ? ReadStatus.EndOfDataNotFound : ReadStatus.EndOfData;
        if (!TryGetEntry(objectId, out IndexEntry entry))
            return HostError != Errno.None ? ReadStatus.HostError : ReadStatus.Damaged;
        if (entry.Kind == ObjectKind.Filemark)
            return ReadStatus.Filemark;
        blockLengthBytes = entry.LengthBytes;
        if (entry.Kind != ObjectKind.Block)
            return ReadStatus.Damaged;
        if (entry.IsEncrypted)
            return ReadStatus.Encrypted;
        if (entry.IsCompressed)
            return ReadCompressed(objectId, entry, destination);

        // A failure belongs to the writes, which will be told; what is in the file can be read all the same.
        _ = WriteOut();
        Span<byte> headerBytes = stackalloc byte[RecordHeader.Length];
        Span<byte> start = destination[..Math.Min(destination.Length, entry.LengthBytes)];
        int errno = _file.Read(headerBytes, start, entry.Offset, out int got);
        if (HostFailed(errno))
            return ReadStatus.HostError;
        if (got != RecordHeader.Length + start.Length
            || !RecordHeader.TryDecode(headerBytes, Seed + entry.Offset, out RecordHeader header) || !IsCurrent(objectId, header)
            || header.ObjectId != objectId || header.LogicalLength != entry.LengthBytes || header.FileNumber != entry.FileNumber)
            return ReadStatus.Damaged;
        ulong checksum;
        if (start.Length == entry.LengthBytes)
            checksum = XxHash3.HashToUInt64(start);
        else if (!HashRest(start, entry, out checksum))
            return HostError != Errno.None ? ReadStatus.HostError : ReadStatus.Damaged;
        if (checksum != header.PayloadChecksum)
            return ReadStatus.Damaged;
        Memory?.NoteRead(entry.LengthBytes);
        return ReadStatus.Block;
    }

    private ReadStatus ReadCompressed(long objectId, in IndexEntry entry, Span<byte> destination)
    {
        // A failure belongs to the writes, which will be told; what is in the file can be read all the same.
        _ = WriteOut();
        if (!TryReadHeader(objectId, entry, out RecordHeader header))
            return HostError != Errno.None ? ReadStatus.HostError : ReadStatus.Damaged;
        Span<byte> packed = Scratch(ref _packed, header.StoredLength);
        if (HostFailed(_file.Read(packed, entry.Offset + RecordHeader.Length, out int got)))
            return ReadStatus.HostError;
        if (got != packed.Length || XxHash3.HashToUInt64(packed) != header.PayloadChecksum)
            return ReadStatus.Damaged;
        bool fits = destination.Length >= entry.LengthBytes;
        Span<byte> block = fits ? destination[..entry.LengthBytes] : Scratch(ref _unpacked, entry.LengthBytes);
        if (!BlockCompression.TryUnpack(packed, block))
            return ReadStatus.Damaged;
        if (!fits)
            block[..destination.Length].CopyTo(destination);
        Memory?.NoteRead(packed.Length);
        return ReadStatus.Block;
    }

    /// <summary>Reads a record's header; false when it is not what the index says, or the host refused.</summary>
    private bool TryReadHeader(long objectId, in IndexEntry entry, out RecordHeader header)
    {
        header = default;
        HostError = Errno.None;
        Span<byte> bytes = stackalloc byte[RecordHeader.Length];
        return !HostFailed(_file.Read(bytes, entry.Offset, out int got)) && got == RecordHeader.Length
            && RecordHeader.TryDecode(bytes, Seed + entry.Offset, out header) && IsCurrent(objectId, header)
            && header.ObjectId == objectId && header.LogicalLength == entry.LengthBytes && header.FileNumber == entry.FileNumber
            && header.IsCompressed == entry.IsCompressed && header.IsEncrypted == entry.IsEncrypted;
    }

    /// <summary>
    /// Whether a record is the one that was written there last. Where a write was lost the one before it still lies there, whole, and in its right place.
    /// </summary>
    private bool IsCurrent(long objectId, in RecordHeader header) =>
        objectId >= _currentFrom ? header.Generation == _superblock.Generation : header.Generation <= _superblock.Generation;

    private static Span<byte> Scratch(ref byte[] buffer, int length)
    {
        if (buffer.Length < length)
            buffer = GC.AllocateUninitializedArray<byte>((int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length));
        return buffer.AsSpan(0, length);
    }

    /// <summary>Reads an encrypted block as it is stored, and checks that it is what was stored.</summary>
    /// <param name="objectId">Of an object for which <see cref="ReadBlock"/> said Encrypted.</param>
    /// <param name="ciphertext">As long as the block; or empty, and only the trailer is read, unchecked.</param>
    /// <param name="ciphertextLengthBytes">Bytes of ciphertext: fewer than the block's where it was compressed.</param>
    /// <param name="trailer">Room for the longest trailer.</param>
    /// <param name="trailerLengthBytes">How long it is.</param>
    /// <param name="isExternal">It came from the initiator like this.</param>
    internal ReadStatus ReadEncrypted(
        long objectId, Span<byte> ciphertext, Span<byte> trailer, out int ciphertextLengthBytes, out int trailerLengthBytes, out bool isExternal)
    {
        ciphertextLengthBytes = 0;
        trailerLengthBytes = 0;
        isExternal = false;
        if (!TryGetEntry(objectId, out IndexEntry entry))
            return HostError != Errno.None ? ReadStatus.HostError : ReadStatus.Damaged;
        if (!entry.IsEncrypted || ciphertext.Length != 0 && ciphertext.Length != entry.LengthBytes)
            return ReadStatus.Damaged;
        _ = WriteOut();
        if (!TryReadHeader(objectId, entry, out RecordHeader header))
            return HostError != Errno.None ? ReadStatus.HostError : ReadStatus.Damaged;
        trailerLengthBytes = header.TrailerLength;
        ciphertextLengthBytes = header.StoredLength - header.TrailerLength;
        isExternal = header.IsExternal;
        trailer = trailer[..trailerLengthBytes];
        bool wantsBlock = !ciphertext.IsEmpty;
        ciphertext = wantsBlock ? ciphertext[..ciphertextLengthBytes] : default;
        long start = entry.Offset + RecordHeader.Length + (wantsBlock ? 0 : ciphertextLengthBytes);
        if (HostFailed(_file.Read(ciphertext, trailer, start, out int got)))
            return ReadStatus.HostError;
        if (got != ciphertext.Length + trailer.Length)
            return ReadStatus.Damaged;
        if (!wantsBlock)
            return ReadStatus.Encrypted;
        _overlengthHash.Reset();
        _overlengthHash.Append(ciphertext);
        _overlengthHash.Append(trailer);
        if (_overlengthHash.GetCurrentHashAsUInt64() != header.PayloadChecksum)
            return ReadStatus.Damaged;
        Memory?.NoteRead(ciphertextLengthBytes);
        return ReadStatus.Encrypted;
    }

    ReadStatus ITapeMedium.ReadEncrypted(
        long objectId, Span<byte> ciphertext, Span<byte> trailer, out int ciphertextLengthBytes, out int trailerLengthBytes, out bool isExternal) =>
        ReadEncrypted(objectId, ciphertext, trailer, out ciphertextLengthBytes, out trailerLengthBytes, out isExternal);

    /// <summary>Checks a block of which only the beginning is wanted.</summary>
    private bool HashRest(ReadOnlySpan<byte> start, in IndexEntry entry, out ulong checksum)
    {
        checksum = 0;
        HostError = Errno.None;
        _overlengthBuffer ??= new byte[256 * 1024];
        _overlengthHash.Reset();
        _overlengthHash.Append(start);
        for (int done = start.Length; done < entry.LengthBytes;)
        {
            Span<byte> chunk = _overlengthBuffer.AsSpan(0, Math.Min(_overlengthBuffer.Length, entry.LengthBytes - done));
            int errno = _file.Read(chunk, entry.Offset + RecordHeader.Length + done, out int got);
            if (HostFailed(errno) || got != chunk.Length)
                return false;
            _overlengthHash.Append(chunk);
            done += got;
        }
        checksum = _overlengthHash.GetCurrentHashAsUInt64();
        return true;
    }

    private bool TryGetEntry(long objectId, out IndexEntry entry) =>
        _index.TryGet(objectId, out entry) || RebuildIndex() && _index.TryGet(objectId, out entry);
}
