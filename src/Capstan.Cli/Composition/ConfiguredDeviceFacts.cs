using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Library;
using Capstan.Operations;
using Capstan.Operations.Configuration;
using Capstan.Transport;
using Capstan.Transport.SgIo;

namespace Capstan.Cli;

/// <summary>Looks for what is configured, for `capstan doctor`. Sends no command, takes no lock.</summary>
internal sealed class ConfiguredDeviceFacts(string home, Func<string, string?> variable, IReadOnlyList<SgDevice> nodes)
{
    /// <summary>Null when nothing is configured.</summary>
    public ConfigurationFacts? Look()
    {
        string path = ConfigurationFile.Find(home, variable);
        CapstanConfiguration configuration;
        try
        {
            configuration = ConfigurationFile.Load(home, variable);
        }
        catch (OperationException e)
        {
            return new ConfigurationFacts(path, e.Message, [], []);
        }

        if (!File.Exists(path))
            return null;
        return new ConfigurationFacts(path, null,
            [.. configuration.Drives.Concat<IConfiguredDevice>(configuration.Changers).Select(entry => Look(entry, configuration))],
            [.. configuration.Libraries.Select(static library => new ConfiguredLibraryFacts(library.Name, library.Path, VirtualLibrary.Exists(library.Path)))]);
    }

    /// <summary>Where locks would be kept. Makes no directory.</summary>
    public LockFacts Locks()
    {
        bool isShared = Directory.Exists(DeviceLockDirectory.Shared);
        string? directory = DeviceLockDirectory.Look(home, variable);
        var facts = new LockFacts(directory, DeviceLockDirectory.Shared, isShared) { IsNamed = variable("CAPSTAN_LOCKS") is { Length: > 0 } };
        try
        {
            return directory is null || !Directory.Exists(directory) ? facts
                : facts with { Closed = [.. Directory.EnumerateFiles(directory, "*.lock").Where(static file => !DeviceLock.MayTake(file)).Order(StringComparer.Ordinal)] };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return facts;
        }
    }

    private ConfiguredFacts Look(IConfiguredDevice entry, CapstanConfiguration configuration) =>
        DriveName.IsIscsi(entry.Device) ? new ConfiguredFacts(entry, null, null)
        : DriveName.ParseVirtual(entry.Device, "--device") is { } name ? Virtual(entry, name, configuration)
        : Generic(entry);

    private ConfiguredFacts Generic(IConfiguredDevice entry)
    {
        bool isChanger = entry is ConfiguredChanger;
        string path = SgDevices.NodeOf(entry.Device);
        SgDevice? there = nodes.FirstOrDefault(node => node.Path == path);
        SgDevice? right = there is not null && (entry.Serial is null || there.SerialNumber is null || there.SerialNumber == entry.Serial) ? there
            : entry.Serial is null ? null : nodes.FirstOrDefault(node => node.SerialNumber == entry.Serial && (isChanger ? node.IsChanger : node.IsTape));
        bool isKind = there is not null && (isChanger ? there.IsChanger : there.IsTape);
        return new ConfiguredFacts(entry, isKind, there?.SerialNumber)
        {
            Problem = there is null ? "there is no such device" : isKind ? null : $"{there.Vendor} {there.Product} is there, which is no {(isChanger ? "changer" : "tape drive")}",
            FoundAt = right is not null && right != there ? right.Path : null,
            Node = right?.Path,
            Holder = right is null ? null : Holder(right),
        };
    }

    private string? Holder(SgDevice node)
    {
        try
        {
            using var locks = new DriveLocks(home, variable, TimeProvider.System);
            return locks.Holder(node.IsTape ? DriveLocks.Drive : DriveLocks.Changer, DriveLocks.IdentityOf(GenericNodes.IdentityOf(node)) ?? node.Path)?.Describe(TimeProvider.System);
        }
        catch (ScsiTransportException)
        {
            return null;
        }
    }

    private ConfiguredFacts Virtual(IConfiguredDevice entry, DriveName name, CapstanConfiguration configuration)
    {
        string directory = LibraryPlace.Of(home, name.Library!, configuration);
        if (!VirtualLibrary.Exists(directory))
            return new ConfiguredFacts(entry, false, null) { Problem = $"there is no virtual library {name.Library}" };
        try
        {
            using VirtualLibrary library = VirtualLibrary.Open(directory, drive: null);
            string changer = $"{DriveName.VirtualPrefix}{name.Library}/{DriveName.ChangerPart}";
            if (entry is ConfiguredChanger)
            {
                return new ConfiguredFacts(entry, library.ChangerIdentity is not null, library.ChangerIdentity?.SerialNumber)
                {
                    Problem = library.ChangerIdentity is null ? $"the virtual library {name.Library} has no changer" : null,
                };
            }

            if (name.Number >= library.DriveCount)
                return new ConfiguredFacts(entry, false, null) { Problem = LibraryPlace.NoSuchDrive(name, library) };
            return new ConfiguredFacts(entry, true, library.IdentityOf(name.Number).SerialNumber)
            {
                Holder = library.UserOf(name.Number),
                Number = library.ChangerIdentity is null ? null : name.Number,
                Changer = library.ChangerIdentity is null ? null : configuration.Changers.FirstOrDefault(known => known.Device == changer)?.Name,
            };
        }
        catch (Exception e) when (e is ScsiTransportException or LibraryException or CartridgeException or IOException or UnauthorizedAccessException)
        {
            return new ConfiguredFacts(entry, false, null) { Problem = e.Message };
        }
    }
}
