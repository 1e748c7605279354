using Capstan.Transport;

namespace Capstan.Transport.Tests;

public class AlignedBufferPoolTests
{
    [Theory]
    [InlineData(1, 0, 4096)]
    [InlineData(262144, 0, 4096)]
    [InlineData(5000, 65536, 65536)]
    public unsafe void Buffers_are_aligned_and_have_the_length(int length, int alignment, int expectedAlignment)
    {
        using var pool = new AlignedBufferPool(length, 3, alignment);
        using AlignedBuffer first = pool.Rent();
        using AlignedBuffer second = pool.Rent();
        foreach (AlignedBuffer buffer in new[] { first, second })
        {
            buffer.Span.Length.ShouldBe(length);
            buffer.Memory.Length.ShouldBe(length);
            using System.Buffers.MemoryHandle pinned = buffer.Memory.Pin();
            ((nint)pinned.Pointer % expectedAlignment).ShouldBe(0);
        }
        first.Span.Fill(1);
        second.Span.Fill(2);
        first.Span.ToArray().ShouldAllBe(value => value == 1);
    }

    [Fact]
    public void Behind_the_buffer_is_room_for_what_travels_with_it()
    {
        using var pool = new AlignedBufferPool(4096, 1, tailLength: 4);
        using (AlignedBuffer buffer = pool.Rent())
        {
            buffer.Length.ShouldBe(4096);
            buffer.Span.Length.ShouldBe(4096);
            buffer.SpanWithTail.Length.ShouldBe(4100);
            buffer.SpanWithTail.Fill(7);
            buffer.Span[4095].ShouldBe((byte)7);
        }

        pool.TryRent(out AlignedBuffer? again).ShouldBeTrue();
        again.Dispose();
        Should.Throw<ArgumentOutOfRangeException>(() => new AlignedBufferPool(4096, 1, tailLength: -1));
    }

    [Fact]
    public void An_exhausted_pool_says_so_and_goes_on_after_a_return()
    {
        using var pool = new AlignedBufferPool(4096, 2);
        AlignedBuffer first = pool.Rent();
        using AlignedBuffer second = pool.Rent();
        pool.TryRent(out _).ShouldBeFalse();
        pool.Outstanding.ShouldBe(2);
        first.Dispose();
        pool.Outstanding.ShouldBe(1);
        pool.TryRent(out AlignedBuffer? third).ShouldBeTrue();
        third.Dispose();
    }

    [Fact]
    public async Task Rent_waits_for_a_return()
    {
        using var pool = new AlignedBufferPool(4096, 1);
        AlignedBuffer held = pool.Rent();
        Task renter = Task.Run(() => pool.Rent().Dispose());
        (await Task.WhenAny(renter, Task.Delay(50))).ShouldNotBe(renter);
        held.Dispose();
        await renter.WaitAsync(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using var pool = new AlignedBufferPool(4096, 1);
        using IDisposable held = pool.Rent();
        using var cancellation = new CancellationTokenSource();
        Task renter = Task.Run(() => pool.Rent(cancellation.Token));
        await Task.Delay(20);
        await cancellation.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(renter.WaitAsync(TimeSpan.FromSeconds(20)));
        Should.Throw<OperationCanceledException>(() => pool.Rent(cancellation.Token));
    }

    [Fact]
    public async Task Disposing_the_pool_wakes_who_waits()
    {
        var pool = new AlignedBufferPool(4096, 1);
        AlignedBuffer held = pool.Rent();
        Task renter = Task.Run(() => pool.Rent());
        await Task.Delay(20);
        DisposeWithBuffersOut(pool);
        await Should.ThrowAsync<ObjectDisposedException>(renter.WaitAsync(TimeSpan.FromSeconds(20)));
        // Memory that is out may be in a transfer: it stays valid until it comes back.
        held.Dispose();
        Should.Throw<ObjectDisposedException>(() => pool.TryRent(out _));
        pool.Dispose();
    }

    [Fact]
    public async Task Many_threads_never_hold_the_same_buffer()
    {
        using var pool = new AlignedBufferPool(512, 3);
        await Task.WhenAll(Enumerable.Range(1, 4).Select(number => Task.Run(() =>
        {
            for (int round = 0; round < 2000; round++)
            {
                using AlignedBuffer buffer = pool.Rent();
                buffer.Span.Fill((byte)number);
                buffer.Span.IndexOfAnyExcept((byte)number).ShouldBe(-1);
            }
        })));
        pool.Outstanding.ShouldBe(0);
    }

    [Fact]
    public void Renting_and_returning_allocate_nothing()
    {
        using var pool = new AlignedBufferPool(4096, 2);
        Allocation.Of(() =>
        {
            for (int round = 0; round < 1000; round++)
            {
                using AlignedBuffer one = pool.Rent();
                using AlignedBuffer other = pool.Rent();
                one.Span[0] = other.Span[0] = 1;
            }
        }).ShouldBe(0);
    }

    [Fact]
    public void New_memory_holds_nothing_of_the_process()
    {
        using var pool = new AlignedBufferPool(8192, 1);
        using AlignedBuffer buffer = pool.Rent();
        byte first = buffer.Span[0];
        buffer.Span.IndexOfAnyExcept(first).ShouldBe(-1);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 0)]
    [InlineData(1, 1, 3000)]
    [InlineData(1, 1, -4096)]
    public void Impossible_pools_are_refused(int length, int capacity, int alignment) =>
        Should.Throw<ArgumentOutOfRangeException>(() => new AlignedBufferPool(length, capacity, alignment));

    [Fact]
    public void A_returned_buffer_cannot_be_used()
    {
        using var pool = new AlignedBufferPool(4096, 1);
        AlignedBuffer buffer = pool.Rent();
        buffer.Dispose();
        Should.Throw<ObjectDisposedException>(() => buffer.Span.Length);
        Should.Throw<ObjectDisposedException>(() => buffer.Pin());
    }

#if DEBUG
    [Fact]
    public void Debug_poisons_returned_memory_and_finds_late_writers()
    {
        var pool = new AlignedBufferPool(4096, 1);
        AlignedBuffer buffer = pool.Rent();
        Span<byte> kept = buffer.Span;
        buffer.Dispose();
        kept[0].ShouldBe((byte)0xDB);
        kept[100] = 0;
        Should.Throw<InvalidOperationException>(() => pool.Rent()).Message.ShouldContain("byte 100");
    }

    [Fact]
    public void Debug_finds_a_double_return()
    {
        using var pool = new AlignedBufferPool(4096, 1);
        AlignedBuffer buffer = pool.Rent();
        buffer.Dispose();
        Should.Throw<InvalidOperationException>(buffer.Dispose).Message.ShouldContain("twice");
        pool.TryRent(out AlignedBuffer? again).ShouldBeTrue();
        pool.TryRent(out _).ShouldBeFalse();
        again.Dispose();
    }

    [Fact]
    public void Debug_tells_how_many_buffers_are_missing()
    {
        var pool = new AlignedBufferPool(4096, 4);
        AlignedBuffer first = pool.Rent();
        AlignedBuffer second = pool.Rent();
        Should.Throw<InvalidOperationException>(pool.Dispose).Message.ShouldContain("2 of 4");
        first.Dispose();
        second.Dispose();
    }
#endif

    private static void DisposeWithBuffersOut(AlignedBufferPool pool)
    {
        try
        {
            pool.Dispose();
        }
        catch (InvalidOperationException)
        {
            // DEBUG builds tell; that is tested elsewhere.
        }
    }
}
