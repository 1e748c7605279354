using System.Globalization;
using Capstan.Emulation;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Library;
using Capstan.Operations;
using Capstan.Operations.Configuration;
using Capstan.Transport;
using Capstan.Transport.Iscsi;
using Capstan.Transport.SgIo;

namespace Capstan.Cli;

/// <summary>Looks for drives on this machine, behind portals, and in virtual libraries.</summary>
internal sealed class DeviceScanner(string home, Func<string, string?> variable) : IDeviceScanner
{
    public IReadOnlyList<FoundDevice> ScanMachine()
    {
        using var locks = new DriveLocks(home, variable, TimeProvider.System);
        return [.. SgDevices.List().Select(device => Describe(device, locks))];
    }

    public IReadOnlyList<FoundDevice> ScanPortal(string portal)
    {
        if (!IscsiPortal.TryParse(portal, out IscsiPortal parsed, out string? problem))
            throw new OperationException(ExitStatus.Usage, $"--portal: {problem}.");
        try
        {
            using var locks = new DriveLocks(home, variable, TimeProvider.System);
            return
            [
                .. IscsiScan.Run(parsed, IscsiFiles.Settings(home, variable)).Where(unit => Kind(unit.DeviceType) is not null || unit.Problem is not null)
                    .Select(unit => Describe(unit, locks)),
            ];
        }
        catch (ScsiTransportException e)
        {
            throw new OperationException(ExitStatus.Device, e.Message, e);
        }
    }

    public IReadOnlyList<FoundDevice> ScanLibraries()
    {
        var found = new List<FoundDevice>();
        IReadOnlyList<ConfiguredLibrary> elsewhere = ConfigurationFile.Load(home, variable).Libraries;
        string root = LibraryPlace.Root(home);
        IEnumerable<(string Name, string Directory)> places = (Directory.Exists(root) ? Directory.EnumerateDirectories(root) : [])
            .Select(directory => (Name: Path.GetFileName(directory), directory)).Where(place => elsewhere.All(other => other.Name != place.Name))
            .Concat(elsewhere.Select(library => (library.Name, library.Path)));
        foreach ((string name, string directory) in places.Where(place => VirtualLibrary.Exists(place.Directory)).OrderBy(place => place.Name, StringComparer.Ordinal))
        {
            try
            {
                AddLibrary(found, name, directory);
            }
            catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or IOException or UnauthorizedAccessException)
            {
                found.Add(new FoundDevice(null, null, "", "", "", null, DriveName.VirtualPrefix + name, e.Message));
            }
        }

        return found;
    }

    private static void AddLibrary(List<FoundDevice> found, string name, string directory)
    {
        using VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
        bool hasChanger = library.ChangerIdentity is not null;
        string changer = $"{DriveName.VirtualPrefix}{name}/{DriveName.ChangerPart}";
        for (int number = 0; number < library.DriveCount; number++)
        {
            string device = DriveName.VirtualPrefix + name + (number == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"/{number + 1}"));
            DeviceIdentity identity = library.IdentityOf(number);
            found.Add(new FoundDevice(device, "tape", identity.Vendor, identity.Product, identity.Revision, identity.SerialNumber, null, null)
            {
                Generation = DriveGeneration.Of(identity.Vendor, identity.Product),
                StablePath = device,
                InUseBy = library.UserOf(number),
                Changer = hasChanger ? changer : null,
                ChangerDrive = hasChanger ? number : null,
            });
        }

        if (library.ChangerIdentity is { } robot)
            found.Add(new FoundDevice(changer, "changer", robot.Vendor, robot.Product, robot.Revision, robot.SerialNumber, null, null) { StablePath = changer });
    }

    private static FoundDevice Describe(SgDevice device, DriveLocks locks)
    {
        using SgNeighbours neighbours = SgNeighbours.Watch(device.Path);
        UnitIdentity unit = GenericNodes.IdentityOf(device);
        return new FoundDevice(
            device.Path, Kind(device.PeripheralDeviceType), device.Vendor, device.Product, device.Revision, device.SerialNumber, null, null)
        {
            Generation = device.IsTape ? DriveGeneration.Of(device.Vendor, device.Product) : null,
            StablePath = SgDevices.StablePathOf(device),
            TapeNode = device.KernelTapeName is { } tape ? "/dev/" + tape : null,
            InUseBy = Holder(locks, device.IsTape, DriveLocks.IdentityOf(unit) ?? device.Path),
            Users = neighbours.FindUsers(),
        };
    }

    private static FoundDevice Describe(IscsiLogicalUnit unit, DriveLocks locks)
    {
        var identity = new UnitIdentity(unit.DeviceType, unit.Vendor, unit.Product, unit.Revision, unit.SerialNumber);
        bool isTape = unit.DeviceType == UnitIdentity.TapeType;
        return new FoundDevice(
            unit.Device, Kind(unit.DeviceType), unit.Vendor, unit.Product, unit.Revision, unit.SerialNumber, unit.TargetName, unit.Problem)
        {
            Generation = isTape ? DriveGeneration.Of(unit.Vendor, unit.Product) : null,
            StablePath = unit.Device,
            InUseBy = unit.Device is null ? null : Holder(locks, isTape, DriveLocks.IdentityOf(identity) ?? unit.Device),
        };
    }

    private static string? Holder(DriveLocks locks, bool isTape, string identity)
    {
        try
        {
            return locks.Holder(isTape ? DriveLocks.Drive : DriveLocks.Changer, identity)?.Describe(TimeProvider.System);
        }
        catch (ScsiTransportException)
        {
            return null;
        }
    }

    // SPC-5 6.7.2.
    private static string? Kind(int deviceType) => deviceType switch
    {
        UnitIdentity.TapeType => "tape",
        UnitIdentity.ChangerType => "changer",
        _ => null,
    };
}
