using CsCheck;

namespace Capstan.Drive.Tests;

/// <summary>How many blocks go in one command is found by trying; what a command takes is made up here.</summary>
public sealed class RowPaceTests
{
    private const int Block = 256 << 10;
    private const int Limit = 1 << 20;

    /// <summary>Writes rows until nothing is tried any more; the time of a row of so many blocks comes from the path.</summary>
    private static RowPace Settle(Func<int, long> path, int block = Block, int limit = Limit)
    {
        var pace = new RowPace(block, limit);
        for (int i = 0; pace.IsTrying && i < 1000; i++)
            pace.Took(path(pace.Blocks));
        pace.IsTrying.ShouldBeFalse();
        return pace;
    }

    [Fact]
    public void Where_commands_are_dear_rows_are_long() => Settle(static blocks => 1000 + (100 * blocks)).Blocks.ShouldBe(4);

    [Fact]
    public void Where_the_drive_is_the_limit_there_are_fewer_commands() => Settle(static blocks => 700 * blocks).Blocks.ShouldBe(4);

    [Fact]
    public void A_shorter_row_that_is_hardly_faster_is_not_worth_more_commands()
    {
        Settle(static blocks => 700 * blocks * (48 + blocks)).Blocks.ShouldBe(2);
        Settle(static blocks => 700 * blocks * (300 + blocks)).Blocks.ShouldBe(4);
        Settle(static blocks => 700 * blocks * (30 + blocks)).Blocks.ShouldBe(1);
    }

    /// <summary>As iSCSI to a target whose burst is one block: what is longer waits for a tick of the clock each time.</summary>
    [Fact]
    public void What_is_slower_is_given_up()
    {
        int rows = 0;
        Settle(blocks =>
        {
            rows++;
            return blocks == 1 ? 5 : 40 * blocks;
        }).Blocks.ShouldBe(1);
        // Not after all of its samples: it shows before.
        rows.ShouldBeLessThan(RowPace.Samples + 9);
    }

    [Fact]
    public void A_drive_that_stops_now_and_then_decides_nothing()
    {
        int rows = 0;
        Settle(blocks => rows++ % 8 == 0 ? 60_000 : 1000 * blocks).Blocks.ShouldBe(4);
        rows = 0;
        Settle(blocks => rows++ % 8 == 0 ? 60_000 : 1000 * blocks * (10 + blocks)).Blocks.ShouldBe(1);
        rows = 0;
        Settle(blocks => rows++ % 8 == 1 ? 60_000 : 1000 + (100 * blocks)).Blocks.ShouldBe(4);
    }

    /// <summary>The first rows pay for what both ends do only once; the lengths are compared when that is over.</summary>
    [Fact]
    public void What_is_slow_only_because_it_comes_first_is_not_blamed()
    {
        int rows = 0;
        Settle(blocks => blocks * (rows++ < RowPace.Samples ? 3000 : 1000 + (100 * blocks))).Blocks.ShouldBe(1);
    }

    /// <summary>As a target whose memory for a command is slow until it has once had a longer one.</summary>
    [Fact]
    public void What_became_fast_by_trying_longer_rows_is_found()
    {
        int longest = 0;
        Settle(blocks =>
        {
            longest = Math.Max(longest, blocks);
            return 100 + (blocks * (blocks < longest ? 1800 : 2600));
        }).Blocks.ShouldBe(2);
    }

    [Fact]
    public void A_clock_that_stands_still_ends_the_trying() => Settle(static _ => 0).Blocks.ShouldBe(4);

    [Fact]
    public void Where_only_one_goes_nothing_is_tried()
    {
        var pace = new RowPace(Block, Block);
        pace.IsTrying.ShouldBeFalse();
        pace.Blocks.ShouldBe(1);
        pace.Took(1);
        pace.Blocks.ShouldBe(1);
    }

    /// <summary>Blocks of every length, paths of every kind: never more than the path carries, and never much slower than the short row.</summary>
    [Fact]
    public void It_is_never_worse_than_it_was_and_never_too_long() =>
        Gen.Select(Gen.Int[1, 2 << 20], Gen.Int[512, 4 << 20], Gen.Long[0, 1000], Gen.Long[0, 1000], Gen.Int[1, 64], Gen.Long[0, 1_000_000]).Sample(
            (block, limit, command, each, from, penalty) =>
            {
                limit = Math.Max(block, limit);
                long Path(int blocks)
                {
                    blocks.ShouldBeGreaterThanOrEqualTo(1);
                    ((long)blocks * block).ShouldBeLessThanOrEqualTo(limit);
                    return command + (each * blocks) + (blocks > from ? penalty : 0);
                }

                int first = new RowPace(block, limit).Blocks;
                int settled = Settle(Path, block, limit).Blocks;
                settled.ShouldBeGreaterThanOrEqualTo(first);
                ((double)Path(settled) / settled).ShouldBeLessThanOrEqualTo((double)Path(first) / first / RowPace.WorthIt * 1.0001);
            });
}
