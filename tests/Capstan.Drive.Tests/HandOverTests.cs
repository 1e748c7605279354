using Capstan.Transport;
using CsCheck;

namespace Capstan.Drive.Tests;

public class HandOverTests
{
    [Fact]
    public void Whatever_the_batch_everything_arrives_once_and_in_order() =>
        Gen.Select(Gen.Int[1, 20], Gen.Int[0, 300], Gen.Int[0, 7]).Sample((capacity, count, urgentEvery) =>
        {
            var handOver = new HandOver<int>(capacity);
            var adder = new Thread(() =>
            {
                for (int i = 0; i < count; i++)
                    handOver.TryAdd(i, isUrgent: urgentEvery > 0 && i % urgentEvery == 0).ShouldBeTrue();
                handOver.End();
            });
            adder.Start();
            var taken = new List<int>();
            while (handOver.TryTake(out int item))
                taken.Add(item);
            adder.Join();
            taken.ShouldBe(Enumerable.Range(0, count));
        });

    [Fact]
    public void With_a_pool_of_any_size_neither_side_waits_for_ever() =>
        Gen.Select(Gen.Int[1, 13], Gen.Int[1, 200]).Sample((capacity, count) =>
        {
            using var pool = new AlignedBufferPool(64, capacity);
            var handOver = new HandOver<AlignedBuffer>(capacity);
            var adder = new Thread(() =>
            {
                for (int i = 0; i < count; i++)
                    handOver.TryAdd(pool.Rent()).ShouldBeTrue();
                handOver.End();
            });
            adder.Start();
            int taken = 0;
            while (handOver.TryTake(out AlignedBuffer? buffer))
            {
                buffer.Dispose();
                taken++;
            }

            adder.Join();
            taken.ShouldBe(count);
        });

    [Fact]
    public void An_item_that_stays_alone_is_taken_all_the_same()
    {
        var handOver = new HandOver<string>(100);
        handOver.TryAdd("alone").ShouldBeTrue();
        handOver.TryTake(out string? item).ShouldBeTrue();
        item.ShouldBe("alone");
    }

    [Fact]
    public void A_failure_follows_what_was_added_before_it()
    {
        var handOver = new HandOver<int>(100);
        handOver.TryAdd(7);
        handOver.End(new IOException("the cable is out"));
        handOver.TryTake(out int item).ShouldBeTrue();
        item.ShouldBe(7);
        Should.Throw<IOException>(() => handOver.TryTake(out _)).Message.ShouldBe("the cable is out");
    }

    [Fact]
    public void Cancelling_ends_the_waiting()
    {
        var handOver = new HandOver<int>(4);
        using var cancel = new CancellationTokenSource();
        var canceller = new Thread(cancel.Cancel);
        canceller.Start();
        Should.Throw<OperationCanceledException>(() => handOver.TryTake(out _, cancel.Token));
        canceller.Join();
    }

    [Fact]
    public void Cancelling_while_an_item_arrives_holds_nobody_up()
    {
        const int Rounds = 50_000;
        using var together = new Barrier(3);
        var handOver = new HandOver<int>(1);
        var cancel = new CancellationTokenSource();
        Start(() => cancel.Cancel());
        Start(() => handOver.TryAdd(1));
        Thread taker = Start(() =>
        {
            try
            {
                handOver.TryTake(out _, cancel.Token);
            }
            catch (OperationCanceledException)
            {
                // Either may come first.
            }
        }, () =>
        {
            handOver = new HandOver<int>(1);
            cancel.Dispose();
            cancel = new CancellationTokenSource();
        });
        taker.Join(TimeSpan.FromMinutes(5)).ShouldBeTrue("the taker waits for the callback, and that one for the taker");

        Thread Start(Action action, Action? prepare = null)
        {
            var thread = new Thread(() =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    prepare?.Invoke();
                    together.SignalAndWait();
                    action();
                    together.SignalAndWait();
                }
            }) { IsBackground = true };
            thread.Start();
            return thread;
        }
    }

    [Fact]
    public void Behind_a_taker_that_left_nothing_is_taken_in_and_what_waited_is_dropped()
    {
        var handOver = new HandOver<int>(4);
        handOver.TryAdd(1);
        handOver.TryAdd(2);
        var dropped = new List<int>();
        handOver.Close(dropped.Add);
        dropped.ShouldBe([1, 2]);
        handOver.TryAdd(3).ShouldBeFalse();
    }
}
