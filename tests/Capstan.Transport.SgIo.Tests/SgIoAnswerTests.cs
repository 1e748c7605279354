using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.SgIo;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>Codes from the kernel's include/scsi/scsi_status.h and scsi/sg.h.</summary>
public class SgIoAnswerTests
{
    // Fixed format, MEDIUM ERROR, write error.
    private static readonly byte[] Sense = Convert.FromHexString("7000030000000000" + "00000000" + "0C00" + "00000000");

    private static SgIoAnswer Sort(byte status, ushort host, ushort driver, byte[]? sense = null) => SgIoAnswer.Sort(status, host, driver, sense ?? []);

    [Fact]
    public void Nothing_special_is_good() => Sort(0, 0, 0).ShouldBe(new SgIoAnswer(ScsiStatus.Good, null, null));

    [Theory]
    [InlineData(0x02, 0x00, 0x08)] // as it should be
    [InlineData(0x02, 0x00, 0x00)] // without DRIVER_SENSE
    [InlineData(0x00, 0x00, 0x08)] // DRIVER_SENSE alone
    [InlineData(0x02, 0x07, 0x00)] // RAID adapter: transport error beside valid sense
    [InlineData(0x02, 0x10, 0x08)] // target failure is how newer kernels mark a hard error that has sense
    [InlineData(0x02, 0x13, 0x08)] // medium error, likewise
    [InlineData(0x02, 0x03, 0x00)]
    public void Valid_sense_comes_first(byte status, ushort host, ushort driver) =>
        Sort(status, host, driver, Sense).ShouldBe(new SgIoAnswer(ScsiStatus.CheckCondition, null, null));

    [Fact]
    public void Check_condition_without_sense_is_still_the_devices_answer() =>
        Sort(0x02, 0, 0).ShouldBe(new SgIoAnswer(ScsiStatus.CheckCondition, null, null));

    [Fact]
    public void Check_condition_with_rubbish_for_sense_does_not_hide_the_host()
    {
        Sort(0x02, 0x0E, 0x08, [0x00, 0x00, 0x00]).Fault.ShouldBe(TransportFault.Lost);
        Sort(0x02, 0x00, 0x08, [0x00, 0x00, 0x00]).Status.ShouldBe(ScsiStatus.CheckCondition);
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x04)]
    [InlineData(0x08)]
    [InlineData(0x0E)]
    [InlineData(0x0F)]
    [InlineData(0x10)]
    [InlineData(0x07)]
    [InlineData(0x77)]
    public void The_connection_is_lost(ushort host)
    {
        SgIoAnswer answer = Sort(0, host, 0);
        answer.Fault.ShouldBe(TransportFault.Lost);
        answer.Reason!.ShouldContain($"{host:X2}h");
    }

    [Theory]
    [InlineData(0x03, 0x00)]
    [InlineData(0x03, 0x06)]
    [InlineData(0x00, 0x06)]
    [InlineData(0x00, 0x36)] // with a suggestion in the upper half
    public void A_timeout_is_a_timeout(ushort host, ushort driver) => Sort(0, host, driver).Fault.ShouldBe(TransportFault.TimedOut);

    [Theory]
    [InlineData(0x02)]
    [InlineData(0x0B)]
    [InlineData(0x0C)]
    [InlineData(0x0D)]
    public void What_asks_for_a_retry_is_transient(ushort host) => Sort(0, host, 0).Fault.ShouldBe(TransportFault.Transient);

    [Theory]
    [InlineData(0x00, 0x11)]
    [InlineData(0x18, 0x11)]
    [InlineData(0x18, 0x00)]
    public void A_reservation_conflict_is_a_status(byte status, ushort host) =>
        Sort(status, host, 0).ShouldBe(new SgIoAnswer(ScsiStatus.ReservationConflict, null, null));

    [Theory]
    [InlineData(0x08, ScsiStatus.Busy)]
    [InlineData(0x28, ScsiStatus.TaskSetFull)]
    [InlineData(0x40, ScsiStatus.TaskAborted)]
    [InlineData(0x09, ScsiStatus.Busy)] // bit 0 is not the status
    public void Other_statuses_are_values(byte status, ScsiStatus expected) => Sort(status, 0, 0).Status.ShouldBe(expected);

    [Theory]
    [InlineData(0x01, TransportFault.Transient)]
    [InlineData(0x02, TransportFault.Transient)]
    [InlineData(0x04, TransportFault.Lost)]
    [InlineData(0x05, TransportFault.NotSent)]
    [InlineData(0x07, TransportFault.Lost)]
    public void Driver_statuses(ushort driver, TransportFault fault) => Sort(0, 0, driver).Fault.ShouldBe(fault);
}
