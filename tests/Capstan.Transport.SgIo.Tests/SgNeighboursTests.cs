using System.Globalization;
using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport.SgIo.Tests;

/// <summary>Trees in the layout of sysfs and procfs, as a 6.1 kernel shows them.</summary>
public sealed class SgNeighboursTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("capstan-neighbours").FullName;
    private readonly string _stats;

    public SgNeighboursTests()
    {
        string tapes = Path.Combine(Sys, "class/scsi_generic/sg1/device/scsi_tape");
        foreach (string name in (string[])["nst0", "nst0a", "nst0l", "nst0m", "st0", "st0a", "st0l", "st0m"])
            Directory.CreateDirectory(Path.Combine(tapes, name));
        _stats = Directory.CreateDirectory(Path.Combine(tapes, "st0/stats")).FullName;
        Count(0, 0);
        Directory.CreateDirectory(Proc);
    }

    private string Sys => Path.Combine(_root, "sys");

    private string Proc => Path.Combine(_root, "proc");

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private void Count(long ioNanoseconds, int inFlight)
    {
        File.WriteAllText(Path.Combine(_stats, "io_ns"), ioNanoseconds.ToString(CultureInfo.InvariantCulture) + "\n");
        File.WriteAllText(Path.Combine(_stats, "in_flight"), inFlight.ToString(CultureInfo.InvariantCulture) + "\n");
    }

    private void AddProcess(int id, string commandLine, params string[] files)
    {
        string directory = Directory.CreateDirectory(Path.Combine(Proc, id.ToString(CultureInfo.InvariantCulture), "fd")).FullName;
        for (int i = 0; i < files.Length; i++)
            File.CreateSymbolicLink(Path.Combine(directory, i.ToString(CultureInfo.InvariantCulture)), files[i]);
        File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(directory)!, "cmdline"), Encoding.UTF8.GetBytes(commandLine));
        File.WriteAllText(Path.Combine(Path.GetDirectoryName(directory)!, "comm"), "short\n");
    }

    [Fact]
    public void Processes_that_hold_a_node_of_the_same_drive_are_named()
    {
        AddProcess(10, "mt\0-f\0/dev/nst0\0rewind\0", "/dev/null", "/dev/nst0", "/dev/nst0");
        AddProcess(11, "dd\0of=/dev/nst1\0", "/dev/nst1", "pipe:[123]");
        AddProcess(12, "", "/dev/sg1", "/dev/st0a");
        AddProcess(Environment.ProcessId, "this", "/dev/sg1");
        Directory.CreateDirectory(Path.Combine(Proc, "self"));
        using SgNeighbours neighbours = SgNeighbours.Watch("/dev/sg1", null, Sys, Proc);
        neighbours.FindUsers().OrderBy(static user => user.ProcessId).ThenBy(static user => user.Node, StringComparer.Ordinal).ShouldBe(
        [
            new DeviceUser("/dev/nst0", 10, "mt -f /dev/nst0 rewind"),
            new DeviceUser("/dev/sg1", 12, "short"),
            new DeviceUser("/dev/st0a", 12, "short"),
        ]);
        neighbours.FindUsers()[0].ToString().ShouldContain("is held open by process");
    }

    [Fact]
    public void A_process_cannot_put_control_characters_or_a_book_on_the_screen()
    {
        AddProcess(10, "evil\u001b[2J" + new string('x', 500), "/dev/st0");
        using SgNeighbours neighbours = SgNeighbours.Watch("/dev/sg1", null, Sys, Proc);
        string command = neighbours.FindUsers().ShouldHaveSingleItem().Command;
        command.ShouldStartWith("evil?[2J");
        command.Length.ShouldBe(103);
    }

    [Fact]
    public void Every_command_of_st_changes_the_activity()
    {
        using SgNeighbours neighbours = SgNeighbours.Watch("/dev/sg1", null, Sys, Proc);
        var seen = new HashSet<long> { neighbours.ReadActivity() };
        neighbours.ReadActivity().ShouldBe(seen.Single());
        Count(0, 1);
        seen.Add(neighbours.ReadActivity()).ShouldBeTrue();
        Count(881152, 0);
        seen.Add(neighbours.ReadActivity()).ShouldBeTrue();
        Count(881152, 1);
        seen.Add(neighbours.ReadActivity()).ShouldBeTrue();
        Count(1455872, 0);
        seen.Add(neighbours.ReadActivity()).ShouldBeTrue();
    }

    [Fact]
    public void The_counters_of_st_are_looked_at_when_the_device_got_a_command_that_is_not_ours()
    {
        string requests = Path.Combine(Sys, "class/scsi_generic/sg1/device/iorequest_cnt");
        File.WriteAllText(requests, "0x1a\n");
        long own = 3;
        using SgNeighbours neighbours = SgNeighbours.Watch("/dev/sg1", () => own, Sys, Proc);
        long before = neighbours.ReadActivity();
        own += 6;
        File.WriteAllText(requests, "0x20\n");
        neighbours.ReadActivity().ShouldBe(before);
        File.WriteAllText(requests, "0x21\n");
        neighbours.ReadActivity().ShouldBe(before, "another driver, but not st");
        Count(0, 1);
        File.WriteAllText(requests, "0x22\n");
        long running = neighbours.ReadActivity();
        running.ShouldNotBe(before);
        Count(500, 0);
        neighbours.ReadActivity().ShouldNotBeOneOf(before, running);
    }

    /// <summary>Reading the attribute of a removed device fails; reading /proc/self/mem at 0 does so as well, with EIO.</summary>
    [Fact]
    public void A_counter_that_cannot_be_read_any_more_is_no_command_of_st()
    {
        File.Delete(Path.Combine(_stats, "in_flight"));
        File.CreateSymbolicLink(Path.Combine(_stats, "in_flight"), "/proc/self/mem");
        using SgNeighbours neighbours = SgNeighbours.Watch("/dev/sg1", null, Sys, Proc);
        long before = neighbours.ReadActivity();
        File.WriteAllText(Path.Combine(_stats, "io_ns"), "881152\n");
        neighbours.ReadActivity().ShouldBe(before);
    }

    [Fact]
    public void A_link_leads_to_its_node_and_no_sysfs_means_no_activity()
    {
        AddProcess(10, "x", Path.Combine(_root, "sg1"));
        using SgNeighbours none = SgNeighbours.Watch("/dev/sg9", null, Sys, Proc);
        none.ReadActivity().ShouldBe(0);
        none.FindUsers().ShouldBeEmpty();
        none.Nodes.ShouldBe(["/dev/sg9"]);
        string link = Path.Combine(_root, "by-id");
        File.WriteAllText(Path.Combine(_root, "sg1"), "");
        File.CreateSymbolicLink(link, Path.Combine(_root, "sg1"));
        using SgNeighbours linked = SgNeighbours.Watch(link, null, Sys, Proc);
        linked.Nodes.ShouldContain("/dev/nst0m");
    }

    // errno.h
    private const int Denied = 13, Busy = 16, Missing = 2;

    /// <summary>The kernel in the place of <c>open</c>: what it was asked for, and what it says, the last for ever.</summary>
    private sealed class Kernel(params int[] answers)
    {
        public List<(string Path, string Device)> Asked { get; } = [];

        public SafeFileHandle? Handle { get; private set; }

        public int Open(string path, string device, out SafeFileHandle? handle)
        {
            int errno = answers[Math.Min(Asked.Count, answers.Length - 1)];
            Asked.Add((path, device));
            handle = Handle = errno == 0 ? File.OpenHandle("/dev/null") : null;
            return errno;
        }
    }

    private SgNeighbours Beside(Kernel kernel, string node = "/dev/sg1")
    {
        File.WriteAllText(Path.Combine(Sys, "class/scsi_generic/sg1/device/scsi_tape/nst0/dev"), "9:128\n");
        return SgNeighbours.Watch(node, null, Sys, Proc, kernel.Open);
    }

    [Fact]
    public void The_node_that_does_not_rewind_is_held_until_the_end()
    {
        var kernel = new Kernel(0);
        using (SgNeighbours neighbours = Beside(kernel))
        {
            kernel.Asked.ShouldBeEmpty("nothing is opened before it is asked for");
            neighbours.Hold().ShouldBe(new DeviceHold(HoldState.Held, "/dev/nst0"));
            neighbours.Hold().State.ShouldBe(HoldState.Held);
            kernel.Handle!.IsClosed.ShouldBeFalse();
        }

        kernel.Handle.IsClosed.ShouldBeTrue();
        kernel.Asked.ShouldBe([("/dev/nst0", "9:128")], "never a second time: st would look at the drive again");
    }

    /// <summary>/dev/null takes no SG_IO: the hold is good, and the data go on through sg.</summary>
    [Fact]
    public void A_held_node_that_takes_no_commands_is_held_all_the_same()
    {
        using var transport = new SgIoTransport("/dev/sg1", new FakeSgFile { DeviceNumber = "21:1" }, null, Sys);
        File.WriteAllText(Path.Combine(Sys, "class/scsi_generic/sg1/dev"), "21:1\n");
        File.WriteAllText(Path.Combine(Sys, "class/scsi_generic/sg1/device/scsi_tape/nst0/dev"), "9:128\n");
        using SgNeighbours neighbours = SgNeighbours.Watch("/dev/sg1", null, Sys, Proc, new Kernel(0).Open, transport);
        neighbours.Hold().State.ShouldBe(HoldState.Held);
        transport.CanDirectIo.ShouldBeFalse();
        neighbours.Hold().State.ShouldBe(HoldState.Held);
    }

    [Fact]
    public void Who_only_looked_is_waited_for_and_who_stays_is_told()
    {
        var looked = new Kernel(Busy, Busy, 0);
        using (SgNeighbours neighbours = Beside(looked))
            neighbours.Hold().State.ShouldBe(HoldState.Held);
        looked.Asked.Count.ShouldBe(3);
        var stays = new Kernel(Busy);
        using (SgNeighbours neighbours = Beside(stays))
            neighbours.Hold().ShouldBe(new DeviceHold(HoldState.InUse, "/dev/nst0"));
        stays.Asked.Count.ShouldBeInRange(2, 100);
    }

    [Theory]
    [InlineData(Denied)]
    [InlineData(Missing)]
    public void Without_permission_or_node_there_is_no_hold_and_no_failure(int errno)
    {
        var kernel = new Kernel(errno);
        using SgNeighbours neighbours = Beside(kernel);
        neighbours.Hold().ShouldBe(new DeviceHold(HoldState.Unprotected, "/dev/nst0"));
        kernel.Asked.Count.ShouldBe(1);
        long before = neighbours.ReadActivity();
        Count(1, 0);
        neighbours.ReadActivity().ShouldNotBe(before, "the guard is what it was");
    }

    [Fact]
    public void Without_st_there_is_nothing_to_hold_and_a_driver_that_comes_later_is_seen()
    {
        string device = Directory.CreateDirectory(Path.Combine(Sys, "class/scsi_generic/sg2/device")).FullName;
        File.WriteAllText(Path.Combine(device, "iorequest_cnt"), "0x5\n");
        var kernel = new Kernel(0);
        using SgNeighbours neighbours = SgNeighbours.Watch("/dev/sg2", static () => 5, Sys, Proc, kernel.Open);
        neighbours.Hold().ShouldBe(DeviceHold.None);
        kernel.Asked.ShouldBeEmpty();
        long before = neighbours.ReadActivity();
        string stats = Directory.CreateDirectory(Path.Combine(device, "scsi_tape/st1/stats")).FullName;
        File.WriteAllText(Path.Combine(stats, "io_ns"), "700\n");
        File.WriteAllText(Path.Combine(stats, "in_flight"), "0\n");
        File.WriteAllText(Path.Combine(device, "iorequest_cnt"), "0x6\n");
        neighbours.ReadActivity().ShouldNotBe(before);
        neighbours.Nodes.ShouldContain("/dev/st1");
    }

    /// <summary>Closing a node that rewinds would rewind: /dev/null is 1:3 (Documentation/admin-guide/devices.txt), and 3 has no bit 7.</summary>
    [Theory]
    [InlineData("/dev/null", "9:128")]
    [InlineData("/dev/null", "1:3")]
    [InlineData("/dev/null", "")]
    [InlineData("/", "9:128")]
    public void A_node_that_is_not_the_very_one_is_not_opened(string path, string device)
    {
        StNode.Open(path, device, out SafeFileHandle? handle).ShouldBe(19);
        handle.ShouldBeNull();
        StNode.Open(path + "/none/such", device, out handle).ShouldBeOneOf(2, 20);
        handle.ShouldBeNull();
    }
}
