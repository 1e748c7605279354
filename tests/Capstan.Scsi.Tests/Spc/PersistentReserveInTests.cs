using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SPC-4 6.15; as sg_persist -k, -r, -c, -s sends it (allocation length 8192).</summary>
public class PersistentReserveInTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new PersistentReserveIn(ReservationQuestion.ReadKeys, 8192), "5E000000000000200000", "PERSISTENT RESERVE IN keys alloc 8192");
        Wire.ShouldBe(new PersistentReserveIn(ReservationQuestion.ReadReservation, 8192), "5E010000000000200000", "PERSISTENT RESERVE IN reservation alloc 8192");
        Wire.ShouldBe(new PersistentReserveIn(ReservationQuestion.ReportCapabilities, 8192), "5E020000000000200000", "PERSISTENT RESERVE IN capabilities alloc 8192");
        Wire.ShouldBe(new PersistentReserveIn(ReservationQuestion.ReadFullStatus, 8192), "5E030000000000200000", "PERSISTENT RESERVE IN full status alloc 8192");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<PersistentReserveIn>("5E040000000000200000", PersistentReserveIn.ServiceActionField);
        Wire.ShouldRefuse<PersistentReserveIn>("5E000100000000200000", BitField.Bit(2, 0));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(Gen.Select(Gen.Int[0, 3], Gen.UShort, (question, length) => new PersistentReserveIn((ReservationQuestion)question, length)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<PersistentReserveIn>("5E000000000000200000");
}
