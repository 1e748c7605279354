using CsCheck;

namespace Capstan.Scsi.Tests;

public class SupportedOperationCodesTests
{
    [Fact]
    public void All_commands_golden_bytes()
    {
        var codes = new SupportedOperationCodes(
        [
            new(0x08, null, 6, new CommandTimeouts(0, 2340)),
            new(0xA3, 0x0C, 12, new CommandTimeouts(1, 0x01020304, CommandSpecific: 5)),
            new(0x92, null, 16),
        ]);
        byte[] golden = Hex.Bytes(
            "00000030"
            + "08 00 0000 00 02 0006 000A 00 00 00000000 00000924"
            + "A3 00 000C 00 03 000C 000A 00 05 00000001 01020304"
            + "92 00 0000 00 00 0010");
        codes.Length.ShouldBe(golden.Length);
        Wire.Written(codes.WriteTo, golden.Length).ShouldBe(golden);
        SupportedOperationCodes.TryDecode(golden, out SupportedOperationCodes decoded).ShouldBeTrue();
        decoded.Commands.ShouldBe(codes.Commands);
    }

    [Fact]
    public void A_descriptor_that_is_cut_off_is_left_out()
    {
        SupportedOperationCodes.TryDecode(
            Hex.Bytes("00000028 92 00 0000 00 00 0010 08 00 0000 00 02 0006 000A 00 00 00000000"), out SupportedOperationCodes codes).ShouldBeTrue();
        codes.Commands.Length.ShouldBe(1);
        codes.Commands[0].OperationCode.ShouldBe((byte)0x92);
    }

    [Fact]
    public void One_command_golden_bytes()
    {
        var code = new SupportedOperationCode(CommandSupport.Standard, [0x08, 0x03, 0xFF, 0xFF, 0xFF, 0x00], new CommandTimeouts(0, 2340));
        byte[] golden = Hex.Bytes("00 83 0006 0803FFFFFF00 000A 00 00 00000000 00000924");
        Wire.Written(code.WriteTo, golden.Length).ShouldBe(golden);
        SupportedOperationCode.TryDecode(golden, out SupportedOperationCode decoded).ShouldBeTrue();
        decoded.IsSupported.ShouldBeTrue();
        decoded.UsageData.ShouldBe(code.UsageData);
        decoded.Timeouts.ShouldBe(code.Timeouts);

        Wire.Written(new SupportedOperationCode(CommandSupport.NotSupported, []).WriteTo, 4).ShouldBe(Hex.Bytes("00010000"));
        SupportedOperationCode.TryDecode(golden.AsSpan(0, golden.Length - 1), out _).ShouldBeFalse();
    }

    [Fact]
    public void An_unsupported_commands_sizes_are_not_believed()
    {
        SupportedOperationCode.TryDecode(Hex.Bytes("00 81 00FF"), out SupportedOperationCode code).ShouldBeTrue();
        code.IsSupported.ShouldBeFalse();
        code.UsageData.ShouldBeEmpty();
    }

    [Fact]
    public void A_drive_without_the_command_answers_no_data() =>
        SupportedOperationCodes.TryDecode(HexFixture.Load("lto5-report-opcodes").Data, out _).ShouldBeFalse();

    [Fact]
    public void Total_over_bytes() => Gen.Byte.Array[0, 64].Sample(
        data =>
        {
            SupportedOperationCode.TryDecode(data, out _);
            if (data.Length > 3) data.AsSpan(0, 3).Clear();
            return SupportedOperationCodes.TryDecode(data, out _) == data.Length >= 4;
        },
        iter: 2000);
}
