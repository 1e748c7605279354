using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Ssc;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>Readiness, loading and unit attentions.</summary>
public class MediumTests
{
    private const string NoMedium = "70 00 02 00000000 0A 00000000 3A00 00 000000";
    private const string MayHaveChanged = "70 00 06 00000000 0A 00000000 2800 00 000000";

    [Fact]
    public void An_empty_drive_is_not_ready_and_still_says_who_it_is()
    {
        using var drive = new DriveRig(loaded: false);
        foreach (string cdb in (string[])["00 00 00 00 00 00", "01 00 00 00 00 00", "34 06 0000000000 0000 00", "1B 00 00 00 01 00", "10 00 000001 00"])
            drive.Check(cdb, NoMedium);
        drive.Good("12 00 00 0060 00", dataIn: 96);
        drive.Good("1A 00 3F 00 FF 00", dataIn: 255)[2].ShouldBe((byte)0x10);
        drive.Good("05 00 00 00 00 00", dataIn: 6);
    }

    [Fact]
    public void Unloading_and_loading_again()
    {
        using DriveRig drive = new DriveRig().WithTwoFiles();
        drive.Good("2B 00 00 00000005 00 00 00");
        drive.Good("1B 00 00 00 00 00");
        drive.Unit.Medium.ShouldBe(MediumState.Ejected);
        drive.Check("00 00 00 00 00 00", NoMedium);
        drive.Check("1B 00 00 00 00 00", NoMedium);
        drive.Good("1B 00 00 00 01 00");
        drive.Check("00 00 00 00 00 00", MayHaveChanged);
        drive.Good("00 00 00 00 00 00");
        drive.Position().ShouldBe((0ul, 0ul));
        drive.Unit.Tape.LoadCount.ShouldBe(1);
    }

    [Fact]
    public void Held_means_seated_with_the_memory_readable()
    {
        using var drive = new DriveRig();
        drive.Good("1B 00 00 00 08 00");
        drive.Check("00 00 00 00 00 00", "70 00 02 00000000 0A 00000000 3A04 00 000000");
        drive.Good("1B 00 00 00 01 00");
        drive.Check("00 00 00 00 00 00", MayHaveChanged);
        drive.Good("00 00 00 00 00 00");
        drive.Check("1B 00 00 00 04 00", "70 00 05 00000000 0A 00000000 2400 00 CA0004");
    }

    [Fact]
    public void Removal_can_be_prevented()
    {
        using var drive = new DriveRig();
        drive.Good("1E 00 00 00 01 00");
        drive.Check("1B 00 00 00 00 00", "70 00 05 00000000 0A 00000000 5302 00 000000");
        drive.Good("1E 00 00 00 00 00");
        drive.Good("1B 00 00 00 00 00");
    }

    [Fact]
    public void A_unit_attention_is_told_once_and_not_to_those_who_may_not_hear_it()
    {
        using var drive = new DriveRig();
        drive.Unit.PowerOn();
        drive.Good("12 00 00 0060 00", dataIn: 96);
        drive.Good("A0 00 00 000000 00000010 00 00", dataIn: 16);
        drive.Check("00 00 00 00 00 00", "70 00 06 00000000 0A 00000000 2900 00 000000");
        drive.Good("00 00 00 00 00 00");
        drive.Unit.PowerOn();
        // REQUEST SENSE takes it as data.
        Convert.ToHexString(drive.Good("03 00 00 00 FC 00", dataIn: 252)).ShouldBe("700006000000000A00000000290000000000");
        drive.Good("00 00 00 00 00 00");
        Convert.ToHexString(drive.Good("03 00 00 00 FC 00", dataIn: 252)).ShouldBe("700000000000000A00000000000000000000");
        drive.Unit.PowerOn();
        // Descriptor format on request (SPC-4 4.5.2).
        Convert.ToHexString(drive.Good("03 01 00 00 FC 00", dataIn: 252)).ShouldStartWith("72062900000000");
    }

    [Fact]
    public void What_the_drive_does_not_know_is_refused()
    {
        using var drive = new DriveRig();
        drive.Check("0C 00 00 00 00 00", "70 00 05 00000000 0A 00000000 2000 00 C00000");
        drive.Check("C0 00 00 00 00 00", "70 00 05 00000000 0A 00000000 2000 00 C00000");
    }

    [Fact]
    public void A_cartridge_file_that_cannot_be_used_is_a_corrupt_tape_with_the_reason_beside_it()
    {
        using var drive = new DriveRig(loaded: false);
        drive.Unit.Insert(null, MediumState.Loaded, "x.cartridge: both copies of the superblock are damaged");
        drive.Check("00 00 00 00 00 00", "70 00 03 00000000 0A 00000000 3100 00 000000");
        drive.Unit.Diagnosis.ShouldBe("x.cartridge: both copies of the superblock are damaged");
        drive.Good("1B 00 00 00 00 00");
        drive.Check("00 00 00 00 00 00", NoMedium);
    }

    [Fact]
    public void A_truncated_cartridge_has_no_end_of_data()
    {
        using var directory = new TestDirectory();
        string path = directory.File("cut.cartridge");
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
            cartridge.Append(CartridgeTesting.Sample(10));
        using (var stream = new FileStream(path, FileMode.Open))
            stream.SetLength(stream.Length - 1);
        using var drive = new DriveRig(loaded: false);
        drive.Unit.Insert(Cartridge.Open(path));
        const string notFound = "70 00 08 00000000 0A 00000000 1403 00 000000";
        drive.Check("92 18 00 00 0000000000000000 00000000", notFound);
        drive.Position().Object.ShouldBe(9ul);
        drive.Check("08 00 000064 00", "F0 00 08 00000064 0A 00000000 1403 00 000000", dataIn: 100);
        drive.Check("0A 00 000064 00", "F0 00 03 00000064 0A 00000000 5000 00 000000", new byte[100]);
        drive.Unit.Diagnosis!.ShouldContain("the file is cut short: 1 bytes are missing, 1 of 10 objects are lost");
    }

    [Fact]
    public void Every_command_of_the_table_has_a_handler_and_a_timeout()
    {
        foreach (CommandDescriptor command in CommandTable.TapeDrive)
            TapeDriveCommands.Find(command.OperationCode).ShouldNotBeNull(command.Name).TimeoutSeconds.ShouldBeGreaterThan(0u);
        Enumerable.Range(0, 256).Count(code => TapeDriveCommands.Find((byte)code) is not null)
            .ShouldBe(CommandTable.TapeDrive.Select(command => command.OperationCode).Distinct().Count());
    }

    /// <summary>SAM-5 6.3.3 and SPC-4 (29h/03h): told once; what was buffered is on the medium, the tape stays.</summary>
    [Fact]
    public void A_reset_is_told_once_and_forgets_mode_parameters_and_the_lock()
    {
        using var drive = new DriveRig();
        drive.Good("1E 00 00 00 01 00");
        drive.Good("15 10 00 00 0C 00", [0, 0, 0x10, 8, 0, 0, 0, 0, 0, 0, 4, 0]);
        drive.WriteBlock([1, 2, 3]);
        drive.Unit.Reset();
        drive.Check("00 00 00 00 00 00", "70 00 06 00000000 0A 00000000 2903 00 000000");
        drive.Good("00 00 00 00 00 00");
        drive.Unit.Tape.DurableObjectCount.ShouldBe(1);
        drive.Position().ShouldBe((1ul, 0ul));
        drive.Unit.BlockLengthBytes.ShouldBe(0);
        drive.Good("1B 00 00 00 00 00");
    }
}
