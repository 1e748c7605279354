using Capstan.Emulation.Library;
using Capstan.Scsi;

namespace Capstan.Drive.Tests;

/// <summary>
/// A drive that encrypts and loses its key at every command of a stream, in every way: no block that follows is on the tape in clear, or
/// under another key, unless the stream ended with an error that says from which object on.
/// </summary>
public sealed class EncryptedStreamTests : IDisposable
{
    private const int Buffered = 3;
    private const int Blocks = 12;

    private readonly string _directory = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"capstan-encrypted-{Guid.NewGuid():N}");

    private readonly VirtualLibrary _library;

    public EncryptedStreamTests()
    {
        VirtualLibrary.Create(_directory, new LibraryOptions { CartridgeCount = 1, CapacityBytes = 4 << 20, EarlyWarningBytes = 64 << 10, IsSynchronous = false });
        _library = VirtualLibrary.Open(_directory);
    }

    public void Dispose()
    {
        using (TapeDrive drive = TapeDrive.Open(_library.OpenDrive("virtual:encrypted")))
            drive.SetEncryption(EncryptionSettings.Off);
        _library.Dispose();
        Directory.Delete(_directory, recursive: true);
    }

    public static TheoryData<int, bool> Happenings()
    {
        var data = new TheoryData<int, bool>();
        foreach (Happening what in Enum.GetValues<Happening>())
        {
            data.Add((int)what, false);
            data.Add((int)what, true);
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Happenings))]
    public void Nothing_goes_on_in_clear(int what, bool holdsKey)
    {
        var happening = (Happening)what;
        int met = 0;
        int wentOn = 0;
        int ended = 0;
        foreach (BreakAt at in Enum.GetValues<BreakAt>())
        {
            for (int command = 1; ; command++)
            {
                Run run = Stream(new Break(command, at, happening), holdsKey);
                if (run.Broken == 0)
                    break;
                met++;
                string where = $"{happening} {at} command {command}: {run.Failure?.Message}";
                if (run.Failure is null)
                {
                    wentOn++;
                    run.InClear.ShouldBeEmpty(where);
                }
                else
                {
                    ended++;
                    run.InClear.ShouldAllBe(id => id >= run.Failure.FirstSuspectObjectId, where);
                }

                // Who hears of it writes nothing more in clear at all.
                if (happening is not (Happening.QuietKeyLoss or Happening.QuietLying or Happening.QuietNexusLoss))
                    run.InClear.ShouldBeEmpty(where);
            }
        }

        bool canBeQuiet = happening == Happening.QuietLying;
        met.ShouldBeGreaterThan(canBeQuiet ? 20 : 30);
        bool losesKey = happening is Happening.ResetFlushing or Happening.ResetRewinding;
        if (losesKey)
            (holdsKey ? wentOn : ended).ShouldBeGreaterThan(20);
        if (!holdsKey && happening is Happening.KeyTakenAway or Happening.KeyChanged or Happening.QuietKeyLoss)
            wentOn.ShouldBeLessThan(holdsKey ? met : 12);
    }

    /// <summary>The key goes quietly, blocks are written in clear, and only then the path breaks: giving the key again must not hide them.</summary>
    [Fact]
    public void A_key_given_again_hides_nothing()
    {
        int ended = 0;
        for (int lost = 1; lost < 16; lost++)
        {
            for (int later = lost + 1; later < 18; later++)
            {
                foreach (Happening what in (Happening[])[Happening.NexusLoss, Happening.ResetFlushing])
                {
                    Run run = Stream([new Break(lost, BreakAt.Instead, Happening.QuietKeyLoss), new Break(later, BreakAt.After, what)], holdsKey: true);
                    if (run.Failure is null)
                        run.InClear.ShouldBeEmpty($"lost at {lost}, {what} at {later}");
                    else
                        run.InClear.ShouldAllBe(id => id >= run.Failure.FirstSuspectObjectId);
                    ended += run.Failure is null ? 0 : 1;
                }
            }
        }

        ended.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void The_error_says_what_to_do()
    {
        Run run = Stream(new Break(8, BreakAt.After, Happening.ResetFlushing), holdsKey: false);
        run.Failure.ShouldNotBeNull().Message.ShouldContain("has lost its key");
        run = Stream(new Break(8, BreakAt.Instead, Happening.KeyTakenAway), holdsKey: false);
        run.Failure.ShouldNotBeNull().Message.ShouldContain("capstan drive encryption on");
        run = Stream(new Break(8, BreakAt.Instead, Happening.KeyChanged), holdsKey: true);
        run.Failure.ShouldNotBeNull().Message.ShouldContain("another key");
    }

    private readonly record struct Run(TapeWriteException? Failure, int Broken, IReadOnlyList<long> InClear);

    private Run Stream(Break broken, bool holdsKey) => Stream([broken], holdsKey);

    private Run Stream(Break[] plan, bool holdsKey)
    {
        var path = new BreakingDrive(_library.OpenDrive("virtual:encrypted"), Buffered);
        TapeWriteException? failure = null;
        using var key = new EncryptionKey(Enumerable.Range(1, 32).Select(i => (byte)i).ToArray());
        using (TapeDrive drive = TapeDrive.Open(path, new InstantTime()))
        {
            drive.ConfigureRecovery(new RecoveryOptions());
            drive.WaitUntilReady();
            var settings = new EncryptionSettings { Writes = EncryptionOfWrites.On, Reads = EncryptionOfReads.Mixed };
            using (var passing = new EncryptionKey(key.Bytes))
                drive.SetEncryption(settings, holdsKey ? key : passing);
            drive.Rewind();
            drive.BeginWriting();
            drive.Write(VirtualDrive.Block(0, 100));
            drive.WriteFilemarks(1);
            drive.LocateEndOfData();
            drive.BeginWriting();
            path.Arm(plan);
            try
            {
                for (int i = 1; i <= Blocks; i++)
                {
                    drive.Write(VirtualDrive.Block(i, 100 * i));
                    if (i % 4 == 0)
                        drive.WriteFilemarks(1, immediate: i % 8 == 0);
                }

                drive.WriteFilemarks(1);
                drive.CheckPosition();
            }
            catch (TapeWriteException e)
            {
                failure = e;
            }
            catch (TapeException e)
            {
                failure = new TapeWriteException(e.Message, drive.DurableObjectId, e.Sense, e);
            }

            path.Arm();
            path.Leave();
        }

        return new Run(failure, path.Broken, FindInClear(key));
    }

    /// <summary>Objects that are not encrypted with the key. The first block may never be.</summary>
    private List<long> FindInClear(EncryptionKey key)
    {
        var found = new List<long>();
        using TapeDrive drive = TapeDrive.Open(_library.OpenDrive("virtual:encrypted"));
        drive.WaitUntilReady();
        drive.SetEncryption(new EncryptionSettings { Writes = EncryptionOfWrites.On, Reads = EncryptionOfReads.Mixed }, key);
        long end = drive.LocateEndOfData().ObjectId;
        for (long id = 0; id < end; id++)
        {
            drive.Locate(id);
            if (drive.ReadNextBlockEncryption()!.Value.Encryption is not (BlockEncryption.Encrypted or BlockEncryption.NotABlock))
                found.Add(id);
        }

        return found;
    }
}
