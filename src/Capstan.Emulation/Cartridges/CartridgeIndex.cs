using System.Buffers.Binary;
using System.IO.Hashing;

namespace Capstan.Emulation.Cartridges;

/// <summary>One entry of the index: where an object's record begins and what it is.</summary>
/// <param name="Offset">Of the record in the cartridge file.</param>
/// <param name="Kind">What it is.</param>
/// <param name="LengthBytes">Logical length.</param>
/// <param name="FileNumber">Filemarks before it.</param>
/// <param name="IsEncrypted">More is stored than the block.</param>
/// <param name="IsCompressed">What is stored of the block is shorter.</param>
internal readonly record struct IndexEntry(
    long Offset, ObjectKind Kind, int LengthBytes, long FileNumber, bool IsEncrypted = false, bool IsCompressed = false);

/// <summary>
/// The sidecar that finds an object's record without reading those before it: 16 bytes an object in pages of 4096 bytes with a
/// checksum each. It can be deleted at any time; the cartridge file alone says everything. In memory are one page for reading and
/// a window of pages at the end for appending, however long the tape.
/// </summary>
// Page 0:    byte 0-7 magic "CAPSTIDX", 8-9 format version (1), 16-31 cartridge identity, 32-39 generation, 4088-4095 checksum
// Page n+1:  255 entries for objects 255n..255n+254, 4080-4083 how many are valid, 4084-4087 zero, 4088-4095 checksum
// Entry:     byte 0-6 offset of the record in the cartridge file, byte 7 kind (1 block, 2 filemark, 3 lost; bit 7: encrypted, bit 6: compressed),
//            byte 8-10 logical length, byte 11-15 file number
// Checksum:  XXH3-64 of bytes 0-4087, seeded with the lower half of the cartridge identity plus the page number
internal sealed class CartridgeIndex : IDisposable
{
    internal const int PageLength = 4096;
    internal const int EntryLength = 16;
    internal const int EntriesPerPage = (PageLength - 16) / EntryLength;

    private const byte EncryptedFlag = 0x80;
    private const byte CompressedFlag = 0x40;
    private const int WindowPages = 16;
    private const int ChecksumOffset = PageLength - 8;

    private readonly HostFile _file;
    private readonly UInt128 _identity;
    private readonly byte[] _window = new byte[WindowPages * PageLength];
    private readonly byte[] _page = new byte[PageLength];
    private long _windowFirstPage;
    private long _firstDirtyPage;
    private long _cachedPage = -1;

    private CartridgeIndex(HostFile file, UInt128 identity)
    {
        _file = file;
        _identity = identity;
    }

    private static ReadOnlySpan<byte> Magic => "CAPSTIDX"u8;

    /// <summary>Objects known here.</summary>
    internal long Count { get; private set; }

    internal HostFile File => _file;

    private long Seed => (long)(ulong)_identity;

    /// <summary>Takes over an index file if it belongs to this cartridge and generation and its first <paramref name="count"/> entries can be there.</summary>
    internal static CartridgeIndex Open(HostFile file, UInt128 identity, ulong generation, long count)
    {
        var index = new CartridgeIndex(file, identity);
        if (count > 0 && index.HeaderFits(generation) && index.TryTruncate(count))
            return index;
        index.Reset(generation);
        return index;
    }

    /// <summary>Forgets everything.</summary>
    internal int Reset(ulong generation)
    {
        Count = 0;
        _windowFirstPage = 0;
        _firstDirtyPage = 0;
        _cachedPage = -1;
        Array.Clear(_window);
        int errno = _file.Truncate(0);
        return errno != Errno.None ? errno : WriteHeader(generation);
    }

    /// <summary>Says which generation the entries belong to.</summary>
    internal int WriteHeader(ulong generation)
    {
        Span<byte> page = stackalloc byte[PageLength];
        page.Clear();
        Magic.CopyTo(page);
        page[8] = 1;
        BinaryPrimitives.WriteUInt128LittleEndian(page[16..], _identity);
        BinaryPrimitives.WriteUInt64LittleEndian(page[32..], generation);
        Seal(page, -1);
        return _file.Write(page, 0);
    }

    /// <summary>Makes sure that the next <see cref="Append"/> has room, writing finished pages when it has not.</summary>
    internal int EnsureRoom()
    {
        if (Count / EntriesPerPage < _windowFirstPage + WindowPages)
            return Errno.None;
        int errno = Flush();
        if (errno != Errno.None)
            return errno;
        Array.Clear(_window);
        _windowFirstPage = Count / EntriesPerPage;
        _firstDirtyPage = _windowFirstPage;
        return Errno.None;
    }

    /// <summary>Adds the next object. <see cref="EnsureRoom"/> comes first.</summary>
    internal void Append(in IndexEntry entry)
    {
        long pageNumber = Math.DivRem(Count, EntriesPerPage, out long slot);
        Span<byte> page = WindowPage(pageNumber);
        Span<byte> bytes = page.Slice((int)slot * EntryLength, EntryLength);
        int kind = (byte)entry.Kind | (entry.IsEncrypted ? EncryptedFlag : 0) | (entry.IsCompressed ? CompressedFlag : 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes, entry.Offset | (long)(byte)kind << 56);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], (uint)entry.LengthBytes | entry.FileNumber << 24);
        BinaryPrimitives.WriteInt32LittleEndian(page[(PageLength - 16)..], (int)slot + 1);
        Count++;
    }

    /// <summary>Reads an entry; false when its page is damaged, or when it is not below <see cref="Count"/>.</summary>
    internal bool TryGet(long objectId, out IndexEntry entry)
    {
        if (objectId >= Count)
        {
            entry = default;
            return false;
        }
        long pageNumber = Math.DivRem(objectId, EntriesPerPage, out long slot);
        ReadOnlySpan<byte> page;
        if (pageNumber >= _windowFirstPage)
        {
            page = WindowPage(pageNumber);
        }
        else
        {
            if (!TryLoad(pageNumber))
            {
                entry = default;
                return false;
            }
            page = _page;
        }
        ReadOnlySpan<byte> bytes = page.Slice((int)slot * EntryLength, EntryLength);
        long place = BinaryPrimitives.ReadInt64LittleEndian(bytes);
        long shape = BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]);
        var kind = (byte)(place >>> 56);
        entry = new IndexEntry(
            place & 0xFF_FFFF_FFFF_FFFF, (ObjectKind)(kind & ~(EncryptedFlag | CompressedFlag)), (int)(shape & 0xFFFFFF), shape >>> 24,
            (kind & EncryptedFlag) != 0, (kind & CompressedFlag) != 0);
        return true;
    }

    /// <summary>Forgets the objects from <paramref name="count"/> on; false when the page that now is the last one is damaged.</summary>
    internal bool TryTruncate(long count)
    {
        long pageNumber = Math.DivRem(count, EntriesPerPage, out long slot);
        if (pageNumber < _windowFirstPage || Count == 0)
        {
            Array.Clear(_window);
            if (slot > 0)
            {
                if (!TryLoad(pageNumber) || BinaryPrimitives.ReadInt32LittleEndian(_page.AsSpan(PageLength - 16)) < slot)
                    return false;
                _page.CopyTo(_window, 0);
            }
            _windowFirstPage = pageNumber;
            _firstDirtyPage = pageNumber;
        }
        else
        {
            _firstDirtyPage = Math.Min(_firstDirtyPage, pageNumber);
        }
        _cachedPage = -1;
        Count = count;
        if (pageNumber < _windowFirstPage + WindowPages)
        {
            int from = (int)(pageNumber - _windowFirstPage) * PageLength;
            _window.AsSpan(from + (int)slot * EntryLength).Clear();
            BinaryPrimitives.WriteInt32LittleEndian(_window.AsSpan(from + PageLength - 16), (int)slot);
        }
        return true;
    }

    /// <summary>Writes what is only in memory.</summary>
    internal int Flush()
    {
        long endPage = (Count + EntriesPerPage - 1) / EntriesPerPage;
        if (_firstDirtyPage >= endPage)
            return Errno.None;
        for (long pageNumber = _firstDirtyPage; pageNumber < endPage; pageNumber++)
            Seal(WindowPage(pageNumber), pageNumber);
        int start = (int)(_firstDirtyPage - _windowFirstPage) * PageLength;
        int length = (int)(endPage - _firstDirtyPage) * PageLength;
        int errno = _file.Write(_window.AsSpan(start, length), (_firstDirtyPage + 1) * PageLength);
        if (errno == Errno.None)
            _firstDirtyPage = Count / EntriesPerPage;
        return errno;
    }

    public void Dispose() => _file.Dispose();

    private Span<byte> WindowPage(long pageNumber) =>
        _window.AsSpan((int)(pageNumber - _windowFirstPage) * PageLength, PageLength);

    private bool HeaderFits(ulong generation)
    {
        _cachedPage = -1;
        return _file.Read(_page, 0, out int got) == Errno.None && got == PageLength
            && _page.AsSpan().StartsWith(Magic) && _page[8] == 1 && _page[9] == 0 && IsSealed(_page, -1)
            && BinaryPrimitives.ReadUInt128LittleEndian(_page.AsSpan(16)) == _identity
            && BinaryPrimitives.ReadUInt64LittleEndian(_page.AsSpan(32)) == generation;
    }

    private bool TryLoad(long pageNumber)
    {
        if (_cachedPage == pageNumber)
            return true;
        _cachedPage = -1;
        if (_file.Read(_page, (pageNumber + 1) * PageLength, out int got) != Errno.None || got != PageLength || !IsSealed(_page, pageNumber))
            return false;
        _cachedPage = pageNumber;
        return true;
    }

    private void Seal(Span<byte> page, long pageNumber) =>
        BinaryPrimitives.WriteUInt64LittleEndian(page[ChecksumOffset..], XxHash3.HashToUInt64(page[..ChecksumOffset], Seed + pageNumber));

    private bool IsSealed(ReadOnlySpan<byte> page, long pageNumber) =>
        BinaryPrimitives.ReadUInt64LittleEndian(page[ChecksumOffset..]) == XxHash3.HashToUInt64(page[..ChecksumOffset], Seed + pageNumber);
}
