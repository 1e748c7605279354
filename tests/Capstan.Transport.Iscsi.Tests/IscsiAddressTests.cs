namespace Capstan.Transport.Iscsi.Tests;

public class IscsiAddressTests
{
    [Theory]
    [InlineData("iscsi://nas/iqn.2026-01.test:vtl/1", "nas", 3260, "iqn.2026-01.test:vtl", 1, 0x0001)]
    [InlineData("iscsi://10.0.0.5:860/eui.02004567A425678D/0", "10.0.0.5", 860, "eui.02004567A425678D", 0, 0x0000)]
    [InlineData("iscsi://[fd00::1]/naa.52004567BA64678D/255", "fd00::1", 3260, "naa.52004567BA64678D", 255, 0x00FF)]
    [InlineData("iscsi://[::1]:3261/iqn.2026-01.test:vtl/256", "::1", 3261, "iqn.2026-01.test:vtl", 256, 0x4100)]
    [InlineData("iscsi://nas/iqn.2026-01.test:vtl/16383", "nas", 3260, "iqn.2026-01.test:vtl", 16383, 0x7FFF)]
    public void An_address_has_a_portal_a_target_and_a_LUN(string text, string host, int port, string target, int lun, int encoded)
    {
        IscsiAddress.TryParse(text, out IscsiAddress address, out string? problem).ShouldBeTrue(problem);
        address.ShouldBe(new IscsiAddress(new IscsiPortal(host, port), target, lun));
        address.EncodedLogicalUnitNumber.ShouldBe(encoded);
        address.ToString().ShouldBe(text);
    }

    [Theory]
    [InlineData("iscsi:/nas/iqn.a:b/1")]
    [InlineData("ISCSI://nas/iqn.a:b/1")]
    [InlineData("iscsi:///iqn.a:b/1")]
    [InlineData("iscsi://nas/iqn.a:b")]
    [InlineData("iscsi://nas/iqn.a:b/1/")]
    [InlineData("iscsi://nas/iqn.a:b/")]
    [InlineData("iscsi://nas/iqn.a:b/x")]
    [InlineData("iscsi://nas/iqn.a:b/-1")]
    [InlineData("iscsi://nas/iqn.a:b/+1")]
    [InlineData("iscsi://nas/iqn.a:b/01")]
    [InlineData("iscsi://nas/iqn.a:b/16384")]
    [InlineData("iscsi://nas/disk/1")]
    [InlineData("iscsi://nas/iqn./1")]
    [InlineData("iscsi://nas/iqn.a b/1")]
    [InlineData("iscsi://nas:0/iqn.a:b/1")]
    [InlineData("iscsi://nas:65536/iqn.a:b/1")]
    [InlineData("iscsi://nas:/iqn.a:b/1")]
    [InlineData("iscsi://fd00::1/iqn.a:b/1")]
    [InlineData("iscsi://[fd00::1/iqn.a:b/1")]
    [InlineData("iscsi://[10.0.0.1]/iqn.a:b/1")]
    [InlineData("iscsi://[fd00::1]x/iqn.a:b/1")]
    [InlineData("iscsi://na%73/iqn.a:b/1")]
    [InlineData("iscsi://nas/iqn.a:b/1?header_digest=crc32c")]
    public void Anything_else_is_refused_with_a_reason(string text)
    {
        IscsiAddress.TryParse(text, out _, out string? problem).ShouldBeFalse();
        problem.ShouldNotBeNullOrWhiteSpace();
    }

    [Fact]
    public void A_secret_on_the_command_line_is_refused_and_not_repeated()
    {
        IscsiAddress.TryParse("iscsi://anna%hushhush@nas/iqn.a:b/1", out _, out string? problem).ShouldBeFalse();
        problem!.ShouldContain("file");
        problem!.ShouldNotContain("hushhush");
    }

    [Fact]
    public void The_portal_that_was_asked_is_preferred_to_inner_addresses()
    {
        var asked = new IscsiPortal("nas", 3260);
        IscsiScan.BestPortal(asked, ["10.0.0.1:3260,1", "nas:3260,1"]).ShouldBe(asked);
        IscsiScan.BestPortal(asked, ["10.0.0.1:3261,1"]).ShouldBe(new IscsiPortal("10.0.0.1", 3261));
        IscsiScan.BestPortal(asked, ["0.0.0.0:3260,1"]).ShouldBe(asked);
        IscsiScan.BestPortal(asked, ["[fd00::1]:3260,1"]).ShouldBe(new IscsiPortal("fd00::1", 3260));
        IscsiScan.BestPortal(asked, []).ShouldBe(asked);
    }

    [Fact]
    public void A_missing_library_is_named_with_its_package()
    {
        var exception = Should.Throw<ScsiTransportException>(() => LibiscsiLibrary.Load(["libiscsi.so.none"]));
        exception.Fault.ShouldBe(TransportFault.NotFound);
        exception.Message.ShouldContain("apt-get install libiscsi7");
    }

    [Fact]
    public void A_library_without_the_functions_does_not_fit()
    {
        // Every Linux has libc; it is no libiscsi.
        Should.Throw<ScsiTransportException>(() => LibiscsiLibrary.Load(["libc.so.6"])).Message.ShouldContain("not the expected ones");
    }

    [Theory]
    [InlineData("Unknown SCSI status :8.", 8)]
    [InlineData("iscsi response reply failed: Unknown SCSI status :40", 40)]
    [InlineData("RESERVATION CONFLICT", null)]
    [InlineData("Unknown SCSI status :999.", null)]
    public void A_status_that_the_library_only_mentions_is_found(string said, int? status) =>
        ((int?)IscsiErrors.UnknownStatus(said)).ShouldBe(status);

    [Fact]
    public void Initiators_have_names_of_their_own_machine()
    {
        IscsiSettings.DefaultInitiatorName("Big_Box.example").ShouldBe("iqn.2026-11.internal.capstan:bigbox.example");
        IscsiAddress.IsTargetName(IscsiSettings.DefaultInitiatorName("")).ShouldBeTrue();
    }
}
