using Capstan.Backup.Archive;
using CsCheck;

namespace Capstan.Backup.Tests.Archive;

/// <summary>The reader on archives that are damaged, cut off, or none at all.</summary>
public sealed class PaxReaderTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    public void Dispose() => _temporary.Dispose();

    private (byte[] Archive, RecordingJournal Journal) SmallArchive()
    {
        string tree = _temporary.Make("tree");
        for (int i = 0; i < 5; i++)
            File.WriteAllText(Path.Combine(tree, "file" + i), new string('x', i * 300));
        using (var sparse = File.Create(Path.Combine(tree, "sparse")))
        {
            sparse.SetLength(1 << 20);
            sparse.Position = 500_000;
            sparse.WriteByte(1);
        }
        var journal = new RecordingJournal();
        return (Trees.Archive(tree, journal), journal);
    }

    /// <summary>Reads to the end or an error, all content included; returns the names.</summary>
    private static List<string> ReadAll(byte[] archive, out ArchiveError error, int pieceLength = 262_128)
    {
        var reader = new PaxReader(new MemorySource(archive, pieceLength));
        var names = new List<string>();
        while (reader.Next() == PaxReadResult.Entry)
        {
            names.Add(Posix.Latin1(reader.Entry.Path));
            for (var content = reader.Content; !content.IsEmpty; content = reader.Content)
                reader.Consume(content.Length);
        }
        error = reader.Error;
        return names;
    }

    [Fact]
    public void Every_entry_can_be_read_from_its_own_offset()
    {
        var (archive, journal) = SmallArchive();
        journal.Entries.Count.ShouldBe(6);
        foreach (var entry in journal.Entries)
        {
            var reader = new PaxReader(new MemorySource(archive.AsMemory((int)entry.Offset)), entry.Offset);
            reader.Next().ShouldBe(PaxReadResult.Entry);
            Posix.Latin1(reader.Entry.Path).ShouldBe(entry.Path);
            reader.EntryOffset.ShouldBe(entry.Offset);
        }
    }

    [Fact]
    public void An_archive_that_is_cut_anywhere_says_where()
    {
        var (archive, _) = SmallArchive();
        int end = archive.Length - 1024;
        for (int length = 0; length < archive.Length; length += 129)
        {
            ReadAll(archive[..length], out var error, pieceLength: 1000);
            error.ShouldBe(length == end + 512 ? default : new ArchiveError(ArchiveErrorKind.Truncated, length));
        }
    }

    [Fact]
    public void A_header_with_a_flipped_bit_is_refused_at_its_offset()
    {
        var (archive, journal) = SmallArchive();
        var victim = journal.Entries[3];
        foreach (int at in (int[])[0, 99, 110, 130, 150, 257, 400])
        {
            byte[] bad = [.. archive];
            bad[victim.Offset + at] ^= 0x10;
            ReadAll(bad, out var error).Count.ShouldBe(3);
            error.ShouldBe(new ArchiveError(ArchiveErrorKind.BadChecksum, victim.Offset));
        }
    }

    [Fact]
    public void Zeros_or_noise_are_no_archive()
    {
        ReadAll(new byte[1024], out var error);
        error.ShouldBe(default);
        ReadAll(Enumerable.Repeat((byte)0xA5, 2048).ToArray(), out error);
        error.ShouldBe(new ArchiveError(ArchiveErrorKind.BadChecksum, 0));
    }

    [Theory]
    [InlineData("5 mtime=1\n", ArchiveErrorKind.BadExtendedHeader)]
    [InlineData("999 path=a\n", ArchiveErrorKind.BadExtendedHeader)]
    [InlineData("0 path=a\n", ArchiveErrorKind.BadExtendedHeader)]
    [InlineData("99999999999999999999 path=a\n", ArchiveErrorKind.BadExtendedHeader)]
    [InlineData("13 size=-100\n", ArchiveErrorKind.BadExtendedHeader)]
    [InlineData("27 size=9223372036854775807\n", ArchiveErrorKind.BadExtendedHeader)]
    [InlineData("28 size=9223372036854775807\n", ArchiveErrorKind.BadNumber)]
    [InlineData("19 uid=99999999999\n", ArchiveErrorKind.BadExtendedHeader)]
    [InlineData("13 mtime=1.x\n", ArchiveErrorKind.BadExtendedHeader)]
    [InlineData("9 path=a\0", ArchiveErrorKind.BadExtendedHeader)]
    [InlineData("22 GNU.sparse.major=1\n", ArchiveErrorKind.BadSparseMap)]
    [InlineData("22 GNU.sparse.major=2\n", ArchiveErrorKind.UnsupportedEntry)]
    public void Absurd_records_are_refused(string records, ArchiveErrorKind expected)
    {
        if (records.Contains("sparse.major=1", StringComparison.Ordinal))
            records += "26 GNU.sparse.realsize=10\n";
        byte[] archive = WithRecords(records, "5\n1\n1\n"u8);
        ReadAll(archive, out var error);
        error.Kind.ShouldBe(expected);
    }

    /// <summary>A file entry behind an extended header with the given records; headers by hand, as the standard draws them.</summary>
    private static byte[] WithRecords(string records, ReadOnlySpan<byte> content)
    {
        byte[] archive = new byte[5 * 512];
        Fill(archive.AsSpan(0, 512), 'x', records.Length);
        Posix.Bytes(records).CopyTo(archive, 512);
        Fill(archive.AsSpan(1024, 512), '0', content.Length);
        content.CopyTo(archive.AsSpan(1536));
        return archive;

        static void Fill(Span<byte> header, char type, int size)
        {
            header[0] = (byte)'f';
            header[156] = (byte)type;
            Posix.Bytes(Convert.ToString(size, 8)).CopyTo(header[124..]);
            "ustar\000"u8.CopyTo(header[257..]);
            "        "u8.CopyTo(header[148..]);
            int sum = 0;
            foreach (byte b in header)
                sum += b;
            Posix.Bytes(Convert.ToString(sum, 8) + "\0").CopyTo(header[148..]);
        }
    }

    [Fact]
    public void Records_that_are_good_are_taken()
    {
        byte[] archive = WithRecords("12 path=good\n11 uid=4294\n8 gid=\n", "hello"u8);
        var reader = new PaxReader(new MemorySource(archive));
        reader.Next().ShouldBe(PaxReadResult.Error); // the record lengths above are wrong by one on purpose
        archive = WithRecords("13 path=good\n12 uid=4294\n7 gid=\n", "hello"u8);
        reader = new PaxReader(new MemorySource(archive));
        reader.Next().ShouldBe(PaxReadResult.Entry);
        Posix.Latin1(reader.Entry.Path).ShouldBe("good");
        reader.Entry.Uid.ShouldBe(4294u);
        Posix.Latin1(reader.Content.Span).ShouldBe("hello");
    }

    [Fact]
    public void No_bytes_make_the_reader_throw_or_run_on()
    {
        var (archive, _) = SmallArchive();
        Gen.Select(Gen.Select(Gen.Int[0, archive.Length - 1], Gen.Byte).Array[1, 12], Gen.Int[1, archive.Length], Gen.Int[1, 3000]).Sample(
            (changes, length, pieceLength) =>
            {
                byte[] bad = [.. archive];
                foreach (var (at, value) in changes)
                    bad[at] = value;
                Reseal(bad);
                ReadAll(bad[..length], out var error, pieceLength);
                error.Offset.ShouldBeInRange(0, bad.Length);
            },
            iter: 2000);
    }

    /// <summary>Makes the checksums right again, or no change would ever get past them.</summary>
    private static void Reseal(byte[] archive)
    {
        for (int at = 0; at + 512 <= archive.Length; at += 512)
        {
            var block = archive.AsSpan(at, 512);
            if (block[257..262].SequenceEqual("ustar"u8))
                UstarHeader.Seal(block);
        }
    }
}
