using System.Globalization;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Library;
using Capstan.Operations;
using Capstan.Operations.Configuration;
using Capstan.Transport;
using Capstan.Transport.Decorators;
using Capstan.Transport.Iscsi;
using Capstan.Transport.SgIo;

namespace Capstan.Cli;

/// <summary>Opens changers for one run, and finds the drives of their libraries.</summary>
/// <param name="locks">Of this run.</param>
/// <param name="configuration">Names of changers, and which drives are in them.</param>
/// <param name="openDrive">Opens a drive by its name.</param>
internal sealed class ChangerSource(
    string home, Func<string, string?> variable, TraceFile? trace, DriveLocks locks, CapstanConfiguration configuration, Func<string, OpenedDrive> openDrive)
    : IDisposable
{
    // SPC-5 6.7.2.
    private const int TapeType = 1;

    /// <summary>Another process moves a cartridge or two, and a large library takes its inventory.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(30);

    private readonly List<VirtualLibrary> _libraries = [];

    /// <param name="changer">See <see cref="ChangerName.Pick"/>.</param>
    /// <param name="isAlone">Waits for other processes that move cartridges, and keeps them waiting.</param>
    /// <param name="listener">Told who is waited for.</param>
    public OpenedChanger Open(string? changer, bool isAlone, IOperationListener listener)
    {
        ChangerName name = ChangerName.Pick(changer, variable, configuration.Changer);
        try
        {
            OpenedChanger opened = name.Library is { } library ? OpenVirtual(name, library, isAlone, listener)
                : DriveName.IsIscsi(name.Device) ? OpenIscsi(name, isAlone, listener)
                : OpenGeneric(name, isAlone, listener);
            return opened with
            {
                ConfiguredName = name.Configured?.Name,
                EjectsFirst = name.Configured?.EjectBeforeUnload,
                ExportSlots = name.Configured?.ExportSlots,
                FindDrives = () => [.. Configured(name), .. opened.FindDrives()],
            };
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or UnauthorizedAccessException or IOException)
        {
            string from = name.PickedBy is ChangerName.Option or "default" ? "" : $" (the environment variable {name.PickedBy} names this changer)";
            throw new OperationException(ExitStatus.Device, e.Message + from + (name.Library is null ? "" : LibraryPlace.Remedy(e)), e);
        }
    }

    public void Dispose()
    {
        foreach (VirtualLibrary library in _libraries)
            library.Dispose();
        _libraries.Clear();
    }

    /// <summary>Drives that the configuration puts into a changer: their numbers are known without any serial number.</summary>
    private IEnumerable<DriveCandidate> Configured(ChangerName name) => name.Configured is not { } changer ? []
        : configuration.Drives.Where(drive => drive.Changer == changer.Name && drive.ChangerDrive is not null)
            .Select(drive => new DriveCandidate(drive.Device, drive.Serial, () => openDrive(drive.Name), drive.ChangerDrive));

    private OpenedChanger OpenVirtual(ChangerName name, string libraryName, bool isAlone, IOperationListener listener)
    {
        string directory = LibraryPlace.Of(home, libraryName, configuration);
        if (!VirtualLibrary.Exists(directory))
        {
            throw new OperationException(ExitStatus.Device,
                IfNotNamed(name) ?? $"{name.Device}: there is no virtual library {libraryName}. `capstan library create {libraryName} --changer MODEL` makes one with a changer, `capstan library list` shows those that exist.");
        }

        VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
        _libraries.Add(library);
        if (library.ChangerIdentity is not { } identity)
        {
            throw new OperationException(ExitStatus.Device,
                IfNotNamed(name) ?? $"{name.Device}: the virtual library {libraryName} has no changer: its cartridges are put in with `capstan drive load BARCODE`. `capstan library create NAME --changer MODEL` makes a library that has one.");
        }

        GenericNodes.RequireSerial(name.Configured, identity.SerialNumber, name.Device);
        if (isAlone)
            Lock(directory, name.Device, listener);
        return new OpenedChanger(Traced(library.OpenChanger(name.Device)), name.Device, name.PickedBy,
            () => [.. Enumerable.Range(0, library.DriveCount).Select(number => VirtualDrive(library, libraryName, number))]);
    }

    /// <summary>What to say when the default is not there; null when somebody named the changer.</summary>
    private string? IfNotNamed(ChangerName name)
    {
        if (name.PickedBy != "default")
            return null;
        string[] known =
        [
            .. configuration.Changers.Select(static changer => changer.Name),
            .. LibraryPlace.List(home, configuration).Where(static place => HasChanger(place.Directory)).Select(static place => ChangerName.OfLibrary(place.Name)),
        ];
        string choice = known.Length == 0
            ? "`capstan changer scan` looks for changers, `capstan library create NAME --changer MODEL` makes a virtual one."
            : $"Known here: {string.Join(", ", known)}.";
        return $"No changer was named: neither --changer nor CAPSTAN_CHANGER nor CHANGER is set, and the default {name.Device} is not there. {choice}";
    }

    private static bool HasChanger(string directory)
    {
        try
        {
            using VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
            return library.ChangerModelName is not null;
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or UnauthorizedAccessException or IOException)
        {
            return false;
        }
    }

    private DriveCandidate VirtualDrive(VirtualLibrary library, string libraryName, int number)
    {
        string device = DriveName.VirtualPrefix + libraryName + (number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"/{number + 1}"));
        return new DriveCandidate(device, library.IdentityOf(number).SerialNumber, () =>
        {
            // A library of its own: it is closed with its drive, which the robot finds free then.
            IScsiTransport transport = VirtualLibrary.OpenDrive(library.DirectoryPath, device, drive: number);
            return new OpenedDrive(Traced(transport, isDrive: true), device, ChangerName.Option, null, []);
        }, number);
    }

    private OpenedChanger OpenGeneric(ChangerName name, bool isAlone, IOperationListener listener)
    {
        IReadOnlyList<SgDevice> nodes = SgDevices.List();
        string path = GenericNodes.Find(name.Device, name.Configured, nodes, listener);
        if (isAlone)
        {
            UnitIdentity? known = SgDevices.Find(path) is { } node ? GenericNodes.IdentityOf(node) : null;
            Lock(known is not null && DriveLocks.IdentityOf(known) is { } identity ? identity : SgDevices.NodeOf(path), path, listener);
        }

        // Who only looks keeps nobody out.
        SgIoTransport transport = SgIoTransport.Open(path, exclusive: isAlone);
        transport.LongestTimeout = DriveSource.LongestTimeout(variable);
        return new OpenedChanger(Traced(transport), path, name.PickedBy,
            () => [.. nodes.Where(static device => device.IsTape).Select(device => new DriveCandidate(device.Path, device.SerialNumber, () => openDrive(device.Path)))]);
    }

    private OpenedChanger OpenIscsi(ChangerName name, bool isAlone, IOperationListener listener)
    {
        if (!IscsiAddress.TryParse(name.Device, out IscsiAddress address, out string? problem))
        {
            throw new OperationException(ExitStatus.Device,
                // What stands before an '@' is a secret: it must not get into logs.
                $"'{(name.Device.Contains('@') ? "iscsi://..." : name.Device)}': {problem}. A changer behind iSCSI is named iscsi://HOST[:PORT]/TARGET/LUN; `capstan changer scan --portal HOST` lists them.");
        }

        if (isAlone)
            Lock(address.ToString(), name.Device, listener);
        IscsiSettings settings = IscsiFiles.Settings(home, variable);
        return new OpenedChanger(Traced(IscsiTransport.Open(address, settings)), name.Device, name.PickedBy,
            () => [.. IscsiScan.Run(address.Portal, settings).Where(static unit => unit is { DeviceType: TapeType, Device: not null })
                .Select(unit => new DriveCandidate(unit.Device!, unit.SerialNumber, () => openDrive(unit.Device!)))]);
    }

    private void Lock(string identity, string device, IOperationListener listener) =>
        locks.Take(DriveLocks.Changer, identity, device, Patience, who => listener.Note($"waiting for {who}, which moves cartridges of {device}"));

    private IScsiTransport Traced(IScsiTransport transport, bool isDrive = false) =>
        trace is null ? transport : new TracingTransport(transport, trace.Writer, isDrive ? CdbText.Describe : CdbText.DescribeChanger);
}
