using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class ShowCommandTests
{
    [Fact]
    public void Text_looks_like_a_long_listing_with_problems_behind()
    {
        var cli = new TestCli();
        cli.Operations.OnShow = (entry, problem) =>
        {
            entry(Canned.Entry("docs", "directory", 0x1ED));
            entry(Canned.Entry("docs/a", size: 1536));
            entry(Canned.Entry("docs/big", size: 123_456_789_012, state: "changed"));
            entry(Canned.Entry("docs/link", "symlink", 0x1FF, link: "../a"));
            entry(Canned.Entry("docs/same", "hardlink", link: "docs/a"));
            entry(Canned.Entry("docs/su", mode: 0x9ED));
            entry(Canned.Entry("docs/tmp", "directory", 0x3FF));
            entry(Canned.Entry("docs/odd", "fifo", 0xE00));
            problem(new PathProblem("docs/secret", "permission denied"));
            return Canned.Summary(problems: 1);
        };
        cli.Run("show", "latest").ShouldBe(ExitStatus.Success);
        // Modes and columns as `ls -l` and GNU `tar -tv` print them.
        cli.Output.ShouldBe(
            """
            drwxr-xr-x 1000/100              0 2025-03-01 12:30:15 docs/
            -rw-r--r-- 1000/100           1536 2025-03-01 12:30:15 docs/a
            -rw-r--r-- 1000/100   123456789012 2025-03-01 12:30:15 docs/big [changed]
            lrwxrwxrwx 1000/100              0 2025-03-01 12:30:15 docs/link -> ../a
            hrw-r--r-- 1000/100              0 2025-03-01 12:30:15 docs/same link to docs/a
            -rwsr-xr-x 1000/100              0 2025-03-01 12:30:15 docs/su
            drwxrwxrwt 1000/100              0 2025-03-01 12:30:15 docs/tmp/
            p--S--S--T 1000/100              0 2025-03-01 12:30:15 docs/odd

            problems:
            docs/secret: permission denied

            """);
        cli.Error.ShouldBe("capstan: backup 1a2b3c4d of 2025-11-22 21:00:05 is complete: 1,200 files, 31 directories, 4 others, 1.6 GB, 1 problem, on tape CAP001L9\ncapstan: tape CAP001L9: file 1, 6,150 blocks from object 2 on\n");
    }

    [Fact]
    public void Json_keeps_every_byte_of_a_name()
    {
        var cli = new TestCli();
        cli.Operations.OnShow = (entry, problem) =>
        {
            entry(Canned.Entry("docs/é\n", size: 5));
            EntryLine raw = Canned.Entry(@"docs/\xff");
            raw.RawPath = new byte[] { 0x64, 0x6F, 0x63, 0x73, 0x2F, 0xFF };
            entry(raw);
            EntryLine link = Canned.Entry("docs/link", "symlink", link: @"\xff");
            link.RawLinkTarget = new byte[] { 0xFF };
            entry(link);
            problem(new PathProblem("docs/secret", "permission denied"));
            problem(new PathProblem(@"docs/\xff", "permission denied", "ZG9jcy//"));
            return Canned.Summary(problems: 1);
        };
        cli.Run("show", "latest", "--output-format", "json").ShouldBe(ExitStatus.Success);
        cli.Json.ShouldStartWith(
            """
            {"entries":[{"path":"docs/é\n","kind":"file","state":"ok","mode":420,"uid":1000,"gid":100,"size":5,"modified":"2025-03-01T12:30:15.1234567+00:00","xxh128":"99aa06d3014798d86001c324468d497f","object_id":42},{"path":"docs/\\xff","path_base64":"ZG9jcy//","kind":"file",
            """);
        using JsonDocument document = JsonDocument.Parse(cli.Json);
        document.RootElement.GetProperty("entries")[2].GetProperty("link_target").GetString().ShouldBe(@"\xff");
        document.RootElement.GetProperty("entries")[2].GetProperty("link_target_base64").GetString().ShouldBe("/w==");
        JsonElement problems = document.RootElement.GetProperty("problems");
        problems[0].GetRawText().ShouldBe("""{"path":"docs/secret","text":"permission denied"}""");
        problems[1].GetProperty("path_base64").GetString().ShouldBe("ZG9jcy//");
        document.RootElement.GetProperty("backup").GetProperty("id").GetString().ShouldBe("1a2b3c4d");
        document.RootElement.EnumerateObject().Last().Name.ShouldBe("exit_status");
    }

    [Fact]
    public void Json_has_its_arrays_when_they_are_empty()
    {
        var cli = new TestCli();
        cli.Run("show", "latest", "--output-format", "json");
        cli.Json.ShouldStartWith("""{"entries":[],"problems":[],"backup":{""");
    }

    [Fact]
    public void Json_is_written_as_entries_come()
    {
        using var sink = new CountingStream();
        var cli = new TestCli { JsonStream = sink };
        const int Entries = 100_000;
        long written = 0;
        long allocated = 0;
        cli.Operations.OnShow = (entry, _) =>
        {
            EntryLine line = Canned.Entry("some/path/of/a/file", size: 5);
            for (int i = 0; i < Entries; i++)
            {
                if (i == Entries / 2)
                    (written, allocated) = (sink.Count, GC.GetAllocatedBytesForCurrentThread());
                entry(line);
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - allocated;
            return Canned.Summary();
        };
        cli.Run("show", "latest", "--output-format", "json").ShouldBe(ExitStatus.Success);
        // What is pending is at most the writer's buffer, and no entry leaves anything behind.
        written.ShouldBeGreaterThan(sink.Count / 2 - 100_000);
        allocated.ShouldBeLessThan(100_000);
    }

    [Fact]
    public void An_unknown_backup_is_an_error_document()
    {
        var cli = new TestCli();
        cli.Operations.OnShow = (_, _) => throw new OperationException(ExitStatus.Catalog, "There is no backup nope.");
        cli.Run("show", "nope", "--output-format", "json").ShouldBe(ExitStatus.Catalog);
        cli.Json.ShouldBe("""{"error":"There is no backup nope.","notes":[],"exit_status":8}""" + "\n");
    }

    [Fact]
    public void A_failure_in_the_middle_still_ends_the_document()
    {
        var cli = new TestCli();
        cli.Operations.OnShow = (entry, _) =>
        {
            entry(Canned.Entry("a"));
            throw new OperationException(ExitStatus.Catalog, "The catalog is damaged.");
        };
        cli.Run("show", "latest", "--output-format", "json").ShouldBe(ExitStatus.Catalog);
        using JsonDocument document = JsonDocument.Parse(cli.Json);
        document.RootElement.GetProperty("entries").GetArrayLength().ShouldBe(1);
        document.RootElement.GetProperty("error").GetString().ShouldBe("The catalog is damaged.");
        document.RootElement.GetProperty("exit_status").GetInt32().ShouldBe(8);
    }

    private sealed class CountingStream : Stream
    {
        public long Count { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => Count;

        public override long Position { get => Count; set => throw new NotSupportedException(); }

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => Count += count;

        public override void Write(ReadOnlySpan<byte> buffer) => Count += buffer.Length;
    }
}
