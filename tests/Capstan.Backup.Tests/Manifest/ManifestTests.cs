using System.Buffers;
using System.Text;
using Capstan.Backup.Archive;
using Capstan.Backup.Framing;
using Capstan.Backup.Manifest;
using CsCheck;

namespace Capstan.Backup.Tests.Manifest;

public class ManifestTests
{
    private sealed record Row(
        byte[] Path, byte[] Link, EntryKind Kind, EntryState State, int Mode, uint Uid, uint Gid, long Size, long Mtime, int Nanoseconds,
        long Offset, UInt128 Hash)
    {
        public ManifestRecord ToRecord() => new()
        {
            Path = Path,
            LinkTarget = Link,
            Kind = Kind,
            State = State,
            Mode = Mode,
            Uid = Uid,
            Gid = Gid,
            Size = Size,
            MtimeSeconds = Mtime,
            MtimeNanoseconds = Nanoseconds,
            ArchiveOffset = Offset,
            Hash = Hash,
        };
    }

    // A name is any bytes without NUL; text with everything that JSON has to escape.
    private static readonly Gen<byte[]> Name = Gen.OneOf(
        Gen.Byte[1, 255].Array[1, 300],
        Gen.Char["/\n\t\"\\<>&'+\u0001\u007fäß漢\u2028\ud83d\ude00ab "].Array[1, 60].Select(static c => Encoding.UTF8.GetBytes(c)));

    private static readonly Gen<Row> Rows = Gen.Select(
        Gen.Select(Name, Gen.OneOf(Gen.Const(Array.Empty<byte>()), Name), Gen.Int[(int)EntryKind.File, (int)EntryKind.Fifo], Gen.Int[0, (int)EntryState.Cut]),
        Gen.Select(Gen.Int[0, 0xFFF], Gen.UInt, Gen.UInt, Gen.Long[0, long.MaxValue]),
        Gen.Select(Gen.Long, Gen.Int[0, 999_999_999], Gen.Long[0, long.MaxValue], Gen.ULong, Gen.ULong),
        static (a, b, c) => new Row(a.Item1, a.Item2, (EntryKind)a.Item3, (EntryState)a.Item4, b.Item1, b.Item2, b.Item3,
            (EntryKind)a.Item3 == EntryKind.File ? b.Item4 : 0, c.Item1, c.Item2, c.Item3,
            (EntryKind)a.Item3 == EntryKind.File ? new UInt128(c.Item4, c.Item5) : 0));

    private static byte[] Encode(Action<ManifestEncoder> write)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var encoder = new ManifestEncoder(buffer);
        write(encoder);
        return buffer.WrittenSpan.ToArray();
    }

    [Fact]
    public void A_line_as_the_format_document_has_it()
    {
        byte[] line = Encode(static encoder =>
        {
            encoder.Entry(new ManifestRecord
            {
                Path = "docs/größe.md"u8,
                Kind = EntryKind.File,
                Mode = 0x1A4,
                Uid = 1000,
                Gid = 100,
                Size = 5,
                MtimeSeconds = 1_700_000_000,
                MtimeNanoseconds = 7,
                ArchiveOffset = 512,
                Hash = new UInt128(0x0123456789abcdef, 0xfedcba9876543210),
            });
            encoder.Entry(new ManifestRecord { Path = [0xFF, 0x61], Kind = EntryKind.SymbolicLink, LinkTarget = "x"u8, State = EntryState.Changed });
            encoder.Problem("a"u8, "permission denied");
        });
        Encoding.UTF8.GetString(line).ShouldBe(
            """{"type":"file","path":"docs/größe.md","size":5,"xxh128":"0123456789abcdeffedcba9876543210","mode":420,"uid":1000,"gid":100,"mtime":1700000000,"mtime_ns":7,"offset":512}""" + "\n"
            + """{"type":"symlink","path64":"/2E=","state":"changed","mode":0,"uid":0,"gid":0,"mtime":0,"link":"x","offset":0}""" + "\n"
            + """{"type":"problem","path":"a","text":"permission denied"}""" + "\n");
    }

    [Fact]
    public void Every_entry_comes_back_from_one_line()
    {
        var line = new ManifestLine();
        Rows.Sample(row =>
        {
            byte[] bytes = Encode(encoder => encoder.Entry(row.ToRecord()));
            bytes.Count(static b => b == '\n').ShouldBe(1);
            lock (line)
            {
                line.TryDecode(bytes.AsSpan(0, bytes.Length - 1)).ShouldBeTrue(Encoding.UTF8.GetString(bytes));
                line.IsProblem.ShouldBeFalse();
                var back = new Row(line.Path.ToArray(), line.LinkTarget.ToArray(), line.Kind, line.State, line.Mode, line.Uid, line.Gid,
                    line.Size, line.MtimeSeconds, line.MtimeNanoseconds, line.ArchiveOffset, line.Hash);
                back.Path.ShouldBe(row.Path);
                back.Link.ShouldBe(row.Link);
                return back with { Path = row.Path, Link = row.Link } == row;
            }
        }, iter: 3000);
    }

    [Fact]
    public void Problems_come_back()
    {
        Gen.Select(Name, Gen.Char["ab\"\\\n\u20ac"].Array[0, 40]).Sample((path, text) =>
        {
            byte[] bytes = Encode(encoder => encoder.Problem(path, new string(text)));
            var line = new ManifestLine();
            return line.TryDecode(bytes.AsSpan(0, bytes.Length - 1)) && line.IsProblem && line.Text == new string(text)
                && line.Path.SequenceEqual(path);
        }, iter: 500);
    }

    [Theory]
    [InlineData("""{"type":"file","path":"a","later":{"x":[1,{"path":"b"}]},"size":3}""")]
    [InlineData("""{"later":null,"size":3,"path":"a","type":"file"}""")]
    [InlineData(""" { "type" : "file" , "path" : "\u0061" , "size" : 3 } """)]
    public void What_a_later_version_adds_is_passed_over(string json)
    {
        var line = new ManifestLine();
        line.TryDecode(Encoding.UTF8.GetBytes(json)).ShouldBeTrue();
        Encoding.UTF8.GetString(line.Path).ShouldBe("a");
        line.Size.ShouldBe(3);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("""{"type":"file"}""")]
    [InlineData("""{"path":"a"}""")]
    [InlineData("""{"type":"file","path":""}""")]
    [InlineData("""{"path":"a","text":"b"}""")]
    [InlineData("""{"type":"door","path":"a"}""")]
    [InlineData("""{"type":7,"path":"a"}""")]
    [InlineData("""{"type":"file","path":7}""")]
    [InlineData("""{"type":"file","path":"a","size":"3"}""")]
    [InlineData("""{"type":"file","path":"a","size":1e99}""")]
    [InlineData("""{"type":"file","path":"a","size":9223372036854775808}""")]
    [InlineData("""{"type":"file","path":"a","mode":2147483648}""")]
    [InlineData("""{"type":"file","path":"a","xxh128":"0123"}""")]
    [InlineData("""{"type":"file","path":"a","xxh128":"zz23456789abcdeffedcba9876543210"}""")]
    [InlineData("""{"type":"file","path":"a","state":"fine"}""")]
    [InlineData("""{"type":"file","path64":"?"}""")]
    [InlineData("""{"type":"file","path":"\ud800"}""")]
    [InlineData("""{"type":"file","path":"a" """)]
    [InlineData("""{"type":"file","path":"a"}}""")]
    [InlineData("""{"type":"file","path":"a"}{"type":"file","path":"b"}""")]
    [InlineData("""{"type":"file","path":"a"} x""")]
    public void What_is_no_line(string json) => new ManifestLine().TryDecode(Encoding.UTF8.GetBytes(json)).ShouldBeFalse();

    [Fact]
    public void Damage_never_throws_and_leaves_nothing_of_the_line_before()
    {
        byte[] valid = Encoding.UTF8.GetBytes("""{"type":"symlink","path":"a/b","mode":511,"uid":1,"gid":2,"mtime":3,"mtime_ns":4,"link":"c","offset":5}""");
        Gen.Select(Gen.Int[0, valid.Length - 1], Gen.Byte, Gen.Int[0, valid.Length]).Sample((at, value, length) =>
        {
            var line = new ManifestLine();
            line.TryDecode(valid).ShouldBeTrue();
            byte[] damaged = [.. valid];
            damaged[at] = value;
            line.TryDecode(damaged.AsSpan(0, length));
            line.TryDecode("""{"type":"file","path":"z"}"""u8).ShouldBeTrue();
            return line.LinkTarget.IsEmpty && line is { Mode: 0, Uid: 0, Gid: 0, MtimeSeconds: 0, MtimeNanoseconds: 0, ArchiveOffset: 0 }
                && line.Path.SequenceEqual("z"u8);
        }, iter: 5000);
    }

    [Fact]
    public void Lines_come_back_however_the_stream_is_cut()
    {
        Gen.Select(Gen.Byte[(byte)'\n', (byte)'\r'].Array[0, 60], Gen.Int[1, 9].Array[1, 100]).Sample((bytes, cuts) =>
        {
            var lines = new List<string>();
            var reader = new LineReader(new CutSource(bytes, cuts));
            while (reader.TryRead(out ReadOnlySpan<byte> line))
                lines.Add(Encoding.Latin1.GetString(line));
            List<string> expected = [.. Encoding.Latin1.GetString(bytes).Split('\n')];
            if (expected[^1].Length == 0)
                expected.RemoveAt(expected.Count - 1);
            return lines.SequenceEqual(expected);
        }, iter: 5000);
    }

    [Fact]
    public void A_line_of_16_MiB_is_the_longest()
    {
        var chunk = new byte[1 << 20];
        chunk.AsSpan().Fill((byte)'x');
        byte[] fits = [.. Enumerable.Repeat(chunk, 16).SelectMany(static c => c), (byte)'\n'];
        new LineReader(new CutSource(fits, [1 << 20])).TryRead(out ReadOnlySpan<byte> line).ShouldBeTrue();
        line.Length.ShouldBe(16 << 20);
        byte[] tooLong = [.. fits.AsSpan(0, 16 << 20), (byte)'x', (byte)'\n'];
        var reader = new LineReader(new CutSource(tooLong, [1 << 20]));
        Should.Throw<TapeFormatException>(() =>
        {
            reader.TryRead(out _);
        });
    }

    [Fact]
    public void The_spool_gives_back_what_went_in_and_leaves_nothing_behind()
    {
        string directory = Path.Combine(Path.GetTempPath(), $"capstan-spool-{Guid.NewGuid():N}");
        using var rig = new Framing.TapeRig();
        byte[] content = Framing.TapeRig.Content(700_000);
        try
        {
            using var spool = new ManifestSpool(directory);
            Directory.GetFiles(directory).ShouldBeEmpty();
            for (int at = 0, piece = 1; at < content.Length; at += piece, piece = Math.Min(piece * 3, content.Length - at))
                spool.Write(content.AsSpan(at, piece));
            spool.Length.ShouldBe(content.Length);
            using (WriteQueue queue = rig.Queue())
            {
                using var stream = new BlockStreamWriter(queue, Framing.TapeRig.Header(), "{}"u8);
                spool.CopyTo(stream);
                stream.Close(incomplete: false);
                queue.Drain();
            }

            rig.Drive.WriteFilemarks(1);
            using BlockStreamReader back = BlockStreamReader.Open(rig.Drive, 0, CancellationToken.None);
            Framing.TapeRig.ShouldEqual(Framing.TapeRig.ReadAll(back), content);
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [Fact]
    public void A_header_with_more_sources_than_fit_keeps_as_many_as_do()
    {
        // Escaped at worst: six bytes a character.
        string[] sources = [.. Enumerable.Range(0, 5000).Select(static i => $"/home/\u0001\u0002\u0003/{i:D6}")];
        BackupHeader header = Header(BackupHeader.Fitting(sources));
        header.ToJson().Length.ShouldBeLessThanOrEqualTo(ContentHeader.MaxHeaderLength);
        BackupHeader back = BackupHeader.TryParse(header.ToJson())!;
        int kept = back.Sources.Count - 1;
        kept.ShouldBeGreaterThan(100);
        back.Sources.Take(kept).ShouldBe(sources.Take(kept));
        back.Sources[kept].ShouldBe($"... and {5000 - kept} more");
        BackupHeader.Fitting(["/a", "/b"]).ShouldBe(["/a", "/b"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("nul")]
    public void What_is_no_backup_header(string json) => BackupHeader.TryParse(Encoding.UTF8.GetBytes(json)).ShouldBeNull();

    [Fact]
    public void A_header_with_a_null_where_text_must_be_is_damaged()
    {
        string json = Encoding.UTF8.GetString(Header(["/a"]).ToJson());
        BackupHeader.TryParse(Encoding.UTF8.GetBytes(json)).ShouldNotBeNull();
        json.ShouldContain("\"host\":\"box\"");
        BackupHeader.TryParse(Encoding.UTF8.GetBytes(json.Replace("\"box\"", "null", StringComparison.Ordinal))).ShouldBeNull();
    }

    private static BackupHeader Header(IEnumerable<string> sources) => new()
    {
        BackupUuid = Guid.NewGuid(),
        ArchiveUuid = Guid.NewGuid(),
        ArchiveObject = 2,
        ArchiveBlocks = 3,
        ArchiveFile = 1,
        StartedMs = 1,
        FinishedMs = 2,
        Host = "box",
        User = "me",
        Sources = [.. sources],
        State = "complete",
    };

    /// <summary>Bytes in pieces of the given lengths, over and over.</summary>
    private sealed class CutSource(byte[] bytes, int[] cuts) : IContentSource
    {
        private int _at;
        private int _end;
        private int _cut;

        public ReadOnlyMemory<byte> Available
        {
            get
            {
                if (_at == _end)
                    _end = Math.Min(_at + cuts[_cut++ % cuts.Length], bytes.Length);
                return bytes.AsMemory(_at, _end - _at);
            }
        }

        public void Consume(int count)
        {
            count.ShouldBeLessThanOrEqualTo(_end - _at);
            _at += count;
        }
    }
}
