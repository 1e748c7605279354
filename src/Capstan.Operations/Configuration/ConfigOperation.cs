using System.Globalization;

namespace Capstan.Operations.Configuration;

/// <summary>What `capstan config` shows.</summary>
/// <param name="File">Where it stands, or would stand.</param>
/// <param name="Action">created, updated, removed; null for who only looks.</param>
/// <param name="Name">What was named; null for everything.</param>
public sealed record ConfigReport(
    string File, string? Action, string? Name, IReadOnlyList<ConfiguredDrive> Drives, IReadOnlyList<ConfiguredChanger> Changers,
    IReadOnlyList<ConfiguredLibrary> Libraries, IReadOnlyList<string> Portals);

/// <summary>What to write of a drive or a changer. Null leaves as it is; an empty text takes the line out.</summary>
/// <param name="Detect">Whether the device is opened and asked for vendor, product and serial number.</param>
public sealed record DeviceSettings(
    string Name, string? Device, string? Serial, bool Detect, string? Changer = null, int? ChangerDrive = null,
    IReadOnlyList<int>? ExportSlots = null, bool? EjectBeforeUnload = null);

/// <summary>The kinds of named things.</summary>
public enum ConfiguredKind
{
    Drive,
    Changer,
    Library,
}

/// <summary>Looks at the configuration, and changes it line by line.</summary>
/// <param name="path">The file.</param>
/// <param name="units">Asks devices what they are.</param>
public sealed class ConfigOperation(string path, IUnitIdentifier units, TimeProvider time)
{
    /// <summary>Everything, or one thing.</summary>
    /// <param name="kind">Null for all kinds.</param>
    /// <param name="name">Null for all names.</param>
    /// <exception cref="OperationException">There is none of that name, or there are mistakes in the file.</exception>
    public ConfigReport Show(ConfiguredKind? kind = null, string? name = null)
    {
        CapstanConfiguration configuration = ConfigurationFile.Read(path, isRequired: false, out _);
        if (kind is { } one && name is not null)
            Require(configuration, one, name);
        return Report(configuration, null, kind, name);
    }

    /// <summary>Adds a drive or a changer.</summary>
    public ConfigReport Create(ConfiguredKind kind, DeviceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        string device = settings.Device ?? throw Usage($"--device is missing: which {Word(kind)} is '{settings.Name}'? `capstan scan` lists them.");
        CheckName(settings.Name);
        UnitIdentity? unit = Detect(kind, device, settings.Detect);
        return Change("created", kind, settings.Name, (configuration, text) =>
        {
            RequireFree(configuration, kind, settings.Name);
            RefuseTwin(configuration, kind, settings.Name, device, settings.Serial ?? unit?.Serial);
            return ConfigurationEditor.Add(text, Word(kind), settings.Name, Values(kind, settings, device, unit));
        });
    }

    /// <summary>Changes some lines of a drive or a changer.</summary>
    public ConfigReport Update(ConfiguredKind kind, DeviceSettings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        IConfiguredDevice old = (IConfiguredDevice)Require(ConfigurationFile.Read(path, isRequired: false, out _), kind, settings.Name);
        string device = settings.Device ?? old.Device;
        UnitIdentity? unit = settings.Detect || settings.Device is not null && settings.Device != old.Device ? Detect(kind, device, settings.Detect) : null;
        return Change("updated", kind, settings.Name, (configuration, text) =>
        {
            Require(configuration, kind, settings.Name);
            foreach ((string key, object? value) in Values(kind, settings, settings.Device, unit))
            {
                if (value is not null)
                    text = ConfigurationEditor.Set(path, text, Word(kind), settings.Name, key, value is "" ? null : value);
            }

            // A number without the changer it counts in means nothing.
            return settings.Changer is "" ? ConfigurationEditor.Set(path, text, Word(kind), settings.Name, ConfigurationSchema.ChangerDrive, null) : text;
        });
    }

    /// <summary>Adds a virtual library that lies elsewhere, or tells where it lies now.</summary>
    public ConfigReport PutLibrary(string name, string directory, bool isNew)
    {
        CheckName(name);
        string full = Path.GetFullPath(directory);
        return Change(isNew ? "created" : "updated", ConfiguredKind.Library, name, (configuration, text) =>
        {
            if (isNew)
            {
                RequireFree(configuration, ConfiguredKind.Library, name);
                return ConfigurationEditor.Add(text, ConfigurationSchema.Library, name, [(ConfigurationSchema.PathKey, full)]);
            }

            Require(configuration, ConfiguredKind.Library, name);
            return ConfigurationEditor.Set(path, text, ConfigurationSchema.Library, name, ConfigurationSchema.PathKey, full);
        });
    }

    /// <summary>Takes a drive, changer or library out of the configuration; nothing happens to the thing itself.</summary>
    public ConfigReport Remove(ConfiguredKind kind, string name)
    {
        ConfigReport removed = Show(kind, name);
        _ = Change("removed", kind, name, (configuration, text) =>
        {
            Require(configuration, kind, name);
            if (kind == ConfiguredKind.Changer && configuration.Drives.FirstOrDefault(drive => drive.Changer == name) is { } inside)
                throw new OperationException(ExitStatus.Failed, $"Drive '{inside.Name}' sits in changer '{name}'. `capstan config drive update {inside.Name} --changer ''` takes it out first.");
            return ConfigurationEditor.Remove(path, text, Word(kind), name);
        });
        return removed with { Action = "removed" };
    }

    private ConfigReport Change(string action, ConfiguredKind kind, string name, Func<CapstanConfiguration, string, string> change) =>
        Report(ConfigurationFile.Change(path, time, change), action, kind, name);

    private static ConfigReport Report(CapstanConfiguration configuration, string? action, ConfiguredKind? kind, string? name)
    {
        return new ConfigReport(configuration.Path, action, name,
            [.. configuration.Drives.Where(drive => Wanted(ConfiguredKind.Drive, drive.Name))],
            [.. configuration.Changers.Where(changer => Wanted(ConfiguredKind.Changer, changer.Name))],
            [.. configuration.Libraries.Where(library => Wanted(ConfiguredKind.Library, library.Name))],
            kind is null ? configuration.Portals : []);

        bool Wanted(ConfiguredKind of, string called) => (kind is null || kind == of) && (name is null || called == name);
    }

    private UnitIdentity? Detect(ConfiguredKind kind, string device, bool isWanted)
    {
        if (ConfigurationSchema.DeviceText(device, kind == ConfiguredKind.Changer) is { } problem)
            throw Usage($"--device: {problem}.");
        if (!isWanted)
            return null;
        UnitIdentity unit = units.Identify(device);
        int wanted = kind == ConfiguredKind.Changer ? UnitIdentity.ChangerType : UnitIdentity.TapeType;
        return unit.DeviceType == wanted ? unit
            : throw new OperationException(ExitStatus.Device, $"{device} is a {unit.Kind} ({unit.Vendor} {unit.Product}), no {(kind == ConfiguredKind.Changer ? "changer" : "tape drive")}. `capstan scan` lists what there is.");
    }

    private static IEnumerable<(string Key, object? Value)> Values(ConfiguredKind kind, DeviceSettings settings, string? device, UnitIdentity? unit)
    {
        yield return (ConfigurationSchema.Device, device);
        yield return (ConfigurationSchema.Serial, settings.Serial ?? unit?.Serial);
        yield return (ConfigurationSchema.Vendor, unit?.Vendor);
        yield return (ConfigurationSchema.Product, unit?.Product);
        if (kind == ConfiguredKind.Drive)
        {
            yield return (ConfigurationSchema.Changer, settings.Changer);
            yield return (ConfigurationSchema.ChangerDrive, settings.ChangerDrive);
            yield break;
        }

        yield return (ConfigurationSchema.ExportSlots, settings.ExportSlots is { Count: 0 } ? "" : settings.ExportSlots);
        yield return (ConfigurationSchema.EjectBeforeUnload, settings.EjectBeforeUnload);
    }

    private static object Require(CapstanConfiguration configuration, ConfiguredKind kind, string name)
    {
        object? found = kind switch
        {
            ConfiguredKind.Drive => configuration.Drive(name),
            ConfiguredKind.Changer => configuration.Changer(name),
            _ => configuration.Library(name),
        };
        if (found is not null)
            return found;
        string near = NearestWord.Of(name, Names(configuration, kind)) is { } word ? $" '{word}' is meant, perhaps." : "";
        throw new OperationException(ExitStatus.Usage, $"{configuration.Path} has no {Word(kind)} '{name}'.{near} `capstan config {Word(kind)} list` shows them.");
    }

    private static void RequireFree(CapstanConfiguration configuration, ConfiguredKind kind, string name)
    {
        if (Names(configuration, kind).Contains(name))
            throw new OperationException(ExitStatus.Usage, $"{configuration.Path} has a {Word(kind)} '{name}' already. `capstan config {Word(kind)} update {name}` changes it.");
    }

    /// <summary>Two names for one device would be taken for two devices.</summary>
    private static void RefuseTwin(CapstanConfiguration configuration, ConfiguredKind kind, string name, string device, string? serial)
    {
        IEnumerable<IConfiguredDevice> others = kind == ConfiguredKind.Drive ? configuration.Drives : configuration.Changers;
        if (others.FirstOrDefault(other => other.Device == device && (other.Serial is null || serial is null || other.Serial == serial)) is { } twin)
            throw new OperationException(ExitStatus.Usage, $"{device} is {Word(kind)} '{twin.Name}' already. `capstan config {Word(kind)} remove {twin.Name}` lets it have another name.");
    }

    private static IEnumerable<string> Names(CapstanConfiguration configuration, ConfiguredKind kind) => kind switch
    {
        ConfiguredKind.Drive => configuration.Drives.Select(drive => drive.Name),
        ConfiguredKind.Changer => configuration.Changers.Select(changer => changer.Name),
        _ => configuration.Libraries.Select(library => library.Name),
    };

    private static void CheckName(string name)
    {
        if (!ConfiguredName.IsValid(name))
            throw Usage($"'{name}' is no name: {ConfiguredName.Rule}.");
    }

    private static string Word(ConfiguredKind kind) => kind.ToString().ToLower(CultureInfo.InvariantCulture);

    private static OperationException Usage(string message) => new(ExitStatus.Usage, message);
}
