using Capstan.Drive.Models;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Transport;
using static Capstan.Drive.Tests.Rig;

namespace Capstan.Drive.Tests;

/// <summary>How long commands may take: what the drive reports counts, then the model's table, never less than a floor.</summary>
public class TimeoutTests
{
    // SPC-4 6.35.2: length, then per command operation code, service action, CTDP, CDB length, descriptor length 000Ah, nominal and recommended seconds.
    private const string Header = "000000";

    [Fact]
    public void What_the_drive_reports_counts()
    {
        using Rig rig = Opened(Data(Answer(
            Command("0A", 300), Command("08", 3000), Command("92", 1200), Command("11", 1300), Command("10", 0), Command("4D", 60), Command("1B", 840), Command("19", 20))));
        rig.Drive.LearnTimeouts();
        rig.Sent.ShouldBe(["A30C80000000000040000000"]);
        rig.Drive.ReportsTimeouts.ShouldBeTrue();
        DriveTimeouts timeouts = rig.Drive.Timeouts;
        timeouts.WriteSeconds.ShouldBe(300);
        timeouts.ReadSeconds.ShouldBe(3000);
        timeouts.LocateSeconds.ShouldBe(1300, "the longest of everything that winds");
        timeouts.WriteFilemarksSeconds.ShouldBe(DriveModel.Lto5.Timeouts.WriteFilemarksSeconds, "0 says nothing");
        timeouts.HousekeepingSeconds.ShouldBe(150, "LOG SENSE waits while a drive retries");
        timeouts.LoadSeconds.ShouldBe(DriveModel.Lto5.Timeouts.LoadSeconds, "never shorter than the table");
        timeouts.EraseLongSeconds.ShouldBe(60);
        timeouts.RewindSeconds.ShouldBe(DriveModel.Lto5.Timeouts.RewindSeconds);
    }

    [Fact]
    public void A_drive_that_does_not_tell_has_those_of_its_model()
    {
        foreach (ScriptedReplyCase refusal in new ScriptedReplyCase[] { new("05/20/00"), new("05/24/00") })
        {
            using Rig rig = Opened(Check(refusal.Code));
            rig.Drive.LearnTimeouts();
            rig.Drive.ReportsTimeouts.ShouldBeFalse();
            rig.Drive.Timeouts.ShouldBe(DriveModel.Lto5.Timeouts);
        }

        // mhvtl knows the command and no timeouts.
        using Rig silent = Opened(Data(Answer("0A00000000000006")));
        silent.Drive.LearnTimeouts();
        silent.Drive.ReportsTimeouts.ShouldBeFalse();
    }

    [Fact]
    public void A_time_that_is_none_is_not_believed()
    {
        using Rig rig = Opened(Data(Answer(Command("0A", uint.MaxValue), Command("08", 1))));
        rig.Drive.LearnTimeouts();
        rig.Drive.Timeouts.WriteSeconds.ShouldBe(DriveModel.Lto5.Timeouts.WriteSeconds);
        rig.Drive.Timeouts.ReadSeconds.ShouldBe(60);
    }

    [Theory]
    [InlineData("ibm-lto9-hh", 1560, 166370, 2940)]
    [InlineData("hp-lto5", 300, 18000, 1200)]
    [InlineData("ibm-lto10-hh", 1560, 166370, 3940)]
    public void Those_of_virtual_models_are_their_own(string model, int write, int erase, int locate)
    {
        using var directory = new TestDirectory();
        VirtualLibrary.Create(directory.File("library"), new LibraryOptions { CartridgeCount = 1, Model = VirtualDriveModel.Find(model)! });
        using VirtualLibrary library = VirtualLibrary.Open(directory.File("library"));
        using TapeDrive drive = TapeDrive.Open(library.OpenDrive("virtual:test"));
        drive.LearnTimeouts();
        (drive.Timeouts.WriteSeconds, drive.Timeouts.EraseLongSeconds, drive.Timeouts.LocateSeconds).ShouldBe((write, erase, locate));
    }

    /// <summary>Every virtual model is recognised by what it says of itself, with its generation and cartridges.</summary>
    [Fact]
    public void Virtual_models_are_recognised()
    {
        foreach (VirtualDriveModel model in VirtualDriveModel.All)
        {
            DriveModel known = DriveModel.Of(model.VendorId, model.Product);
            known.Generation.ShouldBe(model.Generation, model.Name);
            known.WritesDensities.ShouldBe(model.Writable.Select(medium => medium.DensityCode), model.Name);
            known.ReadsDensities.ShouldBe(model.ReadOnly.Select(medium => medium.DensityCode), model.Name);
            // The table is for all drives of a generation: nobody's own time is longer.
            known.Timeouts.WriteSeconds.ShouldBeGreaterThanOrEqualTo(model.Timeouts.Write, model.Name);
            known.Timeouts.ReadSeconds.ShouldBeGreaterThanOrEqualTo(model.Timeouts.Read, model.Name);
            known.Timeouts.RewindSeconds.ShouldBeGreaterThanOrEqualTo(model.Timeouts.Rewind, model.Name);
            known.Timeouts.EraseLongSeconds.ShouldBeGreaterThanOrEqualTo(model.Timeouts.Erase, model.Name);
            known.Timeouts.LoadSeconds.ShouldBeGreaterThanOrEqualTo(model.Timeouts.Load, model.Name);
        }
    }

    private sealed record ScriptedReplyCase(string Code);

    private static string Command(string operationCode, uint seconds) => $"{operationCode}00 0000 0002 0006 000A 0000 00000000 {seconds:X8}";

    private static byte[] Answer(params string[] commands)
    {
        byte[] body = Convert.FromHexString(string.Concat(commands).Replace(" ", "", StringComparison.Ordinal));
        return [.. Convert.FromHexString(Header), (byte)body.Length, .. body];
    }
}
