using Capstan.Operations;

namespace Capstan.Cli.Tests.Commands;

public class VerifyCommandTests
{
    [Fact]
    public void Text_of_an_intact_backup()
    {
        var cli = new TestCli();
        cli.Run("verify", "latest").ShouldBe(ExitStatus.Success);
        cli.Operations.Request.ShouldBe(new VerifyRequest(null, "latest"));
        cli.Output.ShouldBe("backup 1a2b3c4d on tape CAP001L9 is intact: 1,200 files, 1.6 GB read in 1:15 (21.0 MB/s)\n");
    }

    [Fact]
    public void Text_of_a_damaged_one_names_files_and_blocks()
    {
        var cli = new TestCli();
        cli.Operations.OnVerify = _ => Canned.Verify() with
        {
            DamagedFiles = [new PathProblem("docs/a", "its hash differs")], DamagedFileCount = 1, DamagedBlocks = [17, 18], Status = ExitStatus.Damaged,
        };
        cli.Run("verify", "1a2b").ShouldBe(ExitStatus.Damaged);
        cli.Output.ShouldBe(
            """
            docs/a: its hash differs
            backup 1a2b3c4d on tape CAP001L9 is DAMAGED: 1,200 files, 1.6 GB read in 1:15 (21.0 MB/s)
            1 file damaged
            unreadable blocks (logical object identifiers): 17, 18

            """);
    }

    [Fact]
    public void Json_has_numbers()
    {
        var cli = new TestCli();
        cli.Operations.OnVerify = _ => Canned.Verify() with { DamagedBlocks = [17], Status = ExitStatus.Damaged };
        cli.Run("verify", "latest", "--output-format", "json").ShouldBe(ExitStatus.Damaged);
        cli.Json.ShouldBe(
            """
            {"id":"1a2b3c4d","device":"virtual:main","picked_by":"default","tape":"CAP001L9","files":1200,"bytes":1610612736,"seconds":75.4,"bytes_per_second":21000000,"damaged_files":[],"damaged_file_count":0,"damaged_blocks":[17],"notes":["drive virtual:main (the default: neither --device nor CAPSTAN_DRIVE nor TAPE is set)"],"exit_status":7}

            """);
    }
}
