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
    long? Loads, long? BeginningPasses, long? MiddlePasses, long? WrittenBytes, long? ReadBytes, long? UnrecoveredWriteErrors, long? UnrecoveredReadErrors)
{
    /// <summary>Passes that an LTO cartridge is made for: what makers promise of all generations.</summary>
    public const int RatedPasses = 16_000;

    /// <summary>How much of its life the tape is through, by the passes over the part that wears most: 0 new, 1 worn out; null where the drive does not tell.</summary>
    public double? Wear => BeginningPasses is null && MiddlePasses is null ? null : Math.Max(BeginningPasses ?? 0, MiddlePasses ?? 0) / (double)RatedPasses;
}
