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

    /// <summary>The drive took some of the blocks: the others are sent.</summary>
    [Theory]
    [InlineData((int)Happening.NexusLoss)]
    [InlineData((int)Happening.ResetFlushing)]
    public void A_command_that_was_carried_out_in_part_is_finished(int what)
    {
        for (int command = 1; command < 9; command++)
        {
            Run run = Stream(Fixed, isAppending: true, [new Break(command, BreakAt.After, (Happening)what, IsPartly: true)]);
            run.Failure.ShouldBeNull($"command {command}");
            run.Recoveries.ShouldBe(1);
        }

        Stream([new(Doing.Blocks, 5)], isAppending: true, [new Break(1, BreakAt.After, Happening.NexusLoss, IsPartly: true)]);
        _decided.ShouldHaveSingleItem().ShouldEndWith(
            "the tape ends at object 5: WRITE(6) of objects 2 to 7 was carried out in part, and the rest is sent.");
    }
}
