using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive.Tests;

/// <summary>RESERVE, VERIFY, append-only mode, buffers and diagnostic pages: the driver, on the virtual drive and before scripted answers.</summary>
public sealed class PlacesTests
{
    [Fact]
    public void RESERVE_keeps_the_drive_for_its_host()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        using TapeDrive other = TapeDrive.Open(tape.Library.OpenOtherInitiator(1));
        tape.Drive.ReserveLegacy().ShouldBe("RESERVE(10)");
        Should.Throw<TapeDeviceException>(() => other.Rewind()).Fault.ShouldBe(DeviceFault.Busy);
        Should.Throw<TapeDeviceException>(() => other.ReserveLegacy()).Fault.ShouldBe(DeviceFault.Busy);
        other.ReleaseLegacy();
        Should.Throw<TapeDeviceException>(() => other.Rewind()).Fault.ShouldBe(DeviceFault.Busy);
        tape.Drive.Rewind();
        tape.Drive.ReleaseLegacy().ShouldBe("RELEASE(10)");
        other.Rewind();
    }

    /// <summary>SPC-2 has RESERVE(6) mandatory and RESERVE(10) for what is longer than it.</summary>
    [Fact]
    public void A_drive_without_the_ten_byte_form_gets_the_six_byte_one()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/20/00"), Rig.Good, Rig.Check("05/20/00"), Rig.Good);
        rig.Drive.ReserveLegacy().ShouldBe("RESERVE(6)");
        rig.Drive.ReleaseLegacy().ShouldBe("RELEASE(6)");
        rig.Sent.ShouldBe(["56000000000000000000", "160000000000", "57000000000000000000", "170000000000"]);
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_refusal_for_another_reason_is_not_tried_again()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/24/00"), Rig.Check("05/20/00"), Rig.Check("05/20/00"));
        Should.Throw<TapeCommandException>(() => rig.Drive.ReserveLegacy()).IsUnsupported.ShouldBeTrue();
        Should.Throw<TapeCommandException>(() => rig.Drive.ReleaseLegacy()).IsUnsupported.ShouldBeTrue();
        rig.ShouldBeDone();
    }

    [Fact]
    public void Files_are_verified_one_by_one()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.BeginWriting();
        for (int i = 0; i < 3; i++)
        {
            tape.Drive.Write(VirtualDrive.Block(i, 1000));
            tape.Drive.WriteFilemarks(1);
        }
        tape.Drive.Rewind();
        tape.Drive.VerifyFile().ShouldBe(VerifiedUpTo.Filemark);
        tape.Drive.ReadPosition().ObjectId.ShouldBe(2);
        tape.Drive.VerifyFile().ShouldBe(VerifiedUpTo.Filemark);
        tape.Drive.VerifyFile().ShouldBe(VerifiedUpTo.Filemark);
        tape.Drive.VerifyFile().ShouldBe(VerifiedUpTo.EndOfData);
        tape.Drive.ReadPosition().ObjectId.ShouldBe(6);
    }

    [Fact]
    public void VERIFY_is_sent_with_VBF_and_its_sense_is_judged()
    {
        using Rig rig = Rig.Opened(Rig.Good, Rig.Check("08/00/05"), Rig.Check("03/11/00"), Rig.Check("05/24/00"));
        rig.Drive.VerifyFile().ShouldBe(VerifiedUpTo.Filemark);
        rig.Drive.VerifyFile().ShouldBe(VerifiedUpTo.EndOfData);
        Should.Throw<TapeMediumException>(() => rig.Drive.VerifyFile()).Fault.ShouldBe(MediumFault.Damaged);
        Should.Throw<TapeCommandException>(() => rig.Drive.VerifyFile()).IsUnsupported.ShouldBeTrue();
        rig.Sent.ShouldBe(Enumerable.Repeat("130800000100", 4));
        rig.ShouldBeDone();
    }

    [Fact]
    public void Append_only_mode_begins_at_the_beginning_and_ends_without_a_tape()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.ReadAppendOnly().ShouldBe(false);
        tape.Drive.BeginWriting();
        tape.Drive.Write(new byte[100]);
        tape.Drive.WriteFilemarks(1);
        Should.Throw<TapeCommandException>(() => tape.Drive.SetAppendOnly(true)).IsUnsupported.ShouldBeTrue();
        tape.Drive.Rewind();
        tape.Drive.SetAppendOnly(true);
        tape.Drive.ReadAppendOnly().ShouldBe(true);
        Should.Throw<TapeCommandException>(() => tape.Drive.SetAppendOnly(false)).IsUnsupported.ShouldBeTrue();
        tape.Drive.AllowOverwrite(AllowedOverwrite.Here);
        tape.Drive.BeginWriting();
        tape.Drive.Write(new byte[100]);
        tape.Drive.WriteFilemarks(1);
    }

    [Fact]
    public void A_drive_without_the_mode_says_null()
    {
        // MODE SENSE(10), and (6).
        using Rig rig = Rig.Opened(Rig.Check("05/24/00"), Rig.Check("05/24/00"));
        rig.Drive.ReadAppendOnly().ShouldBeNull();
        rig.ShouldBeDone();
    }

    [Fact]
    public void Patterns_come_back_from_the_echo_buffer()
    {
        using VirtualDrive tape = new VirtualDrive().Ready();
        tape.Drive.CheckBuffer().ShouldBe(new BufferCheck(true, 4096, 5, 4096));
    }

    /// <summary>No echo buffer: data mode, after what waits there was written. An answer of zeros is no 55h.</summary>
    [Fact]
    public void What_comes_back_changed_is_told()
    {
        byte[] zeros = new byte[16];
        using Rig rig = Rig.Opened(Rig.Check("05/24/00"), Rig.Data(0, 0, 0, 16), Rig.Good, Rig.Good, Rig.Data(zeros), Rig.Good, Rig.Data(zeros));
        TapeDeviceException e = Should.Throw<TapeDeviceException>(() => rig.Drive.CheckBuffer());
        e.Fault.ShouldBe(DeviceFault.HardwareFailure);
        e.Message.ShouldContain("byte 0 of 16 was 0xff and is 0x00");
        rig.Sent.ShouldBe(["3C0B0000000000000400", "3C030000000000000400", "100000000000", "3B020000000000001000", "3C020000000000001000", "3B020000000000001000", "3C020000000000001000"]);
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_drive_without_buffers_is_unsupported()
    {
        using Rig rig = Rig.Opened(Rig.Check("05/20/00"), Rig.Check("05/20/00"), Rig.Check("05/20/00"));
        Should.Throw<TapeCommandException>(() => rig.Drive.CheckBuffer()).IsUnsupported.ShouldBeTrue();
        Should.Throw<TapeCommandException>(() => rig.Drive.ReadDiagnosticPages()).IsUnsupported.ShouldBeTrue();
        rig.ShouldBeDone();
    }

    [Fact]
    public void Diagnostic_pages_are_those_that_are_listed()
    {
        using Rig rig = Rig.Opened(Rig.Data(0, 0, 0, 3, 0, 0x80, 0x90), Rig.Data(0x80, 1, 0, 2, 0xAA, 0xBB, 0xEE), Rig.Check("05/24/00"));
        IReadOnlyList<DiagnosticPage> pages = rig.Drive.ReadDiagnosticPages();
        pages.Select(static page => Convert.ToHexString(page.Data)).ShouldBe(["00000003008090", "80010002AABB"]);
        rig.Sent.ShouldBe(["1C0100400000", "1C0180400000", "1C0190400000"]);
        rig.ShouldBeDone();
    }
}
