using CsCheck;

namespace Capstan.Scsi.Tests;

public class CommandTableTests
{
    [Fact]
    public void Rows_are_in_order_and_unique()
    {
        int[] keys = [.. CommandTable.TapeDrive.Select(row => (row.OperationCode << 8) | row.ServiceAction.GetValueOrDefault())];
        keys.ShouldBe(keys.Order());
        keys.ShouldBeUnique();
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
    [InlineData("1307FFFFFF00", null)]
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
            return line.Length > 0 && !line.Contains('\n', StringComparison.Ordinal);
        },
        iter: 3000);
}
