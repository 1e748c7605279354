namespace Capstan.Scsi;

/// <summary>DEST_TYPE of LOCATE(16) (SSC-4 7.4); 10b is reserved.</summary>
public enum LocateDestination : byte
{
    LogicalObject = 0,
    LogicalFile = 1,
    EndOfData = 3,
}

/// <summary>Where LOCATE(16) is to go: a kind of place and, except for end of data, its number.</summary>
public readonly record struct LocateTarget
{
    private LocateTarget(LocateDestination destination, ulong identifier)
    {
        Destination = destination;
        Identifier = identifier;
    }

    public LocateDestination Destination { get; }

    /// <summary>Object or file number, from 0 at the beginning of the partition; 0 for end of data.</summary>
    public ulong Identifier { get; }

    /// <summary>End of data of the partition.</summary>
    public static LocateTarget EndOfData => new(LocateDestination.EndOfData, 0);

    /// <summary>The block or filemark with this many objects before it.</summary>
    public static LocateTarget LogicalObject(ulong identifier) => new(LocateDestination.LogicalObject, identifier);

    /// <summary>The beginning of the file with this many filemarks before it. Drives differ in how they count: prefer objects.</summary>
    public static LocateTarget LogicalFile(ulong identifier) => new(LocateDestination.LogicalFile, identifier);

    public override string ToString() => Destination switch
    {
        LocateDestination.LogicalObject => $"object {Identifier}",
        LocateDestination.LogicalFile => $"file {Identifier}",
        _ => "end of data",
    };
}
