using System.Buffers.Text;

namespace Capstan.Backup.Archive;

/// <summary>The decoding of headers and records.</summary>
public sealed partial class PaxReader
{
    private struct SparseFields
    {
        public bool IsPresent;
        public bool HasName;
        public long Major;
        public long Minor;
        public long RealSize;
    }

    private static bool DecodeHeader(ReadOnlySpan<byte> header, TreeEntry entry)
    {
        if (!UstarHeader.TryReadNumber(header[UstarHeader.Mode], out long mode)
            || !UstarHeader.TryReadNumber(header[UstarHeader.Uid], out long uid)
            || !UstarHeader.TryReadNumber(header[UstarHeader.Gid], out long gid)
            || !UstarHeader.TryReadNumber(header[UstarHeader.Mtime], out long mtime))
            return false;
        if (uid is < 0 or > uint.MaxValue || gid is < 0 or > uint.MaxValue)
            return false;
        entry.Mode = (int)(mode & 0xFFF);
        entry.Uid = (uint)uid;
        entry.Gid = (uint)gid;
        entry.MtimeSeconds = mtime;
        bool isUstar = header[UstarHeader.MagicAndVersion][..5].SequenceEqual("ustar"u8);
        bool isPosix = isUstar && header[UstarHeader.MagicAndVersion][5] == 0; // GNU's old magic has a space, and no prefix field
        if (isUstar)
        {
            entry.SetUserName(UstarHeader.Text(header[UstarHeader.UserName]));
            entry.SetGroupName(UstarHeader.Text(header[UstarHeader.GroupName]));
            if (!UstarHeader.TryReadNumber(header[UstarHeader.DeviceMajor], out long major)
                || !UstarHeader.TryReadNumber(header[UstarHeader.DeviceMinor], out long minor)
                || major is < 0 or > uint.MaxValue || minor is < 0 or > uint.MaxValue)
                return false;
            entry.DeviceMajor = (uint)major;
            entry.DeviceMinor = (uint)minor;
        }
        var prefix = isPosix ? UstarHeader.Text(header[UstarHeader.Prefix]) : default;
        entry.SetPath(prefix);
        if (!prefix.IsEmpty)
            entry.PathBuffer.Append((byte)'/');
        entry.PathBuffer.Append(UstarHeader.Text(header[UstarHeader.Name]));
        entry.SetLinkTarget(UstarHeader.Text(header[UstarHeader.LinkName]));
        return true;
    }

    private static bool ApplyTypeflag(byte typeflag, TreeEntry entry)
    {
        // NUL is version 7's regular file, '7' POSIX's contiguous file.
        if (typeflag is 0 or (byte)'7')
            typeflag = (byte)EntryKind.File;
        if (typeflag is < (byte)EntryKind.File or > (byte)EntryKind.Fifo)
            return false;
        entry.Kind = (EntryKind)typeflag;
        if (entry.Kind == EntryKind.File && entry.Path.EndsWith("/"u8))
            entry.Kind = EntryKind.Directory; // version 7 had no other way to say it
        if (entry.Kind is not (EntryKind.CharacterDevice or EntryKind.BlockDevice))
            entry.DeviceMajor = entry.DeviceMinor = 0;
        if (entry.Kind is not (EntryKind.SymbolicLink or EntryKind.HardLink))
            entry.SetLinkTarget(default);
        return true;
    }

    private bool ApplyRecords(ReadOnlySpan<byte> records, ref long size, ref SparseFields sparse)
    {
        while (!records.IsEmpty)
        {
            if (!Utf8Parser.TryParse(records, out int length, out int digits) || digits >= records.Length || records[digits] != ' '
                || length <= digits + 1 || length > records.Length || records[length - 1] != '\n')
                return false;
            var record = records[(digits + 1)..(length - 1)];
            records = records[length..];
            int equals = record.IndexOf((byte)'=');
            if (equals <= 0 || !ApplyRecord(record[..equals], record[(equals + 1)..], ref size, ref sparse))
                return false;
        }
        return true;
    }

    private bool ApplyRecord(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ref long size, ref SparseFields sparse)
    {
        if (value.IsEmpty && !key.StartsWith(PaxKeys.XattrPrefix))
            return true; // POSIX: an empty value deletes the record, and the header's field counts again
        if (key.SequenceEqual(PaxKeys.Mtime))
            return TryTime(value, Entry);
        if (key.SequenceEqual(PaxKeys.Path))
            return sparse.HasName || SetText(Entry.PathBuffer, value);
        if (key.SequenceEqual(PaxKeys.LinkPath))
            return SetText(Entry.LinkTargetBuffer, value);
        if (key.SequenceEqual(PaxKeys.Size))
            return TryNumber(value, out size);
        if (key.SequenceEqual(PaxKeys.Uid) || key.SequenceEqual(PaxKeys.Gid))
            return SetId(key, value);
        if (key.SequenceEqual(PaxKeys.UserName))
            Entry.SetUserName(value);
        else if (key.SequenceEqual(PaxKeys.GroupName))
            Entry.SetGroupName(value);
        else if (key.StartsWith(PaxKeys.XattrPrefix))
            return AddXattr(key[PaxKeys.XattrPrefix.Length..], value);
        else if (key.SequenceEqual(PaxKeys.AccessAcl) || key.SequenceEqual(PaxKeys.DefaultAcl))
            SetAcl(key, value);
        else if (key.StartsWith(PaxKeys.SparsePrefix))
            return ApplySparse(key, value, ref sparse);
        return true;
    }

    private bool ApplySparse(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, ref SparseFields sparse)
    {
        sparse.IsPresent = true;
        if (key.SequenceEqual(PaxKeys.SparseName))
        {
            sparse.HasName = true;
            return SetText(Entry.PathBuffer, value);
        }
        if (key.SequenceEqual(PaxKeys.SparseMajor))
            return TryNumber(value, out sparse.Major);
        if (key.SequenceEqual(PaxKeys.SparseMinor))
            return TryNumber(value, out sparse.Minor);
        return !key.SequenceEqual(PaxKeys.SparseRealSize) || TryNumber(value, out sparse.RealSize);
    }

    private bool SetId(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!TryNumber(value, out long id) || id > uint.MaxValue)
            return false;
        if (key.SequenceEqual(PaxKeys.Uid))
            Entry.Uid = (uint)id;
        else
            Entry.Gid = (uint)id;
        return true;
    }

    private static bool SetText(ByteBuffer target, ReadOnlySpan<byte> value)
    {
        target.Set(value);
        return !value.Contains((byte)0);
    }

    private bool AddXattr(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (key.IsEmpty || key.Length > 3 * 255 || key.Contains((byte)0))
            return false;
        Span<byte> name = stackalloc byte[key.Length];
        int length = 0;
        while (!key.IsEmpty)
        {
            bool isEquals = key.StartsWith("%3D"u8);
            bool isEscape = isEquals || key.StartsWith("%25"u8);
            name[length++] = isEscape ? (isEquals ? (byte)'=' : (byte)'%') : key[0];
            key = key[(isEscape ? 3 : 1)..];
        }
        name = name[..length];
        // GNU tar also writes the lists a second time, in the kernel's form.
        if (name.SequenceEqual(XattrNames.AccessAcl))
            Entry.SetAccessAcl(value);
        else if (name.SequenceEqual(XattrNames.DefaultAcl))
            Entry.SetDefaultAcl(value);
        else
            Entry.Xattrs.Add(name, value);
        return true;
    }

    private void SetAcl(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value)
    {
        if (!PosixAcl.TryParse(value, _aclBinary, _accounts))
            HasUnreadableAcl = true;
        else if (key.SequenceEqual(PaxKeys.AccessAcl))
            Entry.SetAccessAcl(_aclBinary.Span);
        else
            Entry.SetDefaultAcl(_aclBinary.Span);
    }

    private static bool TryNumber(ReadOnlySpan<byte> text, out long value) =>
        Utf8Parser.TryParse(text, out value, out int used) && used == text.Length && value >= 0;

    /// <summary>Seconds with any number of digits after the point; those beyond nanoseconds are cut off towards the past.</summary>
    private static bool TryTime(ReadOnlySpan<byte> text, TreeEntry entry)
    {
        bool negative = text[0] == '-';
        if (negative)
            text = text[1..];
        int point = text.IndexOf((byte)'.');
        var fraction = point < 0 ? default : text[(point + 1)..];
        if (!TryNumber(point < 0 ? text : text[..point], out long seconds))
            return false;
        int nanoseconds = 0;
        for (int i = 0; i < Math.Max(9, fraction.Length); i++)
        {
            int digit = i < fraction.Length ? fraction[i] - '0' : 0;
            if (digit is < 0 or > 9)
                return false;
            if (i < 9)
                nanoseconds = (nanoseconds * 10) + digit;
        }
        entry.MtimeSeconds = !negative ? seconds : nanoseconds == 0 ? -seconds : -seconds - 1;
        entry.MtimeNanoseconds = negative && nanoseconds != 0 ? 1_000_000_000 - nanoseconds : nanoseconds;
        return true;
    }

    /// <summary>GNU sparse 1.0: see <see cref="PaxWriter"/>. The map comes before the data and counts as content in the header.</summary>
    private bool ReadSparseMap(in SparseFields fields)
    {
        var entry = Entry;
        if (fields.Major != 1 || fields.Minor != 0 || entry.Kind != EntryKind.File)
            return FailEntry(ArchiveErrorKind.UnsupportedEntry, EntryOffset);
        long stored = ContentRemaining;
        bool good = TryReadMapNumber(out long count);
        long end = 0;
        for (long i = 0; good && i < count; i++)
        {
            long length = 0;
            good = TryReadMapNumber(out long offset) && TryReadMapNumber(out length)
                && offset >= end && length <= fields.RealSize - offset;
            if (!good)
                break;
            end = offset + length;
            if (length > 0)
                entry.Sparse.Add(offset, length);
        }
        long mapLength = stored - ContentRemaining;
        long mapPadding = -mapLength & (BlockLength - 1);
        good = good && mapPadding <= ContentRemaining && ContentRemaining - mapPadding == entry.Sparse.DataLength;
        if (!good)
            return Error.Kind == ArchiveErrorKind.None && FailEntry(ArchiveErrorKind.BadSparseMap, EntryOffset);
        entry.IsSparse = true;
        entry.Size = fields.RealSize;
        ContentRemaining -= mapPadding;
        return Skip(mapPadding);
    }

    private bool TryReadMapNumber(out long value)
    {
        value = 0;
        for (int digits = 0; ; digits++)
        {
            var content = Content.Span;
            if (content.IsEmpty || digits > 19)
                return false;
            int digit = content[0] - '0';
            bool isEnd = content[0] == '\n';
            Consume(1);
            if (isEnd)
                return digits > 0;
            if (digit is < 0 or > 9 || value > (long.MaxValue - digit) / 10)
                return false;
            value = (value * 10) + digit;
        }
    }
}
