using System.Text.Json.Serialization;
using Capstan.Drive;

namespace Capstan.Operations.Erasing;

/// <summary>What the user said about destroying what is on a tape.</summary>
/// <param name="Yes">--yes: it may be destroyed.</param>
/// <param name="ExpectBarcode">The tape must have this barcode; null for any.</param>
/// <param name="ExpectLabel">The tape must have this label; null for any.</param>
/// <param name="Ask">Asks a person, and answers whether it is yes; null where there is none to ask.</param>
public sealed record Consent(bool Yes, string? ExpectBarcode, string? ExpectLabel, Func<string, bool>? Ask);

/// <summary>What to erase: the whole tape, every partition of it.</summary>
/// <param name="Device">--device.</param>
/// <param name="IsLong">Overwrite it to its end; else only an end of data is recorded at the beginning.</param>
/// <param name="Waits">False returns when a long erase has begun.</param>
public sealed record EraseRequest(string? Device, bool IsLong, bool Waits, Consent Consent);

/// <summary>How to format.</summary>
/// <param name="Device">--device.</param>
/// <param name="Partitions">How many; null keeps to one, or to as many as <paramref name="Sizes"/> has.</param>
/// <param name="Sizes">In bytes, one a partition; null for what is left. Empty: the drive chooses.</param>
/// <param name="IsFull">As from the factory, which measures an LTO-9 tape anew; else the quickest way.</param>
/// <param name="Waits">False returns when it has begun.</param>
public sealed record FormatRequest(string? Device, int? Partitions, IReadOnlyList<long?> Sizes, bool IsFull, bool Waits, Consent Consent);

/// <summary>How much of a tape is to be used.</summary>
/// <param name="Device">--device.</param>
/// <param name="Percent">Greater than 0, 100 for all of it.</param>
public sealed record SetCapacityRequest(string? Device, double Percent, Consent Consent);

/// <summary>How much a tape holds.</summary>
public sealed record CapacityReport(string Device, string PickedBy, long CapacityBytes, long RemainingBytes);

/// <summary>One partition.</summary>
public sealed record PartitionReport(int Number, long? CapacityBytes, long? UsedBytes, long? RemainingBytes)
{
    internal static IReadOnlyList<PartitionReport> Of(PartitionTable? table) =>
        table is null ? [] : [.. table.Partitions.Select(partition => new PartitionReport(partition.Number, partition.CapacityBytes, partition.UsedBytes, partition.RemainingBytes))];
}

/// <summary>What became of it.</summary>
/// <param name="Action">erase, format, capacity.</param>
/// <param name="Tape">What was on it, in words: <c>tape monday (12345678)</c>, <c>a blank tape</c>.</param>
/// <param name="Label">Its label, where Capstan labelled it.</param>
/// <param name="Barcode">Where it is known.</param>
/// <param name="How">What was sent to the drive, in words.</param>
/// <param name="State">done, or running: the drive goes on by itself.</param>
/// <param name="Partitions">What the tape has now; empty where the drive does not tell, or while it is busy.</param>
/// <param name="Forgotten">Backups that were on it and are not listed any more.</param>
public sealed record ErasureReport(
    string Device, string PickedBy, string Action, string Tape, string? Label, string? Barcode, string How, string State, double Seconds,
    IReadOnlyList<PartitionReport> Partitions, IReadOnlyList<string> Forgotten, [property: JsonIgnore] ExitStatus Status);
