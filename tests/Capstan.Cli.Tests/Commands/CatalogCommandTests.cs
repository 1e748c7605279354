using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class CatalogCommandTests
{
    [Fact]
    public void Text_names_what_was_found()
    {
        var cli = new TestCli();
        cli.Operations.OnRebuild = () => new RebuildReport("virtual:main", "CAP001L9",
            [Canned.Summary()], ["The last file is incomplete."], ExitStatus.Partial);
        cli.Run("catalog", "rebuild", "--device", "virtual:main").ShouldBe(ExitStatus.Partial);
        cli.Output.ShouldBe(
            """
            tape CAP001L9: 1 backup found
              1a2b3c4d complete: 1,200 files, 31 directories, 4 others, 1.6 GB
            The last file is incomplete.

            """);
    }

    [Fact]
    public void Json_keeps_what_the_report_and_the_run_noted()
    {
        var cli = new TestCli();
        cli.Operations.OnRebuild = () => new RebuildReport("virtual:main", "CAP001L9", [], ["The last file is incomplete."], ExitStatus.Partial);
        cli.Run("catalog", "rebuild", "--output-format", "json", "--device", "virtual:main").ShouldBe(ExitStatus.Partial);
        using JsonDocument document = JsonDocument.Parse(cli.Json);
        document.RootElement.EnumerateObject().Count(member => member.Name == "notes").ShouldBe(1);
        document.RootElement.GetProperty("notes").EnumerateArray().Select(note => note.GetString())
            .ShouldBe(["The last file is incomplete.", "drive virtual:main (from --device)"]);
    }
}
