using System.Globalization;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Library;
using Capstan.Operations;
using Capstan.Transport;
using Capstan.Transport.Decorators;
using Capstan.Transport.Iscsi;
using Capstan.Transport.SgIo;

namespace Capstan.Cli;

/// <summary>Opens changers for one run, and finds the drives of their libraries.</summary>
internal sealed class ChangerSource(string home, Func<string, string?> variable, TraceFile? trace) : IDisposable
{
    private readonly List<VirtualLibrary> _libraries = [];

    /// <param name="changer">See <see cref="ChangerName.Pick"/>.</param>
    /// <param name="openDrive">Opens a drive by its name.</param>
    public OpenedChanger Open(string? changer, Func<string, OpenedDrive> openDrive)
    {
        ChangerName name = ChangerName.Pick(changer, variable);
        try
        {
            return name.Library is { } library ? OpenVirtual(name, library)
                : DriveName.IsIscsi(name.Device) ? OpenIscsi(name, openDrive)
                : OpenGeneric(name, openDrive);
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or UnauthorizedAccessException or IOException)
        {
            string from = name.PickedBy is ChangerName.Option or "default" ? "" : $" (the environment variable {name.PickedBy} names this changer)";
            throw new OperationException(ExitStatus.Device, e.Message + from, e);
        }
    }

    public void Dispose()
    {
        foreach (VirtualLibrary library in _libraries)
            library.Dispose();
        _libraries.Clear();
    }

    private OpenedChanger OpenVirtual(ChangerName name, string libraryName)
    {
        string directory = LibraryPlace.Of(home, libraryName);
        if (!VirtualLibrary.Exists(directory))
        {
            throw new OperationException(ExitStatus.Device,
                $"{name.Device}: there is no virtual library {libraryName}. `capstan library create {libraryName} --changer MODEL` makes one with a changer, `capstan changer scan` lists those that exist.");
        }

        VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
        _libraries.Add(library);
        if (library.ChangerIdentity is null)
        {
            throw new OperationException(ExitStatus.Device,
                $"{name.Device}: the virtual library {libraryName} has no changer: its cartridges are put in with `capstan drive load BARCODE`. `capstan library create NAME --changer MODEL` makes a library that has one.");
        }

        return new OpenedChanger(Traced(library.OpenChanger(name.Device)), name.Device, name.PickedBy,
            () => [.. Enumerable.Range(0, library.DriveCount).Select(number => VirtualDrive(library, libraryName, number))]);
    }

    private DriveCandidate VirtualDrive(VirtualLibrary library, string libraryName, int number)
    {
        string device = DriveName.VirtualPrefix + libraryName + (number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"/{number + 1}"));
        return new DriveCandidate(device, library.IdentityOf(number).SerialNumber, () =>
        {
            // A library of its own: it is closed with its drive, which the robot finds free then.
            IScsiTransport transport = VirtualLibrary.OpenDrive(library.DirectoryPath, device, drive: number);
            return new OpenedDrive(Traced(transport), device, ChangerName.Option, null, []);
        });
    }

    private OpenedChanger OpenGeneric(ChangerName name, Func<string, OpenedDrive> openDrive)
    {
        SgIoTransport transport = SgIoTransport.Open(name.Device);
        transport.LongestTimeout = DriveSource.LongestTimeout(variable);
        return new OpenedChanger(Traced(transport), name.Device, name.PickedBy,
            () => [.. SgDevices.List().Where(static device => device.IsTape).Select(device => new DriveCandidate(device.Path, device.SerialNumber, () => openDrive(device.Path)))]);
    }

    private OpenedChanger OpenIscsi(ChangerName name, Func<string, OpenedDrive> openDrive)
    {
        if (!IscsiAddress.TryParse(name.Device, out IscsiAddress address, out string? problem))
        {
            throw new OperationException(ExitStatus.Device,
                $"'{(name.Device.Contains('@') ? "iscsi://..." : name.Device)}': {problem}. A changer behind iSCSI is named iscsi://HOST[:PORT]/TARGET/LUN; `capstan changer scan --portal HOST` lists them.");
        }

        IscsiSettings settings = IscsiFiles.Settings(home, variable);
        return new OpenedChanger(Traced(IscsiTransport.Open(address, settings)), name.Device, name.PickedBy,
            () => [.. IscsiScan.Run(address.Portal, settings).Where(static unit => unit is { DeviceType: TapeType, Device: not null })
                .Select(unit => new DriveCandidate(unit.Device!, unit.SerialNumber, () => openDrive(unit.Device!)))]);
    }

    // SPC-5 6.7.2.
    private const int TapeType = 1;

    private IScsiTransport Traced(IScsiTransport transport) =>
        trace is null ? transport : new TracingTransport(transport, trace.Writer, CdbText.Describe);
}
