namespace Capstan.Operations.Status;

/// <summary>A TapeAlert flag that is set.</summary>
/// <param name="Severity">information, warning, critical.</param>
public sealed record StatusAlert(int Flag, string Name, string Severity);

/// <summary>What the tape in the drive has been through (log page 17h); null for what the drive does not tell.</summary>
/// <param name="Loads">How often it was threaded.</param>
/// <param name="BeginningPasses">How often the head passed over the beginning of the tape, which wears most.</param>
/// <param name="MiddlePasses">How often over its middle.</param>
/// <param name="WrittenBytes">In its life.</param>
/// <param name="ReadBytes">In its life.</param>
public sealed record TapeUsage(
    long? Loads, long? BeginningPasses, long? MiddlePasses, long? WrittenBytes, long? ReadBytes, long? UnrecoveredWriteErrors, long? UnrecoveredReadErrors);
