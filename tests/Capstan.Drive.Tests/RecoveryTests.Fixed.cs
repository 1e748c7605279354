namespace Capstan.Drive.Tests;

public sealed partial class RecoveryTests
{
    /// <summary>Several blocks of one length in each command.</summary>
    private static readonly Step[] Fixed =
    [
        new(Doing.Blocks, 2), new(Doing.Blocks, 3), new(Doing.CheckPosition, 0), new(Doing.Blocks, 5), new(Doing.Block, 30), new(Doing.Filemark, 1),
        new(Doing.Blocks, 2), new(Doing.Filemark, 1),
    ];

    private const int FixedLengthBytes = 64;

    [Theory]
    [InlineData((int)Happening.NexusLoss)]
    [InlineData((int)Happening.ResetFlushing)]
    [InlineData((int)Happening.ResetRewinding)]
    public void Several_blocks_in_a_command_go_on_too(int what)
    {
        foreach (BreakAt at in Enum.GetValues<BreakAt>())
        {
            int command = 2;
            for (; ; command++)
            {
                Run run = Stream(Fixed, isAppending: true, [new Break(command, at, (Happening)what)]);
                if (run.Broken == 0)
                    break;
                run.Failure.ShouldBeNull($"{at} command {command}");
            }

            command.ShouldBeGreaterThan(8);
        }
    }

    /// <summary>The drive took some of the blocks: the command was neither carried out nor not.</summary>
    [Fact]
    public void A_command_that_was_carried_out_in_part_ends_the_stream()
    {
        Run run = Stream([new(Doing.Blocks, 5)], isAppending: true, [new Break(1, BreakAt.After, Happening.NexusLoss, IsPartly: true)]);
        run.Failure.ShouldNotBeNull().Message.ShouldContain("Now the drive stands at object 5, and by what was written it should be 2 or 8");
    }
}
