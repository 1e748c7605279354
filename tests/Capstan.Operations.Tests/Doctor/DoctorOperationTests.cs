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
}
