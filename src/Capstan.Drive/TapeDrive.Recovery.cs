using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <remarks>
/// When the way to the drive breaks under a command, or a unit attention comes in its place, the driver reaches for the drive again
/// and finds out what became of the command; docs/decisions/0018. What it cannot prove ends as if there were no recovery.
/// </remarks>
public sealed partial class TapeDrive
{
    private static readonly TimeSpan FirstRetryDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestRetryDelay = TimeSpan.FromSeconds(4);
    private const int MaxAttentions = 32;
    private const int MaxRecoveries = 100;

    private RecoveryOptions _recoveryOptions = new();
    private bool _isRecovering;
    private bool _isConfigured;
    private bool _preventsRemoval;

    /// <summary>
    /// The path broke outside of a stream. To read on is safe; to begin to write is not: nothing that was written shows that the tape is
    /// still the one that was looked at, and a change of medium is told to those only who were connected then.
    /// </summary>
    private bool _isTapeUnproven;
    private int _recoveries;
    private int _recoveriesHere;
    private long? _recoveredAt;

    /// <summary>How often the way to the drive was made whole again.</summary>
    public int Recoveries => _recoveries;

    /// <summary>How a broken way to the drive is made whole again. Where the transport cannot be, it does not matter.</summary>
    public void ConfigureRecovery(RecoveryOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _recoveryOptions = options;
    }

    /// <summary>What is known of the running recovery.</summary>
    private sealed class Recovery(string command, long? at, int objects, bool isWriting, long started)
    {
        public string Command { get; } = command;

        /// <summary>Where the tape stood before the command.</summary>
        public long? At { get; } = at;

        /// <summary>How many objects the command would have written.</summary>
        public int Objects { get; } = objects;

        public bool IsWriting { get; } = isWriting;

        /// <summary>Some of its objects may have been written and others not.</summary>
        public bool IsDivisible { get; init; }

        public long Started { get; } = started;

        /// <summary>The worst that was heard.</summary>
        public BufferFate Fate { get; set; }

        public string Cause { get; set; } = "";

        /// <summary>Where the tape was found to stand, by the first answer that counted.</summary>
        public long? Found { get; set; }

        /// <summary>The tape was moved here: where it stands now says nothing any more, only where it ends does.</summary>
        public bool HasMoved { get; set; }

        /// <summary>Behind early warning.</summary>
        public bool IsNearEnd { get; set; }

        public string Problem { get; set; } = "";

        public bool Fail(string problem)
        {
            Problem = problem;
            return false;
        }
    }

    /// <summary>Whether this is an error that a recovery may mend. Cheap: it filters exceptions.</summary>
    private bool CanRecover(TapeException e) =>
        !_isRecovering && ReportsPosition && _tellsPosition && IsPathFault(e) && _transport.Recovery is not null;

    /// <summary>The path broke, or a unit attention says that something happened to the drive or to the nexus.</summary>
    private static bool IsPathFault(TapeException e)
    {
        TapeException cause = CauseOf(e);
        return cause.InnerException is ScsiTransportException { Fault: TransportFault.Lost or TransportFault.TimedOut or TransportFault.Transient }
            || (cause.Sense is { IsDeferred: false } sense && IsRecoverable(sense));
    }

    /// <summary>
    /// A reset; new firmware, which starts the drive anew; a command that the drive gave up (SPC-5 table 48: "may be able to recover by
    /// trying the command again"); a drive that became unready by itself. Data that arrived damaged (10/xx) are for who protects them.
    /// </summary>
    private static bool IsRecoverable(in SenseData sense) => sense.Key switch
    {
        SenseKey.UnitAttention => SensePolicy.Judge(sense) == SenseVerdict.DeviceReset,
        SenseKey.AbortedCommand => sense.Code.Asc != SenseCode.LogicalBlockGuardCheckFailed.Asc,
        SenseKey.NotReady => sense.Code == SenseCode.LogicalUnitIsInProcessOfBecomingReady,
        _ => false,
    };

    private static TapeException CauseOf(TapeException e) => e is TapeWriteException { InnerException: TapeException inner } ? inner : e;

    /// <summary>For commands that write nothing: tried again when the drive stands where it stood.</summary>
    /// <param name="isAbsolute">It ends at the same place wherever the tape stands before.</param>
    private T Again<T>(string command, bool isAbsolute, Func<T> action)
    {
        while (true)
        {
            long? at = isAbsolute ? null : _nextObjectId;
            try
            {
                T result = action();
                if (_recoveredAt is null)
                    _recoveriesHere = 0;
                return result;
            }
            catch (TapeException e) when (CanRecover(e))
            {
                if ((at is null && !isAbsolute) || !TryRecover(command, at, e))
                    throw;
            }
        }
    }

    /// <returns>False when the error stays what it is.</returns>
    private bool TryRecover(string command, long? at, TapeException failure)
    {
        if (_isStreaming && at is { } next)
        {
            RecoverWriting(command, next, 0, failure);
            return true;
        }

        // The tape was moved away from what the drive may still hold: what became of that cannot be told any more.
        if (_hasBuffered)
            return false;
        var recovery = new Recovery(command, at, 0, isWriting: false, _time.GetTimestamp());
        if (Mend(recovery, failure))
        {
            _isTapeUnproven = true;
            Decide(recovery, at is { } where ? $"{command} is sent again at object {where}" : $"{command} is sent again");
            return true;
        }

        _nextObjectId = null;
        Decide(recovery, $"not recovered: {recovery.Problem}");
        return false;
    }

    /// <summary>Finds out what became of a command that writes.</summary>
    /// <param name="isDivisible">It writes blocks of which some may have been written.</param>
    /// <returns>What it did; null when it was not carried out, or not wholly, and the tape stands where the rest has to be sent.</returns>
    /// <exception cref="TapeWriteException">That cannot be told, or something before it is lost.</exception>
    private WriteOutcome? RecoverWriting(string command, long at, int objects, TapeException failure, bool isDivisible = false)
    {
        var recovery = new Recovery(command, at, objects, isWriting: true, _time.GetTimestamp()) { IsDivisible = isDivisible };
        long firstSuspect = _durableObjectId;
        // Who else used the drive meanwhile is for the guard to find, before the next write.
        long activity = _activity;
        bool isMended = Mend(recovery, failure);
        _activity = activity;
        if (!isMended)
        {
            _nextObjectId = null;
            Remark(recovery, $"not recovered: {recovery.Problem}");
            TapeException cause = CauseOf(failure);
            throw new TapeWriteException(
                $"{cause.Message.TrimEnd('.')}. {recovery.Problem.TrimEnd('.')}. Objects from {firstSuspect} on are not proven to be on the tape; those before are safe.",
                firstSuspect, cause.Sense, cause);
        }

        bool isExecuted = objects > 0 && recovery.Found == at + objects;
        string where = $"the {(recovery.HasMoved ? "tape ends" : "drive stands")} at object {recovery.Found}";
        string what = objects == 1 || !isDivisible ? $"{command} of object {at}" : $"{command} of objects {at} to {at + objects - 1}";
        Decide(recovery, isExecuted ? $"{where}: {what} was carried out, only its answer was lost"
            : recovery.Found > at ? $"{where}: {what} was carried out in part, and the rest is sent"
            : objects > 0 ? $"{where}: {what} was not carried out, and is sent again"
            : $"{where}, as it should");
        return !isExecuted ? null
            : recovery.IsNearEnd ? WriteOutcome.WrittenEarlyWarning
            : WriteOutcome.Written;
    }

    private void Decide(Recovery recovery, string decision)
    {
        Remark(recovery, decision);
        _recoveryOptions.Decided?.Invoke($"{Name}: {recovery.Cause}; {decision}.");
    }

    private void Remark(Recovery recovery, string text) => _transport.Recovery!.Remark($"{recovery.Cause}; {text}");

    /// <summary>Until the drive answers as it should and has told what there is to know, or the patience is spent.</summary>
    private bool Mend(Recovery recovery, TapeException failure)
    {
        Note(recovery, failure);
        _recoveriesHere = _recoveredAt == recovery.At ? _recoveriesHere + 1 : 1;
        _recoveredAt = recovery.At;
        if (_recoveriesHere > _recoveryOptions.MaxTries || ++_recoveries > MaxRecoveries)
            return recovery.Fail("It broke too often to be recovered once more");
        _isRecovering = true;
        try
        {
            for (int tries = 1; ; tries++)
            {
                try
                {
                    return Reconnect(recovery) && Examine(recovery);
                }
                catch (TapeException e) when (IsPathFault(e))
                {
                    Note(recovery, e);
                    if (tries >= _recoveryOptions.MaxTries)
                        return recovery.Fail($"It broke again while the drive was looked at: {CauseOf(e).Message}");
                }
            }
        }
        catch (TapeException e)
        {
            return recovery.Fail($"Looking at the drive failed: {CauseOf(e).Message}");
        }
        catch (OperationCanceledException)
        {
            return recovery.Fail("Waiting for the drive was cut short");
        }
        finally
        {
            _isRecovering = false;
        }
    }

    private void Note(Recovery recovery, TapeException failure)
    {
        TapeException cause = CauseOf(failure);
        if (cause.Sense is { Key: SenseKey.UnitAttention } sense)
            Hear(recovery, sense.Code);
        // On a shared nexus the silence of the drive proves nothing.
        if (!_transport.Recovery!.HearsEveryUnitAttention && recovery.Fate < BufferFate.MayBeLost)
            recovery.Fate = BufferFate.MayBeLost;
        if (recovery.Cause.Length > 0)
            return;
        recovery.Cause = cause.InnerException is ScsiTransportException transport
            ? transport.Fault switch
            {
                TransportFault.TimedOut => $"{recovery.Command} was not answered in time",
                TransportFault.Transient => $"the way to the drive failed in {recovery.Command}",
                _ => $"the connection was lost in {recovery.Command}",
            }
            : $"instead of {recovery.Command} the drive reported {cause.Sense}";
    }

    private static void Hear(Recovery recovery, SenseCode attention)
    {
        BufferFate fate = SensePolicy.JudgeBuffer(attention);
        if (fate > recovery.Fate)
            recovery.Fate = fate;
    }

    private bool Reconnect(Recovery recovery)
    {
        TimeSpan delay = FirstRetryDelay;
        string problem = "";
        do
        {
            _recoveryOptions.Progress?.Invoke(problem.Length == 0 ? $"{recovery.Cause}; connecting again" : $"{recovery.Cause}; not back yet");
            try
            {
                if (_transport.Recovery!.TryReconnect(out problem) && IsThere(out problem))
                    return IsSameDrive(recovery);
            }
            catch (ScsiTransportException e)
            {
                return recovery.Fail(e.Message);
            }
            catch (TapeException e) when (IsPathFault(e))
            {
                problem = CauseOf(e).Message;
            }

            Wait(delay, _recoveryOptions.Cancellation);
            delay = delay * 2 < LongestRetryDelay ? delay * 2 : LongestRetryDelay;
        }
        while (_time.GetElapsedTime(recovery.Started) < _recoveryOptions.Patience);
        return recovery.Fail($"It did not come back within {_recoveryOptions.Patience.TotalSeconds:F0} s: {problem}");
    }

    /// <summary>A target that is being started answers before it has its logical units (peripheral qualifier, SPC-5 6.7.2).</summary>
    private bool IsThere(out string problem)
    {
        problem = "the target has no such logical unit yet";
        Span<byte> answer = stackalloc byte[96];
        answer.Clear();
        RunOnce<Inquiry>(Cdb.Of(new Inquiry(null, (ushort)answer.Length)), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        return _completion.Status == ScsiStatus.Good && InquiryData.TryDecode(answer[..Received(answer.Length)], out InquiryData inquiry)
            && inquiry.Peripheral.DeviceType == PeripheralDeviceType.Tape
            && inquiry.Vendor.Trim() == Identity.Vendor && inquiry.Product.Trim() == Identity.Product;
    }

    private bool IsSameDrive(Recovery recovery)
    {
        if (Identity.SerialNumber.Length == 0)
            return recovery.Fail("The drive has no serial number by which it could be known again");
        string serial = ReadSerialNumber();
        return serial == Identity.SerialNumber
            || recovery.Fail($"Another drive answers now: its serial number is '{serial}', not '{Identity.SerialNumber}'");
    }

    /// <summary>Hears what the drive has to say, sets it up again, and finds out where it stands.</summary>
    private bool Examine(Recovery recovery)
    {
        if (!DrainAttentions(recovery) || !SetUpAgain(recovery))
            return false;
        if (recovery.IsWriting)
            return DecideWriting(recovery);
        if (recovery.At is { } at)
        {
            // A reset, or a load, leaves the tape in partition 0.
            LocateOnce(at, _partition is > 0 and var partition && AskPosition().Partition != partition ? (byte)partition : null);
        }

        return true;
    }

    private bool DrainAttentions(Recovery recovery)
    {
        Cdb cdb = Cdb.Of(new TestUnitReady());
        for (int heard = 0; heard < MaxAttentions;)
        {
            SenseVerdict verdict = RunOnce<TestUnitReady>(cdb, DataTransfer.None, _timeouts.HousekeepingSeconds);
            if (verdict == SenseVerdict.Done)
                return true;
            if (verdict == SenseVerdict.Deferred)
                return recovery.Fail($"The drive says that it could not write what it had taken: {_sense}");
            if (verdict == SenseVerdict.BecomingReady && _time.GetElapsedTime(recovery.Started) < _recoveryOptions.Patience)
            {
                _recoveryOptions.Progress?.Invoke($"{recovery.Cause}; the drive is becoming ready");
                Wait(ReadyPoll, _recoveryOptions.Cancellation);
                continue;
            }

            heard++;
            if (_sense.Key == SenseKey.UnitAttention)
            {
                Hear(recovery, _sense.Code);
                if (recovery.Fate == BufferFate.NotOurs)
                    return recovery.Fail($"Meanwhile somebody changed the tape or took the drive ({_sense})");
            }
            else if (verdict != SenseVerdict.Retry)
            {
                return recovery.Fail(DriveErrors.Sense(Name, TestUnitReady.Name, verdict, _sense).Message);
            }
        }

        return recovery.Fail("The drive does not stop reporting conditions");
    }

    /// <summary>What a reset takes away: block length, buffered mode, the lock of the cartridge (SAM-5 6.3.3, SPC-5 6.16).</summary>
    private bool SetUpAgain(Recovery recovery)
    {
        if (_isConfigured)
        {
            (byte density, byte medium, bool isProtected) = (DensityCode, MediumType, IsWriteProtected);
            ConfigureForBlocks();
            if (density != DensityCode || medium != MediumType || isProtected != IsWriteProtected)
                return recovery.Fail("Another tape is in the drive now");
            // A memory that cannot be read now proves nothing; the block that is read back does.
            if (_cartridgeSerial is { } serial && AskCartridgeSerial() is { } now && now != serial)
                return recovery.Fail($"Another cartridge is in the drive now: its serial number is '{now}', not '{serial}'");
        }

        SetFixedBlocksAgain();

        if (_preventsRemoval)
            PreventRemoval(true);
        return EncryptsAgain(recovery);
    }
}
