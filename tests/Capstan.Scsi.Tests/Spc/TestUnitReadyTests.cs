namespace Capstan.Scsi.Tests;

public class TestUnitReadyTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new TestUnitReady(), "000000000000", "TEST UNIT READY");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<TestUnitReady>("001000000000", BitField.Bit(1, 4));
        Wire.ShouldRefuse<TestUnitReady>("000000000004", BitField.Bit(5, 2));
        Wire.ShouldRefuse<TestUnitReady>("0000000000", BitField.WholeByte(5));
        Wire.ShouldRefuse<TestUnitReady>("010000000000", BitField.WholeByte(0));
    }

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<TestUnitReady>("000000000000");
}
