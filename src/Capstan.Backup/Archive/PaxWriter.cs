using System.Buffers.Text;
using System.Text;
using System.Text.Unicode;

namespace Capstan.Backup.Archive;

/// <summary>
/// Writes POSIX tar headers into the sink: a ustar header where it suffices, preceded by a pax extended header for what does not
/// fit. Encodes in place when the block has room; allocates only while a longest header grows.
/// </summary>
/// <remarks>For an entry with content the caller writes <see cref="ContentLength"/> bytes after the header and then <see cref="WritePadding"/>.</remarks>
public sealed class PaxWriter(IContentSink sink)
{
    /// <summary>Tar's unit, in bytes.</summary>
    public const int BlockLength = UstarHeader.Length;

    private readonly ByteBuffer _slashed = new(256);
    private readonly ByteBuffer _aclText = new();
    private byte[] _scratch = new byte[4096];

    /// <summary>Bytes of content that follow the header: the whole file, or a sparse file's data.</summary>
    public static long ContentLength(TreeEntry entry) =>
        entry.Kind != EntryKind.File ? 0 : entry.IsSparse ? entry.Sparse.DataLength : entry.Size;

    /// <summary>Writes all headers of the entry, and a sparse file's map.</summary>
    public void WriteHeader(TreeEntry entry)
    {
        var space = sink.Space.Span;
        int needed = Encode(entry, space);
        if (needed <= space.Length)
        {
            sink.Advance(needed);
        }
        else
        {
            if (needed > _scratch.Length)
                _scratch = new byte[Math.Max(needed, _scratch.Length * 2)];
            Encode(entry, _scratch);
            Write(_scratch.AsSpan(0, needed));
        }
        if (entry.IsSparse)
            WriteSparseMap(entry);
    }

    /// <summary>Writes zeros up to the next multiple of 512 after a content of the given length.</summary>
    public void WritePadding(long contentLength) => WriteZeros((int)(-contentLength & (BlockLength - 1)));

    /// <summary>Ends the archive: two blocks of zeros.</summary>
    public void Finish() => WriteZeros(2 * BlockLength);

    private void WriteZeros(int count)
    {
        while (count > 0)
        {
            var space = sink.Space.Span;
            int part = Math.Min(count, space.Length);
            space[..part].Clear();
            sink.Advance(part);
            count -= part;
        }
    }

    private void Write(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            var space = sink.Space.Span;
            int part = Math.Min(bytes.Length, space.Length);
            bytes[..part].CopyTo(space);
            sink.Advance(part);
            bytes = bytes[part..];
        }
    }

    /// <summary>Encodes the headers; returns the bytes they need, and what is in <paramref name="room"/> is whole only when they fit.</summary>
    private int Encode(TreeEntry entry, Span<byte> room)
    {
        var path = entry.Path;
        if (entry.Kind == EntryKind.Directory)
        {
            _slashed.Set(path);
            _slashed.Append((byte)'/');
            path = _slashed.Span;
        }
        var records = new PaxRecordWriter(room.Length > BlockLength ? room[BlockLength..] : default);
        AddRecords(ref records, entry, path);
        if (records.Length == 0)
        {
            if (room.Length >= BlockLength)
                EncodeHeader(entry, path, room[..BlockLength]);
            return BlockLength;
        }
        int padded = RoundUp(records.Length);
        int total = BlockLength + padded + BlockLength;
        if (total > room.Length)
            return total;
        EncodeExtendedHeader(entry, path, records.Length, room[..BlockLength]);
        room[(BlockLength + records.Length)..(BlockLength + padded)].Clear();
        EncodeHeader(entry, path, room.Slice(BlockLength + padded, BlockLength));
        return total;
    }

    private void AddRecords(ref PaxRecordWriter records, TreeEntry entry, ReadOnlySpan<byte> path)
    {
        if (!IsUnicode(path) || !IsUnicode(entry.LinkTarget) || !IsUnicode(entry.UserName) || !IsUnicode(entry.GroupName))
            records.Add(PaxKeys.HeaderCharset, PaxKeys.Binary);
        if (entry.IsSparse)
        {
            records.Add(PaxKeys.SparseMajor, 1);
            records.Add(PaxKeys.SparseMinor, 0);
            records.Add(PaxKeys.SparseName, path);
            records.Add(PaxKeys.SparseRealSize, entry.Size);
        }
        else if (!Ascii.IsValid(path) || UstarHeader.SplitPath(path) < 0)
        {
            records.Add(PaxKeys.Path, path);
        }
        if (entry.LinkTarget.Length > UstarHeader.NameLength || !Ascii.IsValid(entry.LinkTarget))
            records.Add(PaxKeys.LinkPath, entry.LinkTarget);
        long size = StoredLength(entry);
        if (size > UstarHeader.MaxLongNumber)
            records.Add(PaxKeys.Size, size);
        if (entry.Uid > UstarHeader.MaxShortNumber)
            records.Add(PaxKeys.Uid, entry.Uid);
        if (entry.Gid > UstarHeader.MaxShortNumber)
            records.Add(PaxKeys.Gid, entry.Gid);
        if (!FitsAccount(entry.UserName))
            records.Add(PaxKeys.UserName, entry.UserName);
        if (!FitsAccount(entry.GroupName))
            records.Add(PaxKeys.GroupName, entry.GroupName);
        if (entry.MtimeNanoseconds != 0 || entry.MtimeSeconds is < 0 or > UstarHeader.MaxLongNumber)
            records.AddTime(PaxKeys.Mtime, entry.MtimeSeconds, entry.MtimeNanoseconds);
        AddAcl(ref records, PaxKeys.AccessAcl, entry.AccessAcl);
        AddAcl(ref records, PaxKeys.DefaultAcl, entry.DefaultAcl);
        foreach (var xattr in entry.Xattrs)
            records.AddXattr(xattr.Name, xattr.Value);
    }

    private void AddAcl(ref PaxRecordWriter records, ReadOnlySpan<byte> key, ReadOnlySpan<byte> acl)
    {
        _aclText.Clear();
        if (!acl.IsEmpty && PosixAcl.TryFormat(acl, _aclText))
            records.Add(key, _aclText.Span);
    }

    private static void EncodeExtendedHeader(TreeEntry entry, ReadOnlySpan<byte> path, int recordsLength, Span<byte> header)
    {
        header.Clear();
        // Only programs that do not know typeflag x see this name, as a file; it must not collide with a real one.
        WriteAside("PaxHeaders/"u8, path, header[UstarHeader.Name]);
        EncodeCommon(entry, recordsLength, header);
        header[UstarHeader.Typeflag] = (byte)'x';
        UstarHeader.Seal(header);
    }

    private static void EncodeHeader(TreeEntry entry, ReadOnlySpan<byte> path, Span<byte> header)
    {
        header.Clear();
        if (entry.IsSparse)
            WriteAside("GNUSparseFile.0/"u8, path, header[UstarHeader.Name]);
        else
            EncodePath(path, header);
        CopyTruncated(entry.LinkTarget, header[UstarHeader.LinkName]);
        EncodeCommon(entry, StoredLength(entry), header);
        header[UstarHeader.Typeflag] = (byte)entry.Kind;
        if (FitsAccount(entry.UserName))
            entry.UserName.CopyTo(header[UstarHeader.UserName]);
        if (FitsAccount(entry.GroupName))
            entry.GroupName.CopyTo(header[UstarHeader.GroupName]);
        UstarHeader.WriteOctal(header[UstarHeader.DeviceMajor], entry.DeviceMajor);
        UstarHeader.WriteOctal(header[UstarHeader.DeviceMinor], entry.DeviceMinor);
        UstarHeader.Seal(header);
    }

    /// <summary>Numbers; what does not fit stands in the extended header and is 0 here.</summary>
    private static void EncodeCommon(TreeEntry entry, long size, Span<byte> header)
    {
        UstarHeader.WriteOctal(header[UstarHeader.Mode], entry.Mode);
        UstarHeader.WriteOctal(header[UstarHeader.Uid], entry.Uid > UstarHeader.MaxShortNumber ? 0 : entry.Uid);
        UstarHeader.WriteOctal(header[UstarHeader.Gid], entry.Gid > UstarHeader.MaxShortNumber ? 0 : entry.Gid);
        UstarHeader.WriteOctal(header[UstarHeader.Size], size > UstarHeader.MaxLongNumber ? 0 : size);
        bool fits = entry.MtimeSeconds is >= 0 and <= UstarHeader.MaxLongNumber;
        UstarHeader.WriteOctal(header[UstarHeader.Mtime], fits ? entry.MtimeSeconds : 0);
        "ustar\000"u8.CopyTo(header[UstarHeader.MagicAndVersion]);
    }

    private static void EncodePath(ReadOnlySpan<byte> path, Span<byte> header)
    {
        int slash = UstarHeader.SplitPath(path);
        if (slash > 0)
        {
            path[..slash].CopyTo(header[UstarHeader.Prefix]);
            path = path[(slash + 1)..];
        }
        CopyTruncated(path, header[UstarHeader.Name]);
    }

    /// <summary>A stand-in name: a directory that says what it is, then the last component.</summary>
    private static void WriteAside(ReadOnlySpan<byte> directory, ReadOnlySpan<byte> path, Span<byte> field)
    {
        path = path.TrimEnd((byte)'/');
        directory.CopyTo(field);
        CopyTruncated(path[(path.LastIndexOf((byte)'/') + 1)..], field[directory.Length..]);
    }

    private static void CopyTruncated(ReadOnlySpan<byte> text, Span<byte> field) =>
        text[..Math.Min(text.Length, field.Length)].CopyTo(field);

    private static bool FitsAccount(ReadOnlySpan<byte> name) => name.Length < 32 && Ascii.IsValid(name);

    private static bool IsUnicode(ReadOnlySpan<byte> text) => Utf8.IsValid(text);

    private static int RoundUp(int length) => (length + BlockLength - 1) & -BlockLength;

    private static long StoredLength(TreeEntry entry) =>
        ContentLength(entry) + (entry.IsSparse ? RoundUp(SparseMapLength(entry)) : 0);

    // GNU tar manual, "Storing Sparse Files", PAX format version 1.0: the number of extents, then offset and length of each,
    // decimal, one a line, padded to a whole block; then the data. GNU tar gives a file its length only through the last extent,
    // so one that ends with a hole needs an empty extent at its end.
    private static bool EndsWithHole(TreeEntry entry)
    {
        var extents = entry.Sparse.Extents;
        return extents.IsEmpty || extents[^1].Offset + extents[^1].Length < entry.Size;
    }

    private static int SparseMapLength(TreeEntry entry)
    {
        bool hole = EndsWithHole(entry);
        int length = DecimalLength(entry.Sparse.Count + (hole ? 1 : 0)) + 1;
        foreach (var extent in entry.Sparse.Extents)
            length += DecimalLength(extent.Offset) + DecimalLength(extent.Length) + 2;
        return hole ? length + DecimalLength(entry.Size) + 3 : length;
    }

    private void WriteSparseMap(TreeEntry entry)
    {
        bool hole = EndsWithHole(entry);
        Span<byte> line = stackalloc byte[24];
        Write(Line(line, entry.Sparse.Count + (hole ? 1 : 0)));
        foreach (var extent in entry.Sparse.Extents)
        {
            Write(Line(line, extent.Offset));
            Write(Line(line, extent.Length));
        }
        if (hole)
        {
            Write(Line(line, entry.Size));
            Write("0\n"u8);
        }
        WritePadding(SparseMapLength(entry));
    }

    private static ReadOnlySpan<byte> Line(Span<byte> line, long value)
    {
        _ = Utf8Formatter.TryFormat(value, line, out int length);
        line[length] = (byte)'\n';
        return line[..(length + 1)];
    }

    private static int DecimalLength(long value)
    {
        int length = 1;
        for (; value >= 10; value /= 10)
            length++;
        return length;
    }
}
