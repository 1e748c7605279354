using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;

namespace Capstan.Drive;

/// <summary>
/// Passes items from one thread to one other, in order. The taker is woken for several items at once: waking a thread for each
/// block costs more than the block where system calls are dear or where there is one processor.
/// </summary>
/// <remarks>
/// One adding and one taking thread. It is bounded by what the items are made of: the buffers of a pool. An end or a failure follows what
/// was added before it; a taker that goes away (<see cref="Close"/>) tells the other side with the next <see cref="TryAdd"/>.
/// </remarks>
/// <typeparam name="T">What is passed on.</typeparam>
public sealed class HandOver<T>
{
    /// <summary>So long an item waits for others at most. A source that trickles goes on to the tape all the same.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(100);

    // Monitor, not Lock: the taker waits. Not a semaphore either: that one spins first, with a system call each turn.
    private readonly object _gate = new();
    private readonly Queue<T> _items;
    private readonly int _batch;
    private ExceptionDispatchInfo? _failure;
    private bool _isAsleep;
    private bool _isUrgent;
    private bool _isEnded;
    private bool _isClosed;

    /// <summary>Makes an empty one.</summary>
    /// <param name="capacity">
    /// How many items there can be at all, 1 and above: the buffers of the pool. A third of them wakes the taker; one third fills, one is
    /// on its way, one is emptied.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Less than 1.</exception>
    public HandOver(int capacity)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _batch = Math.Max(1, capacity / 3);
        _items = new Queue<T>(capacity + 1);
    }

    /// <summary>Passes an item on.</summary>
    /// <param name="item">The taker's from now on.</param>
    /// <param name="isUrgent">Wakes the taker at once: nothing follows before it has been seen.</param>
    /// <returns>False when nobody takes any more; the item stays the caller's then.</returns>
    public bool TryAdd(T item, bool isUrgent = false)
    {
        lock (_gate)
        {
            if (_isClosed)
                return false;
            _items.Enqueue(item);
            _isUrgent |= isUrgent;
            if (_isAsleep && IsWorthWaking)
                Monitor.Pulse(_gate);
            return true;
        }
    }

    /// <summary>Nothing more comes.</summary>
    /// <param name="failure">Thrown to the taker behind the last item; null for a good end.</param>
    public void End(Exception? failure = null)
    {
        lock (_gate)
        {
            _failure = failure is null ? null : ExceptionDispatchInfo.Capture(failure);
            _isEnded = true;
            Monitor.Pulse(_gate);
        }
    }

    /// <summary>The next item; waits for it. False at the end.</summary>
    /// <exception cref="OperationCanceledException">Cancelled, before or while waiting.</exception>
    /// <remarks>What the other side ended with is thrown here, behind its last item.</remarks>
    public bool TryTake([MaybeNullWhen(false)] out T item, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        lock (_gate)
        {
            if (_items.TryDequeue(out item))
                return true;
            _isUrgent = false;
        }

        // Not under the lock: giving a registration back waits for a callback that is under way, and that one wants the lock.
        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static self => ((HandOver<T>)self!).Wake(), this);
        lock (_gate)
        {
            Await(cancellation);
            if (_items.TryDequeue(out item))
                return true;
            _failure?.Throw();
            return false;
        }
    }

    /// <summary>The taker goes: what waits is given to <paramref name="drop"/>, and nothing is taken in any more.</summary>
    public void Close(Action<T> drop)
    {
        ArgumentNullException.ThrowIfNull(drop);
        lock (_gate)
        {
            _isClosed = true;
            while (_items.TryDequeue(out T? item))
                drop(item);
        }
    }

    private bool IsWorthWaking => _items.Count >= _batch || _isUrgent || _isEnded;

    private void Await(CancellationToken cancellation)
    {
        while (!IsWorthWaking)
        {
            cancellation.ThrowIfCancellationRequested();
            _isAsleep = true;
            bool wasPulsed = Monitor.Wait(_gate, Patience);
            _isAsleep = false;
            if (!wasPulsed && _items.Count > 0)
                return;
        }
    }

    private void Wake()
    {
        lock (_gate)
            Monitor.Pulse(_gate);
    }
}
