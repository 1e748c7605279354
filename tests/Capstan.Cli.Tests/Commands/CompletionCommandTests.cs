using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class CompletionCommandTests
{
    [Theory]
    [InlineData("bash", "complete -o default -F _capstan capstan")]
    [InlineData("zsh", "compdef _capstan capstan")]
    [InlineData("fish", "complete -c capstan -a '(__capstan_suggest)'")]
    public void Each_shell_has_a_script_that_asks_the_program(string shell, string registration)
    {
        var cli = new TestCli();
        cli.Run("completion", shell).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain(registration);
        cli.Output.ShouldContain("[suggest:");
    }

    [Fact]
    public void Another_shell_is_refused()
    {
        var cli = new TestCli();
        cli.Run("completion", "tcsh").ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain("tcsh");
    }

    [Theory]
    [InlineData("capstan b", "backup")]
    [InlineData("capstan drive re", "rewind")]
    [InlineData("capstan restore latest --ov", "--overwrite")]
    [InlineData("capstan list --output-format js", "json-pretty")]
    [InlineData("capstan show la", "latest")]
    [InlineData("capstan library show m", "main")]
    [InlineData("capstan library fail main do", "door")]
    [InlineData("capstan changer status --changer m", "main")]
    [InlineData("capstan drive status --device m", "main")]
    [InlineData("capstan config changer update robot --eject-before-unload t", "true")]
    public void The_program_answers_the_script(string line, string expected)
    {
        var cli = new TestCli();
        cli.Run($"[suggest:{line.Length}]", line).ShouldBe(ExitStatus.Success);
        cli.Output.Split('\n').ShouldContain(expected);
    }

    /// <summary>A slash begins a path: `/h` is a directory, and nobody's wish for help.</summary>
    [Fact]
    public void No_option_begins_with_a_slash()
    {
        const string Line = "capstan backup ";
        var cli = new TestCli();
        cli.Run($"[suggest:{Line.Length}]", Line).ShouldBe(ExitStatus.Success);
        cli.Output.Split('\n').ShouldNotContain(word => word.StartsWith('/'));
        cli = new TestCli();
        cli.Run("backup", "/h").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldNotContain("Usage:");
    }

    [Theory]
    [InlineData("backup", "--", "--odd")]
    [InlineData("backup", "./--odd")]
    public void A_path_that_begins_with_dashes_is_meant_behind_two_of_them(params string[] words) => new TestCli().Run(words).ShouldBe(ExitStatus.Success);
}
