using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Library;
using static Capstan.Drive.Tests.Rig;

namespace Capstan.Drive.Tests;

/// <summary>Erasing and formatting: what is sent, what is awaited, what is told.</summary>
public class FormatTests
{
    [Fact]
    public void A_long_erase_is_begun_and_awaited_with_progress()
    {
        var clock = new InstantTime();
        using VirtualDrive tape = new VirtualDrive(time: clock).Ready();
        tape.Drive.BeginWriting();
        tape.Drive.Write(new byte[1000]);
        tape.Drive.Rewind();
        var seen = new List<double?>();
        tape.Drive.Erase(isLong: true);
        tape.Drive.PollOperation().State.ShouldBe(DriveState.BecomingReady);
        tape.Drive.AwaitEnd(new Seen(seen), CancellationToken.None);
        tape.Log.Cdbs.ShouldContain("190300000000");
        seen.Count.ShouldBe(20);
        for (int i = 0; i < 20; i++)
            seen[i]!.Value.ShouldBe(i / 20.0, 0.001);
        tape.Drive.LocateEndOfData().ObjectId.ShouldBe(0);
    }

    [Fact]
    public void Leaving_ends_the_waiting_and_not_the_erase()
    {
        var clock = new InstantTime();
        using VirtualDrive tape = new VirtualDrive(time: clock).Ready();
        tape.Drive.Erase(isLong: true);
        using var cancellation = new CancellationTokenSource();
        cancellation.Cancel();
        Should.Throw<OperationCanceledException>(() => tape.Drive.AwaitEnd(null, cancellation.Token));
        tape.Drive.TestReady().State.ShouldBe(DriveState.BecomingReady);
    }

    /// <summary>A drive that is ready and tells of the erase when it is asked (SPC-4 5.6): LTFS polls such drives by REQUEST SENSE.</summary>
    [Fact]
    public void A_drive_that_says_so_only_when_asked()
    {
        using Rig rig = Opened(
            Good, Good, Data(Convert.FromHexString("700000000000000A00000000001800804000")),
            Good, Data(Convert.FromHexString("700000000000000A00000000000000000000")));
        rig.Drive.Erase(isLong: true);
        var seen = new List<double?>();
        rig.Drive.AwaitEnd(new Seen(seen), CancellationToken.None);
        seen.ShouldBe([0.25]);
        rig.Sent.ShouldBe(["190300000000", "000000000000", "03000000FC00", "000000000000", "03000000FC00"]);
    }

    [Fact]
    public void An_operation_that_fails_is_an_error()
    {
        using Rig rig = Opened(Good, Check("02/04/07"), Check("04/44/00"));
        rig.Drive.Erase(isLong: true);
        Should.Throw<TapeDeviceException>(() => rig.Drive.AwaitEnd(null, CancellationToken.None)).Fault.ShouldBe(DeviceFault.HardwareFailure);
    }

    [Fact]
    public void Write_once_is_told_and_refused_in_words()
    {
        using VirtualDrive tape = new VirtualDrive(worm: true).Ready();
        tape.Drive.ReadWriteOnce().ShouldBe(true);
        tape.Drive.BeginWriting();
        tape.Drive.Write(new byte[10]);
        tape.Drive.Flush();
        tape.Drive.Rewind();
        Should.Throw<TapeMediumException>(() => tape.Drive.Erase(isLong: false)).Fault.ShouldBe(MediumFault.WriteOnce);
        Should.Throw<TapeMediumException>(() => tape.Drive.Format(TapeFormat.Default)).Message.ShouldContain("write-once (WORM)");
        tape.Drive.BeginWriting();
        Should.Throw<TapeMediumException>(() => tape.Drive.Write(new byte[10])).Fault.ShouldBe(MediumFault.WriteOnce);
    }

    /// <summary>MEDIUM TYPE as IBM and HP have it, and page 1Dh (captured from an emulated IBM LTO-5, WORMM set by hand).</summary>
    [Theory]
    [InlineData(0x5C, 0x58, null, true)]
    [InlineData(0x98, 0x60, null, false)]
    [InlineData(0xAC, 0x62, null, true)]
    [InlineData(0x01, 0x58, null, true)]
    [InlineData(0x00, 0x58, 1, true)]
    [InlineData(0x00, 0x58, 0, false)]
    [InlineData(0x00, 0x58, null, null)]
    public void Write_once_is_found_in_mode_parameters(byte mediumType, byte density, int? wormMode, bool? expected)
    {
        byte[] header = [0, 0, mediumType, 0x10, 0, 0, 0, 8, density, 0, 0, 0, 0, 0, 0, 0];
        byte[] page = [.. header, 0x1D, 0x1E, (byte)(wormMode ?? 0), 0, 1, 2, .. new byte[26]];
        // TEST UNIT READY, the mode parameters, no protection page; then the page, and the memory, which is not there.
        using Rig rig = Opened(Good, Data(header), Check("05/24/00"), wormMode is null ? Check("05/24/00") : Data(page), Check("05/20/00"));
        rig.Drive.WaitUntilReady();
        rig.Drive.ReadWriteOnce().ShouldBe(expected);
    }

    /// <summary>READ ATTRIBUTE of 0408h: available data 6, identifier, read-only, length 1, 80h.</summary>
    [Fact]
    public void Write_once_is_found_in_the_memory()
    {
        byte[] header = [0, 0, 0, 0x10, 0, 0, 0, 8, 0x58, 0, 0, 0, 0, 0, 0, 0];
        using Rig rig = Opened(Good, Data(header), Check("05/24/00"), Check("05/24/00"), Data(Convert.FromHexString("00000006" + "0408800001" + "80")));
        rig.Drive.WaitUntilReady();
        rig.Drive.ReadWriteOnce().ShouldBe(true);
        rig.Sent.Last().ShouldStartWith("8C00");
    }

    [Fact]
    public void Append_only_lets_through_what_was_permitted()
    {
        using Rig rig = Opened(PositionAt(5), Good);
        rig.Drive.AllowOverwrite(AllowedOverwrite.Here);
        rig.Sent.Last().ShouldBe("82000100000000000000000500000000");
    }

    [Fact]
    public void A_busy_drive_stays_busy_for_the_next_process_and_is_ready_when_the_time_is_over()
    {
        var clock = new InstantTime();
        using var directory = new TestDirectory();
        VirtualLibrary.Create(directory.File("library"), new LibraryOptions { CartridgeCount = 1, CapacityBytes = 1 << 30 });
        using (TapeDrive drive = TapeDrive.Open(VirtualLibrary.OpenDrive(directory.File("library"), "one", clock), clock))
        {
            drive.WaitUntilReady();
            drive.Erase(isLong: true);
        }
        clock.Advance(TimeSpan.FromSeconds(5));
        using (TapeDrive drive = TapeDrive.Open(VirtualLibrary.OpenDrive(directory.File("library"), "two", clock), clock))
            drive.TestReady().Progress!.Value.ShouldBe(0.25, 0.001);
        clock.Advance(TimeSpan.FromSeconds(15));
        using (TapeDrive drive = TapeDrive.Open(VirtualLibrary.OpenDrive(directory.File("library"), "three", clock), clock))
            drive.TestReady().State.ShouldBe(DriveState.Ready);
    }

    private sealed class Seen(List<double?> progress) : IProgress<DriveReadiness>
    {
        public void Report(DriveReadiness value) => progress.Add(value.Progress);
    }
}
