using System.Globalization;

namespace Capstan.Operations.Configuration;

/// <summary>What a value has to be.</summary>
internal enum ValueKind
{
    Text,
    Number,
    Flag,
    Numbers,
    Texts,
}

/// <summary>A key that a table may have.</summary>
/// <param name="Example">A value as it stands in the file.</param>
/// <param name="Check">What is wrong with a value of the right kind, and what would be right; null when nothing is.</param>
/// <param name="IsRequired">A table without it is an error.</param>
internal sealed record KeyRule(string Name, ValueKind Kind, string Example, Func<object, string?>? Check = null, bool IsRequired = false);

/// <summary>A kind of table: <c>[drive.NAME]</c>.</summary>
/// <param name="HasNames">Whether there is one of each name; else one of all, <c>[scan]</c>.</param>
internal sealed record TableRule(string Kind, bool HasNames, IReadOnlyList<KeyRule> Keys)
{
    internal KeyRule? Key(string name) => Keys.FirstOrDefault(key => key.Name == name);
}

/// <summary>All that may stand in a configuration file.</summary>
internal static class ConfigurationSchema
{
    internal const string Drive = "drive";
    internal const string Changer = "changer";
    internal const string Library = "library";
    internal const string Scan = "scan";

    internal const string Device = "device";
    internal const string Serial = "serial";
    internal const string Vendor = "vendor";
    internal const string Product = "product";
    internal const string ChangerDrive = "changer-drive";
    internal const string ExportSlots = "export-slots";
    internal const string EjectBeforeUnload = "eject-before-unload";
    internal const string PathKey = "path";
    internal const string Portals = "portals";

    private const int LargestNumber = 65535;

    // An INQUIRY field never has more (SPC-5 6.7.2, 7.7.17).
    private const int LongestText = 255;

    internal static IReadOnlyList<TableRule> Tables { get; } =
    [
        new(Drive, true,
        [
            new(Device, ValueKind.Text, "\"/dev/sg1\"", value => DeviceText((string)value, isChanger: false), IsRequired: true),
            new(Serial, ValueKind.Text, "\"1013000123\"", Plain),
            new(Vendor, ValueKind.Text, "\"IBM\"", Plain),
            new(Product, ValueKind.Text, "\"ULT3580-TD9\"", Plain),
            new(Changer, ValueKind.Text, "\"robot\"", static value => ConfiguredName.IsValid((string)value) ? null : "it names a table [changer.NAME]: " + ConfiguredName.Rule),
            new(ChangerDrive, ValueKind.Number, "0", value => Range((long)value, 0)),
        ]),
        new(Changer, true,
        [
            new(Device, ValueKind.Text, "\"/dev/sg2\"", value => DeviceText((string)value, isChanger: true), IsRequired: true),
            new(Serial, ValueKind.Text, "\"ABC123\"", Plain),
            new(Vendor, ValueKind.Text, "\"IBM\"", Plain),
            new(Product, ValueKind.Text, "\"3573-TL\"", Plain),
            new(ExportSlots, ValueKind.Numbers, "[41, 42]", static value => Slots((IReadOnlyList<long>)value)),
            new(EjectBeforeUnload, ValueKind.Flag, "true"),
        ]),
        new(Library, true,
        [
            new(PathKey, ValueKind.Text, "\"/srv/tapes/big\"", static value => AbsolutePath((string)value), IsRequired: true),
        ]),
        new(Scan, false,
        [
            new(Portals, ValueKind.Texts, "[\"nas.example.com\"]", static value => ((IReadOnlyList<string>)value).Select(Plain).FirstOrDefault(problem => problem is not null)),
        ]),
    ];

    internal static TableRule? Table(string kind) => Tables.FirstOrDefault(table => table.Kind == kind);

    /// <summary>What a value of a kind looks like, for messages.</summary>
    internal static string Describe(ValueKind kind) => kind switch
    {
        ValueKind.Text => "a text in quotes",
        ValueKind.Number => "a whole number",
        ValueKind.Flag => "true or false",
        ValueKind.Numbers => "a list of whole numbers",
        _ => "a list of texts in quotes",
    };

    /// <summary>What is wrong with the name of a device; null when nothing is. Whether there is one shows when it is opened.</summary>
    internal static string? DeviceText(string device, bool isChanger)
    {
        const string Forms = "a device is \"/dev/sgN\", \"iscsi://HOST[:PORT]/TARGET/LUN\" or ";
        string forms = Forms + (isChanger ? "\"virtual:NAME/changer\"" : "\"virtual:NAME\"");
        if (Plain(device) is { } problem)
            return problem;
        if (device.StartsWith('/'))
            return device.Length == 1 ? $"\"/\" is no device; {forms}" : null;
        if (device.StartsWith("iscsi://", StringComparison.Ordinal))
        {
            // What stands before an '@' is a secret: it is not repeated.
            return device.Contains('@') ? "names and secrets do not belong into an address: they stand in iscsi.toml"
                : device["iscsi://".Length..].Split('/') is [{ Length: > 0 }, { Length: > 0 }, { Length: > 0 }] ? null
                : $"\"{device}\" has not the three parts portal, target name and LUN; {forms}";
        }

        if (device.StartsWith("virtual:", StringComparison.Ordinal))
        {
            string[] parts = device["virtual:".Length..].Split('/');
            bool isWhole = ConfiguredName.IsWord(parts[0]) && parts.Length <= 2;
            bool endsWell = isChanger ? parts is [_, "changer"]
                : parts.Length == 1 || parts.Length == 2 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number >= 1;
            return isWhole && endsWell ? null : $"\"{device}\" names no {(isChanger ? "changer" : "drive")} of a virtual library; {forms}";
        }

        return $"\"{device}\" is no device; {forms}" + (ConfiguredName.IsNode(device) ? $". Is \"/dev/{device}\" meant?" : "");
    }

    private static string? Plain(object value) =>
        (string)value is { Length: > 0 and <= LongestText } text && !text.Any(char.IsControl) ? null
            : (string)value is "" ? "it is empty; leave the line out instead" : "it has control characters, or more than 255 characters";

    private static string? Range(long value, long least) => value >= least && value <= LargestNumber ? null
        : string.Create(CultureInfo.InvariantCulture, $"{value} is out of range; right is {least} to {LargestNumber}");

    private static string? Slots(IReadOnlyList<long> slots) =>
        slots.Select(slot => Range(slot, 1)).FirstOrDefault(problem => problem is not null)
        ?? (slots.Distinct().Count() == slots.Count ? null : "a slot stands there twice");

    private static string? AbsolutePath(string path) => Plain(path) ?? (path.StartsWith('/') ? null : $"\"{path}\" is no absolute path; one begins with '/'");
}
