namespace Capstan.Operations;

/// <summary>`capstan backup`.</summary>
public static class BackupOperation
{
    /// <summary>Runs to the end, or to the next block after cancellation (the report then says why it is incomplete).</summary>
    /// <exception cref="OperationException">Nothing was saved, with the reason.</exception>
    public static BackupReport Run(OperationContext context, BackupRequest request, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
