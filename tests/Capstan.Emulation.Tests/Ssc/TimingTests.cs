using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>
/// A drive that takes the time of a real one, by a clock that waits turn. What is expected are the published numbers of an LTO-9 drive
/// (IBM TS2290 and TS4300: load 16 s, unload 56 s, rewind from the middle 62 s, 177 to 400 MB/s) and CERN's of a wrap (rao/CTACostHeuristic.cpp).
/// </summary>
public sealed class TimingTests
{
    private const double FullLength = 2 * (62 - 4.29);

    /// <summary>280 wraps of a million bytes.</summary>
    private const long Capacity = 280_000_000;

    private const int Block = 9936;

    [Fact]
    public void From_the_beginning_to_the_end_of_wrap_0_it_is_the_length_of_the_tape()
    {
        using DriveRig rig = Recorded();
        // 10,000 bytes each on the tape: object 100 begins wrap 1, at the far end.
        Seconds(rig, () => rig.Good("2B 00 00 00 00 00 63 00 00 00")).ShouldBe(4.29 + FullLength * 0.99, 0.01);
        Seconds(rig, () => rig.Good("01 00 00 00 00 00")).ShouldBe(4.29 + FullLength * 0.99, 0.01);
        Seconds(rig, () => rig.Good("2B 00 00 00 00 00 6E 00 00 00")).ShouldBe(4.29 + FullLength * 0.9 + 6.69 + 5.22, 0.01);
        // The same place of the wrap before the last: only another wrap.
        Seconds(rig, () => rig.Good("2B 00 00 00 00 00 5A 00 00 00")).ShouldBe(4.29 + 6.69 + 5.22, 0.01);
        Seconds(rig, () => rig.Good("11 00 FF FF F6 00")).ShouldBe(4.29 + FullLength * 0.1, 0.01);
        Seconds(rig, () => rig.Good("2B 00 00 00 00 00 50 00 00 00")).ShouldBe(0);
    }

    [Fact]
    public void With_IMMED_the_drive_answers_and_is_busy_and_tells_how_far_it_has_got()
    {
        using DriveRig rig = Recorded();
        Seconds(rig, () => rig.Good("2B 01 00 00 00 00 63 00 00 00")).ShouldBe(0);
        Sense(rig.Send("00 00 00 00 00 00")).ShouldBe("2/04/07");
        rig.Clock.Advance((4.29 + FullLength * 0.99) / 2);
        SenseData.TryDecode(rig.Good("03 00 00 00 FC 00", dataIn: 252), out SenseData sense).ShouldBeTrue();
        sense.Code.ShouldBe(SenseCode.LocateOperationInProgress);
        ((int)sense.Progress!.Value).ShouldBeInRange(32_700, 32_800);
        Sense(rig.Send("08 02 00FFFF 00", dataIn: 65535)).ShouldBe("2/04/07");
        rig.Clock.Advance((4.29 + FullLength * 0.99) / 2);
        rig.Good("00 00 00 00 00 00");
        rig.Good("01 01 00 00 00 00");
        Sense(rig.Send("00 00 00 00 00 00")).ShouldBe("2/04/07");
        SenseData.TryDecode(rig.Good("03 00 00 00 FC 00", dataIn: 252), out sense).ShouldBeTrue();
        sense.Code.ShouldBe(SenseCode.RewindOperationInProgress);
    }

    [Fact]
    public void Unloading_rewinds_and_loading_threads()
    {
        using DriveRig rig = Recorded();
        rig.Good("2B 00 00 00 00 00 32 00 00 00");
        Seconds(rig, () => rig.Good("1B 00 00 00 00 00")).ShouldBe(56 + 62, 0.01);
        Seconds(rig, () => rig.Good("1B 00 00 00 01 00")).ShouldBe(16, 0.01);
        Sense(rig.Send("00 00 00 00 00 00")).ShouldBe("6/28/00");
        rig.Good("00 00 00 00 00 00");
        rig.Good("1B 00 00 00 00 00");
        Seconds(rig, () => rig.Good("1B 01 00 00 01 00")).ShouldBe(0);
        _ = rig.Send("00 00 00 00 00 00");
        Sense(rig.Send("00 00 00 00 00 00")).ShouldBe("2/04/01");
        rig.Clock.Advance(16);
        rig.Good("00 00 00 00 00 00");
    }

    [Fact]
    public void Writing_fills_the_buffer_and_then_goes_as_fast_as_the_tape()
    {
        using var rig = new DriveRig(realistic: true, loaded: false);
        Thread(rig);
        var block = new byte[8_000_000];
        // What the buffer takes costs nothing.
        Seconds(rig, () => Write(rig, block, 100)).ShouldBe(0);
        Seconds(rig, () => Write(rig, block, 400)).ShouldBe((500 * 8e6 - (1L << 30)) / 400e6, 0.05);
        Seconds(rig, () => rig.Good("10 00 00 00 01 00")).ShouldBe((1L << 30) / 400e6, 0.05);
        // The tape stands; to write on it goes back first, and who synchronises waits for that.
        Seconds(rig, () => Write(rig, block, 1)).ShouldBe(0);
        Seconds(rig, () => rig.Good("10 00 00 00 01 00")).ShouldBe(3 + 8e6 / 400e6, 0.01);
        rig.Unit.Motion!.Backhitches.ShouldBe(1);
        rig.Good("01 00 00 00 00 00");
        Seconds(rig, () =>
        {
            for (int i = 0; i < 500; i++)
                rig.Send("08 02 7A1200 00", dataIn: 8_000_000).Data.Length.ShouldBe(8_000_000);
        }).ShouldBe(500 * 8e6 / 400e6, 0.1);
    }

    [Theory]
    [InlineData(100e6, true)]
    [InlineData(177.1e6, false)]
    [InlineData(300e6, false)]
    public void A_host_slower_than_the_slowest_speed_makes_the_tape_go_back(double bytesPerSecond, bool goesBack)
    {
        using var rig = new DriveRig(realistic: true, loaded: false);
        Thread(rig);
        var block = new byte[8_000_000];
        double waited = 0;
        for (int i = 0; i < 400; i++)
        {
            waited += Seconds(rig, () => Write(rig, block, 1));
            rig.Clock.Advance(block.Length / bytesPerSecond);
        }
        waited.ShouldBe(0);
        // Once a buffer of 1 GiB.
        rig.Unit.Motion!.Backhitches.ShouldBe(goesBack ? 2 : 0);
    }

    [Fact]
    public void A_robot_takes_its_time_and_then_the_drive_threads()
    {
        using var directory = new TestDirectory();
        string path = directory.File("library");
        VirtualLibrary.Create(path, new LibraryOptions { CartridgeCount = 2, Changer = VirtualChangerModel.Find("generic"), StorageElements = 4, IsRealistic = true, CapacityBytes = 1_000_000 });
        var clock = new SetClock();
        using VirtualLibrary library = VirtualLibrary.Open(path, clock, drive: null);
        using IScsiTransport changer = library.OpenChanger();
        using IScsiTransport drive = library.OpenDrive();
        Text(drive, new TestUnitReady());
        DateTimeOffset start = clock.GetUtcNow();
        Text(changer, new MoveMedium(0, (ushort)library.Elements.FirstStorage, (ushort)library.Elements.FirstDrive)).ShouldBe("");
        (clock.GetUtcNow() - start).TotalSeconds.ShouldBe(13);
        Text(drive, new TestUnitReady()).ShouldBe("6/28/00");
        Text(drive, new TestUnitReady()).ShouldBe("2/04/01");
        clock.Advance(16);
        Text(drive, new TestUnitReady()).ShouldBe("");
        start = clock.GetUtcNow();
        Text(changer, new PositionToElement(0, (ushort)library.Elements.FirstStorage)).ShouldBe("");
        (clock.GetUtcNow() - start).TotalSeconds.ShouldBe(6.5);
        // A tape in a drive that nobody unloaded: that takes 56 s, rewound as it is.
        start = clock.GetUtcNow();
        Text(changer, new MoveMedium(0, (ushort)library.Elements.FirstDrive, (ushort)(library.Elements.FirstStorage + 2))).ShouldBe("");
        (clock.GetUtcNow() - start).TotalSeconds.ShouldBe(13 + 56);
        Text(changer, new MoveMedium(0, (ushort)(library.Elements.FirstStorage + 2), (ushort)library.Elements.FirstDrive)).ShouldBe("");
        Text(drive, new TestUnitReady()).ShouldBe("6/28/00");
        clock.Advance(16);
        Text(drive, new LoadUnload(Load: false)).ShouldBe("");
        start = clock.GetUtcNow();
        ushort slot = (ushort)library.Elements.FirstStorage;
        Text(changer, new ExchangeMedium(0, (ushort)(slot + 1), (ushort)library.Elements.FirstDrive, slot)).ShouldBe("");
        (clock.GetUtcNow() - start).TotalSeconds.ShouldBe(26);
        // What is refused takes no time.
        start = clock.GetUtcNow();
        Text(changer, new MoveMedium(0, (ushort)(slot + 3), slot)).ShouldBe("5/3B/0E");
        (clock.GetUtcNow() - start).TotalSeconds.ShouldBe(0);
        Text(changer, new InitializeElementStatus()).ShouldBe("");
        (clock.GetUtcNow() - start).TotalSeconds.ShouldBe(20);
    }

    /// <summary>A pass over all that the tape has room for behind the position, at 400 MB/s (IBM TS2290), and an end of data at its beginning.</summary>
    [Fact]
    public void A_long_erase_takes_a_pass_over_the_rest_of_the_tape()
    {
        using DriveRig rig = Recorded();
        rig.Good("2B 00 00 00 00 00 64 00 00 00");
        // 100 objects of 10,000 bytes stay.
        double pass = (Capacity - 1_000_000) / 400e6;
        Seconds(rig, () => rig.Good("19 01 00 00 00 00")).ShouldBe(4.29 + pass, 0.001);
        Seconds(rig, () => rig.Good("19 00 00 00 00 00")).ShouldBe(4.29, 0.001);
        Seconds(rig, () => rig.Good("19 03 00 00 00 00")).ShouldBe(0);
        Sense(rig.Send("00 00 00 00 00 00")).ShouldBe("2/04/07");
        rig.Clock.Advance(4.28 + pass);
        Sense(rig.Send("00 00 00 00 00 00")).ShouldBe("2/04/07");
        rig.Clock.Advance(0.02);
        rig.Good("00 00 00 00 00 00");
    }

    /// <summary>Of 18 TB that is twelve and a half hours, which no process stays for: the drive of the next one goes on with it.</summary>
    [Fact]
    public void An_erase_of_a_whole_tape_goes_on_for_hours_without_anybody()
    {
        using var directory = new TestDirectory();
        string path = directory.File("library");
        VirtualLibrary.Create(path, new LibraryOptions { CartridgeCount = 1, IsRealistic = true });
        var clock = new SetClock();
        using (VirtualLibrary library = VirtualLibrary.Open(path, clock))
        using (IScsiTransport drive = library.OpenDrive())
        {
            clock.Advance(60);
            _ = Text(drive, new TestUnitReady());
            Text(drive, new Erase6(Long: true, Immediate: true)).ShouldBe("");
            Text(drive, new TestUnitReady()).ShouldBe("2/04/07");
        }
        clock.Advance(12 * 3600);
        using VirtualLibrary next = VirtualLibrary.Open(path, clock);
        using IScsiTransport again = next.OpenDrive();
        Text(again, new TestUnitReady()).ShouldBe("2/04/07");
        clock.Advance(3600);
        Text(again, new TestUnitReady()).ShouldBe("");
    }

    /// <summary>LTO-9 media optimization: 40 minutes on the average (IBM TS4300); types 0 and 2 measure the tape anew, type 1 does not.</summary>
    [Theory]
    [InlineData(0, true)]
    [InlineData(1, false)]
    public void Formatting_an_LTO9_tape_measures_it_again(int type, bool measures)
    {
        using DriveRig rig = Recorded();
        double seconds = Seconds(rig, () => rig.Good($"04 00 0{type} 00 00 00"));
        (seconds >= 2400).ShouldBe(measures);
        (seconds % 2400).ShouldBeInRange(4.29, 60);
        Seconds(rig, () => rig.Good($"04 01 0{type} 00 00 00")).ShouldBe(0);
        rig.Clock.Advance(seconds - 0.1);
        Sense(rig.Send("00 00 00 00 00 00")).ShouldBe(measures ? "2/04/01" : "2/04/04");
        rig.Clock.Advance(0.2);
        rig.Good("00 00 00 00 00 00");
    }

    private static DriveRig Recorded()
    {
        var rig = new DriveRig(capacityBytes: Capacity, realistic: true);
        Write(rig, new byte[Block], 150);
        rig.Good("01 00 00 00 00 00");
        return rig;
    }

    private static void Thread(DriveRig rig)
    {
        rig.Unit.Insert(new DiscardingTape(MediumType.Lto9, 1L << 44, 0), MediumState.Loaded);
    }

    private static void Write(DriveRig rig, byte[] block, int count)
    {
        for (int i = 0; i < count; i++)
            rig.Good($"0A 00 {block.Length:X6} 00", block);
    }

    private static double Seconds(DriveRig rig, Action action)
    {
        DateTimeOffset start = rig.Clock.GetUtcNow();
        action();
        return (rig.Clock.GetUtcNow() - start).TotalSeconds;
    }

    private static string Sense(Reply reply) =>
        SenseData.TryDecode(Convert.FromHexString(reply.Sense), out SenseData sense) ? $"{(int)sense.Key:X}/{sense.Code.Asc:X2}/{sense.Code.Ascq:X2}" : "";

    private static string Text<T>(IScsiTransport unit, T command) where T : struct, IScsiCommand<T>
    {
        var sense = new byte[252];
        ScsiCompletion completion = unit.Execute(Cdb.Of(command), DataTransfer.None, sense, TimeSpan.Zero);
        return completion.Status == ScsiStatus.Good ? "" : Sense(new Reply(completion.Status, Convert.ToHexString(sense, 0, completion.SenseLength), [], 0));
    }
}
