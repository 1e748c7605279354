namespace Capstan.Drive.Tests;

public sealed partial class RecoveryTests
{
    /// <summary>What was not lost goes on, with logical block protection: a reset takes it away, and it is on again before the next block.</summary>
    [Theory]
    [InlineData((int)BreakAt.Before, (int)Happening.NexusLoss)]
    [InlineData((int)BreakAt.Instead, (int)Happening.NexusLoss)]
    [InlineData((int)BreakAt.Before, (int)Happening.ResetFlushing)]
    [InlineData((int)BreakAt.After, (int)Happening.ResetFlushing)]
    [InlineData((int)BreakAt.Instead, (int)Happening.ResetFlushing)]
    [InlineData((int)BreakAt.After, (int)Happening.ResetRewinding)]
    public void What_was_not_lost_goes_on_with_protection(int at, int what)
    {
        int hit = 0;
        for (int command = 1; ; command++)
        {
            Run run = Stream(Backup, isAppending: true, [new Break(command, (BreakAt)at, (Happening)what)], isProtected: true);
            if (run.Broken == 0)
                break;
            hit++;
            if ((Happening)what >= Happening.ResetFlushing && command == 1 && run.Failure is not null)
                continue;
            run.Failure.ShouldBeNull($"command {command}");
            run.Recoveries.ShouldBe(1, $"command {command}");
        }

        hit.ShouldBeGreaterThan(15);
    }
}
