using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Library;

/// <summary>A cleaning cartridge cleans for a while, is pushed out, and is used up one day.</summary>
public sealed class CleaningTests : IDisposable
{
    private const int Slot1 = 0x1000, Drive1 = 0x100;

    private readonly TestDirectory _directory = new();
    private readonly SetClock _clock = new();
    private readonly byte[] _sense = new byte[252];
    private readonly VirtualLibrary _library;
    private readonly IScsiTransport _drive;

    public CleaningTests()
    {
        VirtualLibrary.Create(_directory.File("library"), new LibraryOptions
        {
            Cartridges = [CartridgeBatch.Parse("CLEANING")!, CartridgeBatch.Parse("LTO-9")!, CartridgeBatch.Parse("M8")!, CartridgeBatch.Parse("LTO-8-WORM")!],
            Changer = VirtualChangerModel.Find("ibm-ts3200"), CapacityBytes = 50_000_000, IsSynchronous = false,
        });
        _library = VirtualLibrary.Open(_directory.File("library"), _clock, drive: null);
        _drive = _library.OpenDrive();
        Send(new TestUnitReady());
    }

    public void Dispose()
    {
        _drive.Dispose();
        _library.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public void Kinds_are_mixed_and_labelled()
    {
        _library.ListCartridges().Select(one => $"{one.Barcode} {one.Medium.Name} {one.IsWorm}").ShouldBe(["CAP001L9 LTO-9 False", "CAP002M8 LTO-M8 False", "CAP003LY LTO-8 True", "CLN001CU CLEANING False"]);
        CartridgeBatch.Parse("0xLTO-9").ShouldBeNull();
        CartridgeBatch.Parse("LTO-99").ShouldBeNull();
        CartridgeBatch.Parse("3xLX").ShouldBe(new CartridgeBatch(3, Emulation.Cartridges.MediumType.Lto7, IsWorm: true));
    }

    [Fact]
    public void It_cleans_for_a_while_and_comes_out()
    {
        _library.Move(Slot1, Drive1).ShouldBeNull();
        Send(new TestUnitReady()).ShouldBe("2/30/03");
        Send(new Rewind()).ShouldBe("2/30/03");
        _library.StateOf(0).ShouldBe(Emulation.Ssc.MediumState.Loaded);
        _clock.Advance(30);
        // Also before the drive gets its next command: the changer's element status says that the hand reaches it.
        _library.StateOf(0).ShouldBe(Emulation.Ssc.MediumState.Ejected);
        _library.ListDrives()[0].Medium.ShouldBe(Emulation.Ssc.MediumState.Ejected);
        Send(new TestUnitReady()).ShouldBe("2/3A/00");
        _library.ListDrives()[0].Medium.ShouldBe(Emulation.Ssc.MediumState.Ejected);
        _library.Move(Drive1, Slot1).ShouldBeNull();
        _library.Move(Slot1 + 1, Drive1).ShouldBeNull();
        Send(new TestUnitReady()).ShouldBe("6/28/00");
        Send(new TestUnitReady()).ShouldBe("");
    }

    [Fact]
    public void After_fifty_times_it_cleans_no_more()
    {
        for (int i = 0; i < 50; i++)
        {
            _library.Move(Slot1, Drive1).ShouldBeNull();
            Send(new TestUnitReady()).ShouldBe("2/30/03");
            _clock.Advance(30);
            Send(new TestUnitReady()).ShouldBe("2/3A/00");
            _library.Move(Drive1, Slot1).ShouldBeNull();
        }
        _library.Move(Slot1, Drive1).ShouldBeNull();
        Send(new TestUnitReady()).ShouldBe("6/30/07");
        Send(new TestUnitReady()).ShouldBe("2/3A/00");
        var page = new byte[512];
        _drive.Execute(Cdb.Of(new LogSense(0x2E, 0, default, 22, 512)), DataTransfer.FromDevice(page), _sense, TimeSpan.Zero).Status.ShouldBe(ScsiStatus.Good);
        page[4..9].ShouldBe([0x00, 0x16, 0x03, 0x01, 0x01], "TapeAlert 22, expired cleaning media");
    }

    /// <summary>SSC-4: TapeAlert 20, log page 0Ch 0100h, page 11h CRQRD (ADC-3 6.1.2.2), and 0001h of page 14h, lifetime cleaning operations.</summary>
    [Fact]
    public void A_dirty_drive_says_so_until_it_was_cleaned()
    {
        Asks().ShouldBe((false, 0, false, 0));
        using (VirtualLibrary another = VirtualLibrary.Open(_directory.File("library"), _clock, drive: null))
        {
            another.Fail(new LibraryFailure(LibraryFailureKind.Dirty, Drive1));
            Should.Throw<LibraryException>(() => another.Fail(new LibraryFailure(LibraryFailureKind.Dirty, Slot1)));
        }
        Asks().ShouldBe((true, 1, true, 0));
        // The flag was told; the need is still there.
        Asks().ShouldBe((false, 1, true, 0));
        _library.Move(Slot1 + 1, Drive1).ShouldBeNull();
        Send(new TestUnitReady()).ShouldBe("6/28/00");
        Send(new TestUnitReady()).ShouldBe("", "it works all the same");
        _library.Move(Drive1, Slot1 + 1).ShouldBeNull();
        _library.Move(Slot1, Drive1).ShouldBeNull();
        Send(new TestUnitReady()).ShouldBe("2/30/03");
        _clock.Advance(30);
        Send(new TestUnitReady()).ShouldBe("2/3A/00");
        Asks().ShouldBe((false, 0, false, 1));
        _library.Failures.ShouldBeEmpty();
    }

    /// <summary>A cartridge that is used up cleans nothing, and no cleaning is counted.</summary>
    [Fact]
    public void The_counters_outlive_the_process_and_a_cartridge_that_is_used_up_counts_for_nothing()
    {
        _library.Fail(new LibraryFailure(LibraryFailureKind.Dirty, Drive1));
        for (int i = 0; i < 51; i++)
        {
            _library.Move(Slot1, Drive1).ShouldBeNull();
            _ = Send(new TestUnitReady());
            _clock.Advance(30);
            _ = Send(new TestUnitReady());
            _library.Move(Drive1, Slot1).ShouldBeNull();
            if (i == 48)
                _library.Fail(new LibraryFailure(LibraryFailureKind.Dirty, Drive1));
            if (i == 49)
                _library.Fail(new LibraryFailure(LibraryFailureKind.Dirty, Drive1));
        }
        Asks().ShouldBe((true, 1, true, 50));
        _drive.Dispose();
        _library.Dispose();
        using VirtualLibrary next = VirtualLibrary.Open(_directory.File("library"), _clock);
        using IScsiTransport drive = next.OpenDrive();
        Number(Log(drive, 0x14), 0x0001).ShouldBe(50);
        Number(Log(drive, 0x0C), 0x0100).ShouldBe(1);
    }

    private (bool CleanNow, int Required, bool InStatus, int Cleanings) Asks()
    {
        byte[] status = Log(_drive, 0x11);
        return (Number(Log(_drive, 0x2E), 20) == 1, Number(Log(_drive, 0x0C), 0x0100), (status[8] & 0x02) != 0, Number(Log(_drive, 0x14), 0x0001));
    }

    private byte[] Log(IScsiTransport drive, byte code)
    {
        var page = new byte[4096];
        drive.Execute(Cdb.Of(new LogSense(code, 0, default, 0, (ushort)page.Length)), DataTransfer.FromDevice(page), _sense, TimeSpan.Zero).Status.ShouldBe(ScsiStatus.Good);
        return page;
    }

    /// <summary>Value of a parameter: two bytes of code, one of control, one of length (SPC-4 7.3.2).</summary>
    private static int Number(byte[] page, int code)
    {
        int end = 4 + (page[2] << 8 | page[3]);
        for (int at = 4; at < end; at += 4 + page[at + 3])
        {
            if ((page[at] << 8 | page[at + 1]) == code)
                return page.AsSpan(at + 4, page[at + 3]).ToArray().Aggregate(0, static (value, next) => value << 8 | next);
        }
        throw new InvalidOperationException($"there is no parameter {code:X}");
    }

    private string Send<T>(T command) where T : struct, IScsiCommand<T>
    {
        ScsiCompletion completion = _drive.Execute(Cdb.Of(command), DataTransfer.None, _sense, TimeSpan.Zero);
        if (completion.Status == ScsiStatus.Good)
            return "";
        SenseData.TryDecode(_sense.AsSpan(0, completion.SenseLength), out SenseData sense).ShouldBeTrue();
        return $"{(int)sense.Key:X}/{sense.Code.Asc:X2}/{sense.Code.Ascq:X2}";
    }
}
