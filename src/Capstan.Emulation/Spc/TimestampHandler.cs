using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

/// <summary>A drive's clock: it counts from power on until somebody sets it (SPC-4 5.14).</summary>
internal sealed class DriveClock(TimeProvider time)
{
    private DateTimeOffset _zero = time.GetUtcNow();

    internal TimestampOrigin Origin { get; private set; }

    /// <summary>When the clock stood at 0.</summary>
    internal DateTimeOffset Zero => _zero;

    internal long Milliseconds => Math.Clamp((long)(time.GetUtcNow() - _zero).TotalMilliseconds, 0, TimestampData.MaxMilliseconds);

    internal void Set(long milliseconds)
    {
        // What a TIMESTAMP can say goes beyond what a clock of this program can.
        DateTimeOffset now = time.GetUtcNow();
        _zero = now.AddTicks(-Math.Min(milliseconds, now.UtcTicks / TimeSpan.TicksPerMillisecond) * TimeSpan.TicksPerMillisecond);
        Origin = TimestampOrigin.SetTimestamp;
    }

    internal void PowerOn() => Restore(time.GetUtcNow(), TimestampOrigin.PowerOn);

    internal void Restore(DateTimeOffset zero, TimestampOrigin origin)
    {
        _zero = zero;
        Origin = origin;
    }
}

/// <summary>REPORT TIMESTAMP and SET TIMESTAMP.</summary>
internal readonly struct TimestampHandler<TUnit> : ICommandHandler<TUnit, ReportTimestamp>, ICommandHandler<TUnit, SetTimestamp>
    where TUnit : LogicalUnit
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TUnit unit, in ReportTimestamp command, ref CommandContext context)
    {
        Span<byte> answer = stackalloc byte[TimestampData.Length];
        new TimestampData(unit.Clock.Milliseconds, unit.Clock.Origin).WriteTo(answer);
        context.Return(answer, command.AllocationLength);
    }

    public static void Execute(TUnit unit, in SetTimestamp command, ref CommandContext context)
    {
        if (command.ParameterListLength == 0)
        {
            context.Good();
            return;
        }
        if (command.ParameterListLength < 10)
        {
            context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
            return;
        }
        if (!TimestampData.TryDecode(context.DataOut, out TimestampData timestamp))
        {
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
            return;
        }
        unit.Clock.Set(timestamp.Milliseconds);
        context.Good(context.DataOut.Length);
    }
}
