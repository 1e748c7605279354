using System.Globalization;
using System.Text;
using Capstan.Cli.Interop.libc;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Kernel;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Operations;
using Capstan.Transport;
using Capstan.Transport.Decorators;
using Capstan.Transport.Iscsi;
using Capstan.Transport.SgIo;

namespace Capstan.Cli;

/// <summary>Puts the program together. The only file that names concrete transports and the emulation.</summary>
internal static class Composition
{
    /// <summary>Runs one command line on the real machine.</summary>
    public static int Run(string[] args)
    {
        using var standardOutput = new FileDescriptorStream(StandardStreams.Output);
        using var standardError = new FileDescriptorStream(StandardStreams.Error, ignoresErrors: true);
        var utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
        var output = new StreamWriter(standardOutput, utf8, bufferSize: 16 * 1024, leaveOpen: true);
        var error = new StreamWriter(standardError, utf8, bufferSize: 1024, leaveOpen: true) { AutoFlush = true };
        string home = FindHome(Environment.GetEnvironmentVariable);
        var environment = new CliEnvironment(
            home,
            new RealOperations(Machine.Look),
            trace => new DriveSource(home, Environment.GetEnvironmentVariable, trace),
            () => new VirtualLibraries(home),
            Channel(output, StandardStreams.Output),
            standardOutput,
            Channel(error, StandardStreams.Error),
            TimeProvider.System,
            Environment.GetEnvironmentVariable)
        {
            Scanner = () => new DeviceScanner(IscsiFiles.Settings(home, Environment.GetEnvironmentVariable)),
            JsonError = standardError,
            Ask = Libc.IsTerminal(StandardStreams.Input) && Libc.IsTerminal(StandardStreams.Error)
                ? (question, cancellation) => TerminalQuestion.Ask(error, question, cancellation)
                : null,
        };
        return CommandLine.Run(environment, args);
    }

    /// <summary>CAPSTAN_HOME, or <c>capstan</c> in the XDG data directory (XDG base directory specification: relative paths are invalid there).</summary>
    internal static string FindHome(Func<string, string?> variable)
    {
        if (variable("CAPSTAN_HOME") is { Length: > 0 } own)
            return Path.GetFullPath(own);
        if (variable("XDG_DATA_HOME") is { } data && data.StartsWith('/'))
            return Path.Combine(data, "capstan");
        string user = variable("HOME") is { Length: > 0 } home ? home : Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        return Path.GetFullPath(Path.Combine(user, ".local/share/capstan"));
    }

    private static OutputChannel Channel(TextWriter writer, int fileDescriptor)
    {
        if (!Libc.IsTerminal(fileDescriptor) || Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb")
            return new OutputChannel(writer, isTerminal: false);
        int width = Libc.ColumnsOf(fileDescriptor);
        return new OutputChannel(writer, isTerminal: true, width > 0 ? width : 80);
    }
}

/// <summary>The machine as operations know it, from what the transports know.</summary>
internal static class Machine
{
    public static MachineFacts Look() => Translate(SgMachine.Look(), IscsiLibrary.Look());

    internal static MachineFacts Translate(SgMachineFacts facts, (string? Name, string? Problem) iscsi) => new(
        facts.IsDriverLoaded, facts.IsDirectIoAllowed,
        [
            .. facts.Nodes.Select(node => new MachineNode(
                node.Device.Path, node.Device.IsTape, $"{node.Device.Vendor} {node.Device.Product}", node.Mode, node.Group, node.MayRead, node.MayWrite,
                node.Device.KernelTapeName, node.Segments, node.CertainBytes, node.ClaimedBytes, node.Holders,
                node.Tape is { } tape ? new MachineTapeNode(tape.Path, tape.Mode, tape.Group, tape.MayRead) : null)),
        ],
        facts.HasRawIo, facts.NoNewPrivileges,
        facts.Helper is { } helper ? new MachineHelper(helper.Path, helper.HasCapability, helper.MayExecute, helper.IsSafe) : null,
        iscsi.Name, iscsi.Problem, facts.MissingTargetModules);
}

/// <summary>Where the virtual libraries lie.</summary>
internal static class LibraryPlace
{
    public static string Root(string home) => Path.Combine(home, "libraries");

    public static string Of(string home, string name) => Path.Combine(Root(home), name);
}

/// <summary>Opens drives for one run.</summary>
internal sealed class DriveSource(string home, Func<string, string?> variable, TraceFile? trace) : IDriveSource, IDisposable
{
    private readonly List<VirtualLibrary> _libraries = [];
    private readonly ChangerSource _changers = new(home, variable, trace);

    public OpenedDrive Open(string? device, IOperationListener listener)
    {
        DriveName name = DriveName.Pick(device, variable);
        try
        {
            return name.Library is { } library ? OpenVirtual(name, library, listener)
                : DriveName.IsIscsi(name.Device) ? new OpenedDrive(Traced(OpenIscsi(name.Device)), name.Device, name.PickedBy, null, [])
                : OpenGeneric(name);
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or UnauthorizedAccessException or IOException)
        {
            string from = name.PickedBy is "--device" or "default" ? "" : $" (the environment variable {name.PickedBy} names this drive)";
            throw new OperationException(ExitStatus.Device, e.Message + from, e);
        }
    }

    public OpenedChanger OpenChanger(string? changer, IOperationListener listener) => _changers.Open(changer, device => Open(device, listener));

    /// <summary>Closes the virtual libraries; their drives were closed by whoever used them.</summary>
    public void Dispose()
    {
        foreach (VirtualLibrary library in _libraries)
            library.Dispose();
        _libraries.Clear();
        _changers.Dispose();
    }

    private IscsiTransport OpenIscsi(string device) =>
        IscsiAddress.TryParse(device, out IscsiAddress address, out string? problem)
            ? IscsiTransport.Open(address, IscsiFiles.Settings(home, variable))
            : throw new OperationException(ExitStatus.Device,
                // What stands before an '@' is a secret: it must not get into logs.
                $"'{(device.Contains('@') ? "iscsi://..." : device)}': {problem}. An iSCSI drive is named iscsi://HOST[:PORT]/TARGET/LUN; `capstan scan --portal HOST` lists them.");

    // For trying out what a timeout does: a drive's own time limits are half an hour and more.
    internal static TimeSpan? LongestTimeout(Func<string, string?> variable) =>
        int.TryParse(variable("CAPSTAN_COMMAND_TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private OpenedDrive OpenGeneric(DriveName name)
    {
        try
        {
            SgIoTransport transport = SgIoTransport.Open(name.Device);
            transport.LongestTimeout = LongestTimeout(variable);
            return new OpenedDrive(Traced(transport), name.Device, name.PickedBy, null, [], Neighbours: SgNeighbours.Watch(name.Device, () => transport.CommandCount), Tuning: transport);
        }
        catch (ScsiTransportException e) when (e.Fault == TransportFault.Busy)
        {
            using SgNeighbours neighbours = SgNeighbours.Watch(name.Device);
            IReadOnlyList<DeviceUser> users = neighbours.FindUsers();
            throw users.Count == 0 ? e : new ScsiTransportException(e.Fault, $"{e.Message} {string.Join("; ", users)}.");
        }
    }

    private OpenedDrive OpenVirtual(DriveName name, string libraryName, IOperationListener listener)
    {
        string directory = LibraryPlace.Of(home, libraryName);
        if (!VirtualLibrary.Exists(directory))
            CreateDefault(name, libraryName, directory, listener);
        VirtualLibrary library = VirtualLibrary.Open(directory);
        _libraries.Add(library);
        return new OpenedDrive(
            Traced(library.OpenDrive(name.Device)), name.Device, name.PickedBy, library.LoadedCartridge, [directory],
            library.Diagnosis, barcode => Insert(library, name.Device, barcode), Diagnosis: () => library.Diagnosis);
    }

    private static void Insert(VirtualLibrary library, string device, string barcode)
    {
        if (library.LoadedCartridge is { } loaded)
            throw new OperationException(ExitStatus.Tape, $"{device}: the drive holds {loaded}. Take it out first: `capstan drive eject --device {device}`");
        try
        {
            library.InsertCartridge(barcode);
        }
        catch (LibraryException e)
        {
            throw new OperationException(ExitStatus.Tape, $"{device}: {e.Message} `capstan library list` shows all cartridges.", e);
        }
    }

    /// <summary>The embedded library comes into being at first use; a library with another name may be a typing error.</summary>
    private static void CreateDefault(DriveName name, string libraryName, string directory, IOperationListener listener)
    {
        if (libraryName != DriveName.DefaultLibrary)
        {
            throw new OperationException(ExitStatus.Device,
                $"{name.Device}: there is no such virtual library. `capstan library create {libraryName}` makes it, `capstan library list` shows those that exist.");
        }

        var options = new LibraryOptions();
        VirtualLibrary.Create(directory, options);
        listener.Note($"created the virtual library {name.Device} in {directory}: one {options.Model.Medium.Name} drive and {options.CartridgeCount} cartridges, the first one loaded");
    }

    private IScsiTransport Traced(IScsiTransport transport) =>
        trace is null ? transport : new TracingTransport(transport, trace.Writer, CdbText.Describe);
}

/// <summary>The virtual libraries under one home.</summary>
internal sealed class VirtualLibraries(string home) : IVirtualLibraries
{
    private const string DiscardingCartridge = "null";

    public LibraryView Create(string name, int cartridges, long? capacityBytes, bool isSynchronous = true, DriveChoice? drive = null) => Guard(() =>
    {
        string directory = LibraryPlace.Of(home, name);
        LibraryOptions options = VirtualDriveChoice.Apply(
            new LibraryOptions { CartridgeCount = cartridges, CapacityBytes = capacityBytes, IsSynchronous = isSynchronous, IsWorm = drive?.IsWorm ?? false }, drive);
        VirtualLibrary.Create(directory, options);
        return View(name, directory);
    });

    public IReadOnlyList<DriveModelView> Models() => VirtualDriveChoice.Models();

    public IReadOnlyList<LibraryView> List() => Guard<IReadOnlyList<LibraryView>>(() =>
    {
        string root = LibraryPlace.Root(home);
        if (!Directory.Exists(root))
            return [];
        return
        [
            .. Directory.EnumerateDirectories(root).Where(VirtualLibrary.Exists).Order(StringComparer.Ordinal)
                .Select(directory => ViewOrFault(Path.GetFileName(directory), directory)),
        ];
    });

    public LibraryView Protect(string name, string barcode, bool isProtected) => Guard(() =>
    {
        string directory = LibraryPlace.Of(home, name);
        using (VirtualLibrary library = VirtualLibrary.Open(directory))
            library.SetWriteProtect(barcode, isProtected);
        return View(name, directory);
    });

    public ServedDriveView Serve(ServeRequest request, Action<ServedDriveView> onReady, IOperationListener listener, CancellationToken stop) => Guard(() =>
    {
        string directory = LibraryPlace.Of(home, request.Library);
        if (!VirtualLibrary.Exists(directory))
            throw new OperationException(ExitStatus.Device, $"There is no virtual library {request.Library}. `capstan library create {request.Library}` makes it, `capstan library list` shows those that exist.");
        using VirtualLibrary library = VirtualLibrary.Open(directory);
        bool isDiscarding = request.Cartridge == DiscardingCartridge;
        if (isDiscarding)
            library.InsertDiscardingTape();
        else if (request.Cartridge is { } barcode && barcode != library.LoadedCartridge)
            library.InsertCartridge(barcode);
        if (library.Diagnosis is { } diagnosis)
            listener.Note(diagnosis);
        using KernelDriveServer server = KernelDriveServer.Start(library, new KernelDriveOptions(request.Library, request.IsStacker));
        if (server.HasRecovered)
            listener.Note($"removed what an earlier server of {request.Library} had left in the kernel");
        var view = new ServedDriveView(
            request.Library, server.GenericNode, server.TapeNode, server.ScsiAddress, isDiscarding ? DiscardingCartridge : library.LoadedCartridge);
        onReady(view);
        WaitHandle.WaitAny([stop.WaitHandle, ((IAsyncResult)server.Ended).AsyncWaitHandle]);
        AggregateException? fault = server.Ended.Exception;
        string? trouble = fault is not null ? $"serving {request.Library} failed: {fault.InnerException!.Message}"
            : server.Ended.IsCompleted ? $"the kernel's target for {request.Library} was removed by somebody else" : null;
        server.Dispose();
        string[] told = [.. new[] { trouble, server.Leftover }.OfType<string>()];
        return told.Length == 0 ? view : throw new OperationException(ExitStatus.Device, string.Join(". ", told), fault);
    });

    /// <summary>A library that cannot be opened (another process has it) does not hide the others.</summary>
    private static LibraryView ViewOrFault(string name, string directory)
    {
        try
        {
            return View(name, directory);
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException)
        {
            return new LibraryView(name, DriveName.VirtualPrefix + name, directory, null, null, [], true, e.Message);
        }
    }

    private static LibraryView View(string name, string directory)
    {
        using VirtualLibrary library = VirtualLibrary.Open(directory);
        return new LibraryView(name, DriveName.VirtualPrefix + name, directory, library.Drive.Product, library.LoadedCartridge,
        [
            .. library.ListCartridges().Select(cartridge => new CartridgeView(
                cartridge.Barcode, cartridge.CapacityBytes, cartridge.UsedBytes, cartridge.IsWriteProtected, cartridge.Fault)),
        ], library.IsSynchronous, library.Diagnosis);
    }

    private static T Guard<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or KernelTargetException)
        {
            throw new OperationException(ExitStatus.Device, e.Message, e);
        }
    }
}

/// <summary>Kinds of virtual drives by the names that users give.</summary>
internal static class VirtualDriveChoice
{
    private static readonly (string Name, VirtualQuirks Quirk)[] Quirks =
    [
        ("locate-file-off-by-one", VirtualQuirks.LocateFileOffByOne),
        ("allocation-length-answered", VirtualQuirks.AllocationLengthAnswered),
        ("log-page-length-counts-header", VirtualQuirks.LogPageLengthCountsHeader),
        ("residual-not-reported", VirtualQuirks.ResidualNotReported),
        ("six-byte-modes-only", VirtualQuirks.SixByteModesOnly),
    ];

    public static IReadOnlyList<DriveModelView> Models() =>
    [
        .. VirtualDriveModel.All.Select(static model => new DriveModelView(
            model.Name, model.VendorId, model.Product, [.. model.Writable.Select(static medium => medium.Name)],
            [.. model.ReadOnly.Select(static medium => medium.Name)], Names(model.Quirks))),
    ];

    /// <exception cref="OperationException">A name that there is not.</exception>
    public static LibraryOptions Apply(LibraryOptions options, DriveChoice? choice) => choice is null ? options : options with
    {
        Model = choice.Model is { } name
            ? VirtualDriveModel.Find(name) ?? throw Usage($"--drive {name}: there is no such model. `capstan library models` lists them.")
            : VirtualDriveModel.Default,
        Media =
        [
            .. choice.Media.Select(static text => MediumType.Parse(text)
                ?? throw Usage($"--media {text}: there is no such cartridge; known are {string.Join(", ", MediumType.All.Select(static medium => medium.Name))}.")),
        ],
        Quirks = choice.Quirks.Count == 0 ? null : choice.Quirks.Aggregate(VirtualQuirks.None, static (all, text) => all | Parse(text)),
    };

    private static VirtualQuirks Parse(string text)
    {
        foreach ((string name, VirtualQuirks quirk) in Quirks)
        {
            if (name == text)
                return quirk;
        }

        throw Usage($"--quirk {text}: known are {string.Join(", ", Quirks.Select(static quirk => quirk.Name))}.");
    }

    private static string[] Names(VirtualQuirks quirks) => [.. Quirks.Where(quirk => (quirks & quirk.Quirk) != 0).Select(static quirk => quirk.Name)];

    private static OperationException Usage(string message) => new(ExitStatus.Usage, message);
}

/// <summary>Where the settings for iSCSI lie.</summary>
internal static class IscsiFiles
{
    /// <summary>The file that CAPSTAN_ISCSI_SECRETS names, or <c>iscsi.toml</c> in the home directory, which need not exist.</summary>
    /// <exception cref="ScsiTransportException">Readable by others, or not understood.</exception>
    public static IscsiSettings Settings(string home, Func<string, string?> variable) =>
        variable("CAPSTAN_ISCSI_SECRETS") is { Length: > 0 } named
            ? IscsiSettingsFile.Read(named, isRequired: true)
            : IscsiSettingsFile.Read(Path.Combine(home, "iscsi.toml"), isRequired: false);
}

/// <summary>Looks for drives on this machine and behind portals.</summary>
internal sealed class DeviceScanner(IscsiSettings settings) : IDeviceScanner
{
    public IReadOnlyList<FoundDevice> ScanMachine() =>
    [
        .. SgDevices.List().Select(device => new FoundDevice(
            device.Path, Kind(device.PeripheralDeviceType), device.Vendor, device.Product, device.Revision, device.SerialNumber, null, null)),
    ];

    public IReadOnlyList<FoundDevice> ScanPortal(string portal)
    {
        if (!IscsiPortal.TryParse(portal, out IscsiPortal parsed, out string? problem))
            throw new OperationException(ExitStatus.Usage, $"--portal: {problem}.");
        try
        {
            return
            [
                .. IscsiScan.Run(parsed, settings).Where(unit => Kind(unit.DeviceType) is not null || unit.Problem is not null).Select(unit => new FoundDevice(
                    unit.Device, Kind(unit.DeviceType), unit.Vendor, unit.Product, unit.Revision, unit.SerialNumber, unit.TargetName, unit.Problem)),
            ];
        }
        catch (ScsiTransportException e)
        {
            throw new OperationException(ExitStatus.Device, e.Message, e);
        }
    }

    // SPC-5 6.7.2.
    private static string? Kind(int deviceType) => deviceType switch
    {
        1 => "tape",
        8 => "changer",
        _ => null,
    };
}
