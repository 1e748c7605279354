using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;
using static Capstan.Drive.Tests.Rig;

namespace Capstan.Drive.Tests;

public class WriteTests
{
    private static readonly byte[] Block = new byte[262144];

    [Fact]
    public void A_block_goes_out_as_one_WRITE()
    {
        using Rig rig = Writing(5, Good);
        rig.Drive.Write(Block).ShouldBe(WriteOutcome.Written);
        rig.Sent.Last().ShouldBe("0A0004000000");
        rig.Drive.DurableObjectId.ShouldBe(5);
    }

    [Fact]
    public void A_recovered_error_is_a_written_block()
    {
        using Rig rig = Writing(0, Check("01/0C/00"));
        rig.Drive.Write(Block).ShouldBe(WriteOutcome.Written);
    }

    [Theory]
    [InlineData("00/00/02", null)]
    [InlineData("00/00/02", 0)]
    [InlineData("01/0C/00", 0)]
    public void Early_warning_of_a_block_that_is_written(string code, int? information)
    {
        using Rig rig = Writing(0, Check(code, "EOM", information, residual: 0), Good);
        rig.Drive.Write(Block).ShouldBe(WriteOutcome.WrittenEarlyWarning);
        rig.Drive.WriteFilemarks(0);
        rig.Drive.DurableObjectId.ShouldBe(1);
    }

    /// <summary>Somebody set PEWS: the block is written, and the tape goes on.</summary>
    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public void Programmable_early_warning_is_not_the_end(int? information)
    {
        using Rig rig = Writing(0, Check("00/00/07", "EOM", information, residual: 0), Check("00/00/07", "EOM"), Good);
        rig.Drive.Write(Block).ShouldBe(WriteOutcome.Written);
        rig.Drive.WriteFilemarks(1, immediate: true).ShouldBe(WriteOutcome.Written);
        rig.Drive.WriteFilemarks(0);
        rig.Drive.DurableObjectId.ShouldBe(2);
    }

    [Theory]
    [InlineData("00/00/02", 262144)]
    [InlineData("0D/00/02", 262144)]
    [InlineData("0D/00/02", null)]
    public void A_block_that_did_not_fit_is_not_counted(string code, int? information)
    {
        using Rig rig = Writing(0, Check(code, "EOM", information), Good);
        rig.Drive.Write(Block).ShouldBe(WriteOutcome.VolumeFull);
        rig.Drive.Flush();
        rig.Drive.DurableObjectId.ShouldBe(0);
    }

    [Fact]
    public void Marks_that_did_not_fit_prove_nothing()
    {
        using Rig rig = Writing(0, Good, Check("0D/00/02", "EOM", 1));
        rig.Drive.Write(Block);
        rig.Drive.WriteFilemarks(1).ShouldBe(WriteOutcome.VolumeFull);
        rig.Drive.DurableObjectId.ShouldBe(0);
    }

    [Fact]
    public void Only_a_synchronising_filemark_makes_durable()
    {
        using Rig rig = Writing(10, Good, Good, Good, Good, Good, Check("00/00/02", "EOM", 0));
        rig.Drive.Write(Block);
        rig.Drive.Write(Block);
        rig.Drive.WriteFilemarks(1, immediate: true).ShouldBe(WriteOutcome.Written);
        rig.Drive.DurableObjectId.ShouldBe(10);
        rig.Drive.Flush();
        rig.Drive.DurableObjectId.ShouldBe(13);
        rig.Drive.Write(Block);
        rig.Drive.WriteFilemarks(2).ShouldBe(WriteOutcome.WrittenEarlyWarning);
        rig.Drive.DurableObjectId.ShouldBe(16);
        // WRITE FILEMARKS(6): IMMED in byte 1 bit 0, count in bytes 2 to 4.
        rig.Sent.Skip(1).ShouldBe(["0A0004000000", "0A0004000000", "100100000100", "100000000000", "0A0004000000", "100000000200"]);
    }

    [Theory]
    [InlineData(false, "03/0C/00")] // current: the block itself
    [InlineData(true, "03/0C/00")] // deferred: one of those before
    [InlineData(true, "0D/00/02")]
    [InlineData(false, "04/44/00")]
    [InlineData(false, "0B/47/00")]
    [InlineData(false, "06/29/00")] // reset in mid-stream: what was buffered is gone
    [InlineData(false, "06/28/00")]
    [InlineData(false, "03/50/00")]
    public void A_failure_names_the_first_suspect_object(bool deferred, string code)
    {
        using Rig rig = Writing(10, Good, Good, Good, Check(code, deferred: deferred));
        rig.Drive.Write(Block);
        rig.Drive.WriteFilemarks(1);
        rig.Drive.Write(Block);
        TapeWriteException e = Should.Throw<TapeWriteException>(() => rig.Drive.Write(Block));
        e.FirstSuspectObjectId.ShouldBe(12);
        e.Message.ShouldContain("Objects from 12 on");
        e.Sense!.Value.IsDeferred.ShouldBe(deferred);
        rig.Drive.DurableObjectId.ShouldBe(12);
    }

    [Fact]
    public void After_a_failure_nothing_is_written_until_the_tape_was_positioned()
    {
        using Rig rig = Writing(10, Check("06/29/00"), PositionAt(4), Good);
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(Block));
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(Block)).FirstSuspectObjectId.ShouldBe(10);
        Should.Throw<TapeWriteException>(() => rig.Drive.WriteFilemarks(1));
        rig.Drive.BeginWriting();
        rig.Drive.Write(Block).ShouldBe(WriteOutcome.Written);
        rig.ShouldBeDone();
    }

    [Theory]
    [InlineData("06/29/00")]
    [InlineData("06/28/00")]
    public void A_reset_that_TEST_UNIT_READY_hears_of_stops_the_writing_all_the_same(string code)
    {
        using Rig rig = Writing(10, Good, Check(code), Good);
        rig.Drive.Write(Block);
        rig.Drive.TestReady().State.ShouldBe(DriveState.Ready);
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(Block));
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_reset_that_LOG_SENSE_hears_of_is_not_swallowed()
    {
        using Rig rig = Writing(10, Good, Check("06/29/00"));
        rig.Drive.Write(Block);
        Should.Throw<TapeDeviceException>(() => rig.Drive.ReadCapacity()).Fault.ShouldBe(DeviceFault.Lost);
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(Block));
    }

    [Fact]
    public void A_deferred_error_is_a_write_failure_whatever_command_hears_of_it()
    {
        var asks = new Action<TapeDrive>[]
        {
            static drive => drive.ReadCapacity(),
            static drive => drive.ReadPosition(),
            static drive => drive.ReadFirstBufferedObject(),
            static drive => drive.TestReady(),
            static drive => drive.Rewind(),
            static drive => drive.Locate(0),
            static drive => drive.LocateEndOfData(),
            static drive => drive.SpaceFilemarks(-1),
            static drive => drive.Unload(),
            static drive => drive.Load(),
            static drive => drive.Read(new byte[16]),
            static drive => drive.PreventRemoval(true),
            static drive => drive.Flush(),
        };
        foreach (Action<TapeDrive> ask in asks)
        {
            using Rig rig = Writing(10, Good, Check("03/0C/00", deferred: true));
            rig.Drive.Write(Block);
            Should.Throw<TapeWriteException>(() => ask(rig.Drive)).FirstSuspectObjectId.ShouldBe(10);
        }
    }

    [Fact]
    public void A_recovered_deferred_error_costs_only_a_second_try()
    {
        using Rig rig = Writing(10, Check("01/0C/00", deferred: true), Good, Good);
        rig.Drive.Write(Block).ShouldBe(WriteOutcome.Written);
        rig.Drive.WriteFilemarks(1);
        rig.Drive.DurableObjectId.ShouldBe(12);
        rig.ShouldBeDone();
    }

    [Theory]
    [InlineData(ScsiStatus.Busy)]
    [InlineData(ScsiStatus.TaskSetFull)]
    public void BUSY_is_sent_again_after_a_while(ScsiStatus status)
    {
        using Rig rig = Writing(10, new ScriptedReply(status), new ScriptedReply(status), Good);
        rig.Drive.Write(Block).ShouldBe(WriteOutcome.Written);
        rig.Clock.Waited.ShouldBe(TimeSpan.FromSeconds(1));
        rig.ShouldBeDone();
    }

    [Fact]
    public void Early_warning_as_a_unit_attention_is_asked_for_again()
    {
        using Rig rig = Writing(10, Check("06/00/02", "EOM"), Check("00/00/02", "EOM", 0));
        rig.Drive.Write(Block).ShouldBe(WriteOutcome.WrittenEarlyWarning);
    }

    [Fact]
    public void A_reservation_of_another_host_is_named()
    {
        using Rig rig = Writing(10, new ScriptedReply(ScsiStatus.ReservationConflict));
        TapeWriteException e = Should.Throw<TapeWriteException>(() => rig.Drive.Write(Block));
        e.FirstSuspectObjectId.ShouldBe(10);
        e.InnerException.ShouldBeOfType<TapeDeviceException>().Fault.ShouldBe(DeviceFault.Busy);
        e.Message.ShouldContain("reservation");
    }

    [Theory]
    [InlineData("07/27/00")]
    [InlineData("07/5A/02")]
    public void Protection_is_the_mediums_and_nothing_is_suspect(string code)
    {
        using Rig rig = Writing(10, Check(code));
        Should.Throw<TapeMediumException>(() => rig.Drive.Write(Block)).Fault.ShouldBe(MediumFault.WriteProtected);
    }

    [Theory]
    [InlineData(TransportFault.Lost)]
    [InlineData(TransportFault.TimedOut)]
    [InlineData(TransportFault.Transient)]
    public void A_broken_path_leaves_the_position_unknown(TransportFault fault)
    {
        using Rig rig = Writing(10, Good, new ScriptedReply { Throw = fault });
        rig.Drive.Write(Block);
        Should.Throw<TapeWriteException>(() => rig.Drive.Write(Block)).FirstSuspectObjectId.ShouldBe(10);
        Should.Throw<TapeWriteException>(() => rig.Drive.WriteFilemarks(1));
        rig.Drive.DurableObjectId.ShouldBe(10);
        rig.ShouldBeDone();
    }

    [Fact]
    public void The_block_path_allocates_nothing()
    {
        using TapeDrive drive = TapeDrive.Open(new TapeOverNull());
        drive.BeginWriting();
        var buffer = new byte[256 * 1024];
        Allocation.Of(() =>
        {
            for (int i = 0; i < 10_000; i++)
            {
                drive.Write(buffer);
                drive.Read(buffer);
            }
        }).ShouldBe(0);
    }

    /// <summary>A null transport with an INQUIRY.</summary>
    private sealed class TapeOverNull : IScsiTransport
    {
        private readonly NullTransport _inner = new();

        public string Name => _inner.Name;

        public int MaxTransferBytes => _inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            if (cdb.OperationCode == 0x12 && (cdb.Span[1] & 1) == 0)
                InquiryBytes.CopyTo(data.FromDeviceBuffer);
            return _inner.Execute(in cdb, data, sense, timeout);
        }

        public void Dispose() => _inner.Dispose();
    }
}
