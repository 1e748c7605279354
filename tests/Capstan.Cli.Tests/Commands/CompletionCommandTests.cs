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
    public void The_program_answers_the_script(string line, string expected)
    {
        var cli = new TestCli();
        cli.Run($"[suggest:{line.Length}]", line).ShouldBe(ExitStatus.Success);
        cli.Output.Split('\n').ShouldContain(expected);
    }
}
