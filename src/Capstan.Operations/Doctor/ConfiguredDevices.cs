using System.Globalization;
using Capstan.Operations.Configuration;

namespace Capstan.Operations;

/// <summary>What `capstan doctor` says of the configuration and of the locks: is each configured device there, is it the right one, may it be used.</summary>
internal static class ConfiguredDevices
{
    public static IEnumerable<Finding> Check(MachineFacts machine)
    {
        if (machine.Configuration is { } configuration)
        {
            yield return File(configuration);
            foreach (Finding twice in Twice(configuration.Devices))
                yield return twice;
            foreach (Finding finding in configuration.Devices.SelectMany(device => Device(device, machine)))
                yield return finding;
            foreach (ConfiguredLibraryFacts library in configuration.Libraries)
                yield return Library(library);
        }

        if (machine.Locks is { } locks)
            yield return Locks(locks);
    }

    private static Finding File(ConfigurationFacts configuration) => configuration.Problem is { } problem
        ? DoctorOperation.Bad("config", problem, "mend the lines that are named; until then no configured name works, and no virtual library")
        : DoctorOperation.Ok("config", string.Create(CultureInfo.InvariantCulture,
            $"{configuration.Path} names {configuration.Devices.Count(static device => device.Entry is ConfiguredDrive)} drive(s), {configuration.Devices.Count(static device => device.Entry is ConfiguredChanger)} changer(s), {configuration.Libraries.Count} library(s)"));

    /// <summary>Two names for one drive are allowed, and hardly ever meant.</summary>
    private static IEnumerable<Finding> Twice(IReadOnlyList<ConfiguredFacts> devices)
    {
        foreach (IGrouping<(bool, string?), IConfiguredDevice> same in devices.Select(static device => device.Entry)
            .GroupBy(static entry => (entry is ConfiguredChanger, entry.Serial)).Where(static group => group.Key.Serial is not null && group.Count() > 1))
            yield return DoctorOperation.Warn("config", $"{Names(same)} have the same serial number {same.Key.Item2}", Remove(same));
        foreach (IGrouping<string, IConfiguredDevice> same in devices.Select(static device => device.Entry).GroupBy(static entry => entry.Device).Where(static group => group.Count() > 1))
        {
            if (same.Select(static entry => entry.Serial).Distinct().Count() > 1 || same.All(static entry => entry.Serial is null))
                yield return DoctorOperation.Warn("config", $"{Names(same)} have the same device {same.Key}", Remove(same));
        }
    }

    private static string Names(IEnumerable<IConfiguredDevice> entries) => string.Join(" and ", entries.Select(static entry => $"{Kind(entry)} {entry.Name}"));

    private static string Remove(IEnumerable<IConfiguredDevice> entries) =>
        entries.Last() is var last ? $"capstan config {Kind(last)} remove {last.Name}, or update it with the right --device" : "";

    private static string Kind(IConfiguredDevice entry) => entry is ConfiguredChanger ? "changer" : "drive";

    private static IEnumerable<Finding> Device(ConfiguredFacts device, MachineFacts machine)
    {
        IConfiguredDevice entry = device.Entry;
        string kind = Kind(entry);
        string what = $"{entry.Name} ({entry.Device})";
        yield return Presence(device, kind, what, machine);
        if (device.Holder is { } holder)
            yield return DoctorOperation.Warn(kind, $"{what}: in use by {holder}", "wait until it has ended, or end it; a lock whose process is gone is free by itself");
        if (entry is ConfiguredDrive { Changer: { } changer } drive && device.Changer is { } known && (changer != known || (drive.ChangerDrive is not null && drive.ChangerDrive != device.Number)))
        {
            yield return DoctorOperation.Warn(kind, string.Create(CultureInfo.InvariantCulture,
                $"{what}: the configuration says {changer}, drive {drive.ChangerDrive}; it is in {known}, drive {device.Number}"),
                string.Create(CultureInfo.InvariantCulture, $"capstan config drive update {entry.Name} --changer {known} --changer-drive {device.Number}"));
        }
    }

    private static Finding Presence(ConfiguredFacts device, string kind, string what, MachineFacts machine)
    {
        IConfiguredDevice entry = device.Entry;
        string update = $"capstan config {kind} update {entry.Name} --device";
        if (device.FoundAt is { } elsewhere)
            return DoctorOperation.Warn(kind, $"{what}: serial number {entry.Serial} is {elsewhere} now, and is used there", $"{update} {elsewhere}");
        if (device.IsPresent is null)
            return DoctorOperation.Ok(kind, $"{what}: cannot be seen without asking it; `capstan scan` does");
        if (device.IsPresent == false)
        {
            return DoctorOperation.Bad(kind, $"{what}: {device.Problem ?? "nothing is there"}", entry.Device.StartsWith("virtual:", StringComparison.Ordinal)
                ? $"{update} DEVICE says where it is (`capstan library list` lists what there is); capstan config {kind} remove {entry.Name} forgets it"
                : $"switch it on and look at its cable (`capstan scan` lists what there is), or say where it is: {update} DEVICE");
        }

        if (entry.Serial is { } serial && device.FoundSerial is { } found && found != serial)
            return DoctorOperation.Bad(kind, $"{what}: serial number {found} is there, and {serial} is configured: another {kind}", $"after an exchange: {update} {entry.Device}");
        if (device.Node is { } path && machine.Nodes.FirstOrDefault(node => node.Path == path) is { } node && !(node.MayRead && node.MayWrite))
            return DoctorOperation.Bad(kind, $"{what}: you may not use it", $"see {path} under 'node'");
        return entry.Serial is null
            ? DoctorOperation.Warn(kind, $"{what}: it is there, and no serial number is configured: any other {kind} at that place will be used as well", $"capstan config {kind} update {entry.Name} --detect")
            : DoctorOperation.Ok(kind, $"{what}: it is there{(device.FoundSerial is null ? "" : $", serial number {entry.Serial}")}");
    }

    private static Finding Library(ConfiguredLibraryFacts library) => library.Exists
        ? DoctorOperation.Ok("library", $"{library.Name} is in {library.Path}")
        : DoctorOperation.Warn("library", $"{library.Name}: there is no virtual library in {library.Path}",
            $"capstan library create {library.Name} makes one there; capstan config library remove {library.Name} forgets it");

    private static Finding Locks(LockFacts locks)
    {
        if (locks.Directory is not { } directory)
            return DoctorOperation.Bad("locks", locks.IsNamed ? "locks of drives cannot be kept where CAPSTAN_LOCKS says" : "locks of drives can be kept nowhere", "name a directory that you may write in CAPSTAN_LOCKS");
        if (locks.Closed.Count > 0)
            return DoctorOperation.Bad("locks", $"{string.Join(", ", locks.Closed)}: you may not open it, so its drive is closed to you", $"sudo chmod 666 {string.Join(' ', locks.Closed)}");
        if (locks.IsNamed || directory == locks.Shared)
            return DoctorOperation.Ok("locks", $"{directory} keeps the locks of drives{(locks.IsNamed ? " (CAPSTAN_LOCKS names it)" : ", for all users")}");
        string what = $"{directory} keeps the locks of drives: users who keep theirs elsewhere are not kept off";
        return locks.SharedExists
            ? DoctorOperation.Warn("locks", $"{what}; {locks.Shared} is there, and you may not write in it", $"sudo chmod 1777 {locks.Shared}; where it belongs to a group, sudo usermod -aG GROUP $USER")
            : DoctorOperation.Warn("locks", $"{what}; there is no {locks.Shared}", "sudo install -m 644 packaging/tmpfiles/capstan.conf /etc/tmpfiles.d/ && sudo systemd-tmpfiles --create capstan.conf");
    }
}
