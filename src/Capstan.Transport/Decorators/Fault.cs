using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>
/// One line of a fault plan: when it happens and what happens. Plans are data, so that a test prints the plan that broke it.
/// </summary>
/// <param name="Command">
/// The Nth command, from 1: of all commands, or of those with <paramref name="OperationCode"/> when that is given.
/// </param>
/// <param name="OperationCode">Count only commands with this operation code.</param>
public sealed record Fault(int Command, byte? OperationCode = null)
{
    /// <summary>How many commands in a row are hit from <see cref="Command"/> on; 1 and above.</summary>
    public int Count { get; init; } = 1;

    /// <summary>Whether the device sees (and carries out) the command although the answer is replaced or the path breaks.</summary>
    public bool ReachesDevice { get; init; }

    /// <summary>Answer with this status instead of the device's.</summary>
    public ScsiStatus? Status { get; init; }

    /// <summary>Sense that comes with <see cref="Status"/>.</summary>
    public SenseData? Sense { get; init; }

    /// <summary>Flip this bit of the data on their way, in either direction, counted from the first byte's bit 0; nothing where there are fewer.</summary>
    public long? FlipBit { get; init; }

    /// <summary>Leave out the residual, as some adapters do.</summary>
    public bool DropResidual { get; init; }

    /// <summary>Wait before the command goes on; longer than the command's timeout makes it time out, having reached the device.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Break the path: throw <see cref="ScsiTransportException"/> instead of answering.</summary>
    public TransportFault? Throw { get; init; }
}
