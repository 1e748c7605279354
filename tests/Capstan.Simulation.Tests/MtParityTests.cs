using System.Globalization;
using Capstan.Drive;
using Capstan.Emulation.Library;
using Capstan.Operations;
using Capstan.Operations.Movement;
using Capstan.Transport;

namespace Capstan.Simulation.Tests;

/// <summary>
/// A seeded walk of movements, reads, writes and filemarks on the virtual drive and on a list that does what mt and Linux's st do
/// (drivers/scsi/st.c, st_int_ioctl; SSC-5 SPACE): after each step both stand at the same place, and both say the same of it.
/// </summary>
/// <remarks>CAPSTAN_TEST_STEPS sets how many steps (10,000), CAPSTAN_TEST_SEED the seed.</remarks>
public sealed class MtParityTests(ITestOutputHelper output) : IDisposable
{
    private readonly Walk _walk = new();

    [Fact]
    public void Ten_thousand_steps_end_where_mt_ends()
    {
        int seed = Setting("CAPSTAN_TEST_SEED", 20261123);
        int steps = Setting("CAPSTAN_TEST_STEPS", 10_000);
        output.WriteLine($"{steps} steps, seed {seed} (CAPSTAN_TEST_SEED)");
        var random = new Random(seed);
        var counts = new SortedDictionary<string, int>(StringComparer.Ordinal);
        for (int step = 1; step <= steps; step++)
        {
            string what = _walk.Step(random);
            string verb = what.Split(' ')[0];
            counts[verb] = counts.GetValueOrDefault(verb) + 1;
            string where = $"step {step} of seed {seed}: {what}";
            TapePosition position = _walk.ReadPosition();
            position.ObjectId.ShouldBe(_walk.Model.At, where);
            position.FileNumber.ShouldBe(_walk.Model.File, where);
            position.BeginningOfPartition.ShouldBe(_walk.Model.At == 0, where);
            if (step % 1000 == 0)
                _walk.CompareAll(where);
        }

        output.WriteLine(string.Join(", ", counts.Select(static pair => $"{pair.Key} {pair.Value}")));
        // A walk that did not come everywhere compared nothing there.
        counts.Values.Min().ShouldBeGreaterThan(steps / 200);
        _walk.Stopped.ShouldBeGreaterThan(steps / 20);
    }

    public void Dispose() => _walk.Dispose();

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : usual;

    /// <summary>The virtual drive and the model side by side.</summary>
    private sealed class Walk : IDriveSource, IOperationListener, IDisposable
    {
        private const int MaxBlock = 2000;
        private const int MaxObjects = 120;
        private static readonly TapeMove[] Moves =
            [TapeMove.Fsf, TapeMove.Bsf, TapeMove.Fsfm, TapeMove.Bsfm, TapeMove.Fsr, TapeMove.Bsr, TapeMove.Asf, TapeMove.Seek];

        private readonly string _directory = Directory.CreateTempSubdirectory("capstan-mt-").FullName;
        private readonly VirtualLibrary _library;
        private readonly OperationContext _context;
        private readonly byte[] _buffer = new byte[MaxBlock];

        public Walk()
        {
            string path = Path.Combine(_directory, "library");
            VirtualLibrary.Create(path, new LibraryOptions { CartridgeCount = 1, CapacityBytes = 4 << 20, IsSynchronous = false });
            _library = VirtualLibrary.Open(path);
            _context = new OperationContext(_directory, this, this, new ProgressCounters(), TimeProvider.System);
        }

        public TapeModel Model { get; } = new();

        /// <summary>Steps that ended before their count.</summary>
        public int Stopped { get; private set; }

        public string Step(Random random)
        {
            int kind = random.Next(100);
            return kind switch
            {
                < 62 => Move(Moves[random.Next(Moves.Length)], random),
                < 66 => Move(random.Next(2) == 0 ? TapeMove.Rewind : TapeMove.Retension, random),
                < 70 => Move(TapeMove.Eod, random),
                < 82 => Read(random),
                < 92 => Write(random),
                < 98 => Weof(random),
                _ => Reload(),
            };
        }

        public TapePosition ReadPosition()
        {
            using TapeDrive drive = OpenDrive();
            return drive.ReadPosition();
        }

        /// <summary>All of the tape, block by block; back to where it stood.</summary>
        public void CompareAll(string where)
        {
            using TapeDrive drive = OpenDrive();
            drive.Rewind();
            for (int i = 0; i < Model.Objects.Count; i++)
                Compare(drive.Read(_buffer), i, MaxBlock, where);
            drive.Read(_buffer).Kind.ShouldBe(ReadKind.EndOfData, where);
            drive.Locate(Model.At);
        }

        private string Move(TapeMove move, Random random)
        {
            long count = move switch
            {
                TapeMove.Seek => random.Next(Model.Objects.Count + 4),
                TapeMove.Asf => random.Next(Model.Filemarks + 2),
                TapeMove.Fsr or TapeMove.Bsr => random.Next(9),
                _ when MoveOperation.TakesCount(move) => random.Next(5),
                _ => 1,
            };
            string what = $"{MoveOperation.NameOf(move)} {count} from {Model.At}";
            MoveReport report = MoveOperation.Run(_context, new MoveRequest(null, move, count), CancellationToken.None);
            bool isDone = Model.Move(move, count);
            (report.Status == ExitStatus.Success).ShouldBe(isDone, what);
            report.Position!.ObjectId.ShouldBe(Model.At, what);
            Stopped += isDone ? 0 : 1;
            return what;
        }

        private string Weof(Random random)
        {
            int count = random.Next(4);
            string what = $"weof {count} at {Model.At}";
            WeofOperation.Run(_context, new WeofRequest(null, count, OverwriteLabelled: false), CancellationToken.None).Status.ShouldBe(ExitStatus.Success, what);
            Model.Put(Enumerable.Repeat(0, count));
            return what;
        }

        private string Write(Random random)
        {
            // A tape that only grows would be walked at its end alone.
            if (Model.Objects.Count > MaxObjects)
            {
                MoveOperation.Run(_context, new MoveRequest(null, TapeMove.Seek, MaxObjects / 4), CancellationToken.None);
                Model.Move(TapeMove.Seek, MaxObjects / 4);
            }

            int[] lengths = [.. Enumerable.Range(0, 1 + random.Next(6)).Select(_ => 1 + random.Next(MaxBlock))];
            string what = $"write {lengths.Length} blocks at {Model.At}";
            using TapeDrive drive = OpenDrive();
            drive.BeginWriting().ObjectId.ShouldBe(Model.At, what);
            for (int i = 0; i < lengths.Length; i++)
                drive.Write(Content(Model.At + i, lengths[i])).ShouldBe(WriteOutcome.Written, what);
            Model.Put(lengths);
            return what;
        }

        private string Read(Random random)
        {
            int length = 1 + random.Next(MaxBlock);
            string what = $"read {length} at {Model.At}";
            using TapeDrive drive = OpenDrive();
            ReadOutcome outcome = drive.Read(_buffer.AsSpan(0, length));
            if (Model.At == Model.Objects.Count)
            {
                outcome.Kind.ShouldBe(ReadKind.EndOfData, what);
                return what;
            }

            Compare(outcome, Model.At, length, what);
            Model.At++;
            return what;
        }

        private string Reload()
        {
            DriveOperations.Eject(_context, null).Position.ShouldBeNull();
            DriveOperations.Load(_context, null, null, CancellationToken.None);
            Model.At = 0;
            return "offline and load";
        }

        private void Compare(ReadOutcome outcome, int at, int bufferLength, string what)
        {
            int length = Model.Objects[at];
            outcome.ShouldBe(length == 0 ? new ReadOutcome(ReadKind.Filemark, 0)
                : new ReadOutcome(length > bufferLength ? ReadKind.Overlength : ReadKind.Block, length), what);
            int came = Math.Min(length, bufferLength);
            _buffer.AsSpan(0, came).SequenceEqual(Content(at, length).AsSpan(0, came)).ShouldBeTrue(what);
        }

        private static byte[] Content(int at, int length)
        {
            var bytes = new byte[length];
            new Random((at * 4099) + length).NextBytes(bytes);
            return bytes;
        }

        private TapeDrive OpenDrive()
        {
            TapeDrive drive = TapeDrive.Open(_library.OpenDrive("virtual:walk"));
            drive.WaitUntilReady();
            return drive;
        }

        public OpenedDrive Open(string? device, IOperationListener listener) =>
            new(_library.OpenDrive("virtual:walk"), "virtual:walk", "--device", _library.LoadedCartridge, []);

        public void Phase(string what)
        {
        }

        public void Note(string text)
        {
        }

        public void Problem(string path, string text) => throw new InvalidOperationException(text);

        public void Dispose()
        {
            _library.Dispose();
            Directory.Delete(_directory, recursive: true);
        }
    }
}
