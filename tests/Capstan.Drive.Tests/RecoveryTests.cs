using Capstan.Emulation.Library;
using CsCheck;

namespace Capstan.Drive.Tests;

/// <summary>
/// A path that breaks at every command of a stream, in every way: either the stream ends as if nothing had been, or with an error
/// that is true. The drive's buffer is outside of the virtual drive, so that what is lost there is lost.
/// </summary>
public sealed partial class RecoveryTests : IDisposable
{
    private const int Buffered = 3;

    private readonly string _directory = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"capstan-recovery-{Guid.NewGuid():N}");

    private readonly VirtualLibrary _library;
    private readonly List<string> _decided = [];

    public RecoveryTests()
    {
        VirtualLibrary.Create(_directory, new LibraryOptions { CartridgeCount = 1, CapacityBytes = 4 << 20, EarlyWarningBytes = 64 << 10, IsSynchronous = false });
        _library = VirtualLibrary.Open(_directory);
    }

    public enum Doing
    {
        Block,
        Filemark,
        BufferedFilemarks,
        AskPosition,
        AskCapacity,
        CheckPosition,

        /// <summary>Several blocks in one command.</summary>
        Blocks,
    }

    public readonly record struct Step(Doing Doing, int Number);

    /// <summary>Everything that a backup does, in small.</summary>
    private static readonly Step[] Backup =
    [
        new(Doing.Block, 1000), new(Doing.Block, 1000), new(Doing.Block, 1000), new(Doing.AskCapacity, 0), new(Doing.Block, 1000),
        new(Doing.Block, 700), new(Doing.BufferedFilemarks, 1), new(Doing.CheckPosition, 0), new(Doing.Block, 1000), new(Doing.Block, 30),
        new(Doing.Filemark, 1), new(Doing.CheckPosition, 0), new(Doing.AskPosition, 0), new(Doing.Block, 500), new(Doing.Filemark, 2),
    ];

    public void Dispose()
    {
        _library.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    /// <summary>A lost nexus costs a drive nothing but the running command: whatever command it hits, the stream ends well.</summary>
    [Theory]
    [InlineData((int)BreakAt.Before, (int)Happening.NexusLoss)]
    [InlineData((int)BreakAt.After, (int)Happening.NexusLoss)]
    [InlineData((int)BreakAt.Before, (int)Happening.QuietNexusLoss)]
    [InlineData((int)BreakAt.After, (int)Happening.QuietNexusLoss)]
    [InlineData((int)BreakAt.Instead, (int)Happening.NexusLoss)]
    [InlineData((int)BreakAt.Before, (int)Happening.ResetFlushing)]
    [InlineData((int)BreakAt.After, (int)Happening.ResetFlushing)]
    [InlineData((int)BreakAt.Instead, (int)Happening.ResetFlushing)]
    [InlineData((int)BreakAt.Before, (int)Happening.ResetRewinding)]
    [InlineData((int)BreakAt.After, (int)Happening.ResetRewinding)]
    public void What_was_not_lost_goes_on(int at, int what)
    {
        int hit = 0;
        for (int command = 1; ; command++)
        {
            Run run = Stream(Backup, isAppending: true, [new Break(command, (BreakAt)at, (Happening)what, command % 3)]);
            if (run.Broken == 0)
                break;
            hit++;
            // Before the first block there is nothing by which a tape that was reset would be known again.
            bool isBlind = (Happening)what >= Happening.ResetFlushing && command == 1;
            if (isBlind && run.Failure is not null)
                continue;
            run.Failure.ShouldBeNull($"command {command}");
            run.Recoveries.ShouldBe(1, $"command {command}");
            _decided.Count.ShouldBe(1);
        }

        hit.ShouldBeGreaterThan(15);
    }

    /// <summary>Whatever is lost of what was acknowledged is never taken for written.</summary>
    [Theory]
    [InlineData((int)Happening.ResetLosing)]
    [InlineData((int)Happening.ResetLying)]
    [InlineData((int)Happening.PowerLoss)]
    [InlineData((int)Happening.QuietLying)]
    [InlineData((int)Happening.MediumChange)]
    public void What_was_lost_ends_the_stream(int what)
    {
        int lost = 0;
        foreach (BreakAt at in Enum.GetValues<BreakAt>())
        {
            for (int command = 1; ; command++)
            {
                Run run = Stream(Backup, isAppending: true, [new Break(command, at, (Happening)what)]);
                if (run.Broken == 0)
                    break;
                if (run.LostObjects == 0)
                    continue;
                lost++;
                run.Failure.ShouldNotBeNull($"{at} command {command}");
            }
        }

        lost.ShouldBeGreaterThan(10);
    }

    /// <summary>Over older data the tape's end says nothing: there a drive that may have been reset ends the stream, whatever it did.</summary>
    [Fact]
    public void Over_older_data_a_reset_is_never_passed_over()
    {
        foreach (Happening what in (Happening[])[Happening.ResetFlushing, Happening.ResetLosing, Happening.PowerLoss])
        {
            Run run = Stream(Backup, isAppending: false, [new Break(3, BreakAt.After, what)]);
            run.Failure.ShouldBeOfType<TapeWriteException>().FirstSuspectObjectId.ShouldBe(0);
            run.Failure!.Message.ShouldContain("older data");
        }
    }

    /// <summary>The old tape looks like the new one: same number of objects, same last block. Only the middle differs.</summary>
    [Fact]
    public void Old_data_is_not_taken_for_new()
    {
        Step[] same = [new(Doing.Block, 100), new(Doing.Block, 100), new(Doing.Block, 100), new(Doing.Filemark, 1)];
        foreach (Happening what in Enum.GetValues<Happening>())
        {
            foreach (BreakAt at in Enum.GetValues<BreakAt>())
            {
                for (int command = 1; command < 12; command++)
                    Stream(same, isAppending: false, [new Break(command, at, what)], oldSeed: 7);
            }
        }
    }

    /// <summary>On a shared nexus (SG_IO) silence proves nothing: the medium has to.</summary>
    [Fact]
    public void Silence_is_believed_only_where_every_attention_is_heard()
    {
        for (int command = 2; command < 12; command++)
        {
            Run kept = Stream(Backup, isAppending: true, [new Break(command, BreakAt.After, Happening.QuietNexusLoss)], hearsAll: false);
            kept.Failure.ShouldBeNull();
            Run old = Stream(Backup, isAppending: false, [new Break(command, BreakAt.After, Happening.QuietNexusLoss)], hearsAll: false);
            old.Failure.ShouldNotBeNull();
        }
    }

    [Fact]
    public void A_path_that_does_not_come_back_ends_after_the_patience()
    {
        Run run = Stream(Backup, isAppending: true, [new Break(4, BreakAt.After, Happening.QuietNexusLoss, 1000)]);
        run.Failure.ShouldNotBeNull().Message.ShouldContain("did not come back within 120 s: nobody answers");
        _decided.ShouldBeEmpty();
    }

    [Fact]
    public void A_path_that_breaks_again_and_again_ends()
    {
        Run run = Stream(Backup, isAppending: true, [.. Enumerable.Range(4, 400).Select(command => new Break(command, BreakAt.After, Happening.NexusLoss))]);
        run.Failure.ShouldNotBeNull();
        run.Broken.ShouldBeLessThan(60);
    }

    [Fact]
    public void Another_drive_is_not_written_to()
    {
        Run run = Stream(Backup, isAppending: true, [new Break(5, BreakAt.Before, Happening.QuietNexusLoss)], otherSerial: "ANOTHERONE");
        run.Failure.ShouldNotBeNull().Message.ShouldContain("Another drive");
    }

    /// <summary>Another tape may have the same number of objects.</summary>
    [Fact]
    public void A_changed_tape_is_not_written_to_wherever_it_stands()
    {
        foreach (BreakAt at in Enum.GetValues<BreakAt>())
        {
            for (int command = 2; command < 12; command++)
            {
                Run run = Stream(Backup, isAppending: true, [new Break(command, at, Happening.MediumChangeAlike)]);
                run.Failure.ShouldNotBeNull($"{at} command {command}").Message.ShouldContain("changed");
            }
        }
    }

    [Fact]
    public void Cancelling_ends_the_wait()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();
        Run run = Stream(Backup, isAppending: true, [new Break(5, BreakAt.Before, Happening.QuietNexusLoss, 3)], cancellation: stop.Token);
        run.Failure.ShouldNotBeNull().Message.ShouldContain("cut short");
    }

    [Fact]
    public void The_user_hears_how_it_was_decided()
    {
        Stream(Backup, isAppending: true, [new Break(3, BreakAt.Before, Happening.NexusLoss)]);
        _decided.ShouldHaveSingleItem().ShouldMatch("^virtual:recovery: WRITE\\(6\\) was not answered in time; the tape ends at object \\d+: WRITE\\(6\\) of object \\d+ was not carried out, and is sent again\\.$");
        Stream(Backup, isAppending: true, [new Break(4, BreakAt.After, Happening.NexusLoss)]);
        _decided.ShouldHaveSingleItem().ShouldMatch("the connection was lost in LOG SENSE; the tape ends at object \\d+, as it should");
        Stream(Backup, isAppending: true, [new Break(2, BreakAt.After, Happening.NexusLoss)]);
        _decided.ShouldHaveSingleItem().ShouldMatch("WRITE\\(6\\) of object \\d+ was carried out, only its answer was lost");
    }

    private static readonly Gen<Step> Steps = Gen.Select(
        Gen.Frequency((8, Gen.Const(Doing.Block)), (3, Gen.Const(Doing.Blocks)), (1, Gen.Const(Doing.Filemark)), (2, Gen.Const(Doing.BufferedFilemarks)),
            (1, Gen.Const(Doing.AskPosition)), (1, Gen.Const(Doing.AskCapacity)), (1, Gen.Const(Doing.CheckPosition))),
        Gen.Int[1, 400], static (doing, number) => new Step(doing, number));

    private static readonly Gen<Break> Breaks = Gen.Select(
        Gen.Int[1, 60], Gen.Int[0, 2], Gen.Int[0, 9], Gen.Int[0, 3], Gen.Bool,
        static (command, at, what, failed, isPartly) => new Break(command, (BreakAt)at, (Happening)what, failed, isPartly));

    /// <summary>Any stream, any faults, also those in a recovery: <see cref="Stream"/> compares the tape with what may be relied on.</summary>
    [Fact]
    public void Whatever_breaks_nothing_is_wrong()
    {
        int recovered = 0;
        int ended = 0;
        Gen.Select(Steps.Array[1, 25], Breaks.Array[1, 4], Gen.Bool, Gen.Bool, Gen.Bool).Sample(
            (steps, breaks, isAppending, hearsAll, isProtected) =>
            {
                Run run = Stream(steps, isAppending, breaks, hearsAll: hearsAll, isProtected: isProtected, trustsRows: breaks.Length % 2 == 0);
                recovered += run.Failure is null && run.Recoveries > 0 ? 1 : 0;
                ended += run.Failure is not null ? 1 : 0;
            },
            iter: 3000, threads: 1);
        recovered.ShouldBeGreaterThan(100);
        ended.ShouldBeGreaterThan(100);
    }

    private readonly record struct Run(TapeWriteException? Failure, int Recoveries, int Broken, int LostObjects);

    /// <summary>Writes a stream over a path that breaks, and reads the tape without it: what may be relied on is there.</summary>
    private Run Stream(
        Step[] steps, bool isAppending, Break[] breaks, bool hearsAll = true, int? oldSeed = null, string? otherSerial = null,
        bool isProtected = false, bool trustsRows = true, CancellationToken cancellation = default)
    {
        _decided.Clear();
        List<(int Seed, int Length)> expected = Prepare(oldSeed ?? 100, steps, isAppending);
        int start = isAppending ? expected.Count : 0;
        if (!isAppending)
            expected.Clear();
        var path = new BreakingDrive(_library.OpenDrive("virtual:recovery"), Buffered) { HearsEveryUnitAttention = hearsAll };
        TapeWriteException? failure = null;
        long durable;
        int recoveries;
        using (TapeDrive drive = TapeDrive.Open(path, new InstantTime()))
        {
            drive.ConfigureRecovery(new RecoveryOptions(null, _decided.Add, cancellation));
            drive.WaitUntilReady(cancellation: CancellationToken.None);
            if (isAppending)
                drive.LocateEndOfData();
            else
                drive.Rewind();
            if (isProtected)
                drive.ProtectBlocks();
            drive.BeginWriting().ObjectId.ShouldBe(start);
            drive.TryBeginFixedBlocks(FixedLengthBytes).ShouldBe(!isProtected);
            if (trustsRows)
                drive.TrustRows();
            path.Arm(breaks);
            path.SerialNumber = otherSerial;
            try
            {
                foreach (Step step in steps)
                    Do(drive, step, expected);
                drive.WriteFilemarks(1);
                expected.Add((0, 0));
                drive.CheckPosition();
            }
            catch (TapeWriteException e)
            {
                failure = e;
            }
            catch (TapeException e)
            {
                // A question that is not answered says nothing of what was written.
                failure = new TapeWriteException(e.Message, drive.DurableObjectId, e.Sense, e);
            }

            path.Arm();
            path.Leave();
            durable = drive.DurableObjectId;
            recoveries = drive.Recoveries;
        }

        if (failure is null)
            path.LostObjects.ShouldBe(0, "acknowledged, lost, and not noticed");
        failure?.FirstSuspectObjectId.ShouldBeLessThanOrEqualTo(durable);
        Compare(expected, failure is null ? expected.Count : (int)durable, isWhole: failure is null);
        return new Run(failure, recoveries, path.Broken, path.LostObjects);
    }

    /// <summary>What is on the tape before: something to append to, or something of the same shape to write over.</summary>
    private List<(int Seed, int Length)> Prepare(int seed, Step[] steps, bool isAppending)
    {
        using TapeDrive drive = TapeDrive.Open(_library.OpenDrive("virtual:recovery"));
        drive.WaitUntilReady();
        drive.Rewind();
        drive.BeginWriting();
        var old = new List<(int, int)>();
        if (isAppending)
        {
            drive.Write(VirtualDrive.Block(seed, 200));
            drive.WriteFilemarks(1);
            old.AddRange([(seed, 200), (0, 0)]);
            return old;
        }

        foreach (Step step in steps)
        {
            // The last block is the same as the one that will be written over it.
            bool isLast = step.Equals(steps.LastOrDefault(static other => other.Doing == Doing.Block));
            if (step.Doing == Doing.Block)
                drive.Write(VirtualDrive.Block(isLast ? old.Count : seed + old.Count, step.Number));
            else if (step.Doing is Doing.Filemark or Doing.BufferedFilemarks)
                drive.WriteFilemarks(1);
            else
                continue;
            old.Add((0, 0));
        }

        drive.WriteFilemarks(1);
        return old;
    }

    private static void Do(TapeDrive drive, Step step, List<(int Seed, int Length)> expected)
    {
        switch (step.Doing)
        {
            case Doing.Block:
                int seed = expected.Count;
                drive.Write(VirtualDrive.Block(seed, step.Number)).ShouldBe(WriteOutcome.Written);
                expected.Add((seed, step.Number));
                break;
            case Doing.Filemark or Doing.BufferedFilemarks:
                int count = 1 + (step.Number % 2);
                drive.WriteFilemarks(count, immediate: step.Doing == Doing.BufferedFilemarks).ShouldBe(WriteOutcome.Written);
                expected.AddRange(Enumerable.Repeat((0, 0), count));
                break;
            case Doing.Blocks:
                int first = expected.Count;
                int blocks = 1 + (step.Number % 6);
                if (drive.IsProtecting)
                {
                    // There are no rows of protected blocks.
                    Do(drive, new Step(Doing.Block, FixedLengthBytes), expected);
                    break;
                }

                byte[] data = [.. Enumerable.Range(first, blocks).SelectMany(static number => VirtualDrive.Block(number, FixedLengthBytes))];
                drive.WriteBlocks(data, out int written).ShouldBe(WriteOutcome.Written);
                written.ShouldBe(blocks);
                expected.AddRange(Enumerable.Range(first, blocks).Select(static number => (number, FixedLengthBytes)));
                break;
            case Doing.AskPosition:
                drive.ReadPosition().ObjectId.ShouldBe(expected.Count);
                break;
            case Doing.AskCapacity:
                drive.ReadCapacity().ShouldNotBeNull();
                break;
            default:
                drive.CheckPosition().ObjectId.ShouldBe(expected.Count);
                break;
        }
    }

    private void Compare(List<(int Seed, int Length)> expected, int count, bool isWhole)
    {
        using TapeDrive drive = TapeDrive.Open(_library.OpenDrive("virtual:recovery"));
        drive.WaitUntilReady();
        drive.Rewind();
        var buffer = new byte[4096];
        // A command that was carried out and never answered may be one more than the model knows.
        for (int i = 0; i < Math.Min(count, expected.Count); i++)
        {
            ReadOutcome outcome = drive.Read(buffer);
            (int seed, int length) = expected[i];
            if (length == 0)
            {
                outcome.Kind.ShouldBe(ReadKind.Filemark, $"object {i}");
                continue;
            }

            outcome.ShouldBe(new ReadOutcome(ReadKind.Block, length), $"object {i}");
            buffer.AsSpan(0, length).SequenceEqual(VirtualDrive.Block(seed, length)).ShouldBeTrue($"object {i}");
        }

        if (isWhole)
            drive.Read(buffer).Kind.ShouldBe(ReadKind.EndOfData);
    }
}
