namespace Capstan.Transport.SgIo.Tests;

/// <summary>A machine made of files: /sys, /proc, /dev and /etc under a temporary directory.</summary>
public sealed class SgMachineTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("capstan-machine").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Write(string path, string text)
    {
        string file = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private void AddDrive()
    {
        const string device = "sys/class/scsi_generic/sg1/device";
        Write(device + "/type", "1\n");
        Write(device + "/vendor", "IBM     \n");
        Write(device + "/model", "ULT3580-TD9     \n");
        Write(device + "/rev", "R3G3\n");
        Directory.CreateDirectory(Path.Combine(_root, device, "scsi_device/4:0:1:0"));
        Directory.CreateDirectory(Path.Combine(_root, device, "scsi_tape/nst1"));
        Directory.CreateDirectory(Path.Combine(_root, device, "scsi_tape/st1"));
        Write("sys/class/scsi_host/host4/sg_tablesize", "128\n");
    }

    [Fact]
    public void An_empty_machine_has_nothing()
    {
        SgMachineFacts facts = SgMachine.Look(_root);
        facts.IsDriverLoaded.ShouldBeFalse();
        facts.Nodes.ShouldBeEmpty();
        facts.HasRawIo.ShouldBeFalse();
        facts.Helper.ShouldBeNull();
        facts.MissingTargetModules.ShouldBe(["target_core_mod", "target_core_user", "tcm_loop"]);
    }

    [Fact]
    public void A_drive_with_its_node_limits_and_holders()
    {
        AddDrive();
        Write("dev/sg1", "");
        File.SetUnixFileMode(Path.Combine(_root, "dev/sg1"), (UnixFileMode)0x1B0); // 0660
        foreach ((string process, string command, string node) in new[] { ("41", "mt", "/dev/nst1"), ("42", "tar", "/dev/st10"), ("43", "mtx", "/dev/sg1"), ("44", "sh", "/dev/null") })
        {
            Write($"proc/{process}/comm", command + "\n");
            Directory.CreateDirectory(Path.Combine(_root, "proc", process, "fd"));
            File.CreateSymbolicLink(Path.Combine(_root, "proc", process, "fd/3"), node);
        }

        SgNodeFacts node1 = SgMachine.Look(_root).Nodes.ShouldHaveSingleItem();
        node1.Device.Path.ShouldBe("/dev/sg1");
        node1.Mode.ShouldBe(0x1B0);
        node1.MayRead.ShouldBeTrue();
        node1.Segments.ShouldBe(128);
        node1.CertainBytes.ShouldBe(128 * Environment.SystemPageSize);
        node1.ClaimedBytes.ShouldBeNull();
        node1.Holders.OrderBy(holder => holder.ProcessId).ShouldBe([new DeviceUser("/dev/nst1", 41, "mt"), new DeviceUser("/dev/sg1", 43, "mtx")]);
    }

    // A queue directory in sysfs, whose segments are fewer and shorter than the adapter's: what a transfer carries is what the transport finds.
    [Fact]
    public void The_limits_are_those_that_the_transport_reads()
    {
        AddDrive();
        const string queue = "sys/class/scsi_generic/sg1/device/queue/";
        Write(queue + "max_segments", "64\n");
        Write(queue + "max_segment_size", "2048\n");
        Write(queue + "max_sectors_kb", "1024\n");
        Write(queue + "max_hw_sectors_kb", "512\n");
        SgNodeFacts node = SgMachine.Look(_root).Nodes.ShouldHaveSingleItem();
        node.Segments.ShouldBe(64);
        node.CertainBytes.ShouldBe(64 * 2048);
        node.ClaimedBytes.ShouldBe(512 << 10);
    }

    [Fact]
    public void A_drive_without_a_node()
    {
        AddDrive();
        SgNodeFacts node = SgMachine.Look(_root).Nodes.ShouldHaveSingleItem();
        node.Mode.ShouldBeNull();
        node.MayRead.ShouldBeFalse();
    }

    // Lines of proc(5); CAP_SYS_RAWIO is bit 17 of linux/capability.h.
    [Theory]
    [InlineData("000001ffffffffff", "0", true, false)]
    [InlineData("0000000000020000", "1", true, true)]
    [InlineData("000001fffffdffff", "0", false, false)]
    [InlineData("nonsense", "", false, false)]
    public void Capabilities_come_from_the_process(string effective, string noNew, bool hasRawIo, bool noNewPrivileges)
    {
        Write("proc/self/status", $"Name:\tx\nCapPrm:\t0000000000000000\nCapEff:\t{effective}\nNoNewPrivs:\t{noNew}\n");
        SgMachineFacts facts = SgMachine.Look(_root);
        facts.HasRawIo.ShouldBe(hasRawIo);
        facts.NoNewPrivileges.ShouldBe(noNewPrivileges);
    }

    [Fact]
    public void A_helper_that_others_can_write_is_not_safe()
    {
        Write("usr/libexec/capstan/capstan-sg-helper", "");
        string path = Path.Combine(_root, "usr/libexec/capstan/capstan-sg-helper");
        File.SetUnixFileMode(path, (UnixFileMode)0x1FF); // 0777
        SgHelperFacts helper = SgMachine.Look(_root).Helper.ShouldNotBeNull();
        helper.IsSafe.ShouldBeFalse();
        helper.HasCapability.ShouldBeFalse();
        helper.MayExecute.ShouldBeTrue();
        File.SetUnixFileMode(path, (UnixFileMode)0x1A4); // 0644
        SgMachine.Look(_root).Helper!.MayExecute.ShouldBeFalse();
    }

    [Fact]
    public void Modules_are_found_where_distributions_put_them()
    {
        Write("proc/sys/kernel/osrelease", "6.1.0-1-amd64\n");
        Write("lib/modules/6.1.0-1-amd64/modules.dep", "kernel/drivers/target/target_core_user.ko: kernel/drivers/target/target_core_mod.ko\n");
        Directory.CreateDirectory(Path.Combine(_root, "sys/module/target_core_mod"));
        SgMachineFacts facts = SgMachine.Look(_root);
        facts.MissingTargetModules.ShouldBe(["tcm_loop"]);
    }
}
