using System.Buffers;
using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Capstan.Drive;

namespace Capstan.Backup.Framing;

/// <summary>One thing met on tape by the read-ahead thread.</summary>
/// <param name="Block">The buffer, owned by whoever takes the item; null unless <see cref="ReadKind.Block"/> or <see cref="ReadKind.Overlength"/>.</param>
/// <param name="Outcome">What stood there.</param>
/// <param name="ObjectId">Its logical object identifier.</param>
/// <param name="Failure">Set when reading it failed; nothing follows.</param>
internal readonly record struct ReadItem(IMemoryOwner<byte>? Block, ReadOutcome Outcome, long ObjectId, ExceptionDispatchInfo? Failure);

/// <summary>
/// The drive's one I/O thread while a tape is read: locates an object and reads on until a filemark, end of data or a failure.
/// </summary>
/// <remarks>One consumer thread. While it lives nobody else may use the drive; after <see cref="Dispose"/> the tape stands somewhere behind the last item.</remarks>
internal sealed class ReadAhead : IDisposable
{
    private readonly TapeDrive _drive;
    private readonly Thread _thread;
    private readonly HandOver<ReadItem> _items;
    private readonly CancellationTokenSource _stop = new();

    /// <param name="drive">Has its buffers.</param>
    /// <param name="objectId">Where to start; null to read from where the tape stands.</param>
    public ReadAhead(TapeDrive drive, long? objectId)
    {
        _drive = drive;
        _items = new HandOver<ReadItem>(Math.Max(1, drive.BufferCount));
        _thread = new Thread(() => Run(objectId)) { IsBackground = true, Name = $"tape {drive.Name}" };
        _thread.Start();
    }

    /// <summary>The next item; blocks until there is one. After a filemark, end of data or failure there is none: do not call again.</summary>
    public ReadItem Take(CancellationToken cancellation)
    {
        if (!_items.TryTake(out ReadItem item, cancellation))
            throw new UnreachableException();
        return item;
    }

    public void Dispose()
    {
        _stop.Cancel();
        _thread.Join();
        _items.Close(static item => item.Block?.Dispose());
        _stop.Dispose();
    }

    private void Run(long? start)
    {
        long objectId = -1;
        try
        {
            if (start is { } target)
                _drive.Locate(target);
            objectId = start ?? _drive.ReadPosition().ObjectId;
            while (!_stop.IsCancellationRequested && ReadOne(objectId))
                objectId++;
        }
        catch (OperationCanceledException)
        {
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            Put(new ReadItem(null, default, objectId, ExceptionDispatchInfo.Capture(e)));
        }
    }

    private bool ReadOne(long objectId)
    {
        IMemoryOwner<byte> block = _drive.RentBuffer(_stop.Token);
        try
        {
            ReadOutcome outcome = _drive.Read(block);
            if (outcome.Kind is ReadKind.Block or ReadKind.Overlength)
            {
                Put(new ReadItem(block, outcome, objectId, null));
                block = null!;
                return true;
            }

            Put(new ReadItem(null, outcome, objectId, null));
            return false;
        }
        finally
        {
            block?.Dispose();
        }
    }

    /// <summary>Nothing follows what is not a block.</summary>
    private void Put(in ReadItem item) => _items.TryAdd(item, isUrgent: item.Block is null);
}
