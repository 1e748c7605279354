using CsCheck;

namespace Capstan.Drive.Tests;

/// <summary>The driver on the virtual drive against a list: whatever is done, both stand at the same place and hold the same.</summary>
public class VirtualTapeModelTests
{
    private const int MaxBlock = 3000;

    private enum Step
    {
        Write,
        WriteFilemarks,
        Read,
        SpaceBlocks,
        SpaceFilemarks,
        Locate,
        Rewind,
        EndOfData,
    }

    private readonly record struct Act(Step Step, int Number);

    private static readonly Gen<Act> Acts = Gen.Select(
        Gen.Frequency(
            (6, Gen.Const(Step.Write)), (2, Gen.Const(Step.WriteFilemarks)), (5, Gen.Const(Step.Read)), (3, Gen.Const(Step.SpaceBlocks)),
            (3, Gen.Const(Step.SpaceFilemarks)), (3, Gen.Const(Step.Locate)), (1, Gen.Const(Step.Rewind)), (2, Gen.Const(Step.EndOfData))),
        Gen.Int[0, 100_000],
        static (step, number) => new Act(step, number));

    [Fact]
    public void A_walk_over_a_tape()
    {
        // Small: the cartridge reserves disk ahead of its data anew after each cut, which memory file systems fill with zeros.
        using VirtualDrive tape = new VirtualDrive(capacityBytes: 2 << 20).Ready();
        Acts.Array[1, 50].Sample(
            acts =>
            {
                var model = new Model(tape.Drive);
                model.Start();
                foreach (Act act in acts)
                    model.Do(act);
                model.Compare();
            },
            iter: 150, threads: 1);
    }

    /// <summary>Objects by number: the length of a block, 0 for a filemark. A block's content follows from its number and length.</summary>
    private sealed class Model(TapeDrive drive)
    {
        private readonly List<int> _objects = [];
        private readonly byte[] _buffer = new byte[MaxBlock];
        private int _at;

        /// <summary>What the last walk left is gone with the first write at the beginning.</summary>
        public void Start()
        {
            drive.Rewind();
            Write(1);
        }

        public void Do(Act act)
        {
            switch (act.Step)
            {
                case Step.Write:
                    Write(1 + (act.Number % MaxBlock));
                    break;
                case Step.WriteFilemarks:
                    Marks(act.Number % 3, immediate: act.Number % 2 == 0);
                    break;
                case Step.Read:
                    Read(1 + (act.Number % MaxBlock));
                    break;
                case Step.SpaceBlocks:
                    Space(drive.SpaceBlocks, SpaceBlock, (act.Number % 11) - 5);
                    break;
                case Step.SpaceFilemarks:
                    Space(drive.SpaceFilemarks, SpaceMark, (act.Number % 7) - 3);
                    break;
                case Step.Locate:
                    _at = act.Number % (_objects.Count + 1);
                    drive.Locate(_at);
                    break;
                case Step.Rewind:
                    _at = 0;
                    drive.Rewind();
                    break;
                default:
                    _at = _objects.Count;
                    drive.LocateEndOfData().ObjectId.ShouldBe(_at);
                    break;
            }

            TapePosition position = drive.ReadPosition();
            position.ObjectId.ShouldBe(_at, act.ToString());
            position.FileNumber.ShouldBe(_objects.Take(_at).Count(static length => length == 0), act.ToString());
            position.BeginningOfPartition.ShouldBe(_at == 0);
        }

        /// <summary>The whole tape, from the beginning.</summary>
        public void Compare()
        {
            drive.Rewind();
            _at = 0;
            while (_at < _objects.Count)
                Read(MaxBlock);
            drive.Read(_buffer).Kind.ShouldBe(ReadKind.EndOfData);
        }

        private void Write(int length)
        {
            drive.BeginWriting();
            drive.Write(VirtualDrive.Block(_at, length)).ShouldBe(WriteOutcome.Written);
            Put(length);
        }

        private void Marks(int count, bool immediate)
        {
            drive.BeginWriting();
            drive.WriteFilemarks(count, immediate).ShouldBe(WriteOutcome.Written);
            if (!immediate)
                drive.DurableObjectId.ShouldBe(_at + count);
            for (int i = 0; i < count; i++)
                Put(0);
        }

        private void Put(int length)
        {
            _objects.RemoveRange(_at, _objects.Count - _at);
            _objects.Add(length);
            _at++;
        }

        private void Read(int bufferLength)
        {
            ReadOutcome outcome = drive.Read(_buffer.AsSpan(0, bufferLength));
            if (_at == _objects.Count)
            {
                outcome.ShouldBe(new ReadOutcome(ReadKind.EndOfData, 0));
                return;
            }

            int length = _objects[_at];
            if (length == 0)
            {
                outcome.ShouldBe(new ReadOutcome(ReadKind.Filemark, 0));
            }
            else
            {
                outcome.ShouldBe(new ReadOutcome(length > bufferLength ? ReadKind.Overlength : ReadKind.Block, length));
                int came = Math.Min(length, bufferLength);
                _buffer.AsSpan(0, came).SequenceEqual(VirtualDrive.Block(_at, length).AsSpan(0, came)).ShouldBeTrue($"content of object {_at}");
            }

            _at++;
        }

        /// <summary>One step after the other, as SSC-5 words it.</summary>
        private static void Space(Func<long, SpaceOutcome> space, Func<int, SpaceStop> one, int count)
        {
            int left = Math.Abs(count);
            SpaceStop stop = SpaceStop.None;
            while (left > 0 && stop == SpaceStop.None)
            {
                stop = one(Math.Sign(count));
                if (stop == SpaceStop.None)
                    left--;
            }

            space(count).ShouldBe(new SpaceOutcome(stop, stop == SpaceStop.None ? 0 : left));
        }

        // A filemark in the way is passed: the tape stands on its far side, seen from where it came.
        private SpaceStop SpaceBlock(int direction)
        {
            if (Edge(direction) is { } edge)
                return edge;
            int met = direction > 0 ? _objects[_at] : _objects[_at - 1];
            _at += direction;
            return met == 0 ? SpaceStop.Filemark : SpaceStop.None;
        }

        private SpaceStop SpaceMark(int direction)
        {
            while (Edge(direction) is null)
            {
                int met = direction > 0 ? _objects[_at] : _objects[_at - 1];
                _at += direction;
                if (met == 0)
                    return SpaceStop.None;
            }

            return Edge(direction)!.Value;
        }

        private SpaceStop? Edge(int direction) =>
            direction > 0 && _at == _objects.Count ? SpaceStop.EndOfData
            : direction < 0 && _at == 0 ? SpaceStop.BeginningOfPartition
            : null;
    }
}
