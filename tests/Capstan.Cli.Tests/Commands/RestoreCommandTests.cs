using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class RestoreCommandTests
{
    [Fact]
    public void Every_option_reaches_the_request()
    {
        var cli = new TestCli();
        cli.Run("restore", "latest", "docs/a", "docs/b", "--to", "/tmp/back", "--overwrite").ShouldBe(ExitStatus.Success);
        var request = cli.Operations.Request.ShouldBeOfType<RestoreRequest>();
        request.Id.ShouldBe("latest");
        request.Target.ShouldBe("/tmp/back");
        request.Paths.ShouldBe(["docs/a", "docs/b"]);
        request.Overwrite.ShouldBeTrue();
    }

    [Fact]
    public void The_target_is_required()
    {
        var cli = new TestCli();
        cli.Run("restore", "latest").ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldBe("capstan: Option '--to' is required. `capstan restore --help` tells what it takes.\n");
        cli.Operations.Request.ShouldBeNull();
    }

    [Fact]
    public void Text_of_a_whole_restore()
    {
        var cli = new TestCli();
        cli.Run("restore", "latest", "--to", "/tmp/back").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe("restored 1a2b3c4d to /tmp/back: 1,200 files, 31 directories, 4 others, 1.6 GB in 6.50 s (247.0 MB/s)\n");
    }

    [Fact]
    public void Text_of_one_with_problems()
    {
        var cli = new TestCli();
        cli.Operations.OnRestore = _ => Canned.Restore() with
        {
            Problems = [new PathProblem("docs/a", "exists already; --overwrite replaces it")], ProblemCount = 1, Status = ExitStatus.Partial,
        };
        cli.Run("restore", "latest", "--to", "/tmp/back").ShouldBe(ExitStatus.Partial);
        cli.Output.ShouldBe(
            """
            docs/a: exists already; --overwrite replaces it
            restored 1a2b3c4d to /tmp/back: 1,200 files, 31 directories, 4 others, 1.6 GB in 6.50 s (247.0 MB/s)
            1 problem: what is named above was not restored as it should be

            """);
    }

    [Fact]
    public void Json_names_the_drive_and_why()
    {
        var cli = new TestCli();
        cli.Run("restore", "latest", "--to", "/tmp/back", "--output-format", "json", "--device", "virtual:main").ShouldBe(ExitStatus.Success);
        using JsonDocument document = JsonDocument.Parse(cli.Json);
        document.RootElement.GetProperty("device").GetString().ShouldBe("virtual:main");
        document.RootElement.GetProperty("picked_by").GetString().ShouldBe("--device");
        document.RootElement.GetProperty("bytes").GetInt64().ShouldBe(1_610_612_736);
        document.RootElement.GetProperty("exit_status").GetInt32().ShouldBe(0);
        document.RootElement.TryGetProperty("status", out _).ShouldBeFalse();
    }
}
