using Capstan.Emulation.Tests.Library.Soak;
using Capstan.Scsi;
using static Capstan.Emulation.Tests.Library.RobotProcesses;

namespace Capstan.Emulation.Tests.Library;

/// <summary>
/// Two processes move cartridges of one library at the same time, each its own ones, through slots that both use, into a drive that it has open and
/// into one that nobody has. Each knows what it did: in the end every cartridge is where its process put it last, with all that was written to it.
/// </summary>
public sealed class SharedRobotTests : IDisposable
{
    private static readonly int Moves = Setting("STEPS", 400);

    /// <summary>The drive that nobody has.</summary>
    private const int Nobodys = Drive1 + 2;

    private readonly RobotProcesses _library = new();

    public void Dispose() => _library.Dispose();

    [Fact]
    public async Task Two_processes_move_at_once_and_both_are_right()
    {
        using var one = new Mover(_library.Path, 0);
        using var two = new Mover(_library.Path, 1);
        await Task.WhenAll(Run(one), Run(two));
        var expected = new SortedDictionary<int, string>(one.Places.Concat(two.Places).ToDictionary(static place => place.Value, static place => place.Key));
        one.Contents().ShouldBe(expected);
        two.Contents().ShouldBe(expected);
        // Neither waited for the other to end.
        one.Done.ShouldBeGreaterThan(Moves / 4);
        two.Done.ShouldBeGreaterThan(Moves / 4);
        one.Verify();
        two.Verify();

        static Task Run(Mover mover) => Task.Factory.StartNew(mover.Run, TestContext.Current.CancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>A process, and what it has done.</summary>
    private sealed class Mover : IDisposable
    {
        private readonly ChildHost _host;
        private readonly Random _random;
        private readonly int _drive;
        private readonly Dictionary<string, int> _blocks = [];

        public Mover(string path, int number)
        {
            _host = new ChildHost(path);
            _random = new Random(Setting("SEED", 0) + number);
            _drive = number;
            _host.Open(_drive);
            for (int cartridge = number; cartridge < CartridgeCount; cartridge += 2)
            {
                Places[BarcodeOf(cartridge)] = Slot1 + cartridge;
                _blocks[BarcodeOf(cartridge)] = 0;
            }
        }

        /// <summary>Where its cartridges are.</summary>
        public Dictionary<string, int> Places { get; } = [];

        /// <summary>Moves that were carried out.</summary>
        public int Done { get; private set; }

        public SortedDictionary<int, string> Contents() => RobotProcesses.Contents(_host);

        public void Run()
        {
            int mine = Drive1 + _drive;
            for (int move = 0; move < Moves; move++)
            {
                string barcode = Places.Keys.ElementAt(_random.Next(Places.Count));
                int destination = _random.Next(4) switch { 0 => mine, 1 => Nobodys, _ => Slots[_random.Next(Slots.Length)] };
                if (destination == Places[barcode])
                    continue;
                Answer answer = Move(_host, Places[barcode], destination);
                if (answer.Text.StartsWith("6/", StringComparison.Ordinal))
                    continue;
                // Somebody was there first: nothing else can be in the way.
                if (answer.Text != "5/3B/0D")
                    answer.Text.ShouldBe("", $"{barcode} from {Places[barcode]:X} to {destination:X}");
                if (!answer.IsGood)
                    continue;
                Places[barcode] = destination;
                Done++;
                if (destination == mine)
                    Append(_host, _drive, barcode, _blocks[barcode]++);
            }
        }

        /// <summary>Reads its cartridges in its drive.</summary>
        public void Verify()
        {
            int mine = Drive1 + _drive;
            foreach (string barcode in Places.Keys.OrderByDescending(barcode => Places[barcode] == mine).ToArray())
            {
                if (Places[barcode] != mine)
                    Move(_host, Places[barcode], mine).Text.ShouldBe("");
                RobotProcesses.Verify(_host, _drive, barcode, _blocks[barcode]);
                Move(_host, mine, Slots.First(slot => !Contents().ContainsKey(slot))).Text.ShouldBe("");
            }
        }

        public void Dispose() => _host.Dispose();
    }
}
