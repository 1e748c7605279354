using System.Text;
using Capstan.Transport.SgIo;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>A sysfs tree in the layout of Documentation/ABI/testing and of kernels 5.x and 6.x.</summary>
public sealed class SgDevicesTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("capstan-sysfs").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private string AddDevice(string name, string type, string vendor, string model, string address, params string[] tapeNames)
    {
        string device = Path.Combine(_root, "class/scsi_generic", name, "device");
        Directory.CreateDirectory(Path.Combine(device, "scsi_device", address));
        File.WriteAllText(Path.Combine(device, "type"), type + "\n");
        File.WriteAllText(Path.Combine(device, "vendor"), vendor.PadRight(8) + "\n");
        File.WriteAllText(Path.Combine(device, "model"), model.PadRight(16) + "\n");
        File.WriteAllText(Path.Combine(device, "rev"), "Z3B4\n");
        foreach (string tape in tapeNames)
            Directory.CreateDirectory(Path.Combine(device, "scsi_tape", tape));
        return device;
    }

    [Fact]
    public void Tapes_and_changers_are_found_in_order_of_number()
    {
        string drive = AddDevice("sg10", "1", "IBM", "ULT3580-TD5", "2:0:0:1", "nst0", "nst0a", "nst0l", "nst0m", "st0", "st0a", "st0l", "st0m");
        // Unit serial number page: device type, page 80h, length, ASCII.
        File.WriteAllBytes(Path.Combine(drive, "vpd_pg80"), [0x01, 0x80, 0x00, 0x0A, .. Encoding.ASCII.GetBytes("XYZZY_A1  ")]);
        AddDevice("sg2", "8", "STK", "L700", "2:0:0:0");
        AddDevice("sg1", "0", "ATA", "some disk", "0:0:0:0");
        AddDevice("sgx", "1", "not", "numbered", "3:0:0:0");

        SgDevices.List(_root).ShouldBe(
        [
            new SgDevice("/dev/sg2", 8, "STK", "L700", "Z3B4", null, "2:0:0:0", null),
            new SgDevice("/dev/sg10", 1, "IBM", "ULT3580-TD5", "Z3B4", "XYZZY_A1", "2:0:0:1", "st0"),
        ]);
        SgDevices.List(_root)[1].IsTape.ShouldBeTrue();
        SgDevices.List(_root)[0].IsChanger.ShouldBeTrue();
    }

    [Fact]
    public void Half_gone_devices_and_lying_lengths_do_no_harm()
    {
        Directory.CreateDirectory(Path.Combine(_root, "class/scsi_generic/sg5"));
        string drive = AddDevice("sg6", "1", "HP", "Ultrium 5-SCSI", "1:0:0:0");
        File.WriteAllBytes(Path.Combine(drive, "vpd_pg80"), [0x01, 0x80, 0xFF, 0xFF, (byte)'H', (byte)'U']);
        SgDevices.List(_root).ShouldHaveSingleItem().SerialNumber.ShouldBe("HU");
        File.WriteAllBytes(Path.Combine(drive, "vpd_pg80"), [0x01, 0x80]);
        SgDevices.List(_root)[0].SerialNumber.ShouldBeNull();
    }

    /// <summary>As udev's 60-persistent-storage-tape.rules make them: those of drives lead to st, those of changers to sg.</summary>
    [Fact]
    public void The_link_that_stays_is_found()
    {
        string links = Path.Combine(_root, "by-id");
        Directory.CreateDirectory(links);
        File.CreateSymbolicLink(Path.Combine(links, "scsi-3500507-nst"), "/dev/nst987");
        File.CreateSymbolicLink(Path.Combine(links, "scsi-3500507"), "/dev/st987");
        File.CreateSymbolicLink(Path.Combine(links, "scsi-1IBM_3573"), "/dev/sg987");
        var drive = new SgDevice("/dev/sg986", 1, "IBM", "ULT3580-TD5", "Z3B4", "XYZZY_A1", "2:0:0:1", "st987");
        SgDevices.StablePathOf(drive, links).ShouldBe(Path.Combine(links, "scsi-3500507"));
        SgDevices.StablePathOf(drive with { KernelTapeName = "st98" }, links).ShouldBeNull();
        SgDevices.StablePathOf(new SgDevice("/dev/sg987", 8, "IBM", "3573-TL", "G.40", null, null, null), links).ShouldBe(Path.Combine(links, "scsi-1IBM_3573"));
        SgDevices.StablePathOf(drive, Path.Combine(_root, "nothing")).ShouldBeNull();
    }

    [Fact]
    public void No_sysfs_means_no_devices() => SgDevices.List(Path.Combine(_root, "nothing")).ShouldBeEmpty();

    [Fact]
    public void The_generic_node_of_a_tape_node_is_found()
    {
        Directory.CreateDirectory(Path.Combine(_root, "dev/char/9:128/device/scsi_generic/sg3"));
        SgDevices.MatchingNode(9, 128, _root).ShouldBe("/dev/sg3");
        SgDevices.MatchingNode(9, 129, _root).ShouldBeNull();
    }
}
