using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Mtx;

namespace Capstan.Cli.Mtx;

/// <summary>
/// Does the commands of one of mtx's lines with mtx's output and mtx's exit statuses (mtx(1)): 0 when all were done, 1 behind the first
/// that was not. What mtx has words for is said in those, then in our own.
/// </summary>
internal sealed class MtxProgram
{
    private const int Done = 0;
    private const int Failed = 1;

    /// <summary>What scripts compare against.</summary>
    private const string Version = "1.3.12";

    private const int MaxEepos = 3;

    /// <summary>Commands that move cartridges.</summary>
    private static readonly string[] Moving = ["load", "unload", "transfer", "exchange", "first", "last", "next", "previous"];

    private readonly VerbRun _run;
    private readonly MtxWords _words;
    private readonly bool _moves;
    private IMtxChanger? _changer;
    private string? _device;
    private bool _withLabels = true;
    private bool _inverts;
    private int _eepos;

    private MtxProgram(VerbRun run, string[] words)
    {
        _run = run;
        _words = new MtxWords(words);
        _moves = words.AsSpan().ContainsAny(Moving);
    }

    public static int Run(VerbRun run, string[] words)
    {
        var program = new MtxProgram(run, words);
        try
        {
            return program.RunAll();
        }
        catch (UsageException)
        {
            run.Text.Flush();
            MtxText.WriteUsage(run.Error.Writer);
            return Failed;
        }
        catch (RefusedException e)
        {
            return program.Fail(e.Message);
        }
        catch (MtxException e)
        {
            return program.Explain(e, null);
        }
        finally
        {
            program._changer?.Dispose();
        }
    }

    private int RunAll()
    {
        string? word = _words.Next();
        for (; word is "-f"; word = _words.Next())
            _device = _words.Next() ?? throw new UsageException();
        for (; word is not null; word = _words.Next())
        {
            if (Do(word) != Done)
                return Failed;
        }

        return Done;
    }

    private int Do(string word)
    {
        switch (word)
        {
            case "status":
                MtxElements elements = Read();
                MtxText.WriteStatus(_run.Text, _device ?? Changer.Device ?? "", elements, _withLabels);
                return Done;
            case "inquiry":
                MtxText.WriteInquiry(_run.Text, Changer.ReadInquiry());
                return Done;
            case "inventory":
                return Guarded(() => Changer.TakeInventory(), static () => ["Initialize Element Status (0x07) failed", "mtx:inventory failed"]);
            case "load":
                return Load(_words.Number(), _words.Number());
            case "unload":
                return Unload(_words.Number(), _words.Number());
            case "transfer":
                return Transfer(_words.Number(), _words.Number());
            case "exchange":
                return Exchange(_words.Number(), _words.Number(), _words.Number());
            case "first" or "last" or "next" or "previous":
                return Step(word, _words.Number() ?? 0);
            case "position":
                return Position(_words.Number());
            case "eject":
                return Eject();
            case "nobarcode":
                _withLabels = false;
                return Done;
            // Ways of asking: the driver knows which one a changer takes. No LTO library has its changer in a drive's logical unit.
            case "noattach" or "altres":
                return Done;
            case "invert" or "invert2":
                _inverts = true;
                return Done;
            case "eepos":
                _eepos = _words.Number() is { } bits and <= MaxEepos ? bits : throw new RefusedException("eepos equires argument between 0 and 3.");
                return Done;
            case "erase":
                throw new RefusedException("mtx: erase is not done here: `capstan drive erase` erases the tape in a drive.");
            case "--version":
                _run.Text.Flush();
                Say($"mtx version {Version} (capstan {ProgramVersion.Text})");
                Say("");
                throw new UsageException();
            default:
                throw new UsageException();
        }
    }

    private IMtxChanger Changer => _changer ??= _run.Operations.OpenMtx(_run.Context, _device, _moves, _run.Cancellation);

    /// <summary>mtx reads once and then keeps its own books; here it is read again for each command.</summary>
    private MtxElements Read()
    {
        MtxElements elements;
        try
        {
            elements = Changer.ReadElements();
        }
        catch (MtxException e) when (e.Fault != MtxFault.NotOpened)
        {
            throw new MtxException(e.Fault, "READ ELEMENT STATUS Command Failed\nmtx: " + e.Message, e.Sense, e);
        }

        return elements.Drives.Count > 0 ? elements : throw new RefusedException("no Data Transfer Element reported");
    }

    private int Load(int? slot, int? drive)
    {
        MtxElements elements = Read();
        if (slot is not > 0)
            return Fail("No source specified");
        if (slot > elements.Slots.Count)
            return Fail($"Invalid <storage-element-number> argument '{Text(slot)}' to 'load' command");
        int to = DriveOf(elements, drive, "load");
        return elements.Drives[to].IsFull ? Fail($"Drive {Text(to)} Full (Storage Element {Text(elements.Drives[to].Source ?? 0)} loaded)")
            : Load(elements, slot.Value, to);
    }

    private int Load(MtxElements elements, int slot, int drive) => Tell($"Loading media from Storage Element {Text(slot)} into drive {Text(drive)}...",
        elements.Slots[slot - 1], elements.Drives[drive]);

    private int Unload(int? slot, int? drive)
    {
        MtxElements elements = Read();
        if (slot > elements.Slots.Count || (slot == 0 && drive is not null))
            return Fail($"illegal <storage-element-number> argument '{Text(slot)}' to 'unload' command");
        int from = DriveOf(elements, drive, "unload");
        if (!elements.Drives[from].IsFull)
            return Fail($"Data Transfer Element {Text(from)} is Empty");
        if (slot is not > 0)
            slot = elements.Drives[from].Source;
        return slot is not { } to ? Fail($"No Source for tape in drive {Text(from)}!")
            : elements.Slots[to - 1].IsFull ? Fail($"Storage Element {Text(to)} is Already Full")
            : Unload(elements, to, from);
    }

    private int Unload(MtxElements elements, int slot, int drive) => Tell($"Unloading drive {Text(drive)} into Storage Element {Text(slot)}...",
        elements.Drives[drive], elements.Slots[slot - 1]);

    private int Transfer(int? source, int? destination)
    {
        MtxElements elements = Read();
        (MtxElement from, MtxElement to) = Ends(elements, source, destination);
        return Move(from, to);
    }

    private int Exchange(int? source, int? destination, int? third)
    {
        MtxElements elements = Read();
        (MtxElement from, MtxElement to) = Ends(elements, source, destination);
        if (third == 0 || third > elements.Slots.Count)
            return Fail("Invalid destination");
        MtxElement next = third is { } number ? elements.Slots[number - 1] : from;
        RequirePlain();
        return Guarded(() => Changer.Exchange(from, to, next), () => [$"EXCHANGE MEDIUM from Element Address {Text(from.Address)} to {Text(to.Address)} Failed"], from, to);
    }

    /// <summary>first, last, next, previous: what is in the drive goes back to where it came from, then another one is loaded.</summary>
    private int Step(string word, int drive)
    {
        MtxElements elements = Read();
        drive = DriveOf(elements, drive, word);
        MtxElement held = elements.Drives[drive];
        int? current = held.Source;
        if (held.IsFull && current is null)
            return Fail("Do not know which slot to unload tape into!");
        int? wanted = word switch
        {
            "first" => elements.Slots.Count > 0 ? 1 : 0,
            "last" => elements.StorageCount,
            _ => null,
        };
        if (wanted == 0)
            return Fail("No source specified");
        // From a mail slot there is no further to go either: mtx counts them behind the last slot.
        if (held.IsFull && (word == "last" ? current >= wanted : wanted == current))
        {
            _run.Text.WriteLine("loading...done.");
            return Done;
        }

        if (word == "previous" && current == 1)
            return Fail("No More Media");
        if (current is { } slot)
        {
            if (Unload(elements, slot, drive) != Done)
                return Failed;
            elements = Read();
        }

        wanted ??= word == "next"
            ? Find(elements, Enumerable.Range((current ?? 0) + 1, Math.Max(0, elements.StorageCount - (current ?? 0))))
            // From an empty drive mtx begins one behind the slots: with the first mail slot.
            : Find(elements, Enumerable.Range(1, current - 1 ?? Math.Min(elements.StorageCount + 1, elements.Slots.Count)).Reverse());
        return wanted is { } next ? Load(elements, next, drive) : Fail("No More Media");
    }

    private static int? Find(MtxElements elements, IEnumerable<int> slots)
    {
        foreach (int slot in slots)
        {
            if (elements.Slots[slot - 1].IsFull)
                return slot;
        }

        return null;
    }

    private int Position(int? slot)
    {
        MtxElements elements = Read();
        // mtx itself goes anywhere then.
        if (slot is not { } number || number < 1 || number > elements.Slots.Count)
            return Fail("mtx: position needs the number of a slot.");
        return Guarded(() => Changer.PositionTo(elements.Slots[number - 1]), static () => ["Could not position transport"]);
    }

    /// <summary>Of a drive, not of a changer; mtx ends with 0 whatever becomes of it.</summary>
    private int Eject()
    {
        try
        {
            _run.Operations.DriveEject(_run.Context, _device ?? _run.Device);
        }
        catch (OperationException e)
        {
            Say("Eject (0x1B) failed");
            Say("mtx:eject failed");
            Say($"mtx: eject is for a tape drive: {e.Message}");
        }

        return Done;
    }

    private static (MtxElement From, MtxElement To) Ends(MtxElements elements, int? source, int? destination) =>
        source is not > 0 ? throw new RefusedException("No source specified")
        : destination is not > 0 ? throw new RefusedException("No destination specified")
        : source > elements.Slots.Count ? throw new RefusedException("Invalid source")
        : destination > elements.Slots.Count ? throw new RefusedException("Invalid destination")
        : (elements.Slots[source.Value - 1], elements.Slots[destination.Value - 1]);

    private static int DriveOf(MtxElements elements, int? drive, string command) =>
        (drive ?? 0) < elements.Drives.Count ? drive ?? 0 : throw new RefusedException($"illegal <drive-number> argument '{Text(drive)}' to '{command}' command");

    private int Tell(string what, MtxElement from, MtxElement to)
    {
        RequirePlain();
        _run.Text.Write(what);
        // It takes minutes.
        _run.Text.Flush();
        int status = Move(from, to);
        if (status == Done)
            _run.Text.WriteLine("done");
        return status;
    }

    private int Move(MtxElement from, MtxElement to)
    {
        RequirePlain();
        return Guarded(() => Changer.Move(from, to), () => [$"MOVE MEDIUM from Element Address {Text(from.Address)} to {Text(to.Address)} Failed"], from, to);
    }

    /// <summary>Better not moved than moved otherwise than was said.</summary>
    private void RequirePlain()
    {
        if (_inverts)
            throw new RefusedException("mtx: invert is for optical discs: an LTO cartridge has one side, and a library does not turn it over.");
        if (_eepos != 0)
            throw new RefusedException("mtx: eepos is not sent: no LTO library opens its mail slot by it. Its panel does.");
    }

    private int Guarded(Action action, Func<IEnumerable<string>> fallback, MtxElement? from = null, MtxElement? to = null)
    {
        try
        {
            action();
            return Done;
        }
        catch (MtxException e) when (e.Fault != MtxFault.NotOpened)
        {
            string? special = e.Fault switch
            {
                MtxFault.NeedsOffline => "Drive needs offline before move",
                MtxFault.SourceEmpty when from is not null => $"Source Element Address {Text(from.Address)} is Empty",
                MtxFault.DestinationFull when to is not null => $"Destination Element Address {Text(to.Address)} is Already Full",
                MtxFault.CleaningCartridge => "Cleaning Cartridge Installed and Ejected",
                _ => null,
            };
            return Explain(e, special is null ? fallback() : [special], withSense: special is null);
        }
    }

    private int Explain(MtxException e, IEnumerable<string>? lines, bool withSense = true)
    {
        _run.Text.Flush();
        if (withSense)
        {
            foreach (string line in e.Sense)
                Say(line);
        }

        foreach (string line in lines ?? [])
            Say(line);
        Say(e.Fault == MtxFault.NotOpened && _device is not null ? $"cannot open SCSI device '{_device}' - {e.Message}"
            : lines is null && e.InnerException is MtxException ? e.Message
            : "mtx: " + e.Message);
        return Failed;
    }

    private int Fail(string message)
    {
        _run.Text.Flush();
        Say(message);
        return Failed;
    }

    private void Say(string text) => _run.Error.Writer.WriteLine(text);

    private static string Text(int? number) => (number ?? 0).ToString(CultureInfo.InvariantCulture);

    /// <summary>The line is none of mtx's.</summary>
    private sealed class UsageException : Exception;

    /// <summary>What was asked for is refused, in these words.</summary>
    private sealed class RefusedException(string message) : Exception(message);
}
