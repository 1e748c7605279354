using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>CDBs as in Dell's TL2000 SCSI reference (37h) and Dell's ML6000 (E7h).</summary>
public class InitializeElementStatusTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(default(InitializeElementStatus), "070000000000", "INITIALIZE ELEMENT STATUS", CommandTable.MediumChanger);
        Wire.ShouldBe(new InitializeElementStatusWithRange(new ElementRange(0x03E8, 8)), "370103E8000000080000", "INITIALIZE ELEMENT STATUS WITH RANGE elements 8 from 1000", CommandTable.MediumChanger);
        Wire.ShouldBe(new InitializeElementStatusWithRange(new ElementRange(0x03E8, 0), Fast: true), "370303E8000000000000", "INITIALIZE ELEMENT STATUS WITH RANGE elements from 1000 fast", CommandTable.MediumChanger);
        Wire.ShouldBe(new InitializeElementStatusWithRange(null), "37000000000000000000", "INITIALIZE ELEMENT STATUS WITH RANGE all elements", CommandTable.MediumChanger);
        Wire.ShouldBe(new InitializeElementStatusWithRangeE7h(new ElementRange(0x1000, 0x0203), NoBarCodeLabels: true), "E7011000000002030080", "INITIALIZE ELEMENT STATUS WITH RANGE (E7h) elements 515 from 4096 no labels", CommandTable.MediumChanger);
        Wire.ShouldBe(new InitializeElementStatusWithRangeE7h(null), "E7000000000000000000", "INITIALIZE ELEMENT STATUS WITH RANGE (E7h) all elements", CommandTable.MediumChanger);
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<InitializeElementStatus>("070100000000", BitField.Bit(1, 0));
        Wire.ShouldRefuse<InitializeElementStatusWithRange>("370503E8000000080000", BitField.Bit(1, 2));
        Wire.ShouldRefuse<InitializeElementStatusWithRangeE7h>("E70303E8000000080000", BitField.Bit(1, 1));
        Wire.ShouldRefuse<InitializeElementStatusWithRangeE7h>("E70103E8000000080040", BitField.Bit(9, 6));
    }

    [Fact]
    public void Every_value_survives_the_wire()
    {
        Gen<ElementRange?> range = Gen.Select(Gen.Bool, Gens.UInt16, Gens.UInt16, (has, first, count) => has ? new ElementRange(first, count) : (ElementRange?)null);
        Wire.RoundTrips(Gen.Select(range, Gen.Bool, (elements, fast) => new InitializeElementStatusWithRange(elements, fast)));
        Wire.RoundTrips(Gen.Select(range, Gen.Bool, (elements, no) => new InitializeElementStatusWithRangeE7h(elements, no)));
    }

    [Fact]
    public void Total_over_bytes()
    {
        Wire.IsTotal<InitializeElementStatus>("070000000000");
        Wire.IsTotal<InitializeElementStatusWithRange>("370303E8000000080000", WithoutIgnored);
        Wire.IsTotal<InitializeElementStatusWithRangeE7h>("E70103E8000000080080", WithoutIgnored);
    }

    /// <summary>Starting address and number are ignored without RANGE.</summary>
    private static byte[] WithoutIgnored(byte[] cdb)
    {
        if ((cdb[1] & 0x01) != 0) return cdb;
        cdb.AsSpan(2, 2).Clear();
        cdb.AsSpan(6, 2).Clear();
        return cdb;
    }
}
