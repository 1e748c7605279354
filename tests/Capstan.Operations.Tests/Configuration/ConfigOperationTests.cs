using Capstan.Operations.Configuration;
using Capstan.Tests;

namespace Capstan.Operations.Tests.Configuration;

public sealed class ConfigOperationTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly Units _units = new();

    private string File => _directory.File("capstan.toml");

    private ConfigOperation Config => new(File, _units, TimeProvider.System);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_drive_is_asked_what_it_is_and_that_is_written_down()
    {
        ConfigReport made = Config.Create(ConfiguredKind.Drive, new DeviceSettings("lto9", "/dev/sg1", null, Detect: true));
        made.Action.ShouldBe("created");
        made.Drives.ShouldBe([new ConfiguredDrive("lto9", "/dev/sg1", "S1", "IBM", "ULT3580-TD9")]);
        System.IO.File.ReadAllText(File).ShouldBe("[drive.lto9]\ndevice = \"/dev/sg1\"\nserial = \"S1\"\nvendor = \"IBM\"\nproduct = \"ULT3580-TD9\"\n");
    }

    [Fact]
    public void A_changer_is_no_drive() =>
        Should.Throw<OperationException>(() => Config.Create(ConfiguredKind.Drive, new DeviceSettings("lto9", "/dev/sg9", null, Detect: true)))
            .Message.ShouldStartWith("/dev/sg9 is a changer (IBM 3573-TL), no tape drive.");

    [Fact]
    public void A_name_and_a_device_are_given_once()
    {
        Create("lto9");
        Should.Throw<OperationException>(() => Create("lto9")).Message.ShouldContain("has a drive 'lto9' already");
        Should.Throw<OperationException>(() => Create("other")).Message.ShouldContain("/dev/sg1 is drive 'lto9' already");
    }

    [Fact]
    public void An_update_asks_the_new_device_and_leaves_the_rest()
    {
        Create("lto9");
        System.IO.File.AppendAllText(File, "# mine\n");
        _units.Serial = "S2";
        Config.Update(ConfiguredKind.Drive, new DeviceSettings("lto9", "/dev/sg5", null, Detect: true)).Drives[0].ShouldBe(new ConfiguredDrive("lto9", "/dev/sg5", "S2", "IBM", "ULT3580-TD9"));
        System.IO.File.ReadAllText(File).ShouldEndWith("# mine\n");
        Config.Update(ConfiguredKind.Drive, new DeviceSettings("lto9", null, "", Detect: false)).Drives[0].Serial.ShouldBeNull();
    }

    [Fact]
    public void A_changer_that_drives_sit_in_stays()
    {
        Config.Create(ConfiguredKind.Changer, new DeviceSettings("robot", "/dev/sg9", null, Detect: true, ExportSlots: [41], EjectBeforeUnload: true));
        Create("lto9");
        Config.Update(ConfiguredKind.Drive, new DeviceSettings("lto9", null, null, Detect: false, Changer: "robot", ChangerDrive: 0)).Drives[0].ChangerDrive.ShouldBe(0);
        Should.Throw<OperationException>(() => Config.Remove(ConfiguredKind.Changer, "robot")).Message.ShouldContain("capstan config drive update lto9 --changer ''");
        Config.Update(ConfiguredKind.Drive, new DeviceSettings("lto9", null, null, Detect: false, Changer: "")).Drives[0].ChangerDrive.ShouldBeNull();
        Config.Remove(ConfiguredKind.Changer, "robot").Action.ShouldBe("removed");
        Config.Show().Changers.ShouldBeEmpty();
    }

    [Fact]
    public void What_would_be_wrong_is_not_written()
    {
        Create("lto9");
        string before = System.IO.File.ReadAllText(File);
        Should.Throw<OperationException>(() => Config.Update(ConfiguredKind.Drive, new DeviceSettings("lto9", null, null, Detect: false, Changer: "nowhere")))
            .Message.ShouldContain("no changer 'nowhere'");
        System.IO.File.ReadAllText(File).ShouldBe(before);
    }

    [Fact]
    public void A_file_with_mistakes_is_never_written_over()
    {
        const string Damaged = "[drive.a]\ndevice = /dev/sg1\nseral = \"1\"\n";
        System.IO.File.WriteAllText(File, Damaged);
        var refused = Should.Throw<OperationException>(() => Create("b"));
        refused.Status.ShouldBe(ExitStatus.Usage);
        refused.Message.ShouldContain($"{File}:2:10: device: a text stands in quotes");
        refused.Message.ShouldContain($"{File}:3:1: drive.a.seral");
        System.IO.File.ReadAllText(File).ShouldBe(Damaged);
    }

    [Fact]
    public void Its_mode_stays_and_a_link_stays_a_link()
    {
#pragma warning disable CA1416 // Nothing of Capstan runs on Windows.
        Create("lto9");
        string real = _directory.File("real.toml");
        System.IO.File.Move(File, real);
        System.IO.File.SetUnixFileMode(real, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        System.IO.File.CreateSymbolicLink(File, real);
        Config.Update(ConfiguredKind.Drive, new DeviceSettings("lto9", null, "S7", Detect: false));
        System.IO.File.ReadAllText(real).ShouldContain("S7");
        System.IO.File.GetUnixFileMode(real).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        new FileInfo(File).LinkTarget.ShouldBe(real);
#pragma warning restore CA1416
        Directory.GetFiles(_directory.Path, "*.new").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/x.toml", true, true, "/x.toml")]
    [InlineData(null, true, true, "home/capstan.toml")]
    [InlineData(null, false, true, "etc.toml")]
    [InlineData(null, false, false, "home/capstan.toml")]
    public void The_file_that_counts_is_the_nearest(string? named, bool hasOwn, bool hasMachines, string expected)
    {
        string home = _directory.File("home");
        Directory.CreateDirectory(home);
        if (hasOwn)
            System.IO.File.WriteAllText(Path.Combine(home, "capstan.toml"), "");
        string machines = _directory.File("etc.toml");
        if (hasMachines)
            System.IO.File.WriteAllText(machines, "");
        ConfigurationFile.Find(home, name => name == "CAPSTAN_CONFIG" ? named : null, machines).ShouldBe(named ?? _directory.File(expected));
    }

    [Fact]
    public void A_file_that_was_named_has_to_be_there()
    {
        Should.Throw<OperationException>(() => ConfigurationFile.Load(_directory.Path, name => name == "CAPSTAN_CONFIG" ? _directory.File("no.toml") : null)).Message
            .ShouldBe(_directory.File("no.toml") + ": there is no such file, and CAPSTAN_CONFIG names it as the configuration. `capstan config drive create NAME` begins one there.");
        Directory.CreateDirectory(_directory.File("dir.toml"));
        Should.Throw<OperationException>(() => ConfigurationFile.Load(_directory.Path, name => name == "CAPSTAN_CONFIG" ? _directory.File("dir.toml") : null)).Message.ShouldContain("this is a directory");
    }

    private void Create(string name) => Config.Create(ConfiguredKind.Drive, new DeviceSettings(name, "/dev/sg1", null, Detect: true));

    private sealed class Units : IUnitIdentifier
    {
        public string Serial { get; set; } = "S1";

        public UnitIdentity Identify(string device) => device == "/dev/sg9"
            ? new UnitIdentity(UnitIdentity.ChangerType, "IBM", "3573-TL", "G.40", "R1")
            : new UnitIdentity(UnitIdentity.TapeType, "IBM", "ULT3580-TD9", "R3G3", Serial);
    }
}
