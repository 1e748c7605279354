using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Changer;

/// <summary>
/// One media changer: the robot of a tape library. Every call blocks the calling thread until the changer answered, which for a move
/// takes minutes.
/// </summary>
/// <remarks>
/// Thread rule: one thread at a time. Nothing that moves a cartridge is ever sent twice, unless the library itself has shown that the
/// first was not carried out.
/// </remarks>
public sealed partial class MediaChanger : IDisposable
{
    /// <summary>How often a command is sent again for unit attentions and short BUSY, before giving up.</summary>
    private const int MaxRetries = 8;

    private static readonly TimeSpan BusyPoll = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromSeconds(2);

    private readonly IScsiTransport _transport;
    private readonly byte[] _senseBytes = new byte[ScsiCompletion.SenseBufferLength];
    private readonly TimeProvider _time;
    private ScsiCompletion _completion;
    private SenseData _sense;
    private IProgress<ChangerProgress>? _progress;
    private CancellationToken _cancellation;
    private bool _isPatient = true;
    private bool _isAssignmentOld;

    private MediaChanger(IScsiTransport transport, TimeProvider time)
    {
        _transport = transport;
        _time = time;
    }

    /// <summary>What was opened: <c>/dev/sg1</c>, <c>virtual:main/changer</c>.</summary>
    public string Name => _transport.Name;

    /// <summary>What the changer says of itself.</summary>
    public ChangerIdentity Identity { get; private set; } = ChangerIdentity.Unknown;

    /// <summary>How long each command may take.</summary>
    public ChangerTimeouts Timeouts { get; private set; } = new();

    /// <summary>Which addresses the elements have (mode page 1Dh); null where the changer does not tell.</summary>
    public ElementAddressAssignment? Assignment { get; private set; }

    public void Dispose() => _transport.Dispose();

    /// <summary>
    /// Sends a command that moves nothing and judges the answer. Unit attentions and BUSY are absorbed here, because a command that met
    /// one was not carried out; an inventory that the changer takes is waited for.
    /// </summary>
    private ChangerVerdict Run<TCommand>(in TCommand command, DataTransfer data, int timeoutSeconds)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        Cdb cdb = Cdb.Of(command);
        long start = _time.GetTimestamp();
        for (int attempt = 0; ;)
        {
            ChangerVerdict verdict = RunOnce<TCommand>(cdb, data, timeoutSeconds);
            switch (verdict)
            {
                case ChangerVerdict.Retry or ChangerVerdict.ContentsChanged when attempt++ < MaxRetries:
                    continue;
                // Libraries that are busy with themselves give a command up (IBM TS2900).
                case ChangerVerdict.Aborted when attempt++ < MaxRetries:
                    Wait(BusyPoll);
                    continue;
                case ChangerVerdict.BecomingReady when WaitWhileBecomingReady(start):
                    continue;
                case ChangerVerdict.Retry when _completion.Status != ScsiStatus.CheckCondition:
                    throw StaysBusy(TCommand.Name);
                default:
                    return verdict;
            }
        }
    }

    /// <summary>Runs a command for which every outcome but success is an error.</summary>
    private void RunOrThrow<TCommand>(in TCommand command, DataTransfer data, int timeoutSeconds, string? what = null)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        ChangerVerdict verdict = Run(command, data, timeoutSeconds);
        if (verdict != ChangerVerdict.Done)
            throw ChangerErrors.Sense(Name, TCommand.Name, verdict, _sense, what);
    }

    /// <exception cref="ChangerException">The path broke, or somebody else has the changer.</exception>
    private ChangerVerdict RunOnce<TCommand>(in Cdb cdb, DataTransfer data, int timeoutSeconds)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        try
        {
            _completion = _transport.Execute(cdb, data, _senseBytes, TimeSpan.FromSeconds(timeoutSeconds));
        }
        catch (ScsiTransportException e)
        {
            throw ChangerErrors.Transport(Name, TCommand.Name, e);
        }

        _sense = default;
        switch (_completion.Status)
        {
            case ScsiStatus.Good:
                return ChangerVerdict.Done;
            case ScsiStatus.CheckCondition:
                if (!SenseData.TryDecode(_senseBytes.AsSpan(0, _completion.SenseLength), out _sense))
                {
                    throw new ChangerException(ChangerFault.Failed,
                        $"{Name}: {TCommand.Name} ended with CHECK CONDITION but without usable sense data; the cable or the host adapter is suspect.");
                }

                ChangerVerdict verdict = ChangerSensePolicy.Judge(_sense);
                // Mode parameters, a reset, another partition: where the elements are may have changed with it.
                _isAssignmentOld |= _sense.Key == SenseKey.UnitAttention;
                return verdict;
            case ScsiStatus.Busy or ScsiStatus.TaskSetFull:
                Wait(BusyPoll);
                return ChangerVerdict.Retry;
            case ScsiStatus.ReservationConflict:
                throw new ChangerException(ChangerFault.Busy,
                    $"{Name}: another host holds a reservation on this changer. Release it there, or wait until it is done.");
            case ScsiStatus.TaskAborted:
                throw new ChangerException(ChangerFault.Lost, $"{Name}: the changer aborted {TCommand.Name} for another initiator.", null,
                    new ScsiTransportException(TransportFault.Transient, $"{Name}: aborted for another initiator."));
            default:
                throw new ChangerException(ChangerFault.Failed, $"{Name}: {TCommand.Name} ended with status {_completion.Status}.");
        }
    }

    private ChangerException StaysBusy(string command) => new(ChangerFault.Busy,
        $"{Name}: the changer answers {command} with {_completion.Status} and does not get free. Another program or host is using it.");

    /// <summary>Waits a little while the changer takes its inventory; false when that took too long.</summary>
    private bool WaitWhileBecomingReady(long start)
    {
        TimeSpan waited = _time.GetElapsedTime(start);
        if (!_isPatient || waited > TimeSpan.FromSeconds(Timeouts.BecomingReadySeconds))
            return false;
        _progress?.Report(new ChangerProgress("the library takes its inventory", _sense.Progress is { } progress ? progress / 65536.0 : null, waited));
        Wait(ReadyPoll);
        return true;
    }

    /// <summary>Finds something out about a move that was sent: not to be broken off, whoever stops the program.</summary>
    /// <param name="isPatient">Whether an inventory is waited for; not for what only explains an error.</param>
    private T FindOut<T>(bool isPatient, Func<T> look)
    {
        (CancellationToken cancellation, bool wasPatient) = (_cancellation, _isPatient);
        (_cancellation, _isPatient) = (CancellationToken.None, isPatient);
        try
        {
            return look();
        }
        finally
        {
            (_cancellation, _isPatient) = (cancellation, wasPatient);
        }
    }

    /// <summary>Bytes that really came, of a data-in command that may answer with fewer.</summary>
    private int Received(int requested) =>
        _completion.Residual is { } residual ? Math.Clamp(requested - residual, 0, requested) : requested;

    private void Wait(TimeSpan delay) => Wait(delay, _cancellation);

    private void Wait(TimeSpan delay, CancellationToken cancellation)
    {
        using var timer = new ManualResetEventSlim();
        using ITimer alarm = _time.CreateTimer(static state => ((ManualResetEventSlim)state!).Set(), timer, delay, Timeout.InfiniteTimeSpan);
        timer.Wait(cancellation);
    }
}

/// <summary>What a changer is doing.</summary>
/// <param name="What">In words.</param>
/// <param name="Done">0 to 1; null where the changer does not tell.</param>
/// <param name="Elapsed">Since it was asked.</param>
public readonly record struct ChangerProgress(string What, double? Done, TimeSpan Elapsed);
