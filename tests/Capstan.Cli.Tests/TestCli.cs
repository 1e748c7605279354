using System.Text;
using Capstan.Operations;
using Capstan.Operations.Configuration;

namespace Capstan.Cli.Tests;

/// <summary>The command line with canned operations, and everything it printed.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "Writers into memory hold nothing.")]
internal sealed class TestCli
{
    private readonly StringWriter _output = new();
    private readonly StringWriter _error = new();
    private readonly MemoryStream _json = new();

    public CannedOperations Operations { get; } = new();

    public CannedLibraries Libraries { get; } = new();

    public CannedScanner Scanner { get; } = new();

    /// <summary>There is none, unless a test makes one.</summary>
    public string ConfigurationPath { get; init; } = "/nonexistent/capstan.toml";

    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>Where virtual libraries lie: the production operations run on them. Null for canned ones.</summary>
    public string? RealHome { get; init; }

    public bool OutputIsTerminal { get; init; }

    public int TerminalWidth { get; init; } = 100;

    public bool ErrorIsTerminal { get; init; }

    /// <summary>The person at the terminal; null for nobody.</summary>
    public Func<string, CancellationToken, bool>? Ask { get; init; }

    public TimeSpan ProgressInterval { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Replaces what collects text or JSON.</summary>
    public TextWriter? OutputWriter { get; init; }

    public Stream? JsonStream { get; init; }

    public string Output => _output.ToString();

    public string Error
    {
        get
        {
            lock (_error)
                return _error.ToString();
        }
    }

    public string Json => Encoding.UTF8.GetString(_json.ToArray());

    public CliEnvironment Environment => new(
        RealHome ?? "/home/anna/.local/share/capstan",
        RealHome is null ? Operations : new RealOperations(() => throw new InvalidOperationException("not looked at here")),
        trace => RealHome is null ? new CannedDrives(name => Variables.GetValueOrDefault(name)) : new DriveSource(RealHome, name => Variables.GetValueOrDefault(name), trace),
        () => RealHome is null ? Libraries : new VirtualLibraries(RealHome),
        new OutputChannel(OutputWriter ?? _output, OutputIsTerminal, TerminalWidth),
        JsonStream ?? _json,
        new OutputChannel(TextWriter.Synchronized(new LockedWriter(_error)), ErrorIsTerminal, 100),
        new UtcClock(),
        name => Variables.GetValueOrDefault(name))
    {
        ConfigurationPath = () => ConfigurationPath,
        Units = () => new CannedUnits(),
        Scanner = () => Scanner,
        Ask = Ask,
        ProgressDelay = TimeSpan.Zero,
        ProgressLineInterval = ProgressInterval,
    };

    public ExitStatus Run(params string[] args) => (ExitStatus)CommandLine.Run(Environment, args);

    /// <summary>Local time would make golden texts depend on the machine.</summary>
    private sealed class UtcClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;
    }

    /// <summary>Lets the test read what another thread is still writing.</summary>
    private sealed class LockedWriter(StringWriter inner) : TextWriter
    {
        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            lock (inner)
                inner.Write(value);
        }

        public override void Write(string? value)
        {
            lock (inner)
                inner.Write(value);
        }
    }
}

/// <summary>Picks drives as the real source does, and opens none.</summary>
internal sealed class CannedDrives(Func<string, string?> variable) : IDriveSource
{
    public OpenedDrive Open(string? device, IOperationListener listener)
    {
        DriveName name = DriveName.Pick(device, variable);
        return new OpenedDrive(null!, name.Device, name.PickedBy, null, []);
    }
}

/// <summary>/dev/sg2 is a changer, everything else a drive.</summary>
internal sealed class CannedUnits : IUnitIdentifier
{
    public UnitIdentity Identify(string device) => device == "/dev/sg2"
        ? new UnitIdentity(UnitIdentity.ChangerType, "IBM", "3573-TL", "G.40", "00X2U78A1234")
        : new UnitIdentity(UnitIdentity.TapeType, "IBM", "ULT3580-TD9", "R3G3", "1013000123");
}

/// <summary>One library that remembers what it was asked.</summary>
internal sealed class CannedLibraries : IVirtualLibraries
{
    public string? Asked { get; private set; }

    public IReadOnlyList<LibraryView> Views { get; set; } = [Main];

    private static LibraryView Main => new("main", "virtual:main", "/home/anna/.local/share/capstan/libraries/main", "ULT3580-TD9", "CAP001L9",
        [
            new CartridgeView("CAP001L9", 18_000_000_000_000, 1_610_612_736, false, null),
            new CartridgeView("CAP002L9", 18_000_000_000_000, 0, true, null),
        ], true, null);

    public LibraryView Destroy(string name)
    {
        Asked = $"destroy {name}";
        return Main;
    }

    public LibraryContentView Show(string name)
    {
        Asked = $"show {name}";
        return new LibraryContentView(Robotic, "CAPR000001", [new("hand", 0, 1, null), new("drive", 0, 256, "CAP002L9"), new("slot", 1, 4096, "CAP001L9"), new("slot", 2, 4097, null), new("mail slot", 3, 16, null)], []);
    }

    public static LibraryView Robotic => new("big", "virtual:big", "/libraries/big", "ULT3580-TD9", "CAP002L9",
        [
            new CartridgeView("CAP001L9", 18_000_000_000_000, 0, false, null, "slot 1", "LTO-9"),
            new CartridgeView("CAP002L9", 18_000_000_000_000, 0, false, null, "drive 0", "LTO-9", true),
            new CartridgeView("CLN001CU", 1_000_000, 0, false, null, "shelf", "CLEANING"),
        ], true, null, "virtual:big/changer", "ibm-ts3200",
        [new("virtual:big/1", 0, "IBM", "ULT3580-TD9", "CAP0000001", 256, "CAP002L9", "loaded", "process 77")], 2, 1);

    public CartridgePlaceView Insert(string name, InsertRequest request)
    {
        Asked = $"insert {name} {request}";
        return new CartridgePlaceView(name, request.Barcode, "slot 2");
    }

    public CartridgePlaceView Remove(string name, RemoveRequest request)
    {
        Asked = $"remove {name} {request}";
        return new CartridgePlaceView(name, request.Barcode ?? "CAP001L9", request.IsDeleted ? null : "shelf");
    }

    public CartridgePlaceView Import(string name, string file, int? slot, bool isMail)
    {
        Asked = $"import {name} {file} {slot} {isMail}";
        return new CartridgePlaceView(name, "CAP009L9", "mail slot 3");
    }

    public LibraryFailuresView Fail(string name, FailRequest request)
    {
        Asked = $"fail {name} {request.Kind} {request.Slot} {request.Drive} {request.Count} {request.Sense}";
        return new LibraryFailuresView(name, ["stuck drive 0", "door"]);
    }

    public LibraryFailuresView Repair(string name, string? kind)
    {
        Asked = $"repair {name} {kind}";
        return new LibraryFailuresView(name, []);
    }

    public IReadOnlyList<ChangerModelView> ChangerModels() => [new("ibm-ts3200", "IBM", "3573-TL", 4096, 16, 256, 1, [])];

    public LibraryView Create(string name, int cartridges, long? capacityBytes, bool isSynchronous, DriveChoice? drive, RobotChoice? robot)
    {
        if (robot is not null)
        {
            Asked = $"create {name} {robot.Model} {string.Join('+', robot.Drives)} {robot.Slots} {robot.MailSlots} {string.Join('+', robot.Cartridges)} {string.Join('+', robot.Quirks)} {cartridges}";
            return Robotic with { Name = name };
        }
        Asked = $"create {name} {cartridges} {capacityBytes}{(isSynchronous ? "" : " no sync")}"
            + (drive is { Model: { } model } ? $" {model} {string.Join('+', drive.Media)} {string.Join('+', drive.Quirks)}" : "");
        return Main with { Synchronous = isSynchronous, Name = name, Device = "virtual:" + name, Directory = "/libraries/" + name };
    }

    public IReadOnlyList<LibraryView> List() => Views;

    public IReadOnlyList<DriveModelView> Models() => [new("ibm-lto9", "IBM", "ULT3580-TD9", ["LTO-9", "LTO-8"], [], [])];

    public LibraryView Protect(string name, string barcode, bool isProtected)
    {
        Asked = $"protect {name} {barcode} {isProtected}";
        return Main;
    }

    public ServedLibraryView Serve(ServeRequest request, Action<ServedLibraryView> onReady, IOperationListener listener, CancellationToken stop)
    {
        Asked = $"serve {request.Library} {request.Cartridge ?? "-"}{(request.IsStacker ? " stacker" : "")}"
            + $"{(request.Drive is { } drive ? $" drive {drive}" : "")}{(request.Portal is { } portal ? $" at {portal} for {request.Initiators.Count}" : "")}";
        var first = new ServedUnitView("virtual:" + request.Library, "drive", 0, null, "IBM", "ULT3580-TD9", "CAP0000001", "/dev/sg1", "/dev/st0", null, "2:0:1:0", null, request.Cartridge ?? "CAP001L9");
        ServedLibraryView view = request switch
        {
            { Portal: { } at } => new(request.Library, at, at.StartsWith("127.", StringComparison.Ordinal) ? "mutual-chap" : "none",
            [
                first with { ElementAddress = 256, Device = $"iscsi://{at}/iqn.test/0", Tape = null, ScsiAddress = null, IscsiTarget = "iqn.test" },
            ]),
            { Library: "robot" } => new(request.Library, null, null,
            [
                first with { ElementAddress = 256 },
                first with { Name = "virtual:robot/2", DriveNumber = 1, ElementAddress = 257, SerialNumber = "CAP0000002", Device = "/dev/sg2", Tape = "/dev/st1", Cartridge = null },
                new("virtual:robot/changer", "changer", null, null, "IBM", "3573-TL", "CAP0000003", "/dev/sg3", null, "/dev/sch0", "4:0:1:0", null, null),
            ]),
            _ => new(request.Library, null, null, [first]),
        };
        onReady(view);
        return view;
    }
}

/// <summary>One drive on the machine; a tape, a changer and a closed target behind a portal.</summary>
internal sealed class CannedScanner : IDeviceScanner
{
    public string? Asked { get; private set; }

    public IReadOnlyList<FoundDevice> Machine { get; set; } = [new("/dev/sg1", "tape", "HPE", "Ultrium 9-SCSI", "R3G3", "CZ1234", null, null)];

    public IReadOnlyList<FoundDevice> ScanMachine() => Machine;

    public IReadOnlyList<FoundDevice> ScanPortal(string portal)
    {
        Asked = portal;
        return
        [
            new("iscsi://nas/iqn.2026-11.test:vtl/1", "tape", "IET", "VIRTUAL-TAPE", "0001", "beaf11", "iqn.2026-11.test:vtl", null),
            new("iscsi://nas/iqn.2026-11.test:vtl/2", "changer", "IET", "VIRTUAL-CHANGER", "0001", null, "iqn.2026-11.test:vtl", null),
            new(null, null, "", "", "", null, "iqn.2026-11.test:closed", "it wants a secret"),
        ];
    }
}
