namespace Capstan.Operations;

/// <summary>`capstan restore`.</summary>
public static class RestoreOperation
{
    /// <exception cref="OperationException">Nothing could be restored, with the reason.</exception>
    public static RestoreReport Run(OperationContext context, RestoreRequest request, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
