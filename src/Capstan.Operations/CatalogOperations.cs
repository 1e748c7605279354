namespace Capstan.Operations;

/// <summary>`capstan list`, `capstan show`, `capstan catalog rebuild`.</summary>
public static class CatalogOperations
{
    /// <summary>All backups, oldest first.</summary>
    public static IReadOnlyList<BackupSummary> List(OperationContext context) => throw new NotSupportedException();

    /// <summary>One backup; its entries and problems are streamed.</summary>
    /// <exception cref="OperationException">No such backup.</exception>
    public static BackupSummary Show(OperationContext context, string id, Action<EntryLine> entry, Action<PathProblem> problem) =>
        throw new NotSupportedException();

    /// <summary>Makes the catalog's knowledge of the tape in the drive anew from the tape alone.</summary>
    public static RebuildReport Rebuild(OperationContext context, string? device, CancellationToken cancellation) =>
        throw new NotSupportedException();
}
