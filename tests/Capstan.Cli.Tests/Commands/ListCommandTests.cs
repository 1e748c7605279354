using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class ListCommandTests
{
    [Fact]
    public void Text_in_columns_when_piped()
    {
        var cli = new TestCli();
        cli.Operations.OnList = () => [Canned.Summary(), Canned.Summary("running", 12) with { Files = 0, ContentBytes = 0, Tapes = [] }];
        cli.Run("list").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe(
            """
            ID        STARTED              STATE     FILES    SIZE  PROBLEMS  TAPES     SOURCES
            1a2b3c4d  2025-11-22 21:00:05  complete  1,200  1.6 GB         0  CAP001L9  docs src
            1a2b3c4d  2025-11-22 21:00:05  running       0     0 B        12  -         docs src

            """);
        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public void A_table_that_fits_on_a_terminal()
    {
        var cli = new TestCli { OutputIsTerminal = true };
        cli.Operations.OnList = () => [Canned.Summary() with { Sources = ["/home/" + new string('x', 200)] }];
        cli.Run("list").ShouldBe(ExitStatus.Success);
        string[] lines = cli.Output.Split('\n');
        lines.ShouldAllBe(line => line.Length <= 100);
        lines.ShouldContain(line => line.Contains("1a2b3c4d") && line.Contains("2025-11-22 21:00:05") && line.Contains("1.6 GB"));
    }

    [Fact]
    public void A_narrow_terminal_loses_nothing()
    {
        var cli = new TestCli { OutputIsTerminal = true, TerminalWidth = 60 };
        cli.Run("list").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("1a2b3c4d  2025-11-22 21:00:05  complete  1,200  1.6 GB");
        cli.Output.ShouldContain("docs src");
    }

    [Fact]
    public void A_name_is_text_to_the_table_not_markup()
    {
        var cli = new TestCli { OutputIsTerminal = true };
        cli.Operations.OnList = () => [Canned.Summary() with { Sources = ["[red]"] }];
        cli.Run("list").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("[red]");
    }

    [Fact]
    public void Nothing_is_said_where_there_is_nothing()
    {
        var cli = new TestCli();
        cli.Operations.OnList = () => [];
        cli.Run("list").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBeEmpty();
        cli.Error.ShouldStartWith("capstan: there is no backup yet");
    }

    [Fact]
    public void Json_of_none_and_of_two()
    {
        var none = new TestCli();
        none.Operations.OnList = () => [];
        none.Run("list", "--output-format", "json");
        none.Json.ShouldBe("""{"backups":[],"notes":[],"exit_status":0}""" + "\n");

        var two = new TestCli();
        two.Operations.OnList = () => [Canned.Summary(), Canned.Summary("incomplete")];
        two.Run("list", "--output-format", "json-pretty");
        two.Json.ShouldContain("\n      \"content_bytes\": 1610612736,\n");
        using JsonDocument document = JsonDocument.Parse(two.Json);
        document.RootElement.GetProperty("backups").EnumerateArray().Select(backup => backup.GetProperty("state").GetString())
            .ShouldBe(["complete", "incomplete"]);
    }
}
