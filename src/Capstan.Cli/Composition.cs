using System.Globalization;
using System.Text;
using Capstan.Cli.Interop.libc;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Kernel;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Operations;
using Capstan.Operations.Configuration;
using Capstan.Transport;
using Capstan.Transport.Decorators;
using Capstan.Transport.Iscsi;
using Capstan.Transport.SgIo;

namespace Capstan.Cli;

/// <summary>Puts the program together. This file and the directory of its name are the only ones that name concrete transports and the emulation.</summary>
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
            new RealOperations(() => Machine.Look(home, Environment.GetEnvironmentVariable)),
            trace => new DriveSource(home, Environment.GetEnvironmentVariable, trace),
            () => new VirtualLibraries(
                home, () => ConfigurationFile.Load(home, Environment.GetEnvironmentVariable), () => IscsiFiles.Settings(home, Environment.GetEnvironmentVariable)),
            Channel(output, StandardStreams.Output),
            standardOutput,
            Channel(error, StandardStreams.Error),
            TimeProvider.System,
            Environment.GetEnvironmentVariable)
        {
            Scanner = () => new DeviceScanner(home, Environment.GetEnvironmentVariable),
            ConfigurationPath = () => ConfigurationFile.Find(home, Environment.GetEnvironmentVariable),
            Units = () => new UnitIdentifier(home, Environment.GetEnvironmentVariable),
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
    public static MachineFacts Look(string home, Func<string, string?> variable)
    {
        SgMachineFacts facts = SgMachine.Look();
        var configured = new ConfiguredDeviceFacts(home, variable, [.. facts.Nodes.Select(static node => node.Device)]);
        return Translate(facts, IscsiLibrary.Look()) with { Configuration = configured.Look(), Locks = configured.Locks() };
    }

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

    /// <param name="configuration">Says which lie elsewhere.</param>
    public static string Of(string home, string name, CapstanConfiguration? configuration = null) =>
        configuration?.Library(name)?.Path ?? Path.Combine(Root(home), name);

    /// <summary>All libraries there are: those of the configuration, and those under the home directory that it does not name.</summary>
    public static IReadOnlyList<(string Name, string Directory)> List(string home, CapstanConfiguration? configuration)
    {
        string root = Root(home);
        IReadOnlyList<ConfiguredLibrary> elsewhere = configuration?.Libraries ?? [];
        IEnumerable<string> here = Directory.Exists(root) ? Directory.EnumerateDirectories(root).Where(VirtualLibrary.Exists) : [];
        return
        [
            .. here.Select(static directory => (Name: Path.GetFileName(directory), Directory: directory)).Where(found => elsewhere.All(other => other.Name != found.Name))
                .Concat(elsewhere.Where(static library => VirtualLibrary.Exists(library.Path)).Select(static library => (library.Name, Directory: library.Path)))
                .OrderBy(static found => found.Name, StringComparer.Ordinal),
        ];
    }

    /// <summary>What helps where a library may not be used; empty for other failures.</summary>
    public static string Remedy(Exception e) => e is UnauthorizedAccessException or ScsiTransportException { Fault: TransportFault.PermissionDenied }
        ? " This virtual library belongs to another user, or lies where you may not write; CAPSTAN_HOME names another place for your own." : "";

    /// <summary>Why a name is not that of a drive, and which are.</summary>
    public static string NoSuchDrive(DriveName name, VirtualLibrary library)
    {
        string first = $"{DriveName.VirtualPrefix}{name.Library}/1";
        string drives = library.DriveCount == 1 ? $"Its drive is {first}" : $"Its drives are {first} to /{library.DriveCount}";
        return !name.IsChanger ? $"{name.Device}: there is no such drive. {drives}."
            : library.ChangerModelName is null ? $"{name.Device}: the library has no changer: its cartridges are changed by hand. {drives}."
            : $"{name.Device} is a changer, no drive: name it with --changer. {drives}.";
    }
}

/// <summary>The virtual libraries under one home.</summary>
/// <param name="home">Where they lie, unless the configuration says otherwise.</param>
/// <param name="configuration">Says which lie elsewhere.</param>
/// <param name="iscsi">Has the secrets of those that are served; read when one is.</param>
internal sealed partial class VirtualLibraries(string home, Func<CapstanConfiguration>? configuration = null, Func<IscsiSettings>? iscsi = null) : IVirtualLibraries
{
    private string PlaceOf(string name) => LibraryPlace.Of(home, name, configuration?.Invoke());

    public IReadOnlyList<string> Names()
    {
        try
        {
            return [.. LibraryPlace.List(home, configuration?.Invoke()).Select(static found => found.Name)];
        }
        catch (Exception e) when (e is OperationException or IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public ServedLibraryView Serve(ServeRequest request, Action<ServedLibraryView> onReady, IOperationListener listener, CancellationToken stop) =>
        Guard(() => LibraryServing.Run(
            PlaceOf(request.Library), request, request.Portal is null ? null : iscsi?.Invoke().ServeFor(request.Library), onReady, listener, stop));
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
