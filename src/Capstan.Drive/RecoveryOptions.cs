namespace Capstan.Drive;

/// <summary>How long, and told to whom, a broken way to the drive is made whole again.</summary>
/// <param name="Progress">What is being done, for a status line; called often, from the thread that uses the drive.</param>
/// <param name="Decided">One line when it is over: what happened and how it was decided.</param>
/// <param name="Cancellation">Ends the attempt, and the operation with the error that began it.</param>
public sealed record RecoveryOptions(
    Action<string>? Progress = null, Action<string>? Decided = null, CancellationToken Cancellation = default)
{
    /// <summary>How long one recovery may take until the drive answers again. A target that is restarted is back within that.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(120);

    /// <summary>So often at most the path may break again while it is being recovered, or over the same object.</summary>
    public int MaxTries { get; init; } = 4;
}
