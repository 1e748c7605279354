using System.Globalization;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Ssc;

namespace Capstan.Emulation.Tests.Library.Soak;

/// <summary>An object on a tape: a block of so many bytes that a seed makes, or a filemark, which has none.</summary>
internal readonly record struct TapeObject(int Seed, int Length)
{
    public bool IsFilemark => Length == 0;

    public long StoredBytes => Cartridge.RecordOverheadBytes + Length;
}

/// <summary>A drive as it must be.</summary>
internal record struct DriveModel
{
    /// <summary>Number of the process that has it; null for nobody.</summary>
    public int? Owner { get; set; }

    public MediumState Medium { get; set; }

    public int Position { get; set; }

    public bool IsRemovalPrevented { get; set; }
}

/// <summary>A library as dictionaries and lists; it knows nothing of files, locks or processes.</summary>
internal sealed class LibraryModel
{
    public required int FirstDrive { get; init; }

    public required DriveModel[] Drives { get; init; }

    public required long CapacityBytes { get; init; }

    /// <summary>By element address.</summary>
    public SortedDictionary<int, (string Barcode, int? Source)> Elements { get; private init; } = [];

    /// <summary>Cartridges that somebody took out.</summary>
    public SortedSet<string> Shelf { get; private init; } = [];

    public Dictionary<string, List<TapeObject>> Tapes { get; private init; } = [];

    public LibraryModel Clone() => new()
    {
        FirstDrive = FirstDrive,
        Drives = [.. Drives],
        CapacityBytes = CapacityBytes,
        Elements = new SortedDictionary<int, (string, int?)>(Elements),
        Shelf = [.. Shelf],
        Tapes = Tapes.ToDictionary(static tape => tape.Key, static tape => tape.Value.ToList()),
    };

    public int? DriveAt(int address) => address >= FirstDrive && address < FirstDrive + Drives.Length ? address - FirstDrive : null;

    /// <summary>The tape in a drive.</summary>
    public List<TapeObject> TapeIn(int drive) => Tapes[Elements[FirstDrive + drive].Barcode];

    /// <summary>MOVE MEDIUM, or EXCHANGE MEDIUM with a second destination.</summary>
    /// <param name="host">Number of the process that was asked.</param>
    /// <param name="between">Called where it may be found when the process was killed.</param>
    /// <returns>Whether it is done.</returns>
    public bool Transfer(int host, int source, int destination, int? second, Action<LibraryModel>? between = null)
    {
        int last = second ?? destination;
        if (second is not null && (source == destination || last == destination) || !Elements.TryGetValue(source, out var moved))
            return false;
        if (source == destination)
            return true;
        bool isFull = Elements.TryGetValue(destination, out var displaced);
        if (second is null ? isFull : !isFull || last != source && Elements.ContainsKey(last))
            return false;
        if (!LetsGo(host, source) || second is not null && !LetsGo(host, destination))
            return false;
        Free(source);
        between?.Invoke(Clone());
        if (second is not null)
        {
            Free(destination);
            between?.Invoke(Clone());
        }
        Empty(source);
        if (second is not null)
        {
            Empty(destination);
            Put(last, displaced, destination);
        }
        Put(destination, moved, source);
        return true;
    }

    public void PutIn(string barcode, int address)
    {
        Shelf.Remove(barcode);
        Elements.Add(address, (barcode, null));
    }

    public void TakeOut(int address)
    {
        Shelf.Add(Elements[address].Barcode);
        Elements.Remove(address);
    }

    /// <summary>Writes an object where a drive stands.</summary>
    /// <returns>False when the tape is full there, and nothing has changed.</returns>
    public bool Write(int drive, TapeObject written)
    {
        List<TapeObject> tape = TapeIn(drive);
        int position = Drives[drive].Position;
        if (tape.Take(position).Sum(static one => one.StoredBytes) + written.StoredBytes > CapacityBytes)
            return false;
        tape.RemoveRange(position, tape.Count - position);
        tape.Add(written);
        Drives[drive].Position++;
        return true;
    }

    /// <summary>A process ended. What it had in its drives stays there; killed, they lose power.</summary>
    public void Leave(int host, bool isKilled)
    {
        for (int drive = 0; drive < Drives.Length; drive++)
        {
            if (Drives[drive].Owner != host)
                continue;
            Drives[drive].Owner = null;
            if (!isKilled)
                continue;
            Drives[drive].Position = 0;
            Drives[drive].IsRemovalPrevented = false;
        }
    }

    /// <summary>All of what READ ELEMENT STATUS tells, an element a line.</summary>
    public string Inventory() => string.Join('\n', Elements.Select(one => Line(
        one.Key, one.Value.Barcode, one.Value.Source, DriveAt(one.Key) is not { } drive || Drives[drive].Medium == MediumState.Ejected)));

    public static string Line(int address, string barcode, int? source, bool isAccessible) =>
        string.Create(CultureInfo.InvariantCulture, $"{address:X4} {barcode} from {source:X} {(isAccessible ? "accessible" : "held")}");

    private bool LetsGo(int host, int address) =>
        DriveAt(address) is not { } drive || Drives[drive].Medium == MediumState.Ejected || (Drives[drive].Owner ?? host) == host && !Drives[drive].IsRemovalPrevented;

    private void Free(int address)
    {
        if (DriveAt(address) is { } drive && Drives[drive].Medium != MediumState.Ejected)
            Eject(drive);
    }

    public void Eject(int drive)
    {
        Drives[drive].Medium = MediumState.Ejected;
        Drives[drive].Position = 0;
    }

    private void Empty(int address)
    {
        Elements.Remove(address);
        if (DriveAt(address) is { } drive)
            Drives[drive].Medium = MediumState.Empty;
    }

    private void Put(int address, (string Barcode, int? Source) content, int from)
    {
        Elements[address] = (content.Barcode, DriveAt(from) is null ? from : content.Source);
        if (DriveAt(address) is not { } drive)
            return;
        Drives[drive].Medium = MediumState.Loaded;
        Drives[drive].Position = 0;
    }
}
