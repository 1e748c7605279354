using Capstan.Emulation.Faults;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Faults;

/// <summary>When a fault strikes, and what the drive is like then. Sense in fixed format, SPC-5 table 43.</summary>
public class DriveFaultPlanTests
{
    private const string Read = "080000138800";
    private const string Locate1 = "2B000000000001000000";
    private const string TestReady = "000000000000";

    private static DriveRig With(params DriveFault[] faults)
    {
        DriveRig rig = new DriveRig().WithTwoFiles();
        rig.Unit.Faults = new DriveFaultPlan();
        foreach (DriveFault fault in faults)
            rig.Unit.Faults.Add(fault);
        return rig;
    }

    [Fact]
    public void The_nth_command_of_its_kind_meets_it_and_so_many_behind_it()
    {
        using DriveRig rig = With(DriveFaults.Busy(2) with { OperationCode = Locate10.OperationCode, Command = 2 });
        rig.Good(TestReady);
        rig.Good(Locate1);
        rig.Send(Locate1).Status.ShouldBe(ScsiStatus.Busy);
        rig.Good(TestReady);
        rig.Send(Locate1).Status.ShouldBe(ScsiStatus.Busy);
        rig.Good(Locate1);
        rig.Unit.Faults!.Struck.ShouldBe(2);
    }

    [Fact]
    public void A_bad_block_is_bad_however_often_and_the_tape_stands_behind_it()
    {
        using DriveRig rig = With(DriveFaults.ReadError(1));
        rig.Send(Read, dataIn: 5000).Data.Length.ShouldBe(100);
        for (int i = 0; i < 2; i++)
        {
            rig.Good(Locate1);
            rig.Send(Read, dataIn: 5000).Sense.ShouldStartWith("700003000000000A");
            rig.Position().Object.ShouldBe(2UL);
        }

        rig.Send(Read, dataIn: 5000).Data.Length.ShouldBe(300);
    }

    [Fact]
    public void A_command_that_is_carried_out_all_the_same()
    {
        using DriveRig rig = With(DriveFaults.HardwareError with { OperationCode = Locate10.OperationCode, IsCarriedOut = true });
        rig.Send(Locate1).Sense.Substring(2 * 2, 2).ShouldBe("04");
        rig.Position().Object.ShouldBe(1UL);
    }

    [Fact]
    public void A_deferred_error_cuts_the_tape_and_the_command_is_not_carried_out()
    {
        using DriveRig rig = With();
        rig.Good("110300000000");
        rig.WriteBlock([1, 2, 3]);
        rig.WriteBlock([4, 5, 6]);
        rig.Unit.Faults!.Add(DriveFaults.DeferredWriteError(9) with { OperationCode = WriteFilemarks6.OperationCode });
        // 71h: deferred; MEDIUM ERROR; WRITE ERROR.
        Reply reply = rig.Send("100000000100");
        reply.Sense.ShouldStartWith("710003000000000A");
        reply.Sense.Substring(24, 4).ShouldBe("0C00");
        rig.Position().Object.ShouldBe(9UL);
        rig.Send(Read, dataIn: 5000).Sense.Substring(4, 2).ShouldBe("08");
    }

    [Fact]
    public void Lost_power_takes_the_buffer_the_settings_and_the_place()
    {
        using DriveRig rig = With();
        rig.Good("110300000000");
        rig.Good("100000000000");
        rig.WriteBlock([1, 2, 3]);
        rig.Unit.BlockLengthBytes = 512;
        rig.Unit.Faults!.Add(DriveFaults.PowerLoss);
        // INQUIRY meets no unit attention (SAM-5 5.14).
        rig.Good("120000002400", dataIn: 36);
        rig.Unit.Faults.Struck.ShouldBe(0);
        rig.Send(TestReady).Sense.Substring(24, 4).ShouldBe("2901");
        rig.Good(TestReady);
        rig.Unit.BlockLengthBytes.ShouldBe(0);
        rig.Position().Object.ShouldBe(0UL);
        rig.Good("110300000000");
        rig.Position().Object.ShouldBe(8UL);
    }

    [Fact]
    public void An_answer_that_never_comes_is_a_timeout_of_the_path()
    {
        using DriveRig rig = With(DriveFaults.NoAnswer(isCarriedOut: true) with { OperationCode = Locate10.OperationCode });
        rig.Transport.Recovery.ShouldNotBeNull();
        Should.Throw<ScsiTransportException>(() => rig.Send(Locate1)).Fault.ShouldBe(TransportFault.TimedOut);
        rig.Position().Object.ShouldBe(1UL);
        new DriveRig().Transport.Recovery.ShouldBeNull();
    }

    [Fact]
    public void A_tape_that_is_measured_is_told_with_progress_and_in_the_log()
    {
        using DriveRig rig = With(DriveFaults.Initializing(TimeSpan.FromHours(1)));
        // 04/01; progress valid in the sense-key-specific bytes.
        Reply reply = rig.Send(TestReady);
        reply.Sense.Substring(4, 2).ShouldBe("02");
        reply.Sense.Substring(24, 4).ShouldBe("0401");
        reply.Sense.Substring(30, 2).ShouldBe("80");
        // LOG SENSE 11h: DEVICE ACTIVITY 0Bh is byte 2 of parameter 0000h.
        rig.Good("4D005100000000004000", dataIn: 64)[4 + 4 + 2].ShouldBe((byte)0x0B);
    }
}
