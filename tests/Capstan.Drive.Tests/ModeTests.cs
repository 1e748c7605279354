using Capstan.Transport;
using Capstan.Transport.Decorators;
using static Capstan.Drive.Tests.Rig;

namespace Capstan.Drive.Tests;

public class ModeTests
{
    // MODE SENSE(10) header and block descriptor (SPC-5 7.5.5, SSC-5 8.3.1): medium type 58h, buffered mode 1, density 58h.
    private const string Fixed512 = "000E 58 10 0000 0008 58 000000 00 000200";
    private const string Unbuffered = "000E 58 00 0000 0008 58 000000 00 000000";
    private const string Protected = "000E 58 90 0000 0008 58 000000 00 000000";

    // Nothing reserved is set: mode data length, medium type and WP are 0. 7Fh keeps the density.
    private const string Select10 = "0000 00 10 0000 0008 7F 000000 00 000000";
    private const string Select6 = "00 00 10 08 7F 000000 00 000000";

    private static byte[] Hex(string hex) => Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));

    [Theory]
    [InlineData(Fixed512)]
    [InlineData(Unbuffered)]
    public void What_the_last_user_left_behind_is_set_right(string left)
    {
        using var transport = new Listening(Data(InquiryBytes), Check("05/24/00"), Good, Good, Data(Hex(left)), Good, NoProtection);
        using TapeDrive drive = TapeDrive.Open(transport, new InstantTime());
        drive.WaitUntilReady();
        transport.Commands[^2].ShouldBe("55100000000000001000");
        transport.LastData.ShouldBe(Hex(Select10));
    }

    /// <summary>Who has opened the node for reading only may not send MODE SELECT, and reading needs none.</summary>
    [Fact]
    public void A_setting_that_the_kernel_refuses_to_send_stays_as_it_was()
    {
        using Rig rig = Opened(Good, Data(Hex(Fixed512)), new ScriptedReply { Throw = TransportFault.PermissionDenied }, NoProtection);
        rig.Drive.WaitUntilReady();
        rig.Drive.DensityCode.ShouldBe((byte)0x58);
        rig.ShouldBeDone();
    }

    [Fact]
    public void What_the_kernel_refuses_to_ask_is_unknown()
    {
        using Rig rig = Opened(new ScriptedReply { Throw = TransportFault.PermissionDenied }, new ScriptedReply { Throw = TransportFault.PermissionDenied });
        rig.Drive.ReadCapacity().ShouldBeNull();
        rig.Drive.ReadFirstBufferedObject().ShouldBeNull();
        rig.ShouldBeDone();
    }

    [Fact]
    public void Write_protection_is_known()
    {
        using Rig rig = Opened(Good, Data(Hex(Protected)), NoProtection);
        rig.Drive.WaitUntilReady();
        rig.Drive.IsWriteProtected.ShouldBeTrue();
        rig.ShouldBeDone();
    }

    [Fact]
    public void A_drive_without_the_ten_byte_commands_gets_the_six_byte_ones()
    {
        using var transport = new Listening(Data(InquiryBytes), Check("05/24/00"), Good, Good,
            Check("05/20/00"), Data(Hex("0B 58 00 08 58 000000 00 000200")), Check("05/20/00"), Good, Check("05/20/00"));
        using TapeDrive drive = TapeDrive.Open(transport, new InstantTime());
        drive.WaitUntilReady();
        drive.DensityCode.ShouldBe((byte)0x58);
        transport.Commands[^5].ShouldBe("5A003F0000000000FF00");
        transport.Commands[^4].ShouldBe("1A003F00FF00");
        transport.Commands[^3].ShouldBe("55100000000000001000");
        transport.Commands[^2].ShouldBe("151000000C00");
        transport.LastData.ShouldBe(Hex(Select6));
    }

    [Fact]
    public void A_rounded_parameter_and_changed_parameters_are_no_errors()
    {
        using Rig rig = Opened(Good, Data(Hex(Unbuffered)), Check("06/2A/01"), Check("01/37/00"), NoProtection);
        rig.Drive.WaitUntilReady();
        rig.ShouldBeDone();
    }

    [Fact]
    public void Malformed_mode_parameters_are_refused()
    {
        using Rig rig = Opened(Good, Data(0x00, 0x0E, 0x58));
        Should.Throw<TapeCommandException>(() => rig.Drive.WaitUntilReady()).Message.ShouldContain("malformed");
    }

    [Fact]
    public void Block_limits_of_the_capture()
    {
        using Rig rig = Opened(Data(HexFile.Read("lto5-read-block-limits")));
        rig.Drive.ReadBlockLimits().ShouldBe(new BlockLengthLimits(1, 0x200000));
    }

    [Fact]
    public void Capacity_comes_from_log_page_31h_in_mebibytes()
    {
        // mhvtl, IBM ULT3580-TD5: 493 of 500 MiB left.
        using Rig rig = Opened(Data(Hex("31000020 0001C004000001ED 0002C00400000000 0003C004000001F4 0004C00400000000")));
        rig.Drive.ReadCapacity().ShouldBe(new TapeCapacity(493L << 20, 500L << 20));
        rig.Sent.ShouldBe(["4D007100000000020000"]);
    }

    [Theory]
    [InlineData("05/24/00")]
    [InlineData("05/20/00")]
    public void A_drive_that_does_not_tell_its_capacity_is_no_error(string code)
    {
        using Rig rig = Opened(Check(code));
        rig.Drive.ReadCapacity().ShouldBeNull();
    }
}
