using CsCheck;

namespace Capstan.Scsi.Tests;

public class Locate10Tests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new Locate10(0x01020304), "2B000001020304000000", "LOCATE(10) object 16909060");
        Wire.ShouldBe(new Locate10(5, Partition: 3, Immediate: true), "2B030000000005000300", "LOCATE(10) object 5 partition 3 immed");
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<Locate10>("2B080000000005000000", BitField.Bit(1, 3));
    }

    /// <summary>The CDB of MTSEEK in drivers/scsi/st.c, set_location: bit 2, BT, is obsolete in SSC-4.</summary>
    [Fact]
    public void The_block_address_type_of_older_standards_is_ignored()
    {
        Locate10.TryDecode(Hex.Bytes("2B040000000005000000"), out Locate10 command, out _).ShouldBeTrue();
        command.ShouldBe(new Locate10(5));
    }

    [Fact]
    public void Every_value_survives_the_wire() =>
        Wire.RoundTrips(Gen.Select(Gen.UInt, Gens.MaybeByte, Gen.Bool, (id, partition, immediate) => new Locate10(id, partition, immediate)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<Locate10>("2B020000000005000300", WithoutIgnored);

    [Fact]
    public void Partition_counts_only_with_cp()
    {
        Locate10.TryDecode(Hex.Bytes("2B000000000005000300"), out Locate10 command, out _).ShouldBeTrue();
        command.Partition.ShouldBeNull();
    }

    /// <summary>PARTITION is ignored without CP, BT always.</summary>
    private static byte[] WithoutIgnored(byte[] cdb)
    {
        cdb[1] &= 0xFB;
        if ((cdb[1] & 0x02) == 0) cdb[8] = 0;
        return cdb;
    }
}
