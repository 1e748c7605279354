using System.Buffers;
using System.Diagnostics;
using Capstan.Drive.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>
/// One LTO drive. Every call blocks the calling thread until the drive answered.
/// </summary>
/// <remarks>
/// Thread rule: one thread at a time, and for streaming one thread for all. Filemarks, end of data, early warning and lengths
/// are outcomes; everything else is a <see cref="TapeException"/>. A block through <see cref="Write(ReadOnlySpan{byte})"/> or <see cref="Read(Span{byte})"/>
/// allocates nothing and is copied nowhere.
/// </remarks>
public sealed partial class TapeDrive : IDisposable
{
    /// <summary>How often a command is sent again for unit attentions and short BUSY, before giving up.</summary>
    private const int MaxRetries = 8;

    private readonly IScsiTransport _transport;
    private readonly byte[] _senseBytes = new byte[ScsiCompletion.SenseBufferLength];
    private readonly TimeProvider _time;
    private ScsiCompletion _completion;
    private SenseData _sense;
    private DriveTimeouts _timeouts = DriveModel.Generic.Timeouts;
    private AlignedBufferPool? _buffers;
    private AlignedBufferPool? _rows;

    private TapeDrive(IScsiTransport transport, TimeProvider time)
    {
        _transport = transport;
        _time = time;
    }

    /// <summary>What was opened: <c>/dev/sg1</c>, <c>virtual:main</c>.</summary>
    public string Name => _transport.Name;

    /// <summary>What the drive says of itself.</summary>
    public DriveIdentity Identity { get; private set; } = DriveIdentity.Unknown;

    public DriveModel Model { get; private set; } = DriveModel.Generic;

    /// <summary>The largest block this path carries in one command, in bytes; protected blocks need room for their checksum.</summary>
    public int MaxTransferBytes => Math.Min(_transport.MaxTransferBytes, _transferLimitBytes ?? int.MaxValue) - TailBytes;

    /// <summary>
    /// Makes the bounded pool that <see cref="RentBuffer"/> serves: page-aligned memory the device can reach without a copy.
    /// </summary>
    /// <exception cref="InvalidOperationException">The pool exists already.</exception>
    public void CreateBuffers(int bufferLengthBytes, int count)
    {
        if (_buffers is not null)
            throw new InvalidOperationException("The drive has its buffers already.");
        _buffers = new AlignedBufferPool(bufferLengthBytes, count, tailLength: BlockProtection.Length);
    }

    /// <summary>Makes the bounded pool that <see cref="RentRow"/> serves.</summary>
    /// <param name="lengthBytes">Of the blocks that lie one behind the other, together.</param>
    /// <param name="count">How many there are at most; memory is taken when it is needed.</param>
    /// <exception cref="InvalidOperationException">The pool exists already.</exception>
    public void CreateRows(int lengthBytes, int count)
    {
        if (_rows is not null)
            throw new InvalidOperationException("The drive has its rows already.");
        _rows = new AlignedBufferPool(lengthBytes + MaxTailBytes, count);
    }

    /// <summary>How many rows there are; 0 before <see cref="CreateRows"/>.</summary>
    public int RowCount => _rows?.Capacity ?? 0;

    /// <summary>
    /// Takes room for a row of blocks, with <see cref="MaxTailBytes"/> behind them, so that each can be written by
    /// <see cref="Write(Span{byte}, int)"/>; blocks while all are out. Dispose gives it back.
    /// </summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public IMemoryOwner<byte> RentRow(CancellationToken cancellation = default) =>
        (_rows ?? throw new InvalidOperationException("Call CreateRows first.")).Rent(cancellation);

    /// <summary>Whether the drive asked to be cleaned since it was opened. The commands that said so were carried out.</summary>
    public bool IsCleaningRequested { get; private set; }

    /// <summary>How many buffers there are; 0 before <see cref="CreateBuffers"/>.</summary>
    public int BufferCount => _buffers?.Capacity ?? 0;

    /// <summary>Takes a buffer from the pool; blocks while all are out. Dispose gives it back.</summary>
    /// <exception cref="OperationCanceledException">Cancelled while waiting.</exception>
    public IMemoryOwner<byte> RentBuffer(CancellationToken cancellation = default) =>
        (_buffers ?? throw new InvalidOperationException("Call CreateBuffers first.")).Rent(cancellation);

    public void Dispose()
    {
        EndProtectionAtClose();
        _buffers?.Dispose();
        _rows?.Dispose();
        _neighbours?.Dispose();
        _transport.Dispose();
    }

    /// <summary>
    /// Sends a command and judges the answer. Unit attentions that change nothing and BUSY are absorbed here, because a
    /// command that met one was not carried out.
    /// </summary>
    private SenseVerdict Run<TCommand>(in TCommand command, DataTransfer data, int timeoutSeconds)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        Cdb cdb = Cdb.Of(command);
        for (int attempt = 0; ; attempt++)
        {
            SenseVerdict verdict = RunOnce<TCommand>(cdb, data, timeoutSeconds);
            switch (verdict)
            {
                case SenseVerdict.Retry when IsBlockLengthInDoubt && attempt < MaxRetries:
                    // Another host may have set another block length: the same command would mean something else now.
                    SetFixedBlockLength();
                    continue;
                case SenseVerdict.Retry when DependsOnModes && !_isSettingBlockLength && _sense.Code == SenseCode.ModeParametersChanged:
                    // It may have ended protection, or both go on setting what they want.
                    _nextObjectId = null;
                    Doubt();
                    return SenseVerdict.DeviceReset;
                case SenseVerdict.Retry when IsEncrypting && !_isConfirmingKey && SensePolicy.IsAboutKeys(_sense.Code) && attempt < MaxRetries:
                    // The same command would write in clear, or under another key.
                    ConfirmKey();
                    continue;
                case SenseVerdict.Retry when attempt < MaxRetries:
                    continue;
                case SenseVerdict.Retry when _completion.Status != ScsiStatus.CheckCondition:
                    throw new TapeDeviceException(DeviceFault.Busy,
                        $"{Name}: the drive answers {TCommand.Name} with {_completion.Status} and does not get free. Another program or host is using it.");
                case SenseVerdict.Retry:
                    return SenseVerdict.Other;
                case SenseVerdict.Deferred:
                    // Whatever command hears of it, even one that only asks: what was lost is an earlier write.
                    throw WriteFailure(TCommand.Name, verdict);
                case SenseVerdict.DeviceReset or SenseVerdict.MediumChanged or SenseVerdict.Preempted:
                    _nextObjectId = null;
                    _endOfDataId = null;
                    Doubt();
                    return verdict;
                default:
                    return verdict;
            }
        }
    }

    private SenseVerdict RunOnce<TCommand>(in Cdb cdb, DataTransfer data, int timeoutSeconds)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        try
        {
            _completion = _transport.Execute(cdb, data, _senseBytes, DriveTimeouts.Of(timeoutSeconds));
        }
        catch (ScsiTransportException e)
        {
            // The command may have been carried out: where the tape stands, and what a reset left of the mode, is not known until it is asked.
            _nextObjectId = null;
            Doubt();
            ForgetFixedBlocks();
            throw DriveErrors.Transport(Name, TCommand.Name, e);
        }

        switch (_completion.Status)
        {
            case ScsiStatus.Good:
                _sense = default;
                return SenseVerdict.Done;
            case ScsiStatus.CheckCondition:
                if (!SenseData.TryDecode(_senseBytes.AsSpan(0, _completion.SenseLength), out _sense))
                    throw new TapeCommandException(
                        $"{Name}: {TCommand.Name} ended with CHECK CONDITION but without usable sense data; the cable or the host adapter is suspect.");
                IsCleaningRequested |= SensePolicy.AsksForCleaning(_sense.Code);
                return SensePolicy.Judge(_sense);
            case ScsiStatus.Busy or ScsiStatus.TaskSetFull:
                Wait(TimeSpan.FromMilliseconds(500), CancellationToken.None);
                _sense = default;
                return SenseVerdict.Retry;
            case ScsiStatus.ReservationConflict:
                throw new TapeDeviceException(DeviceFault.Busy,
                    $"{Name}: another host holds a reservation on this drive. Release it there, or wait until it is done.");
            case ScsiStatus.TaskAborted:
                // By another initiator, or by its reset: how far the command got is not told (SAM-5 5.3.1).
                _nextObjectId = null;
                Doubt();
                throw DriveErrors.Transport(Name, TCommand.Name,
                    new ScsiTransportException(TransportFault.Transient, $"{Name}: the drive aborted {cdb} for another initiator."));
            default:
                throw new TapeCommandException($"{Name}: {TCommand.Name} ended with status {_completion.Status}.");
        }
    }

    /// <summary>Runs a command for which every outcome but success is an error.</summary>
    private void RunOrThrow<TCommand>(in TCommand command, DataTransfer data, int timeoutSeconds)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        SenseVerdict verdict = Run(command, data, timeoutSeconds);
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, TCommand.Name, verdict, _sense);
    }

    /// <summary>
    /// For what the driver can do without: the operating system may refuse a single command to who has not every right;
    /// the drive has not seen the command then.
    /// </summary>
    private static void IfPermitted(Action action)
    {
        try
        {
            action();
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.PermissionDenied)
        {
            // That is the answer.
        }
    }

    /// <summary>
    /// For commands whose refusal is no error: a reset or a change of medium is told only once, so whoever hears of it must
    /// not keep it to himself.
    /// </summary>
    private void ThrowIfSurprised(string command, SenseVerdict verdict)
    {
        if (verdict is SenseVerdict.DeviceReset or SenseVerdict.MediumChanged or SenseVerdict.Preempted)
            throw DriveErrors.Sense(Name, command, verdict, _sense);
    }

    /// <summary>Bytes that really came, of a data-in command that may answer with fewer.</summary>
    private int Received(int requested) =>
        _completion.Residual is { } residual ? Math.Clamp(requested - residual, 0, requested) : requested;

    private void Wait(TimeSpan delay, CancellationToken cancellation)
    {
        using var timer = new ManualResetEventSlim();
        using ITimer alarm = _time.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), timer, delay, Timeout.InfiniteTimeSpan);
        timer.Wait(cancellation);
    }
}
