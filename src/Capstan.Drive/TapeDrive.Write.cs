using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

public sealed partial class TapeDrive
{
    private long? _nextObjectId;
    private long _durableObjectId;

    /// <summary>Objects before this one are known to be on the medium.</summary>
    public long DurableObjectId => _durableObjectId;

    /// <summary>
    /// Declares the current position to be the start of a write stream: what lies before it is durable.
    /// Call it after positioning and before the first <see cref="Write(ReadOnlySpan{byte})"/>.
    /// </summary>
    /// <exception cref="TapeDeviceException">
    /// The way to the drive broke since the tape became ready; or the drive does not know its position.
    /// </exception>
    public TapePosition BeginWriting()
    {
        long activity = _neighbours?.ReadActivity() ?? 0;
        TapePosition position = ReadPosition();
        if (_isTapeUnproven)
        {
            throw new TapeDeviceException(DeviceFault.Lost,
                $"{Name}: the way to the drive broke after this tape was looked at, and whether it is still the same tape is not proven. Nothing was written to it since. Start again.");
        }

        _nextObjectId = _durableObjectId = position.ObjectId;
        _streamPartition = position.Partition;
        _isProtectionSure = false;
        EnsureProtection();
        EnsureEncryption();
        BeginBurst(position);
        BeginStream(position.ObjectId);
        // As it was before the question: what somebody else sent behind the answer shows at the first write.
        _activity = activity;
        return position;
    }

    /// <summary>Writes one block of the span's length.</summary>
    /// <exception cref="TapeWriteException">The block, or an earlier one that had been acknowledged, could not be written.</exception>
    /// <exception cref="TapeMediumException">Write-protected, or the tape was changed.</exception>
    public WriteOutcome Write(ReadOnlySpan<byte> block) => IsProtecting ? WriteProtected(block) : WriteTransfer(block, block);

    /// <param name="block">What is to be on the tape.</param>
    /// <param name="transfer">What goes to the drive: the block, with its checksum where blocks are protected.</param>
    private WriteOutcome WriteTransfer(ReadOnlySpan<byte> block, ReadOnlySpan<byte> transfer)
    {
        ThrowIfPositionUnknown(Write6.Name);
        for (int sent = 1; ; sent++)
        {
            long at = _nextObjectId!.Value;
            try
            {
                GuardWrite(transfer.Length);
                SenseVerdict verdict = RunWrite(new Write6(Fixed: false, transfer.Length), DataTransfer.ToDevice(transfer), _timeouts.WriteSeconds);
                if (IsProtecting && IsGuardFailure(verdict))
                {
                    PrepareResending(at, transfer, sent);
                    continue;
                }

                WriteOutcome outcome = Written(Write6.Name, verdict, 1);
                if (outcome != WriteOutcome.VolumeFull)
                    _block = new WrittenBlock(block, at);
                return outcome;
            }
            catch (TapeException e) when (_isStreaming && CanRecover(e))
            {
                _running = [new WrittenBlock(block, at)];
                if (RecoverWriting(Write6.Name, at, 1, e) is { } outcome)
                    return outcome;
            }
        }
    }

    /// <summary>
    /// Writes filemarks. Synchronising (not immediate): when it returns, they and everything before them are on the medium.
    /// </summary>
    /// <param name="count">How many; 0 only flushes the drive's buffer.</param>
    /// <param name="immediate">Leave them in the drive's buffer.</param>
    /// <exception cref="TapeWriteException">Something since the last synchronising call is not on the medium.</exception>
    public WriteOutcome WriteFilemarks(int count, bool immediate = false)
    {
        ThrowIfPositionUnknown(WriteFilemarks6.Name);
        while (true)
        {
            long at = _nextObjectId!.Value;
            try
            {
                GuardWrite(0);
                // Last, before blocks count as durable: they are what they should be only if protection was on all the time.
                if (!immediate)
                {
                    ConfirmProtection();
                    ConfirmKey();
                }

                SenseVerdict verdict = RunWrite(new WriteFilemarks6(count, immediate), DataTransfer.None, _timeouts.WriteFilemarksSeconds);
                WriteOutcome outcome = Written(WriteFilemarks6.Name, verdict, count);
                if (!immediate && outcome != WriteOutcome.VolumeFull)
                    Synchronised();
                return outcome;
            }
            catch (TapeException e) when (_isStreaming && CanRecover(e))
            {
                _running = [];
                if (RecoverWriting(WriteFilemarks6.Name, at, count, e) is { } outcome)
                    return outcome;
            }
        }
    }

    /// <summary>Writes what is in the drive's buffer to the medium.</summary>
    /// <exception cref="TapeWriteException">Something could not be written.</exception>
    public void Flush()
    {
        if (WriteFilemarks(0) != WriteOutcome.VolumeFull)
            return;
        throw Suspect(new TapeMediumException(MediumFault.Damaged,
            $"{Name}: the tape ended before everything in the drive's buffer was on it.", _sense), _sense);
    }

    /// <summary>
    /// Compares where the drive says it stands with what was written. An object too many or too few means that something between
    /// here and the drive repeated or lost a command, or that somebody else moves the tape.
    /// </summary>
    /// <exception cref="TapeWriteException">They differ: nothing since the last synchronising call can be trusted.</exception>
    public TapePosition CheckPosition()
    {
        ThrowIfPositionUnknown(Scsi.ReadPosition.Name);
        while (true)
        {
            long at = _nextObjectId!.Value;
            try
            {
                long activity = _neighbours?.ReadActivity() ?? 0;
                bool wasUsed = activity != _activity;
                TapePosition position = Verify(wasUsed);
                // Somebody who did not move the tape yet may do so with the next command: the next write waits for that (GuardWrite).
                if (!wasUsed)
                    _activity = activity;
                return position;
            }
            catch (TapeException e) when (_isStreaming && CanRecover(e))
            {
                RecoverWriting(Scsi.ReadPosition.Name, at, 0, e);
            }
        }
    }

    /// <summary>A path that breaks in a write leaves what is in the drive's buffer in doubt, as a drive's own error does.</summary>
    private SenseVerdict RunWrite<TCommand>(in TCommand command, DataTransfer data, int timeoutSeconds)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        try
        {
            return Run(command, data, timeoutSeconds);
        }
        catch (TapeException e) when (e is not TapeWriteException)
        {
            _nextObjectId = null;
            throw Suspect(e, e.Sense);
        }
    }

    private TapeWriteException Suspect(TapeException cause, SenseData? sense) => new(
        $"{cause.Message.TrimEnd('.')}. Objects from {_durableObjectId} on are not proven to be on the tape; those before are safe.",
        _durableObjectId, sense, cause);

    private WriteOutcome Written(string command, SenseVerdict verdict, int objects)
    {
        switch (verdict)
        {
            // Good, and yet not all of it was taken: what is on the tape now is not the block.
            case SenseVerdict.Done when _completion.Residual is > 0:
                _nextObjectId = null;
                throw Suspect(new TapeCommandException(
                    $"{Name}: {command} was answered with {_completion.Status}, but {_completion.Residual} bytes were not taken."), null);
            case SenseVerdict.Done:
                Passed(objects);
                return WriteOutcome.Written;
            case SenseVerdict.EarlyWarning when _sense.Information is null or 0:
                Passed(objects);
                return WriteOutcome.WrittenEarlyWarning;
            case SenseVerdict.VolumeOverflow:
            case SenseVerdict.EarlyWarning:
                // EOM with a residue: the drive says itself that the data did not fit.
                return WriteOutcome.VolumeFull;
            case SenseVerdict.WriteProtected or SenseVerdict.DataProtected or SenseVerdict.WriteOnce:
                throw DriveErrors.Sense(Name, command, verdict, _sense);
            default:
                throw WriteFailure(command, verdict);
        }
    }

    private TapeWriteException WriteFailure(string command, SenseVerdict verdict)
    {
        SenseData sense = _sense;
        _nextObjectId = null;
        TapeException cause = DriveErrors.Sense(Name, command, verdict, sense);
        return Suspect(cause, sense);
    }

    /// <summary>
    /// After a reset, a change of medium or a failure the tape may stand anywhere, and a write there would destroy what it meets.
    /// </summary>
    private void ThrowIfPositionUnknown(string command)
    {
        if (_nextObjectId is null)
        {
            throw new TapeWriteException(
                $"{Name}: {command} was not sent: where the tape stands is not known since a failure or a reset. Position it, then start writing anew.",
                _durableObjectId, null);
        }
    }
}
