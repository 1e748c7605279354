using CsCheck;

namespace Capstan.Scsi.Tests;

public class Locate16Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Locate16(LocateTarget.LogicalFile(0x0102030405060708), Partition: 1, Immediate: true), "920B0001010203040506070800000000", "LOCATE(16) file 72623859790382856 partition 1 immed");
        Wire.ShouldBe(new Locate16(LocateTarget.LogicalObject(1234), Partition: 0, Immediate: true), "9203000000000000000004D200000000", "LOCATE(16) object 1234 partition 0 immed");
        Wire.ShouldBe(new Locate16(LocateTarget.EndOfData), "92180000000000000000000000000000", "LOCATE(16) end of data");
        Wire.ShouldBe(new Locate16(LocateTarget.LogicalObject(ulong.MaxValue)), "92000000FFFFFFFFFFFFFFFF00000000", "LOCATE(16) object 18446744073709551615");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Locate16>("92100000000000000000000100000000", Locate16.DestTypeField);
        Wire.ShouldRefuse<Locate16>("92000100000000000000000100000000", BitField.Bit(2, 0));
        Wire.ShouldRefuse<Locate16>("92040000000000000000000100000000", BitField.Bit(1, 2));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.OneOf(Gen.ULong.Select(LocateTarget.LogicalObject), Gen.ULong.Select(LocateTarget.LogicalFile), Gen.Const(LocateTarget.EndOfData)), Gens.MaybeByte, Gen.Bool, (target, partition, immediate) => new Locate16(target, partition, immediate)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Locate16>("920B0001010203040506070800000000", WithoutIgnored);

    [Fact]
    public void Reserved_destination_is_named_by_its_field()
    {
        Locate16.TryDecode(Hex.Bytes("92130001000000000000000500000000"), out _, out BitField invalid).ShouldBeFalse();
        invalid.ShouldBe(new BitField(Byte: 1, High: 4, Low: 3));
    }

    /// <summary>PARTITION is ignored without CP, LOGICAL IDENTIFIER for end of data.</summary>
    private static byte[] WithoutIgnored(byte[] cdb)
    {
        if ((cdb[1] & 0x02) == 0) cdb[3] = 0;
        if ((cdb[1] & 0x18) == 0x18) cdb.AsSpan(4, 8).Clear();
        return cdb;
    }
}
