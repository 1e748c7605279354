using CsCheck;

namespace Capstan.Scsi.Tests;

public class CommandTableTests
{
    [Fact]
    public void Rows_are_in_order_and_unique()
    {
        foreach (CommandSet table in (CommandSet[])[CommandTable.TapeDrive, CommandTable.MediumChanger])
        {
            int[] keys = [.. table.Select(row => (row.OperationCode << 8) | row.ServiceAction.GetValueOrDefault())];
            keys.Length.ShouldBe(table.Count);
            keys.ShouldBe(keys.Order());
            keys.ShouldBeUnique();
        }
    }

    /// <summary>The fields' bits as the standard's CDB tables have them, without the CONTROL byte, which no drive here uses.</summary>
    [Theory]
    [InlineData("000000000000", null)]
    [InlineData("010100000000", null)]
    [InlineData("03010000FF00", null)]
    [InlineData("050100000000", null)]
    [InlineData("0803FFFFFF00", null)]
    [InlineData("0A01FFFFFF00", null)]
    [InlineData("1001FFFFFF00", null)]
    [InlineData("110FFFFFFF00", null)]
    [InlineData("1201FFFFFF00", null)]
    [InlineData("132FFFFFFF00", null)]
    [InlineData("15110000FF00", null)]
    [InlineData("190300000000", null)]
    [InlineData("1A08FFFFFF00", null)]
    [InlineData("1B0100000F00", null)]
    [InlineData("1E0000000300", null)]
    [InlineData("2B0300FFFFFFFF00FF00", null)]
    [InlineData("34000000000000000000", 0x00)]
    [InlineData("34060000000000000000", 0x06)]
    [InlineData("34080000000000FFFF00", 0x08)]
    [InlineData("4D00FFFF00FFFFFFFF00", null)]
    [InlineData("55110000000000FFFF00", null)]
    [InlineData("5A08FFFF000000FFFF00", null)]
    [InlineData("800D00FFFFFFFFFFFFFFFFFFFFFFFF00", null)]
    [InlineData("8C00000000FF00FFFFFFFFFFFFFF0100", 0x00)]
    [InlineData("8C01000000FF00FFFFFFFFFFFFFF0100", 0x01)]
    [InlineData("8C05000000FF00FFFFFFFFFFFFFF0100", 0x05)]
    [InlineData("8D01000000FF00FF0000FFFFFFFF0000", null)]
    [InlineData("910F0000FFFFFFFFFFFFFFFF00000000", null)]
    [InlineData("921B00FFFFFFFFFFFFFFFFFF00000000", null)]
    [InlineData("A000FF000000FFFFFFFF0000", null)]
    [InlineData("A30C87FFFFFFFFFFFFFF0000", 0x0C)]
    public void Usage_data(string hex, int? serviceAction)
    {
        byte[] usage = Hex.Bytes(hex);
        CommandDescriptor row = CommandTable.TapeDrive.Find(usage[0], (byte?)serviceAction).ShouldNotBeNull();
        Convert.ToHexString(row.UsageData).ShouldBe(hex);
        row.CdbLength.ShouldBe(usage.Length);
        row.ServiceAction.ShouldBe((byte?)serviceAction);
    }

    /// <summary>SMC-3's CDB tables, without the CONTROL byte but for NBL.</summary>
    [Theory]
    [InlineData("070000000000")]
    [InlineData("1B00FFFF1F00")]
    [InlineData("2B00FFFFFFFF00000100")]
    [InlineData("3703FFFF0000FFFF0000")]
    [InlineData("A500FFFFFFFFFFFF00000100")]
    [InlineData("A600FFFFFFFFFFFFFFFF0300")]
    [InlineData("B51FFFFFFFFF00FFFFFF0000")]
    [InlineData("B60FFFFF001F0000FFFF0000")]
    [InlineData("B81FFFFFFFFF03FFFFFF0000")]
    [InlineData("E701FFFF0000FFFF0080")]
    public void Usage_data_of_changers(string hex) =>
        Convert.ToHexString(CommandTable.MediumChanger.Find(Hex.Bytes(hex)[0]).ShouldNotBeNull().UsageData).ShouldBe(hex);

    /// <summary>One operation code, two device types, two commands.</summary>
    [Theory]
    [InlineData("2B00000103E800000000", "LOCATE(10) object 17033216", "POSITION TO ELEMENT 1000 by 1", "LOCATE(10) or POSITION TO ELEMENT")]
    [InlineData("1B0000000100", "LOAD UNLOAD load", "OPEN/CLOSE IMPORT/EXPORT ELEMENT close 0", "LOAD UNLOAD or OPEN/CLOSE IMPORT/EXPORT ELEMENT")]
    [InlineData("B50000000000000000000000", "SECURITY PROTOCOL OUT protocol 00h page 0000h length 0", "REQUEST VOLUME ELEMENT ADDRESS all elements from 0 alloc 0", "SECURITY PROTOCOL OUT or REQUEST VOLUME ELEMENT ADDRESS")]
    [InlineData("A50000010001000200000000", "operation code A5h [A50000010001000200000000]", "MOVE MEDIUM from 1 to 2 by 1", "MOVE MEDIUM")]
    [InlineData("920000000000000000000000", "LOCATE(16) invalid byte 12 [920000000000000000000000]", "operation code 92h [920000000000000000000000]", "LOCATE(16)")]
    [InlineData("000000000000", "TEST UNIT READY", "TEST UNIT READY", "TEST UNIT READY")]
    [InlineData("C00000000000", "operation code C0h [C00000000000]", "operation code C0h [C00000000000]", null)]
    public void A_command_depends_on_the_device(string hex, string onTape, string onChanger, string? unknown)
    {
        Cdb cdb = Cdb.FromBytes(Hex.Bytes(hex));
        CommandTable.Of(PeripheralDeviceType.Tape).ShouldNotBeNull().Describe(cdb).ShouldBe(onTape);
        CommandTable.Of(PeripheralDeviceType.MediumChanger).ShouldNotBeNull().Describe(cdb).ShouldBe(onChanger);
        CommandTable.Of(PeripheralDeviceType.Disk).ShouldBeNull();
        CommandTable.NameOf(cdb).ShouldBe(unknown);
    }

    [Fact]
    public void Unknown_operation_code_and_unknown_service_action_are_told_apart()
    {
        CommandTable.TapeDrive.TryFind(Hex.Bytes("FF0000000000"), out _, out BitField code).ShouldBeFalse();
        code.ShouldBe(BitField.WholeByte(0));
        CommandTable.TapeDrive.TryFind(Hex.Bytes("A31E00000000000000000000"), out _, out BitField action).ShouldBeFalse();
        action.ShouldBe(new BitField(Byte: 1, High: 4, Low: 0));

        CommandTable.TapeDrive.HasOperationCode(0x34, out bool positions).ShouldBeTrue();
        positions.ShouldBeTrue();
        CommandTable.TapeDrive.HasOperationCode(0x08, out bool reads).ShouldBeTrue();
        reads.ShouldBeFalse();
        CommandTable.TapeDrive.HasOperationCode(0xC0, out _).ShouldBeFalse();
        CommandTable.TapeDrive.Find(0x34).ShouldBeNull();
        CommandTable.TapeDrive.Find(0x08, 1).ShouldBeNull();
    }

    [Theory]
    [InlineData("9203000000000000000004D200000000", "LOCATE(16) object 1234 partition 0 immed")]
    [InlineData("9213000000000000000004D200000000", "LOCATE(16) invalid byte 1 bits 4:3 [9213000000000000000004D200000000]")]
    [InlineData("0803", "READ(6) invalid byte 2 [0803]")]
    [InlineData("C00102030405", "operation code C0h [C00102030405]")]
    [InlineData("A31E00000000000000000000", "operation code A3h, service action 1Eh [A31E00000000000000000000]")]
    [InlineData("A3", "operation code A3h, service action 00h [A3]")]
    public void Describes_any_cdb_in_one_line(string hex, string line) =>
        CommandTable.TapeDrive.Describe(Cdb.FromBytes(Hex.Bytes(hex))).ShouldBe(line);

    [Fact]
    public void Describes_nothing_too() => CommandTable.TapeDrive.Describe(default).ShouldBe("operation code 00h []");

    [Fact]
    public void Describe_is_total() => Gen.Byte.Array[1, 16].Sample(
        bytes =>
        {
            string line = CommandTable.TapeDrive.Describe(Cdb.FromBytes(bytes));
            string changer = CommandTable.MediumChanger.Describe(Cdb.FromBytes(bytes));
            return line.Length > 0 && changer.Length > 0 && !(line + changer).Contains('\n', StringComparison.Ordinal);
        },
        iter: 3000);
}
