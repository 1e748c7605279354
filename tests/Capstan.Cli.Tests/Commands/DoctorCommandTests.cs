using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class DoctorCommandTests
{
    [Fact]
    public void Findings_are_printed_with_their_fix_and_decide_the_status()
    {
        var cli = new TestCli();
        cli.Run("doctor").ShouldBe(ExitStatus.Failed);
        cli.Output.ShouldBe(
            "OK    driver      the sg driver is loaded\n"
            + "BAD   node        /dev/sg1: no\n"
            + "                  fix: sudo usermod -aG tape $USER\n"
            + "2 findings: 1 is bad, 0 warnings\n");
    }

    [Fact]
    public void Json_has_them_all()
    {
        var cli = new TestCli();
        cli.Run("doctor", "--output-format", "json").ShouldBe(ExitStatus.Failed);
        cli.Json.ShouldBe("""
            {"findings":[{"level":"ok","topic":"driver","text":"the sg driver is loaded","fix":null},{"level":"bad","topic":"node","text":"/dev/sg1: no","fix":"sudo usermod -aG tape $USER"}],"warnings":0,"bad":1,"notes":[],"exit_status":1}

            """);
    }
}
