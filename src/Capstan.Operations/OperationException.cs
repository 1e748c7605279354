namespace Capstan.Operations;

/// <summary>An operation failed in a way that is understood: the message names the thing and the remedy.</summary>
public sealed class OperationException : Exception
{
    public OperationException(ExitStatus status, string message, Exception? inner = null)
        : base(message, inner) => Status = status;

    public ExitStatus Status { get; }
}
