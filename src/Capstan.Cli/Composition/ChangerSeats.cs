using Capstan.Emulation.Library;
using Capstan.Operations;
using Capstan.Operations.Configuration;
using Capstan.Transport.Iscsi;
using Capstan.Transport.SgIo;

namespace Capstan.Cli;

/// <summary>Looks for the changer in whose library a drive is: by what it is, by the configuration, by what can be seen from here.</summary>
/// <param name="open">Opens a changer by its name.</param>
internal sealed class ChangerSeats(string home, Func<string, string?> variable, CapstanConfiguration configuration, Func<string, OpenedChanger> open)
{
    /// <summary>The likeliest first.</summary>
    /// <param name="asksPortal">Whether the portal of a drive behind iSCSI is asked for its changers.</param>
    public IEnumerable<ChangerSeat> Of(DriveName name, bool asksPortal)
    {
        if (name.Configured is { Changer: { } changer } drive)
            yield return Seat(changer, name.Device, drive.Serial, drive.ChangerDrive, isCertain: true);

        if (name.Library is { } library)
        {
            if (VirtualChangerOf(library) is { } serials)
                yield return Seat(NameOf($"{DriveName.VirtualPrefix}{library}/{DriveName.ChangerPart}"), name.Device, serials.ElementAtOrDefault(name.Number), name.Number, isCertain: true);
            yield break;
        }

        // Which drive is in which element is told by the serial number alone: what cannot be compared is not guessed.
        IReadOnlyList<IscsiLogicalUnit> units = asksPortal && DriveName.IsIscsi(name.Device) ? Behind(name.Device) : [];
        IReadOnlyList<SgDevice> nodes = DriveName.IsIscsi(name.Device) ? [] : SgDevices.List();
        string node = DriveName.IsIscsi(name.Device) ? name.Device : SgDevices.NodeOf(name.Device);
        string? serial = name.Configured?.Serial ?? units.FirstOrDefault(unit => unit.Device == name.Device)?.SerialNumber ?? nodes.FirstOrDefault(device => device.Path == node)?.SerialNumber;
        if (string.IsNullOrEmpty(serial))
            yield break;
        string[] named = [.. new[] { variable("CAPSTAN_CHANGER"), variable("CHANGER") }.Where(static text => !string.IsNullOrEmpty(text)).Select(static text => text!)];
        IEnumerable<string> seen = nodes.Where(static device => device.IsChanger).Select(static device => device.Path)
            .Concat(units.Where(static unit => unit is { DeviceType: UnitIdentity.ChangerType, Device: not null }).Select(static unit => unit.Device!));
        foreach (string candidate in named.Concat(configuration.Changers.Select(static known => known.Name)).Concat(seen.Select(NameOf)).Distinct())
            yield return Seat(candidate, name.Device, serial, null, isCertain: false);
    }

    private ChangerSeat Seat(string changer, string device, string? serial, int? number, bool isCertain) => new(changer,
        new DriveCandidate(device, serial, () => throw new InvalidOperationException("the drive of a seat is not opened"), number), isCertain, () => open(changer));

    /// <summary>Serial numbers of the drives of a virtual library with a changer; null where there is none.</summary>
    private IReadOnlyList<string>? VirtualChangerOf(string name)
    {
        string directory = LibraryPlace.Of(home, name, configuration);
        if (!VirtualLibrary.Exists(directory))
            return null;
        using VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
        return library.ChangerIdentity is null ? null : [.. Enumerable.Range(0, library.DriveCount).Select(number => library.IdentityOf(number).SerialNumber)];
    }

    private IReadOnlyList<IscsiLogicalUnit> Behind(string device) =>
        IscsiAddress.TryParse(device, out IscsiAddress address, out _) ? IscsiScan.Run(address.Portal, IscsiFiles.Settings(home, variable)) : [];

    private string NameOf(string device) => configuration.Changers.FirstOrDefault(known => known.Device == device)?.Name ?? device;
}
