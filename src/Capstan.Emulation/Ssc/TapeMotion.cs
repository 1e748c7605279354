using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>A clock that can be waited for: one that a test turns turns itself.</summary>
internal interface IWaitingClock
{
    void Wait(TimeSpan time);
}

/// <summary>
/// Makes a drive take as long as a real one: after a command was carried out it says how long the tape would have moved for it, and
/// lets the initiator wait, or, with IMMED, lets the drive be busy. Drives that are not to be realistic have none of this.
/// </summary>
internal sealed class TapeMotion(VirtualDriveModel model, TimeProvider time)
{
    private const byte ReadCode = 0x08, WriteCode = 0x0A, VerifyCode = 0x13;

    private readonly DriveTiming _timing = DriveTiming.Of(model);

    /// <summary>When the tape will have taken, or given, all that went through the buffer.</summary>
    private DateTimeOffset _tapeDone;
    private DateTimeOffset _tapeStart;
    private DateTimeOffset _streamStart;
    private double _streamBytes;
    private bool _isWriting;

    /// <summary>The tape stands where its data end.</summary>
    private bool _isStopped;

    /// <summary>What rewinding takes from where the tape stood, before a command that took it away.</summary>
    private double _rewoundSeconds;

    internal DriveTiming Timing => _timing;

    /// <summary>How often the tape ran out of data, and had to go back.</summary>
    internal long Backhitches { get; private set; }

    /// <summary>A cartridge was put in: the drive threads it on its own.</summary>
    internal void Thread(TapeDriveUnit unit)
    {
        Stop();
        unit.Activity.Begin(ActivityKind.Loading, TimeSpan.FromSeconds(_timing.LoadSeconds));
    }

    /// <summary>A command was carried out.</summary>
    /// <param name="unit">The drive, as it is now.</param>
    /// <param name="before">The tape that was in it.</param>
    /// <param name="from">Where that stood.</param>
    /// <param name="state">Where the cartridge was.</param>
    /// <param name="context">The command, which is complete.</param>
    internal void After(TapeDriveUnit unit, ITapeMedium? before, long from, MediumState state, ref CommandContext context)
    {
        byte code = context.Cdb[0];
        bool isImmediate = context.Cdb.Length > 1 && (context.Cdb[1] & 1) != 0;
        if (code == LoadUnload.OperationCode)
        {
            AfterLoadUnload(unit, before, from, state, isImmediate, ref context);
            return;
        }
        if (before is null || unit.Medium != MediumState.Loaded || unit.Cartridge is null)
            return;
        if (code is ReadCode or WriteCode or VerifyCode)
        {
            Stream(unit, before, from, code == WriteCode);
        }
        else if (code == Erase6.OperationCode || code == FormatMedium.OperationCode || code == SetCapacity.OperationCode)
        {
            if (context.Status == ScsiStatus.Good)
                Remake(unit, code, context.Cdb);
        }
        else if (code == WriteFilemarks6.OperationCode || code == WriteFilemarks16.OperationCode)
        {
            // What is to be on the tape has to get there first.
            if (!isImmediate)
                Finish();
        }
        else if (before != unit.Tape || from != unit.Position || code == Rewind.OperationCode)
        {
            Finish();
            bool isRewind = code == Rewind.OperationCode;
            double seconds = before == unit.Tape ? SecondsBetween(before, from, unit.Position) : SecondsBetween(before, from, 0) + SecondsBetween(unit.Tape, 0, unit.Position);
            // SPACE has no IMMED.
            bool answersAtOnce = isImmediate && code != Space6.OperationCode && code != Space16.OperationCode;
            Move(unit, isRewind ? ActivityKind.Rewinding : ActivityKind.Locating, seconds, answersAtOnce);
        }
    }

    /// <summary>From one object to another: starting, the way along the tape, another wrap, the other direction.</summary>
    internal double SecondsBetween(ITapeMedium tape, long from, long to)
    {
        if (from == to)
            return 0;
        var geometry = new WrapGeometry(tape);
        (int fromWrap, double fromPlace) = geometry.PlaceOf(from);
        (int toWrap, double toPlace) = geometry.PlaceOf(to);
        double seconds = DriveTiming.StartSeconds + _timing.FullLengthSeconds * Math.Abs(toPlace - fromPlace);
        // The beginning is at one end of every wrap: rewinding changes none.
        if (fromWrap != toWrap && to != 0)
            seconds += DriveTiming.WrapSeconds + ((fromWrap & 1) != (toWrap & 1) ? DriveTiming.DirectionSeconds : 0);
        return seconds;
    }

    /// <summary>ERASE, FORMAT MEDIUM, SET CAPACITY: a long erase writes over every wrap behind the position, as fast as the tape runs, and goes back.</summary>
    private void Remake(TapeDriveUnit unit, byte code, ReadOnlySpan<byte> cdb)
    {
        Finish();
        ITapeMedium tape = unit.Tape;
        if (code == Erase6.OperationCode)
        {
            bool isLong = Erase6.LongField.IsSet(cdb);
            double pass = (tape.CapacityBytes - tape.UsedBytesAt(unit.Position)) / DriveTiming.RatesOf(model, tape.Medium).Fastest;
            Move(unit, ActivityKind.Erasing, DriveTiming.EndOfDataSeconds + (isLong ? pass : 0), isLong && Erase6.ImmedField.IsSet(cdb));
            return;
        }
        bool initializes = code == FormatMedium.OperationCode && FormatMediumHandler.Initializes(tape, (MediumFormat)FormatMedium.FormatField.Get(cdb));
        double seconds = DriveTiming.FormattingSeconds(unit.Cartridge!.PartitionCount) + (initializes ? DriveTiming.InitializingSeconds : 0);
        Move(unit, initializes ? ActivityKind.Initializing : ActivityKind.Formatting, seconds, answersAtOnce: (cdb[1] & 1) != 0);
    }

    /// <summary>What the robot waits for, of a drive that it makes unload.</summary>
    internal double SecondsToUnload(TapeDriveUnit unit) =>
        _timing.UnloadSeconds + (unit is { Medium: MediumState.Loaded, Cartridge: not null } ? SecondsBetween(unit.Tape, unit.Position, 0) : 0);

    private void AfterLoadUnload(TapeDriveUnit unit, ITapeMedium? before, long from, MediumState state, bool isImmediate, ref CommandContext context)
    {
        if (context.Status != ScsiStatus.Good)
            return;
        bool wasLoaded = state == MediumState.Loaded && before is not null;
        if (unit.Medium == MediumState.Loaded)
        {
            Finish();
            // A loaded tape is rewound.
            if (wasLoaded)
                Move(unit, ActivityKind.Rewinding, SecondsBetween(before!, from, 0), isImmediate);
            else if (!isImmediate)
                WaitForThreading(unit);
        }
        else if (state != unit.Medium)
        {
            Finish();
            double seconds = _timing.UnloadSeconds + (wasLoaded ? _rewoundSeconds : 0);
            Move(unit, ActivityKind.Unloading, seconds, isImmediate);
        }
    }

    /// <summary>A command is about to be carried out: one that takes the tape away is asked where it stands.</summary>
    internal void Before(TapeDriveUnit unit, byte operationCode)
    {
        if (operationCode == LoadUnload.OperationCode && unit is { Medium: MediumState.Loaded, Cartridge: not null })
            _rewoundSeconds = SecondsBetween(unit.Tape, unit.Position, 0);
    }

    private void WaitForThreading(TapeDriveUnit unit)
    {
        unit.Activity.End();
        Wait(_timing.LoadSeconds);
    }

    private void Move(TapeDriveUnit unit, ActivityKind kind, double seconds, bool answersAtOnce)
    {
        Stop();
        if (answersAtOnce)
            unit.Activity.Begin(kind, TimeSpan.FromSeconds(seconds));
        else
            Wait(seconds);
    }

    /// <summary>
    /// Blocks go through the buffer. The tape runs as fast as they come, between its slowest and its fastest: the initiator waits when the buffer is
    /// full (writing) or empty (reading). A host below the slowest makes the tape stop and go back once a buffer; that the buffer hides from it.
    /// </summary>
    private void Stream(TapeDriveUnit unit, ITapeMedium tape, long from, bool isWriting)
    {
        if (tape != unit.Tape || unit.Position <= from)
            return;
        if (isWriting != _isWriting)
            Stop();
        _isWriting = isWriting;
        DateTimeOffset now = time.GetUtcNow();
        (double slowest, double fastest) = DriveTiming.RatesOf(model, tape.Medium);
        if (_streamStart == default)
            _streamStart = now;
        if (_tapeDone <= now)
            CatchUp(now, slowest);
        double bytes = tape.UsedBytesAt(unit.Position) - tape.UsedBytesAt(from);
        _streamBytes += bytes;
        _tapeDone += TimeSpan.FromSeconds(bytes / fastest);
        double bufferSeconds = isWriting ? _timing.BufferBytes / fastest : 0;
        // A tape that goes back takes nothing from the buffer meanwhile, and the buffer takes all the same.
        if ((_tapeDone - (_tapeStart > now ? _tapeStart : now)).TotalSeconds > bufferSeconds)
            Owe((_tapeDone - now).TotalSeconds - bufferSeconds);
    }

    /// <summary>The tape had nothing more to do when this block came.</summary>
    private void CatchUp(DateTimeOffset now, double slowest)
    {
        _tapeDone = now;
        bool isTooSlow = _streamBytes >= _timing.BufferBytes && _streamBytes < slowest * (now - _streamStart).TotalSeconds;
        if (!_isStopped && !isTooSlow)
            return;
        Backhitches++;
        if (_isStopped)
            _tapeDone += TimeSpan.FromSeconds(DriveTiming.BackhitchSeconds);
        _tapeStart = _tapeDone;
        _isStopped = false;
        (_streamStart, _streamBytes) = (now, 0);
    }

    /// <summary>Waits until the tape has all that was written, and stands behind it: to write on it has to go back.</summary>
    private void Finish()
    {
        if (!_isWriting || _streamStart == default || _isStopped)
            return;
        Wait((_tapeDone - time.GetUtcNow()).TotalSeconds);
        _tapeDone = time.GetUtcNow();
        _isStopped = true;
    }

    private void Stop()
    {
        (_tapeDone, _tapeStart, _streamStart, _streamBytes) = (default, default, default, 0);
        _isStopped = false;
    }

    /// <summary>A block takes less time than anybody can wait for: what it takes adds up until it is worth it.</summary>
    private void Owe(double seconds)
    {
        if (seconds >= 0.02)
            Wait(seconds);
    }

    private void Wait(double seconds) => Wait(time, seconds);

    /// <summary>Lets time pass on a clock.</summary>
    internal static void Wait(TimeProvider time, double seconds)
    {
        if (seconds <= 0)
            return;
        if (time is IWaitingClock clock)
            clock.Wait(TimeSpan.FromSeconds(seconds));
        else
            System.Threading.Thread.Sleep(TimeSpan.FromSeconds(seconds));
    }
}
