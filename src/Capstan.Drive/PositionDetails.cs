using Capstan.Scsi;

namespace Capstan.Drive;

/// <summary>Forms of READ POSITION (SSC-5).</summary>
[Flags]
public enum PositionFormSet
{
    None = 0,
    Short = 1,
    Long = 2,
    Extended = 4,
}

/// <summary>What the forms of READ POSITION say together.</summary>
/// <param name="Forms">Those that were answered.</param>
/// <param name="Position">Null when the drive does not know where its tape stands.</param>
/// <param name="BeyondProgrammableEarlyWarning">BPEW.</param>
/// <param name="ObjectsInBuffer">Written objects that are not on the medium yet; null where that is not told.</param>
/// <param name="BytesInBuffer">Their bytes; null where that is not told.</param>
/// <param name="FirstBufferedObject">The object that goes to the medium next: everything before it is on tape. Null where that is not told.</param>
public readonly record struct PositionDetails(
    PositionFormSet Forms, TapePosition? Position, bool BeyondProgrammableEarlyWarning, long? ObjectsInBuffer, long? BytesInBuffer, long? FirstBufferedObject)
{
    /// <summary>
    /// Decodes one saved answer, of whichever form: the extended one names its own length in bytes 2 and 3, which are reserved in
    /// the long one, and the short one has 20 bytes.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out PositionDetails details)
    {
        details = default;
        if (ExtendedPosition.TryDecode(bytes, out ExtendedPosition extended))
            details = Of(null, null, extended);
        else if (LongPosition.TryDecode(bytes, out LongPosition full))
            details = Of(null, full, null);
        else if (ShortPosition.TryDecode(bytes, out ShortPosition brief))
            details = Of(brief, null, null);
        return details.Forms != PositionFormSet.None;
    }

    internal static PositionDetails Of(ShortPosition? brief, LongPosition? full, ExtendedPosition? extended)
    {
        PositionFormSet forms = (brief is null ? 0 : PositionFormSet.Short) | (full is null ? 0 : PositionFormSet.Long) | (extended is null ? 0 : PositionFormSet.Extended);
        PositionConditions conditions = full?.Conditions ?? extended?.Conditions ?? brief?.Conditions ?? default;
        (long? objects, long? bytes, long? first) = BufferOf(brief, extended);
        return new PositionDetails(forms, PositionOf(brief, full, extended), Has(conditions, PositionConditions.BeyondProgrammableEarlyWarning), objects, bytes, first);
    }

    private static TapePosition? PositionOf(ShortPosition? brief, LongPosition? full, ExtendedPosition? extended)
    {
        if (full is { } l && !Has(l.Conditions, PositionConditions.LocationUnknown) && l.LogicalObject <= long.MaxValue && l.LogicalFile <= long.MaxValue)
        {
            return At(l.Conditions, unchecked((int)l.Partition), l.LogicalObject, Has(l.Conditions, PositionConditions.FileUnknown) ? null : (long)l.LogicalFile);
        }

        if (extended is { } e && !Has(e.Conditions, PositionConditions.LocationUnknown) && e.FirstLogicalObject <= long.MaxValue)
            return At(e.Conditions, e.Partition, e.FirstLogicalObject, null);
        return brief is { } s && !Has(s.Conditions, PositionConditions.LocationUnknown | PositionConditions.Error)
            ? At(s.Conditions, s.Partition, s.FirstLogicalObject, null)
            : null;
    }

    private static TapePosition At(PositionConditions conditions, int partition, ulong objectId, long? file) => new(partition, (long)objectId, file,
        Has(conditions, PositionConditions.BeginningOfPartition), Has(conditions, PositionConditions.EndOfPartition));

    private static (long? Objects, long? Bytes, long? First) BufferOf(ShortPosition? brief, ExtendedPosition? extended)
    {
        if (extended is { } e)
        {
            return (Unless(e.Conditions, PositionConditions.ObjectCountUnknown, (ulong)e.ObjectsInBuffer),
                Unless(e.Conditions, PositionConditions.ByteCountUnknown, e.BytesInBuffer),
                Unless(e.Conditions, PositionConditions.LocationUnknown, e.LastLogicalObject));
        }

        return brief is { } s
            ? (Unless(s.Conditions, PositionConditions.ObjectCountUnknown, (ulong)s.ObjectsInBuffer),
                Unless(s.Conditions, PositionConditions.ByteCountUnknown, s.BytesInBuffer),
                Unless(s.Conditions, PositionConditions.LocationUnknown | PositionConditions.Error, s.LastLogicalObject))
            : default;
    }

    private static long? Unless(PositionConditions conditions, PositionConditions unknown, ulong value) =>
        Has(conditions, unknown) || value > long.MaxValue ? null : (long)value;

    private static bool Has(PositionConditions conditions, PositionConditions any) => (conditions & any) != 0;
}
