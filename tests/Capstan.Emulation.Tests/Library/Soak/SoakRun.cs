using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Ssc;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Library.Soak;

/// <summary>The library, the two processes that work it, and the model. Each step does something to both and compares them.</summary>
internal sealed partial class SoakRun : IDisposable
{
    private const int DriveCount = 4, SlotCount = 20, MailSlotCount = 2, CartridgeCount = 16;
    private const long CapacityBytes = 150_000;
    private const int MaxBlockBytes = 6000;

    /// <summary>This process, and the one that is killed.</summary>
    private const int Here = 0, There = 1;

    private readonly TestDirectory _directory = new();
    private readonly string _path;
    private readonly Random _random;
    private readonly ElementMap _map;
    private readonly int[] _places;
    private readonly ILibraryHost?[] _hosts = new ILibraryHost?[2];
    private readonly Queue<string> _history = new();
    private readonly SortedDictionary<string, int> _counts;
    private readonly (int Weight, string Name, Action Run)[] _steps;
    private LibraryModel _model;
    private int _nextSeed;

    public SoakRun(int seed)
    {
        _random = new Random(seed);
        _path = _directory.File("library");
        VirtualChangerModel changer = VirtualChangerModel.Find("generic")!;
        VirtualLibrary.Create(_path, new LibraryOptions
        {
            CartridgeCount = CartridgeCount,
            Changer = changer,
            StorageElements = SlotCount,
            ImportExportElements = MailSlotCount,
            MoreDrives = [.. Enumerable.Repeat(VirtualDriveModel.Default, DriveCount - 1)],
            CapacityBytes = CapacityBytes,
            IsSynchronous = false,
        });
        _map = new ElementMap(changer.FirstTransport, changer.FirstStorage, SlotCount, changer.FirstImportExport, MailSlotCount, changer.FirstDrive, DriveCount);
        _places =
        [
            .. Enumerable.Range(_map.FirstStorage, SlotCount), .. Enumerable.Range(_map.FirstImportExport, MailSlotCount),
            .. Enumerable.Range(_map.FirstDrive, DriveCount),
        ];
        _model = new LibraryModel { FirstDrive = _map.FirstDrive, Drives = new DriveModel[DriveCount], CapacityBytes = CapacityBytes };
        for (int i = 0; i < CartridgeCount; i++)
        {
            string barcode = $"CAP{i + 1:D3}L9";
            _model.Elements.Add(_map.FirstStorage + i, (barcode, null));
            _model.Tapes.Add(barcode, []);
        }
        _steps =
        [
            (180, "move", Move), (60, "exchange", Exchange), (240, "write", Write), (180, "read", Read), (80, "position", Reposition),
            (60, "eject", Eject), (50, "load", Load), (30, "prevent", Prevent), (40, "by hand", ByHand), (40, "another's drive", AnothersDrive),
            (20, "close", Close), (3, "restart", Restart),
            // Killing costs the start of a process.
            (3, "kill", Kill), (10, "kill in a command", KillInCommand), (4, "crash image", CrashImage),
        ];
        _counts = new(_steps.ToDictionary(static step => step.Name, static _ => 0));
    }

    /// <summary>The last steps, for messages.</summary>
    public string History => string.Join('\n', _history);

    public string Counts => string.Join(", ", _counts.Select(static count => $"{count.Value} {count.Key}"));

    /// <summary>How often what happened least did; of commands that were killed, some have to come too early and some too late.</summary>
    public int Rarest => Math.Min(
        _steps.Min(step => _counts[step.Name]),
        Math.Min(_counts.GetValueOrDefault("killed before it was done"), _counts.GetValueOrDefault("killed when it was done")));

    public void Step()
    {
        int choice = _random.Next(_steps.Sum(static step => step.Weight));
        (_, string name, Action run) = _steps.First(step => (choice -= step.Weight) < 0);
        Note(name);
        _counts[name]++;
        run();
        Compare();
    }

    public void Dispose()
    {
        for (int host = 0; host < _hosts.Length; host++)
        {
            // After a failure nobody knows what it still answers.
            if (_hosts[host] is ChildHost child)
                child.Kill();
            else
                _hosts[host]?.Dispose();
        }
        _directory.Dispose();
    }

    /// <summary>Inventory and drives, as each process sees them.</summary>
    private void Compare()
    {
        string expected = _model.Inventory();
        _model.Elements.Count.ShouldBe(CartridgeCount - _model.Shelf.Count);
        foreach (int host in (int[])[Here, There])
        {
            if (host == Here || _hosts[host] is not null)
                Inventory(Host(host)).ShouldBe(expected);
        }
        for (int drive = 0; drive < DriveCount; drive++)
        {
            if (_model.Drives[drive].Owner is { } owner && _random.Next(3) == 0)
                CheckPosition(owner, drive);
        }
    }

    /// <summary>All cartridges from a first object to the last, through the first drive, in processes that know nothing yet.</summary>
    public void VerifyEverything()
    {
        for (int host = 0; host < _hosts.Length; host++)
            Leave(host);
        VerifyTapes(_path, _model);
        _hosts[Here] = null;
    }

    private ILibraryHost Host(int number) => _hosts[number] ??= number == Here ? new LocalHost(_path) : new ChildHost(_path);

    private void Leave(int host)
    {
        _hosts[host]?.Dispose();
        _hosts[host] = null;
        _model.Leave(host, isKilled: false);
    }

    private void Note(string what)
    {
        _history.Enqueue(what);
        if (_history.Count > 40)
            _history.Dequeue();
    }

    private static string Inventory(ILibraryHost host)
    {
        Answer answer = AskChanger(host, Bytes(new ReadElementStatus(ElementType.All, 0, ushort.MaxValue, 65536, VolumeTags: true)), 65536);
        answer.Text.ShouldBe("");
        var lines = new List<(int, string)>();
        var reader = new ElementStatusReader(answer.Data);
        while (reader.Read())
        {
            ElementDescriptor one = reader.Current;
            if (one.IsFull)
                lines.Add((one.Address, LibraryModel.Line(one.Address, one.PrimaryVolumeTag.ToTag().Text!, one.Source, one.IsAccessible)));
            else
                one.PrimaryVolumeTag.State.ShouldBe(VolumeTagState.Blank);
        }
        reader.Fault.ShouldBeNull();
        reader.Count.ShouldBe(1 + SlotCount + MailSlotCount + DriveCount);
        return string.Join('\n', lines.Order().Select(static line => line.Item2));
    }

    /// <summary>Sends the changer a command, after what waits to be told.</summary>
    private static Answer AskChanger(ILibraryHost host, byte[] cdb, int dataInBytes = 0)
    {
        Answer answer;
        int left = 6;
        do
            answer = host.Execute(ILibraryHost.Changer, cdb, [], dataInBytes);
        while (answer.Text.StartsWith("6/", StringComparison.Ordinal) && --left > 0);
        return answer;
    }

    /// <summary>Hears what waits to be told, and has the drive say whether there is a tape.</summary>
    private static void Settle(ILibraryHost host, int drive, MediumState expected)
    {
        Answer answer;
        int left = 6;
        do
            answer = host.Execute(drive, Bytes(new TestUnitReady()), [], 0);
        while (answer.Text.StartsWith("6/", StringComparison.Ordinal) && --left > 0);
        answer.Text.ShouldBe(expected == MediumState.Loaded ? "" : "2/3A/00", $"drive {drive + 1}");
    }

    private void CheckPosition(int host, int drive)
    {
        DriveModel expected = _model.Drives[drive];
        Host(host).Open(drive);
        Settle(Host(host), drive, expected.Medium);
        if (expected.Medium == MediumState.Loaded)
            Position(Host(host), drive).ShouldBe(expected.Position, $"drive {drive + 1}");
    }

    private static int Position(ILibraryHost host, int drive)
    {
        Answer answer = host.Execute(drive, Bytes(new ReadPosition(PositionForm.Short)), [], ShortPosition.Length);
        answer.Text.ShouldBe("");
        ShortPosition.TryDecode(answer.Data, out ShortPosition position).ShouldBeTrue();
        return (int)position.FirstLogicalObject;
    }

    /// <summary>Reads objects from where the drive stands, and compares them; at the end of the tape there is no more.</summary>
    private static int ReadOn(ILibraryHost host, int drive, List<TapeObject> tape, int from, int count)
    {
        for (int at = from; count > 0; at++, count--)
        {
            Answer answer = host.Execute(drive, Bytes(new Read6(false, true, MaxBlockBytes)), [], MaxBlockBytes);
            if (at == tape.Count)
            {
                answer.Text.ShouldBe("8/00/05", $"end of data at object {at}");
                return at;
            }
            if (tape[at].IsFilemark)
            {
                answer.Text.ShouldBe("0/00/01", $"filemark at object {at}");
                continue;
            }
            answer.Text.ShouldBe("", $"block at object {at}");
            answer.Data.AsSpan().SequenceEqual(CartridgeTesting.Block(tape[at].Seed, tape[at].Length)).ShouldBeTrue($"contents of object {at}");
        }
        return from + count;
    }

    private static byte[] Bytes<TCommand>(TCommand command) where TCommand : struct, IScsiCommand<TCommand> =>
        Cdb.Of(command).Span.ToArray();
}
