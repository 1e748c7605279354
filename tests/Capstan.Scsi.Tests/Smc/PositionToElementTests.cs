using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>CDBs as in Quantum's SuperLoader 3 Software Interface Guide (2Bh) and Dell's TL2000 SCSI reference (1Bh).</summary>
public class PositionToElementTests
{
    [Fact]
    public void Golden_bytes()
    {
        Wire.ShouldBe(new PositionToElement(1, 0x03E8), "2B00000103E800000000", "POSITION TO ELEMENT 1000 by 1", CommandTable.MediumChanger);
        Wire.ShouldBe(new PositionToElement(0, 2, Invert: true), "2B000000000200000100", "POSITION TO ELEMENT 2 by 0 invert", CommandTable.MediumChanger);
        Wire.ShouldBe(new OpenCloseImportExportElement(10, ImportExportAction.Open), "1B00000A0000", "OPEN/CLOSE IMPORT/EXPORT ELEMENT open 10", CommandTable.MediumChanger);
        Wire.ShouldBe(new OpenCloseImportExportElement(0xFF00, ImportExportAction.Close), "1B00FF000100", "OPEN/CLOSE IMPORT/EXPORT ELEMENT close 65280", CommandTable.MediumChanger);
    }

    [Fact]
    public void Refuses_naming_the_field()
    {
        Wire.ShouldRefuse<PositionToElement>("2B00000103E800000200", BitField.Bit(8, 1));
        Wire.ShouldRefuse<PositionToElement>("2B01000103E800000000", BitField.Bit(1, 0));
        Wire.ShouldRefuse<OpenCloseImportExportElement>("1B00000A0200", new BitField(Byte: 4, High: 4, Low: 0));
        Wire.ShouldRefuse<OpenCloseImportExportElement>("1B00000A2000", BitField.Bit(4, 5));
    }

    [Fact]
    public void Every_value_survives_the_wire()
    {
        Wire.RoundTrips(Gen.Select(Gens.UInt16, Gens.UInt16, Gen.Bool, (transport, destination, invert) => new PositionToElement(transport, destination, invert)));
        Wire.RoundTrips(Gen.Select(Gens.UInt16, Gen.Int[0, 1], (address, action) => new OpenCloseImportExportElement(address, (ImportExportAction)action)));
    }

    [Fact]
    public void Total_over_bytes()
    {
        Wire.IsTotal<PositionToElement>("2B00000103E800000100");
        Wire.IsTotal<OpenCloseImportExportElement>("1B00000A0100");
    }
}
