namespace Capstan.Operations;

/// <summary>`capstan verify`.</summary>
public static class VerifyOperation
{
    /// <exception cref="OperationException">The backup could not be read at all, with the reason.</exception>
    public static VerifyReport Run(OperationContext context, VerifyRequest request, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
