using Capstan.Operations;
using Capstan.Transport;

namespace Capstan.Cli.Tests;

public sealed class CompositionTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("capstan-cli-").FullName;

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Theory]
    [InlineData("/tape", "/data", "/home/anna", "/tape")]
    [InlineData(null, "/data", "/home/anna", "/data/capstan")]
    [InlineData(null, "relative", "/home/anna", "/home/anna/.local/share/capstan")]
    [InlineData("", null, "/home/anna", "/home/anna/.local/share/capstan")]
    public void Home_follows_the_variables(string? own, string? data, string user, string expected) =>
        Composition.FindHome(name => name switch { "CAPSTAN_HOME" => own, "XDG_DATA_HOME" => data, "HOME" => user, _ => null }).ShouldBe(expected);

    [Fact]
    public void The_embedded_library_comes_into_being_once_and_says_so()
    {
        var listener = new Notes();
        for (int i = 0; i < 2; i++)
        {
            using var source = new DriveSource(_home, _ => null, null);
            OpenedDrive drive = source.Open(null, listener);
            drive.Device.ShouldBe("virtual:main");
            drive.PickedBy.ShouldBe("default");
            drive.Barcode.ShouldBe("CAP001L9");
            drive.SkipDirectories.ShouldBe([Path.Combine(_home, "libraries/main")]);
            drive.Transport.Dispose();
        }

        listener.Texts.ShouldHaveSingleItem().ShouldContain("created the virtual library virtual:main in " + _home);
    }

    [Fact]
    public void A_named_library_is_not_made_by_a_typing_error()
    {
        using var source = new DriveSource(_home, name => name == "CAPSTAN_DRIVE" ? "virtual:mian" : null, null);
        var refused = Should.Throw<OperationException>(() => source.Open(null, new Notes()));
        refused.Status.ShouldBe(ExitStatus.Device);
        refused.Message.ShouldContain("capstan library create mian");
        Directory.Exists(Path.Combine(_home, "libraries")).ShouldBeFalse();
    }

    [Fact]
    public void A_library_that_may_not_be_written_is_told_with_the_remedy()
    {
        LibraryPlace.Remedy(new UnauthorizedAccessException()).ShouldContain("CAPSTAN_HOME");
        LibraryPlace.Remedy(new ScsiTransportException(TransportFault.PermissionDenied, "inventory.lock: Permission denied")).ShouldContain("belongs to another user");
        LibraryPlace.Remedy(new ScsiTransportException(TransportFault.Busy, "in use")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/dev/sg987")]
    [InlineData("/dev/null")]
    [InlineData("/etc/passwd")]
    public void What_is_no_tape_drive_is_a_device_failure_that_names_it(string device)
    {
        using var source = new DriveSource(_home, _ => null, null);
        var refused = Should.Throw<OperationException>(() => source.Open(device, new Notes()));
        refused.Status.ShouldBe(ExitStatus.Device);
        refused.Message.ShouldContain(device);
    }

    [Fact]
    public void A_library_in_use_is_told_and_does_not_hide_the_others()
    {
        var libraries = new VirtualLibraries(_home);
        libraries.Create("a", 2, 50_000_000);
        libraries.Create("b", 1, 50_000_000).Cartridges.ShouldHaveSingleItem().CapacityBytes.ShouldBe(50_000_000);
        using var source = new DriveSource(_home, _ => null, null);
        using IScsiTransport held = source.Open("virtual:a", new Notes()).Transport;
        IReadOnlyList<LibraryView> views = libraries.List();
        views.Select(view => view.Name).ShouldBe(["a", "b"]);
        views[0].Cartridges.Count.ShouldBe(2);
        views[0].Drives.ShouldNotBeNull()[0].UsedBy.ShouldBe($"process {Environment.ProcessId}");
        views[1].Loaded.ShouldBe("CAP001L9");
        using var second = new DriveSource(_home, _ => null, null);
        Should.Throw<OperationException>(() => second.Open("virtual:a", new Notes())).Status.ShouldBe(ExitStatus.Device);
    }

    [Fact]
    public void A_cartridge_goes_in_only_where_there_is_room_and_one_of_that_name()
    {
        new VirtualLibraries(_home).Create("a", 2, 50_000_000);
        using var source = new DriveSource(_home, _ => null, null);
        OpenedDrive drive = source.Open("virtual:a", new Notes());
        using IScsiTransport transport = drive.Transport;
        var refused = Should.Throw<OperationException>(() => drive.InsertCartridge!("CAP002L9"));
        refused.Status.ShouldBe(ExitStatus.Tape);
        refused.Message.ShouldContain("CAP001L9");
        refused.Message.ShouldContain("capstan drive eject");
    }

    [Fact]
    public void A_library_with_a_changer_has_drives_by_number_and_cartridges_that_hands_move()
    {
        var libraries = new VirtualLibraries(_home);
        LibraryView made = libraries.Create("big", 0, 50_000_000, robot: new RobotChoice("quantum-scalar-i500", ["2xLTO-9", "hp-lto8"], 6, 1, ["2xLTO-9", "LTO-8-WORM", "1xCLEANING"], []));
        made.Drives!.Select(drive => drive.Product).ShouldBe(["ULT3580-TD9", "ULT3580-TD9", "Ultrium 8-SCSI"]);
        made.Cartridges.Select(cartridge => $"{cartridge.Barcode} {cartridge.Kind} {cartridge.Worm} {cartridge.Place}")
            .ShouldBe(["CAP001L9 LTO-9 False slot 1", "CAP002L9 LTO-9 False slot 2", "CAP003LY LTO-8 True slot 3", "CLN001CU CLEANING False slot 4"]);
        using (var source = new DriveSource(_home, _ => null, null))
        {
            OpenedDrive second = source.Open("virtual:big/2", new Notes());
            second.Barcode.ShouldBeNull();
            second.InsertCartridge!("CAP002L9");
            // Whoever asks for what is there has what he asked for.
            second.InsertCartridge!("cap002l9");
            Should.Throw<OperationException>(() => second.InsertCartridge!("CAP001L9")).Message.ShouldContain("holds CAP002L9");
            // A drive in use hides nothing, and protects nothing but its own cartridge.
            libraries.List()[0].Cartridges[1].Place.ShouldBe("drive 1");
            libraries.Protect("big", "CAP001L9", true).Cartridges[0].WriteProtected.ShouldBeTrue();
            Should.Throw<OperationException>(() => libraries.Remove("big", new RemoveRequest("CAP002L9", null, false))).Message.ShouldContain("drive");
            Should.Throw<OperationException>(() => libraries.Destroy("big")).Message.ShouldContain("in use by process");
            foreach (string wrong in new[] { "virtual:big/4", "virtual:big/changer" })
                Should.Throw<OperationException>(() => source.Open(wrong, new Notes())).Message.ShouldContain("virtual:big/1 to /3");
            second.Transport.Dispose();
        }
        libraries.Remove("big", new RemoveRequest(null, 1, false)).ShouldBe(new CartridgePlaceView("big", "CAP001L9", "shelf"));
        libraries.Insert("big", new InsertRequest("CAP001L9", null, true, null)).Place.ShouldBe("mail slot 7");
        libraries.Insert("big", new InsertRequest("NEW001LZ", 6, false, "")).Place.ShouldBe("slot 6");
        libraries.List()[0].Cartridges[^1].ShouldBe(new CartridgeView("NEW001LZ", 50_000_000, 0, false, null, "slot 6", "LTO-9", true));
        libraries.Create("other", 1, 50_000_000);
        string elsewhere = Path.Combine(_home, "libraries/other/cartridges/CAP001L9.cartridge");
        Should.Throw<OperationException>(() => libraries.Import("big", elsewhere, null, false)).Message.ShouldContain("CAP001L9");
        libraries.Remove("big", new RemoveRequest("CAP001L9", null, true)).Place.ShouldBeNull();
        libraries.Import("big", elsewhere, 5, false).Place.ShouldBe("slot 5");
        libraries.Fail("big", new FailRequest("stuck", null, 2, 1, null)).Failures.ShouldBe(["stuck drive 2"]);
        libraries.Fail("big", new FailRequest("exception", 5, null, 1, "83/02")).Failures.ShouldBe(["stuck drive 2", "exception slot 5 83/02"]);
        libraries.Show("big").Failures.Count.ShouldBe(2);
        foreach (FailRequest wrong in new FailRequest[] { new("nonsense", null, null, 1, null), new("stuck", null, null, 1, null), new("door", 1, null, 1, null), new("stuck", null, 9, 1, null), new("exception", 1, null, 1, "zz") })
            Should.Throw<OperationException>(() => libraries.Fail("big", wrong)).Status.ShouldBe(ExitStatus.Usage);
        libraries.Repair("big", "stuck").Failures.ShouldBe(["exception slot 5 83/02"]);
        libraries.Repair("big", null).Failures.ShouldBeEmpty();
        libraries.Destroy("big");
        libraries.List().Select(library => library.Name).ShouldBe(["other"]);
    }

    [Fact]
    public void Protection_stays()
    {
        var libraries = new VirtualLibraries(_home);
        libraries.Create("a", 2, 50_000_000);
        libraries.Protect("a", "CAP002L9", true).Cartridges[1].WriteProtected.ShouldBeTrue();
        libraries.List()[0].Cartridges.Select(cartridge => cartridge.WriteProtected).ShouldBe([false, true]);
        libraries.Protect("a", "CAP002L9", false).Cartridges[1].WriteProtected.ShouldBeFalse();
        Should.Throw<OperationException>(() => libraries.Protect("a", "NOSUCH", true)).Message.ShouldContain("NOSUCH");
        Should.Throw<OperationException>(() => libraries.Protect("nosuch", "CAP002L9", true));
        Should.Throw<OperationException>(() => libraries.Create("a", 2, null));
    }

    [Fact]
    public void A_trace_has_the_commands_in_words()
    {
        string path = Path.Combine(_home, "trace");
        using (TraceFile trace = TraceFile.Create(path))
        using (var source = new DriveSource(_home, _ => null, trace))
        {
            var context = new OperationContext(_home, source, new Notes(), new ProgressCounters(), TimeProvider.System);
            Capstan.Operations.Status.StatusOperation.Run(context, null).Product.ShouldBe("ULT3580-TD9");
        }

        string[] lines = File.ReadAllLines(path);
        lines.ShouldContain(line => line.Contains("INQUIRY") && line.Contains("GOOD"));
        lines.ShouldContain(line => line.Contains("TEST UNIT READY"));
    }

    private sealed class Notes : IOperationListener
    {
        public List<string> Texts { get; } = [];

        public void Phase(string what)
        {
        }

        public void Note(string text) => Texts.Add(text);

        public void Problem(string path, string text) => Texts.Add(text);
    }
}
