using Capstan.Operations;
using Capstan.Operations.Configuration;

namespace Capstan.Cli.Tests;

public class DriveNameTests
{
    [Theory]
    [InlineData("/dev/sg1", "/dev/sg2", "/dev/sg3", "/dev/sg1", "--device")]
    [InlineData(null, "/dev/sg2", "/dev/sg3", "/dev/sg2", "CAPSTAN_DRIVE")]
    [InlineData(null, null, "/dev/sg3", "/dev/sg3", "TAPE")]
    [InlineData(null, "", "", "virtual:main", "default")]
    [InlineData(null, null, null, "virtual:main", "default")]
    public void The_order_is_option_variables_default(string? option, string? capstanDrive, string? tape, string device, string pickedBy)
    {
        DriveName name = DriveName.Pick(option, variable => variable switch { "CAPSTAN_DRIVE" => capstanDrive, "TAPE" => tape, _ => null });
        name.Device.ShouldBe(device);
        name.PickedBy.ShouldBe(pickedBy);
        name.Library.ShouldBe(device == "virtual:main" ? "main" : null);
    }

    [Fact]
    public void An_iscsi_address_is_taken_as_it_stands()
    {
        DriveName name = DriveName.Pick("iscsi://nas/iqn.2026-01.test:vtl/1", _ => null);
        (name.Device, name.PickedBy, name.Library).ShouldBe(("iscsi://nas/iqn.2026-01.test:vtl/1", "--device", null));
    }

    [Fact]
    public void A_name_alone_is_that_of_a_virtual_library()
    {
        DriveName name = DriveName.Pick("safe-2", _ => null);
        (name.Device, name.Library).ShouldBe(("virtual:safe-2", "safe-2"));
    }

    [Theory]
    [InlineData("virtual:big/1", 0, false)]
    [InlineData("virtual:big/12", 11, false)]
    [InlineData("virtual:big/changer", 0, true)]
    public void A_drive_or_the_changer_of_a_library_has_its_name(string device, int drive, bool isChanger)
    {
        DriveName name = DriveName.Pick(device, _ => null);
        (name.Device, name.Library, name.Number, name.IsChanger).ShouldBe((device, "big", drive, isChanger));
    }

    [Theory]
    [InlineData("virtual:")]
    [InlineData("virtual:../x")]
    [InlineData("virtual:.x")]
    [InlineData("virtual:x/")]
    [InlineData("virtual:x/0")]
    [InlineData("virtual:x/-1")]
    [InlineData("virtual:x/1/2")]
    [InlineData("virtual:x/robot")]
    [InlineData("sg1")]
    [InlineData("nst0")]
    [InlineData("st12a")]
    [InlineData("host:/dev/nst0")]
    public void Nonsense_is_refused_with_its_origin(string name)
    {
        var refused = Should.Throw<OperationException>(() => DriveName.Pick(null, variable => variable == "TAPE" ? name : null));
        refused.Status.ShouldBe(ExitStatus.Device);
        refused.Message.ShouldContain(name);
        refused.Message.ShouldContain("TAPE");
    }

    [Theory]
    [InlineData("/dev/sg1", null, 0)]
    [InlineData("virtual:big/2", "big", 1)]
    [InlineData("iscsi://nas/iqn.2026-01.test:vtl/1", null, 0)]
    public void A_configured_name_stands_for_its_device(string device, string? library, int number)
    {
        var drive = new ConfiguredDrive("lto9", device, "S1");
        DriveName name = DriveName.Pick(null, variable => variable == "TAPE" ? "lto9" : null, word => word == "lto9" ? drive : null);
        (name.Device, name.PickedBy, name.Library, name.Number, name.Configured).ShouldBe((device, "TAPE", library, number, drive));
        DriveName.Explain(name.Device, name.PickedBy, "lto9").ShouldBe($"drive lto9, {device} (from the environment variable TAPE)");
    }

    [Theory]
    [InlineData("virtual:main/2", 1)]
    [InlineData("virtual:main", 0)]
    public void The_drives_of_a_library_have_numbers(string device, int number)
    {
        DriveName name = DriveName.Pick(device, _ => null);
        (name.Library, name.Number).ShouldBe(("main", number));
    }

    /// <summary>--device "$DRIVE" of a script that never set DRIVE must not write to another drive.</summary>
    [Fact]
    public void An_empty_name_is_no_name_of_the_default()
    {
        var refused = Should.Throw<OperationException>(() => DriveName.Pick("", _ => "/dev/sg1"));
        refused.Status.ShouldBe(ExitStatus.Device);
        refused.Message.ShouldStartWith("'' is no drive.");
    }
}
