using Capstan.Emulation.Faults;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>What a fault plan does to the drive.</summary>
internal sealed partial class TapeDriveUnit
{
    private void Execute(DriveFault fault, ref CommandContext context)
    {
        if (FaultStrike.Before(this, fault, ref context))
            return;
        Dispatch(ref context);
        FaultStrike.After(this, fault, ref context);
    }

    /// <summary>Objects never get onto the medium: the data end before them, and so does the tape where it stood behind.</summary>
    /// <param name="first">The first one; null for all that was not synchronised.</param>
    internal void LoseFrom(long? first)
    {
        if (_tape is not { } tape)
            return;
        long from = first ?? tape.DurableObjectCount;
        if (from < tape.EndOfData)
            tape.EraseFrom(from);
        Position = Math.Min(Position, from);
    }

    /// <summary>An error of an earlier command waits to be told.</summary>
    internal void Defer(SenseData deferred) => _deferred = deferred with { IsDeferred = true };

    /// <summary>Establishes a unit attention condition.</summary>
    internal void Attend(SenseCode attention) => Attentions.Establish(attention);
}
