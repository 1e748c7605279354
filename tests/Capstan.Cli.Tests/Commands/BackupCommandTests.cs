using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class BackupCommandTests
{
    [Fact]
    public void Every_option_reaches_the_request()
    {
        var cli = new TestCli();
        cli.Run("backup", "docs", "src", "--exclude", "*.o", "--exclude", ".git", "--one-file-system", "--label", "ETC001", "--device", "/dev/sg3")
            .ShouldBe(ExitStatus.Success);
        var request = cli.Operations.Request.ShouldBeOfType<BackupRequest>();
        request.Device.ShouldBe("/dev/sg3");
        request.Paths.ShouldBe(["docs", "src"]);
        request.Exclude.ShouldBe(["*.o", ".git"]);
        request.OneFileSystem.ShouldBeTrue();
        request.Label.ShouldBe("ETC001");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("a\nb")]
    [InlineData("\u001b[31m")]
    public void A_label_is_a_line_of_text(string label)
    {
        var cli = new TestCli();
        cli.Run("backup", "docs", "--label", label).ShouldBe(ExitStatus.Usage);
        cli.Run("backup", "docs", "--label", new string('x', 101)).ShouldBe(ExitStatus.Usage);
        cli.Operations.Request.ShouldBeNull();
        cli.Error.ShouldContain("--label: give 1 to 100 characters");
    }

    [Fact]
    public void Without_options_nothing_is_asked_for()
    {
        var cli = new TestCli();
        cli.Run("backup", "docs");
        var request = cli.Operations.Request.ShouldBeOfType<BackupRequest>();
        request.ShouldSatisfyAllConditions(
            () => request.Device.ShouldBeNull(),
            () => request.Exclude.ShouldBeEmpty(),
            () => request.OneFileSystem.ShouldBeFalse(),
            () => request.Label.ShouldBeNull());
    }

    [Theory]
    [InlineData("@list")]
    [InlineData("-")]
    public void A_path_may_look_like_something_else(string path)
    {
        var cli = new TestCli();
        cli.Run("backup", path).ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBeOfType<BackupRequest>().Paths.ShouldBe([path]);
    }

    [Fact]
    public void After_two_dashes_everything_is_a_path()
    {
        var cli = new TestCli();
        cli.Run("backup", "--", "--label", "[x]").ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBeOfType<BackupRequest>().Paths.ShouldBe(["--label", "[x]"]);
    }

    [Fact]
    public void Text_of_a_complete_backup()
    {
        var cli = new TestCli();
        cli.Run("backup", "docs").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(
            """
            backup 1a2b3c4d complete: 1,200 files, 31 directories, 4 others, 1.6 GB in 8.10 s (198.0 MB/s)
            on tape CAP001L9, 17.0 TB left

            """);
        cli.Error.ShouldBe("capstan: drive virtual:main (the default: neither --device nor CAPSTAN_DRIVE nor TAPE is set)\n");
    }

    [Fact]
    public void Problems_are_told_once_while_it_runs_or_at_the_end()
    {
        var cli = new TestCli();
        cli.Operations.OnBackup = (context, _) =>
        {
            context.Listener.Problem("docs/secret", "permission denied");
            return Canned.Backup() with
            {
                Backup = Canned.Summary(problems: 5),
                Problems = [new PathProblem("docs/secret", "permission denied"), new PathProblem("docs/log", "changed while it was read")],
                Status = ExitStatus.Partial,
            };
        };
        cli.Run("backup", "docs", "--quiet").ShouldBe(ExitStatus.Partial);
        cli.Error.ShouldBe("capstan: docs/secret: permission denied\n");
        cli.Output.ShouldBe(
            """
            docs/log: changed while it was read
            ... and 3 more
            backup 1a2b3c4d complete: 1,200 files, 31 directories, 4 others, 1.6 GB in 8.10 s (198.0 MB/s)
            5 problems: `capstan show 1a2b3c4d` lists what was not saved as it should be
            on tape CAP001L9, 17.0 TB left

            """);
    }

    [Fact]
    public void A_full_tape_has_a_reason_and_a_status()
    {
        var cli = new TestCli();
        cli.Operations.OnBackup = (_, _) => Canned.Backup() with
        {
            Backup = Canned.Summary("incomplete"), Reason = "Tape CAP001L9 is full.", RemainingTapeBytes = -1, Status = ExitStatus.TapeFull,
        };
        cli.Run("backup", "docs").ShouldBe(ExitStatus.TapeFull);
        cli.Output.ShouldContain("backup 1a2b3c4d incomplete: ");
        cli.Output.ShouldEndWith("reason: Tape CAP001L9 is full.\non tape CAP001L9\n");
    }

    [Fact]
    public void Json_is_one_document_with_everything_in_it()
    {
        var cli = new TestCli();
        cli.Variables["TAPE"] = "virtual:spare";
        cli.Operations.OnBackup = (context, _) =>
        {
            context.Listener.Problem("", "The cartridge's file is truncated.");
            context.Listener.Problem("a\"é", "unreadable");
            return Canned.Backup() with { Problems = [new PathProblem("a\"é", "unreadable")], Device = "virtual:spare", Status = ExitStatus.Partial };
        };
        cli.Run("backup", "docs", "--output-format", "json").ShouldBe(ExitStatus.Partial);
        cli.Json.ShouldBe(
            """
            {"backup":{"id":"1a2b3c4d","uuid":"1a2b3c4d-0000-4000-8000-0123456789ab","started":"2025-11-22T21:00:05.25+00:00","finished":"2025-11-22T21:00:13.25+00:00","host":"tower","user":"anna","sources":["docs","src"],"state":"complete","files":1200,"directories":31,"others":4,"problems":0,"content_bytes":1610612736,"archive_bytes":1612000000,"tapes":["CAP001L9"],"parts":[{"tape":"CAP001L9","file_number":1,"first_object_id":2,"blocks":6150}],"encrypted":false,"key":null},"device":"virtual:spare","picked_by":"TAPE","tape":"CAP001L9","seconds":8.1,"bytes_per_second":198000000,"remaining_tape_bytes":17000000000000,"reason":null,"problems":[{"path":"a\"é","text":"unreadable"}],"notes":["drive virtual:spare (from the environment variable TAPE)","The cartridge's file is truncated."],"exit_status":3}

            """);
        cli.Output.ShouldBeEmpty();
        cli.Error.ShouldBeEmpty();
    }
}
