using Capstan.Operations.Configuration;
using Capstan.Transport;

namespace Capstan.Operations.Tests.Doctor;

public sealed class DoctorOperationTests : IDisposable
{
    private static readonly MachineFacts Empty = new(true, false, [], false, false, null, "libiscsi.so.7", null, []);
    private static readonly MachineHelper GoodHelper = new("/usr/libexec/capstan/capstan-sg-helper", true, true, true);
    private static readonly MachineNode Good = new("/dev/sg1", true, "IBM ULT3580-TD9", 0x1B0, "tape", true, true, null, 128, 512 << 10, null, []);

    private readonly Rig _rig = new();

    public void Dispose() => _rig.Dispose();

    private DoctorReport Run(MachineFacts facts) => DoctorOperation.Run(_rig.Context, facts);

    private Finding One(MachineFacts facts, string topic) => Run(facts).Findings.Single(finding => finding.Topic == topic);

    [Fact]
    public void A_machine_without_a_drive_is_well()
    {
        DoctorReport report = Run(Empty);
        report.Status.ShouldBe(ExitStatus.Success);
        report.Findings.ShouldAllBe(finding => finding.Level == "ok" && finding.Fix == null);
        report.Findings.Select(finding => finding.Topic).ShouldBe(["driver", "privileges", "helper", "iscsi", "serve", "home", "catalog", "clock"]);
    }

    [Fact]
    public void Nothing_is_made_by_looking()
    {
        string parent = _rig.Tree("parent");
        DoctorReport report = DoctorOperation.Run(_rig.Context with { Home = Path.Combine(parent, "share", "home") }, Empty);
        report.Findings.Single(finding => finding.Topic == "home").ShouldSatisfyAllConditions(
            finding => finding.Level.ShouldBe("ok"), finding => finding.Text.ShouldContain("can be made"));
        Directory.EnumerateFileSystemEntries(parent).ShouldBeEmpty();
    }

    [Fact]
    public void What_is_missing_is_told_with_the_package()
    {
        One(Empty with { IsDriverLoaded = false }, "driver").Fix!.ShouldContain("modprobe sg");
        One(Empty with { IscsiLibrary = null }, "iscsi").Fix!.ShouldContain("libiscsi7");
        One(Empty with { MissingTargetModules = ["tcm_loop"] }, "serve").Text.ShouldContain("tcm_loop");
        Run(Empty with { IscsiLibrary = null }).Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void A_node_that_the_group_may_use_names_the_group_and_one_that_nobody_may_names_the_rules()
    {
        Finding group = One(Empty with { Nodes = [Good with { MayRead = false, MayWrite = false }] }, "node");
        group.Level.ShouldBe("bad");
        group.Fix!.ShouldContain("usermod -aG tape");
        Finding rules = One(Empty with { Nodes = [Good with { MayRead = false, MayWrite = false, Mode = 0x180, Group = "root" }] }, "node");
        rules.Text.ShouldContain("mode 600");
        rules.Fix!.ShouldContain("60-capstan-tape.rules");
        One(Empty with { Nodes = [Good with { Mode = null, MayRead = false, MayWrite = false }] }, "node").Text.ShouldContain("no node in /dev");
        Run(Empty with { Nodes = [Good] }).Status.ShouldBe(ExitStatus.Success);
    }

    [Fact]
    public void Who_may_only_read_needs_the_helper()
    {
        MachineFacts reader = Empty with { Nodes = [Good with { MayWrite = false, Mode = 0x1A0 }] };
        One(reader, "node").Level.ShouldBe("bad");
        One(reader with { Helper = GoodHelper }, "node").Level.ShouldBe("warn");
        One(reader with { Helper = GoodHelper, NoNewPrivileges = true }, "node").Level.ShouldBe("bad");
    }

    [Fact]
    public void The_helper_is_judged()
    {
        One(Empty with { Helper = GoodHelper }, "helper").Level.ShouldBe("ok");
        One(Empty with { Helper = GoodHelper with { HasCapability = false } }, "helper").Fix!.ShouldContain("setcap cap_sys_rawio+ep");
        One(Empty with { Helper = GoodHelper with { IsSafe = false } }, "helper").Level.ShouldBe("bad");
        One(Empty with { Helper = GoodHelper with { MayExecute = false } }, "helper").Level.ShouldBe("warn");
        One(Empty with { Helper = GoodHelper, NoNewPrivileges = true }, "helper").Text.ShouldContain("no_new_privs");
    }

    [Fact]
    public void Who_holds_the_kernel_tape_node_is_named()
    {
        MachineNode node = Good with { KernelTapeName = "st0", Holders = [new DeviceUser("/dev/nst0", 41, "mt"), new DeviceUser("/dev/sg1", 43, "mtx")] };
        Finding st = One(Empty with { Nodes = [node] }, "st");
        st.Level.ShouldBe("bad");
        st.Text.ShouldContain("process 41 (mt)");
        st.Text.ShouldContain("/dev/nst0");
        One(Empty with { Nodes = [Good with { KernelTapeName = "st0" }] }, "st").Level.ShouldBe("ok");
    }

    [Fact]
    public void A_backup_that_holds_both_nodes_is_no_danger()
    {
        MachineNode node = Good with
        {
            KernelTapeName = "st0",
            Tape = new MachineTapeNode("/dev/nst0", 0x1B0, "tape", true),
            Holders = [new DeviceUser("/dev/nst0", 41, "capstan backup x"), new DeviceUser("/dev/sg1", 41, "capstan backup x")],
        };
        DoctorReport report = Run(Empty with { Nodes = [node] });
        report.Bad.ShouldBe(0);
        report.Findings.Single(static finding => finding is { Topic: "node", Level: "warn" }).Text.ShouldContain("process 41");
    }

    [Theory]
    [InlineData(0x1B0, "tape", true, "ok", null)]
    [InlineData(0x1B0, "tape", false, "warn", "usermod -aG tape")]
    [InlineData(0x180, "root", false, "warn", "60-capstan-tape.rules")]
    [InlineData(0x1B0, "root", false, "warn", "60-capstan-tape.rules")]
    [InlineData(null, null, false, "warn", "--device /dev/nst0")]
    public void A_tape_node_that_cannot_be_held_is_told_with_the_remedy(int? mode, string? group, bool mayRead, string level, string? fix)
    {
        Finding st = One(Empty with { Nodes = [Good with { KernelTapeName = "st0", Tape = new MachineTapeNode("/dev/nst0", mode, group, mayRead) }] }, "st");
        st.Level.ShouldBe(level);
        st.Text.ShouldContain("/dev/nst0");
        if (fix is null)
            st.Fix.ShouldBeNull();
        else
            st.Fix!.ShouldContain(fix);
    }

    [Theory]
    [InlineData(32, 128 << 10, null, "warn")]
    [InlineData(64, 256 << 10, null, "ok")]
    [InlineData(null, 128 << 10, 128 << 10, "bad")]
    [InlineData(256, 128 << 10, 128 << 10, "bad")]
    [InlineData(null, 1 << 20, 1 << 20, "ok")]
    public void Limits_of_the_host_adapter_are_compared_with_a_block(int? segments, int? certain, int? claimed, string level) =>
        One(Empty with { Nodes = [Good with { Segments = segments, CertainBytes = certain, ClaimedBytes = claimed }] }, "hba").Level.ShouldBe(level);

    [Fact]
    public void A_broken_catalog_is_bad_and_no_failure_of_the_doctor()
    {
        Directory.CreateDirectory(_rig.Context.Home);
        File.WriteAllText(_rig.Context.CatalogPath, new string('x', 8192));
        DoctorReport report = Run(Empty);
        report.Findings.Single(finding => finding.Topic == "catalog").Fix!.ShouldContain("catalog rebuild");
        report.Status.ShouldBe(ExitStatus.Failed);
    }

    /// <summary>Putting a whole catalog aside loses backups that only it knows.</summary>
    [Fact]
    public void A_catalog_that_cannot_be_opened_is_not_to_be_put_aside()
    {
        Directory.CreateDirectory(_rig.Context.CatalogPath + "-wal");
        File.WriteAllBytes(_rig.Context.CatalogPath, []);
        Finding catalog = Run(Empty).Findings.Single(finding => finding.Topic == "catalog");
        catalog.Level.ShouldBe("bad");
        catalog.Fix!.ShouldNotContain("aside");
    }

    [Fact]
    public void A_clock_that_stands_at_its_beginning_is_bad()
    {
        Finding clock = DoctorOperation.Run(_rig.Context with { Time = new Standing() }, Empty).Findings.Single(finding => finding.Topic == "clock");
        clock.Level.ShouldBe("bad");
        clock.Text.ShouldContain("1970-01-01");
    }

    private sealed class Standing : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
    }

    [Fact]
    public void What_is_configured_and_right_is_well()
    {
        DoctorReport report = Run(Empty with { Configuration = Configured(new ConfiguredFacts(Left, true, "1013000123") { Node = "/dev/sg1" }), Nodes = [Good] });
        report.Status.ShouldBe(ExitStatus.Success);
        report.Findings.Single(finding => finding.Topic == "config").Text.ShouldBe("/etc/capstan/capstan.toml names 1 drive(s), 0 changer(s), 0 library(s)");
        report.Findings.Single(finding => finding.Topic == "drive").ShouldBe(new Finding("ok", "drive", "left (/dev/sg1): it is there, serial number 1013000123", null));
    }

    [Fact]
    public void A_configured_device_that_is_not_right_is_told_with_the_command_that_mends_it()
    {
        Drive(new ConfiguredFacts(Left, false, null) { Problem = "there is no such device" }).ShouldSatisfyAllConditions(
            finding => finding.Level.ShouldBe("bad"), finding => finding.Text.ShouldContain("left (/dev/sg1): there is no such device"));
        Drive(new ConfiguredFacts(Left, true, "77")).ShouldSatisfyAllConditions(
            finding => finding.Level.ShouldBe("bad"), finding => finding.Fix!.ShouldContain("capstan config drive update left --device /dev/sg1"));
        Drive(new ConfiguredFacts(Left, true, "77") { FoundAt = "/dev/sg3" }).ShouldSatisfyAllConditions(
            finding => finding.Level.ShouldBe("warn"), finding => finding.Fix.ShouldBe("capstan config drive update left --device /dev/sg3"));
        Drive(new ConfiguredFacts(Left with { Serial = null }, true, "77")).Fix.ShouldBe("capstan config drive update left --detect");
        Drive(new ConfiguredFacts(Left, null, null)).Level.ShouldBe("ok");
        Run(Empty with { Configuration = Configured(new ConfiguredFacts(Left, true, null) { Node = "/dev/sg1" }), Nodes = [Good with { MayWrite = false }] })
            .Findings.Single(finding => finding.Topic == "drive").Level.ShouldBe("bad");
    }

    [Fact]
    public void Who_has_a_configured_drive_and_where_it_really_sits_are_told()
    {
        var seated = new ConfiguredFacts(Left with { Changer = "robot", ChangerDrive = 0 }, true, "1013000123") { Number = 1, Changer = "robot", Holder = "process 4711 (capstan backup)" };
        Finding[] findings = [.. Run(Empty with { Configuration = Configured(seated) }).Findings.Where(finding => finding.Topic == "drive")];
        findings.Select(finding => finding.Level).ShouldBe(["ok", "warn", "warn"]);
        findings[1].Text.ShouldContain("in use by process 4711 (capstan backup)");
        findings[2].Fix.ShouldBe("capstan config drive update left --changer robot --changer-drive 1");
    }

    [Fact]
    public void Two_names_for_one_drive_and_mistakes_are_told()
    {
        var right = new ConfiguredFacts(Left, true, "1013000123");
        DoctorReport twice = Run(Empty with { Configuration = Configured(right, right with { Entry = Left with { Name = "again", Device = "/dev/sg9" } }) });
        twice.Findings.Single(finding => finding is { Topic: "config", Level: "warn" }).Text.ShouldBe("drive left and drive again have the same serial number 1013000123");
        Run(Empty with { Configuration = new ConfigurationFacts("capstan.toml", "capstan.toml:1:1: drive.left: 'device' is missing", [], []) }).Status.ShouldBe(ExitStatus.Failed);
        One(Empty with { Configuration = Configured() with { Libraries = [new ConfiguredLibraryFacts("big", "/srv/big", false)] } }, "library").Fix!.ShouldContain("capstan library create big");
    }

    [Fact]
    public void Locks_that_do_not_keep_other_users_off_are_told()
    {
        const string shared = "/run/lock/capstan";
        One(Empty with { Locks = new LockFacts(shared, shared, true) }, "locks").Level.ShouldBe("ok");
        One(Empty with { Locks = new LockFacts("/home/anna/locks", shared, false) }, "locks").Fix!.ShouldContain("systemd-tmpfiles");
        One(Empty with { Locks = new LockFacts("/home/anna/locks", shared, true) }, "locks").Fix!.ShouldContain("chmod 1777 /run/lock/capstan");
        One(Empty with { Locks = new LockFacts("/tmp/mine", shared, true) { IsNamed = true } }, "locks").Level.ShouldBe("ok");
        One(Empty with { Locks = new LockFacts(shared, shared, true) { Closed = ["/run/lock/capstan/drive-A.lock"] } }, "locks").Fix.ShouldBe("sudo chmod 666 /run/lock/capstan/drive-A.lock");
        One(Empty with { Locks = new LockFacts(null, shared, false) }, "locks").Level.ShouldBe("bad");
    }

    private static readonly ConfiguredDrive Left = new("left", "/dev/sg1", "1013000123");

    private static ConfigurationFacts Configured(params ConfiguredFacts[] devices) => new("/etc/capstan/capstan.toml", null, devices, []);

    private Finding Drive(ConfiguredFacts facts) => One(Empty with { Configuration = Configured(facts) }, "drive");
}
