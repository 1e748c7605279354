using Capstan.Backup.Archive;
using CsCheck;

namespace Capstan.Backup.Tests.Archive;

/// <summary>Headers against archives that GNU tar wrote, and against arbitrary entries and bytes.</summary>
public class PaxCodecTests
{
    private static byte[] Fixture(string name)
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "tests/fixtures/hex", name)))
            directory = Path.GetDirectoryName(directory) ?? throw new FileNotFoundException(name);
        return Convert.FromHexString(string.Concat(
            File.ReadLines(Path.Combine(directory, "tests/fixtures/hex", name)).Where(line => !line.StartsWith('#'))));
    }

    private static TreeEntry PlainFile()
    {
        var entry = new TreeEntry { Kind = EntryKind.File, Mode = 0x1A4, Uid = 1000, Gid = 1000, Size = 5, MtimeSeconds = 1_700_000_000 };
        entry.SetPath("dir/file.txt"u8);
        entry.SetUserName("user"u8);
        entry.SetGroupName("group"u8);
        return entry;
    }

    private static byte[] Header(TreeEntry entry, int blockLength = 262_128)
    {
        var sink = new MemorySink(blockLength);
        new PaxWriter(sink).WriteHeader(entry);
        return sink.ToArray();
    }

    [Fact]
    public void A_plain_file_has_the_header_that_GNU_tar_writes() =>
        Convert.ToHexString(Header(PlainFile())).ShouldBe(Convert.ToHexString(Fixture("tar-ustar-file.hex").AsSpan(0, 512)));

    [Fact]
    public void What_a_header_cannot_hold_is_read_from_GNU_tars_records()
    {
        var reader = new PaxReader(new MemorySource(Fixture("tar-pax-xattr-acl.hex")));
        reader.Next().ShouldBe(PaxReadResult.Entry);
        var entry = reader.Entry;
        Posix.Latin1(entry.Path).ShouldBe(new string('p', 120) + "/" + new string('n', 80));
        (entry.MtimeSeconds, entry.MtimeNanoseconds).ShouldBe((-2, 500_000_000));
        entry.Mode.ShouldBe(0x9A0);
        entry.Xattrs.Count.ShouldBe(1);
        foreach (var xattr in entry.Xattrs)
            (Posix.Latin1(xattr.Name), Posix.Latin1(xattr.Value)).ShouldBe(("user.a=b", "x"));
        // As getfattr -e hex showed it when the archive was made.
        Convert.ToHexStringLower(entry.AccessAcl).ShouldBe(
            "0200000001000600ffffffff02000400d204000004000400ffffffff080006006300000010000400ffffffff20000000ffffffff");
        reader.HasUnreadableAcl.ShouldBeFalse();
        reader.Next().ShouldBe(PaxReadResult.End);
    }

    [Theory]
    [InlineData(1_700_000_000, 123_456_789, "30 mtime=1700000000.123456789\n")]
    [InlineData(-2, 500_000_000, "22 mtime=-1.500000000\n")]
    [InlineData(-1, 999_999_999, "22 mtime=-0.000000001\n")]
    [InlineData(-7, 0, "12 mtime=-7\n")]
    public void Times_are_decimal_numbers(long seconds, int nanoseconds, string record)
    {
        var entry = PlainFile();
        (entry.MtimeSeconds, entry.MtimeNanoseconds) = (seconds, nanoseconds);
        byte[] header = Header(entry);
        header.Length.ShouldBe(3 * 512);
        header[156].ShouldBe((byte)'x');
        Posix.Latin1(header.AsSpan(512, record.Length)).ShouldBe(record);
        header.AsSpan(512 + record.Length, 512 - record.Length).ContainsAnyExcept((byte)0).ShouldBeFalse();
    }

    [Fact]
    public void A_name_that_is_not_unicode_says_so()
    {
        var entry = PlainFile();
        entry.SetPath([0x61, 0xff]);
        Posix.Latin1(Header(entry).AsSpan(512, 34)).ShouldBe("21 hdrcharset=BINARY\n11 path=a\xff\n\0\0");
    }

    [Theory]
    [InlineData(100, 0)]
    [InlineData(101, -1)]
    public void A_name_without_a_slash_fits_a_hundred_bytes(int length, int expected) =>
        UstarHeader.SplitPath(Posix.Bytes(new string('n', length))).ShouldBe(expected);

    [Theory]
    [InlineData(155, 100, 155)]
    [InlineData(156, 99, -1)]
    [InlineData(155, 101, -1)]
    [InlineData(1, 100, 1)]
    public void A_longer_path_is_split_at_a_slash(int prefix, int name, int expected) =>
        UstarHeader.SplitPath(Posix.Bytes(new string('p', prefix) + "/" + new string('n', name))).ShouldBe(expected);

    /// <summary>POSIX ustar: the name field must not be empty, which a directory's own slash would make it.</summary>
    [Fact]
    public void A_directorys_slash_is_no_place_to_split() => UstarHeader.SplitPath(Posix.Bytes(new string('d', 120) + "/")).ShouldBe(-1);

    [Fact]
    public void Whatever_an_entry_holds_comes_back_whatever_the_blocks_are() =>
        Gen.Select(ArbitraryEntry, Gen.Int[1, 2000], Gen.Int[1, 700]).Sample(
            (entry, blockLength, pieceLength) =>
            {
                byte[] header = Header(entry, blockLength);
                header.Length.ShouldBe(header.Length & -512);
                var reader = new PaxReader(new MemorySource(header, pieceLength), 0, accounts: null);
                reader.Next().ShouldBe(PaxReadResult.Entry);
                Describe(reader.Entry).ShouldBe(Describe(entry));
                reader.ContentRemaining.ShouldBe(PaxWriter.ContentLength(entry));
                reader.Position.ShouldBe(header.Length);
            },
            iter: 2000);

    private static string Describe(TreeEntry entry)
    {
        var text = new System.Text.StringBuilder();
        text.Append(Posix.Latin1(entry.Path)).Append('|').Append(Posix.Latin1(entry.LinkTarget)).Append('|').Append(entry.Kind)
            .Append($"|{entry.Mode}|{entry.Uid}|{entry.Gid}|{entry.Size}|{entry.MtimeSeconds}.{entry.MtimeNanoseconds}|{entry.DeviceMajor}:{entry.DeviceMinor}|")
            .Append(Posix.Latin1(entry.UserName)).Append('|').Append(Posix.Latin1(entry.GroupName)).Append('|')
            .Append(string.Join(',', entry.Sparse.Extents.ToArray()));
        foreach (var xattr in entry.Xattrs)
            text.Append('|').Append(Posix.Latin1(xattr.Name)).Append('=').Append(Convert.ToHexString(xattr.Value));
        return text.ToString();
    }

    private static readonly Gen<byte[]> s_component =
        Gen.Byte.Where(b => b is not (0 or (byte)'/')).Array[1, 120].Where(name => !name.AsSpan().SequenceEqual("."u8));

    private static readonly Gen<byte[]> s_path = s_component.Array[1, 5].Select(parts => parts.Aggregate((a, b) => [.. a, (byte)'/', .. b]));

    private static readonly Gen<TreeEntry> ArbitraryEntry =
        from kind in Gen.Enum<EntryKind>()
        from path in s_path
        from target in s_path
        from numbers in Gen.Select(Gen.Int[0, 0xFFF], Gen.UInt, Gen.UInt, Gen.Long[0, long.MaxValue - 1024])
        from mtime in Gen.Select(Gen.OneOf(Gen.Long[-(1L << 40), 1L << 40], Gen.Long[0, 10]), Gen.OneOf(Gen.Const(0), Gen.Int[0, 999_999_999]))
        from names in Gen.Select(s_component, s_component)
        from xattrs in Gen.Select(s_component, Gen.Byte.Array[0, 700]).Array[0, 4]
        from extents in Gen.Select(Gen.Long[1, 1L << 40], Gen.Long[1, 1L << 20]).Array[0, 8]
        from isSparse in Gen.Bool
        select Entry(kind, path, target, numbers, mtime, names, xattrs, isSparse ? extents : null);

    private static TreeEntry Entry(
        EntryKind kind, byte[] path, byte[] target, (int Mode, uint Uid, uint Gid, long Size) numbers, (long Seconds, int Nanoseconds) mtime,
        (byte[] User, byte[] Group) names, (byte[] Name, byte[] Value)[] xattrs, (long Gap, long Length)[]? extents)
    {
        var entry = new TreeEntry { Kind = kind, Mode = numbers.Mode, Uid = numbers.Uid, Gid = numbers.Gid };
        (entry.MtimeSeconds, entry.MtimeNanoseconds) = mtime;
        entry.SetPath(path);
        entry.SetUserName(names.User);
        entry.SetGroupName(names.Group);
        if (kind is EntryKind.SymbolicLink or EntryKind.HardLink)
            entry.SetLinkTarget(target);
        if (kind is EntryKind.CharacterDevice or EntryKind.BlockDevice)
            (entry.DeviceMajor, entry.DeviceMinor) = (numbers.Uid & 0xFFF, numbers.Gid & 0xFFFFF);
        entry.Size = kind == EntryKind.File ? numbers.Size : 0;
        foreach (var (name, value) in xattrs)
            entry.Xattrs.Add(name, value);
        if (kind != EntryKind.File || extents is null)
            return entry;
        long at = 0;
        foreach (var (gap, length) in extents)
        {
            entry.Sparse.Add(at + gap, length);
            at += gap + length;
        }
        entry.IsSparse = true;
        entry.Size = at + (numbers.Size & 1);
        return entry;
    }
}
