namespace Capstan.Catalog;

/// <summary>What may be done with a tape. The numbers are stored; never renumber.</summary>
public enum TapeState
{
    /// <summary>Takes more data.</summary>
    Writable = 0,

    /// <summary>Early warning was reached: nothing is appended any more.</summary>
    Full = 1,

    /// <summary>An error left its end in doubt: read it, do not append.</summary>
    Suspect = 2,

    /// <summary>Taken out of use by the user.</summary>
    Retired = 3,
}

/// <summary>A tape as the catalog knows it.</summary>
/// <param name="Uuid">As in its label.</param>
/// <param name="Label">Text of its label.</param>
/// <param name="Barcode">Volume tag, when one was seen.</param>
/// <param name="Created">When it was labelled, to the millisecond.</param>
/// <param name="CapacityBytes">Native capacity in bytes; null when unknown.</param>
/// <param name="EndOfDataObjectId">Logical object identifier at end of data after the last commit seen; null when unknown.</param>
/// <param name="State">What may be done with it.</param>
public sealed record TapeInfo(
    Guid Uuid,
    string Label,
    string? Barcode,
    DateTimeOffset Created,
    long? CapacityBytes,
    ulong? EndOfDataObjectId,
    TapeState State);
