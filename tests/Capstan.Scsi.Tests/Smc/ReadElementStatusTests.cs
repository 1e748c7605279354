using CsCheck;

namespace Capstan.Scsi.Tests;

public class ReadElementStatusTests
{
    private static readonly BitField TypeField = new(Byte: 1, High: 3, Low: 0);

    [Fact]
    public void Golden_bytes()
    {
        ShouldBe(new ReadElementStatus(ElementType.DataTransfer, 500, 2, 0x010203, VolumeTags: true, CurrentData: true, DeviceIdentifiers: true),
            "B81401F4000203010203 00 00", "READ ELEMENT STATUS data transfer elements 2 from 500 voltag curdata dvcid alloc 66051");
        ShouldBe(new ReadElementStatus(ElementType.Storage, 0, 0xFFFF, 8), "B8020000FFFF00000008 00 00", "READ ELEMENT STATUS storage elements 65535 from 0 alloc 8");
    }

    /// <summary>The questions of the captures, as sg_raw sent them.</summary>
    [Fact]
    public void Questions_of_captures()
    {
        CdbOf(new ReadElementStatus(ElementType.All, 0, 0xFFFF, 0x2000, VolumeTags: true)).ShouldBe(HexFixture.Load("changer-status-all-voltag").Cdb);
        CdbOf(new ReadElementStatus(ElementType.ImportExport, 0, 0xFFFF, 0x2000, VolumeTags: true)).ShouldBe(HexFixture.Load("changer-status-type3-voltag").Cdb);
        CdbOf(new ReadElementStatus(ElementType.DataTransfer, 0, 0xFFFF, 0x2000, DeviceIdentifiers: true)).ShouldBe(HexFixture.Load("changer-status-drives-dvcid").Cdb);
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<ReadElementStatus>("B8050000FFFF000000080000", TypeField);
        Wire.ShouldRefuse<ReadElementStatus>("B8220000FFFF000000080000", BitField.Bit(1, 5));
        Wire.ShouldRefuse<ReadElementStatus>("B8020000FFFF040000080000", BitField.Bit(6, 2));
        Wire.ShouldRefuse<ReadElementStatus>("B8020000FFFF00000008FF00", BitField.Bit(10, 7));
        Wire.ShouldRefuse<ReadElementStatus>("B8020000FFFF0000000800", BitField.WholeByte(11));
    }

    [Fact]
    public void Every_value_survives_the_wire() => Wire.RoundTrips(
        Gen.Select(Gen.Int[0, 4], Gens.UInt16, Gens.UInt16, Gens.UInt24, Gen.Bool, Gen.Bool, Gen.Bool,
            (type, first, count, length, tags, current, devices) => new ReadElementStatus((ElementType)type, first, count, length, tags, current, devices)));

    [Fact]
    public void Total_over_bytes() => Wire.IsTotal<ReadElementStatus>("B81401F40002030102030000");

    [Fact]
    public void Too_long_an_allocation_length_is_refused() =>
        Should.Throw<ArgumentOutOfRangeException>(() => Cdb.Of(new ReadElementStatus(ElementType.All, 0, 1, 0x1000000)));

    private static Cdb CdbOf(in ReadElementStatus command) => Cdb.Of(command);

    private static void ShouldBe<T>(T command, string hex, string description) where T : struct, IScsiCommand<T> =>
        Wire.ShouldBe(command, hex, description, CommandTable.MediumChanger);
}
