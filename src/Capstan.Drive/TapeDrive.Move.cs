using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>Movements that only a user asks for, and everything that READ POSITION tells.</summary>
public sealed partial class TapeDrive
{
    /// <summary>Winds the tape to its end and back (LOAD UNLOAD with RETEN), which evens its tension. It stands at its beginning then.</summary>
    /// <exception cref="TapeCommandException">The drive knows no retension.</exception>
    public void Retension()
    {
        _isStreaming = false;
        _nextObjectId = null;
        SenseVerdict verdict;
        int attempt = 0;
        do
            verdict = Run(new LoadUnload(Load: true, Retension: true), DataTransfer.None, _timeouts.LoadSeconds + (2 * _timeouts.LocateSeconds));
        while (verdict is SenseVerdict.MediumChanged or SenseVerdict.DeviceReset && ++attempt < MaxRetries);
        if (verdict is not (SenseVerdict.Done or SenseVerdict.BecomingReady))
            throw DriveErrors.Sense(Name, LoadUnload.Name, verdict, _sense);
        AwaitMedium();
        // Some take RETEN and do nothing; a loaded tape stands at its beginning all the same.
        Rewind();
    }

    /// <summary>
    /// Writes filemarks where the tape stands, on a drive that does not tell where that is. Synchronising. Nothing is known of what
    /// they overwrite: for who was asked for exactly that.
    /// </summary>
    /// <exception cref="TapeWriteException">They are not on the medium.</exception>
    public WriteOutcome WriteFilemarksBlindly(int count)
    {
        _isStreaming = false;
        _nextObjectId = null;
        SenseVerdict verdict = RunWrite(new WriteFilemarks6(count, Immediate: false), DataTransfer.None, _timeouts.WriteFilemarksSeconds);
        WriteOutcome outcome = Written(WriteFilemarks6.Name, verdict, 0);
        _nextObjectId = null;
        return outcome;
    }

    /// <summary>
    /// Everything that READ POSITION tells, in each form that the drive has. Moves nothing and believes nothing: a drive that keeps
    /// no position gives answers that say so, or contradict each other.
    /// </summary>
    /// <exception cref="TapeCommandException">The drive refuses every form.</exception>
    public PositionDetails ReadPositionDetails()
    {
        Span<byte> answer = stackalloc byte[ExtendedPosition.Length];
        ShortPosition? brief = TryForm(new ReadPosition(PositionForm.Short), answer[..ShortPosition.Length], out int length)
            && ShortPosition.TryDecode(answer[..length], out ShortPosition s) ? s : null;
        LongPosition? full = TryForm(new ReadPosition(PositionForm.Long), answer, out length)
            && LongPosition.TryDecode(answer[..length], out LongPosition l) ? l : null;
        ExtendedPosition? extended = TryForm(new ReadPosition(PositionForm.Extended), answer, out length)
            && ExtendedPosition.TryDecode(answer[..length], out ExtendedPosition e) ? e : null;
        return brief is null && full is null && extended is null
            ? throw DriveErrors.Sense(Name, Scsi.ReadPosition.Name, SenseVerdict.IllegalRequest, _sense)
            : PositionDetails.Of(brief, full, extended);
    }

    /// <summary>
    /// Block length, density and buffering as they are set, from the mode parameter header; null where the drive does not tell them.
    /// Sets nothing.
    /// </summary>
    public BlockSettings? TryReadBlockSettings()
    {
        try
        {
            ModeParameterHeader header = ReadModeHeader();
            return new BlockSettings(header.BlockDescriptor?.BlockLengthBytes, header.BlockDescriptor?.DensityCode, header.WriteProtected, header.BufferedMode != 0);
        }
        catch (TapeCommandException)
        {
            return null;
        }
    }

    /// <summary>False when the drive refuses the form.</summary>
    private bool TryForm(in ReadPosition command, Span<byte> answer, out int length)
    {
        answer.Clear();
        SenseVerdict verdict = Run(command, DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        length = verdict == SenseVerdict.Done ? Received(answer.Length) : 0;
        if (verdict is SenseVerdict.Done or SenseVerdict.IllegalRequest)
            return verdict == SenseVerdict.Done;
        throw DriveErrors.Sense(Name, Scsi.ReadPosition.Name, verdict, _sense);
    }
}

/// <summary>What the mode parameter header and its block descriptor say.</summary>
/// <param name="BlockLengthBytes">0 for variable blocks; null without a block descriptor.</param>
/// <param name="DensityCode">Of the medium; null without a block descriptor.</param>
/// <param name="IsBuffered">BUFFERED MODE is not 0: writes are answered from the drive's buffer.</param>
public readonly record struct BlockSettings(int? BlockLengthBytes, byte? DensityCode, bool IsWriteProtected, bool IsBuffered);
