using System.Globalization;
using Capstan.Emulation;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Library;
using Capstan.Operations;
using Capstan.Operations.Configuration;
using Capstan.Transport;
using Capstan.Transport.Decorators;
using Capstan.Transport.Iscsi;
using Capstan.Transport.SgIo;

namespace Capstan.Cli;

/// <summary>Opens drives for one run, each under its lock.</summary>
internal sealed class DriveSource(string home, Func<string, string?> variable, TraceFile? trace) : IDriveSource, IDisposable
{
    private readonly List<VirtualLibrary> _libraries = [];
    private readonly DriveLocks _locks = new(home, variable, TimeProvider.System);
    private CapstanConfiguration? _configuration;
    private ChangerSource? _changers;

    /// <summary>Read when a name is asked for: a drive that is named by its device needs none.</summary>
    private CapstanConfiguration Configuration => _configuration ??= ConfigurationFile.Load(home, variable);

    public OpenedDrive Open(string? device, IOperationListener listener)
    {
        DriveName name = DriveName.Pick(device, variable, word => Configuration.Drive(word));
        try
        {
            OpenedDrive opened = name.Library is { } library ? OpenVirtual(name, library, listener)
                : DriveName.IsIscsi(name.Device) ? OpenIscsi(name)
                : OpenGeneric(name, listener);
            return opened with { ConfiguredName = name.Configured?.Name };
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or UnauthorizedAccessException or IOException)
        {
            string from = name.PickedBy is "--device" or "default" ? "" : $" (the environment variable {name.PickedBy} names this drive)";
            throw new OperationException(ExitStatus.Device, e.Message + from + (name.Library is null ? "" : LibraryPlace.Remedy(e)), e);
        }
    }

    public OpenedChanger OpenChanger(string? changer, bool isAlone, IOperationListener listener) => Changers(listener).Open(changer, isAlone, listener);

    public IEnumerable<ChangerSeat> FindChangers(string? device, bool asksPortal) =>
        new ChangerSeats(home, variable, Configuration, changer => OpenChanger(changer, isAlone: false, SilentListener.Instance))
            .Of(DriveName.Pick(device, variable, word => Configuration.Drive(word)), asksPortal);

    private ChangerSource Changers(IOperationListener listener) =>
        _changers ??= new ChangerSource(home, variable, trace, _locks, Configuration, device => Open(device, listener));

    /// <summary>Closes the virtual libraries, whose drives were closed by whoever used them, and lets other processes in.</summary>
    public void Dispose()
    {
        foreach (VirtualLibrary library in _libraries)
            library.Dispose();
        _libraries.Clear();
        _changers?.Dispose();
        _locks.Dispose();
    }

    private OpenedDrive OpenIscsi(DriveName name)
    {
        if (!IscsiAddress.TryParse(name.Device, out IscsiAddress address, out string? problem))
        {
            throw new OperationException(ExitStatus.Device,
                // What stands before an '@' is a secret: it must not get into logs.
                $"'{(name.Device.Contains('@') ? "iscsi://..." : name.Device)}': {problem}. An iSCSI drive is named iscsi://HOST[:PORT]/TARGET/LUN; `capstan scan --portal HOST` lists them.");
        }

        _locks.Take(DriveLocks.Drive, address.ToString(), name.Device);
        IscsiTransport transport = IscsiTransport.Open(address, IscsiFiles.Settings(home, variable));
        try
        {
            Recognise(name, transport);
            return new OpenedDrive(Traced(transport), name.Device, name.PickedBy, null, []);
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    // For trying out what a timeout does: a drive's own time limits are half an hour and more.
    internal static TimeSpan? LongestTimeout(Func<string, string?> variable) =>
        int.TryParse(variable("CAPSTAN_COMMAND_TIMEOUT"), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds) && seconds > 0
            ? TimeSpan.FromSeconds(seconds)
            : null;

    private OpenedDrive OpenGeneric(DriveName name, IOperationListener listener)
    {
        name = name with { Device = GenericNodes.Find(name.Device, name.Configured, name.Configured is null ? [] : SgDevices.List(), listener) };
        // A link to st's node that was made for the drive's identity means the drive.
        string path = name.Device.StartsWith("/dev/tape/", StringComparison.Ordinal) ? SgDevices.NodeOf(name.Device) : name.Device;
        UnitIdentity? known = SgDevices.Find(path) is { } node ? GenericNodes.IdentityOf(node) : null;
        _locks.Take(DriveLocks.Drive, known is not null && DriveLocks.IdentityOf(known) is { } identity ? identity : SgDevices.NodeOf(path), path);
        try
        {
            SgIoTransport transport = SgIoTransport.Open(path);
            transport.LongestTimeout = LongestTimeout(variable);
            try
            {
                if (known?.Serial is null)
                    Recognise(name, transport);
            }
            catch
            {
                transport.Dispose();
                throw;
            }

            return new OpenedDrive(Traced(transport), path, name.PickedBy, null, [], Neighbours: SgNeighbours.Watch(transport), Tuning: transport);
        }
        catch (ScsiTransportException e) when (e.Fault == TransportFault.Busy)
        {
            using SgNeighbours neighbours = SgNeighbours.Watch(path);
            IReadOnlyList<DeviceUser> users = neighbours.FindUsers();
            throw users.Count == 0 ? e : new ScsiTransportException(e.Fault, $"{e.Message} {string.Join("; ", users)}.");
        }
    }

    /// <summary>Asks a drive of which nothing is known yet what it is: its lock goes by its serial number, and a configured one must be the right one.</summary>
    private void Recognise(DriveName name, IScsiTransport transport)
    {
        if (UnitIdentity.Ask(transport) is not { } unit)
            return;
        GenericNodes.RequireSerial(name.Configured, unit.Serial, name.Device);
        if (DriveLocks.IdentityOf(unit) is { } identity)
            _locks.Take(DriveLocks.Drive, identity, name.Device);
    }

    private OpenedDrive OpenVirtual(DriveName name, string libraryName, IOperationListener listener)
    {
        string directory = LibraryPlace.Of(home, libraryName, Configuration);
        if (!VirtualLibrary.Exists(directory))
            CreateDefault(name, libraryName, directory, listener);
        int number = name.Number;
        VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
        _libraries.Add(library);
        if (name.IsChanger || number >= library.DriveCount)
            throw new OperationException(ExitStatus.Device, LibraryPlace.NoSuchDrive(name, library));

        GenericNodes.RequireSerial(name.Configured, library.IdentityOf(number).SerialNumber, name.Device);
        IScsiTransport transport = library.OpenDrive(name.Device, number);
        return new OpenedDrive(
            Traced(transport), name.Device, name.PickedBy, library.LoadedIn(number), [directory],
            library.DiagnosisOf(number), barcode => Insert(library, name.Device, number, barcode, listener), Diagnosis: () => library.DiagnosisOf(number));
    }

    private static void Insert(VirtualLibrary library, string device, int number, string barcode, IOperationListener listener)
    {
        string? loaded = library.LoadedIn(number);
        if (string.Equals(loaded, barcode, StringComparison.OrdinalIgnoreCase))
        {
            listener.Note($"{device}: {loaded} is in the drive already");
            return;
        }

        if (loaded is not null)
            throw new OperationException(ExitStatus.Tape, $"{device}: the drive holds {loaded}. Take it out first: `capstan drive eject --device {device}`");
        try
        {
            library.InsertCartridge(barcode, number);
        }
        catch (LibraryException e)
        {
            throw new OperationException(ExitStatus.Tape, $"{device}: {e.Message} `capstan library list` shows all cartridges.", e);
        }
    }

    /// <summary>The embedded library comes into being at first use; a library with another name may be a typing error.</summary>
    private static void CreateDefault(DriveName name, string libraryName, string directory, IOperationListener listener)
    {
        if (libraryName != DriveName.DefaultLibrary || name.Number > 0 || name.IsChanger)
        {
            throw new OperationException(ExitStatus.Device,
                $"{name.Device}: there is no such virtual library. `capstan library create {libraryName}` makes it, `capstan library list` shows those that exist; `capstan config drive list` shows drives that have a name.");
        }

        var options = new LibraryOptions();
        VirtualLibrary.Create(directory, options);
        listener.Note($"created the virtual library {name.Device} in {directory}: one {options.Model.Medium.Name} drive and {options.CartridgeCount} cartridges, the first one loaded");
    }

    private IScsiTransport Traced(IScsiTransport transport) =>
        trace is null ? transport : new TracingTransport(transport, trace.Writer, CdbText.Describe);
}

/// <summary>The nodes of the kernel's generic SCSI driver, whose numbers change from one start of the machine to the next.</summary>
internal static class GenericNodes
{
    /// <summary>Where a drive is now: at its path, or where its serial number is found.</summary>
    /// <param name="path">As it was named.</param>
    /// <param name="configured">What the configuration says of it; null for a drive that was named by its node.</param>
    /// <param name="nodes">All nodes of drives and changers.</param>
    /// <param name="listener">Told when it moved.</param>
    /// <exception cref="OperationException">Another drive is there, and the right one is nowhere.</exception>
    public static string Find(string path, IConfiguredDevice? configured, IReadOnlyList<SgDevice> nodes, IOperationListener listener)
    {
        if (configured?.Serial is not { } serial)
            return path;
        string node = SgDevices.NodeOf(path);
        SgDevice? there = nodes.FirstOrDefault(device => device.Path == node);
        // Without a serial number in sysfs the device itself is asked, when it is open.
        if (there is not null && (there.SerialNumber is null || there.SerialNumber == serial))
            return path;
        bool isChanger = configured is ConfiguredChanger;
        SgDevice[] right = [.. nodes.Where(device => device.SerialNumber == serial && (isChanger ? device.IsChanger : device.IsTape))];
        string kind = isChanger ? "changer" : "drive";
        if (right is [var found])
        {
            listener.Note($"{kind} {configured.Name} (serial {serial}) is {found.Path} now, no longer {path}; `capstan config {kind} update {configured.Name} --device {found.Path}` writes it down");
            return found.Path;
        }

        string here = there is null ? $"there is no {path}" : $"{path} is {there.Vendor} {there.Product}, serial {there.SerialNumber}";
        throw new OperationException(ExitStatus.Device, right.Length == 0
            ? $"{kind} {configured.Name} has serial {serial}, but {here}, and nothing on this machine has that number. `capstan scan` lists what there is; after an exchange `capstan config {kind} update {configured.Name} --device PATH` writes the new one down."
            : $"{kind} {configured.Name} has serial {serial}, but {here}; that number have {string.Join(" and ", right.Select(device => device.Path))}. `capstan config {kind} update {configured.Name} --device PATH` says which is meant.");
    }

    /// <exception cref="OperationException">A configured device has another serial number than is written down.</exception>
    public static void RequireSerial(IConfiguredDevice? configured, string? serial, string device)
    {
        if (configured?.Serial is not { } wanted || wanted == serial)
            return;
        string kind = configured is ConfiguredChanger ? "changer" : "drive";
        throw new OperationException(ExitStatus.Device,
            $"{device} {(serial is null ? "tells no serial number" : $"has serial {serial}")}, but {kind} {configured.Name} has {wanted} in the configuration: it is another {kind}. `capstan scan` lists what there is; after an exchange `capstan config {kind} update {configured.Name} --device {device}` writes the new one down.");
    }

    public static UnitIdentity IdentityOf(SgDevice node) => new(node.PeripheralDeviceType, node.Vendor, node.Product, node.Revision, node.SerialNumber);
}

/// <summary>Asks devices what they are, for the configuration.</summary>
internal sealed class UnitIdentifier(string home, Func<string, string?> variable) : IUnitIdentifier
{
    private const string ChangerSuffix = "/changer";

    public UnitIdentity Identify(string device)
    {
        try
        {
            // What the kernel knows needs no permission, and works while another process has the device.
            if (device.StartsWith('/') && SgDevices.Find(device) is { SerialNumber: not null } node)
                return GenericNodes.IdentityOf(node);
            using VirtualLibrary? library = OpenLibrary(device);
            if (library is not null && !device.EndsWith(ChangerSuffix, StringComparison.Ordinal))
                return IdentityIn(library, device);
            using IScsiTransport transport = library is not null ? library.OpenChanger(device) : Open(device);
            return UnitIdentity.Ask(transport) ?? throw new OperationException(ExitStatus.Device, $"{device} does not tell what it is (INQUIRY).");
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or UnauthorizedAccessException or IOException)
        {
            throw new OperationException(ExitStatus.Device, e.Message, e);
        }
    }

    private static UnitIdentity IdentityIn(VirtualLibrary library, string device)
    {
        DriveName name = DriveName.Pick(device, static _ => null);
        int number = name.Number;
        if (number >= library.DriveCount)
            throw new OperationException(ExitStatus.Device, LibraryPlace.NoSuchDrive(name, library));
        DeviceIdentity identity = library.IdentityOf(number);
        return new UnitIdentity(UnitIdentity.TapeType, identity.Vendor, identity.Product, identity.Revision, identity.SerialNumber);
    }

    private VirtualLibrary? OpenLibrary(string device)
    {
        if (!device.StartsWith(DriveName.VirtualPrefix, StringComparison.Ordinal))
            return null;
        string name = device[DriveName.VirtualPrefix.Length..].Split('/')[0];
        string directory = LibraryPlace.Of(home, name, ConfigurationFile.Load(home, variable));
        return VirtualLibrary.Exists(directory) ? VirtualLibrary.Open(directory, drive: null)
            : throw new OperationException(ExitStatus.Device, $"There is no virtual library {name}. `capstan library create {name}` makes it, `capstan library list` shows those that exist.");
    }

    private IScsiTransport Open(string device)
    {
        if (device.StartsWith('/'))
            return SgIoTransport.Open(device);
        return IscsiAddress.TryParse(device, out IscsiAddress address, out string? problem)
            ? IscsiTransport.Open(address, IscsiFiles.Settings(home, variable))
            : throw new OperationException(ExitStatus.Usage, $"'{device}': {problem}.");
    }
}
