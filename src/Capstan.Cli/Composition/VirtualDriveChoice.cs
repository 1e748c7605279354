using System.Globalization;
using Capstan.Emulation;
using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>Kinds of virtual drives by the names that users give.</summary>
internal static class VirtualDriveChoice
{
    private static readonly (string Name, VirtualQuirks Quirk)[] Quirks =
    [
        ("locate-file-off-by-one", VirtualQuirks.LocateFileOffByOne),
        ("allocation-length-answered", VirtualQuirks.AllocationLengthAnswered),
        ("log-page-length-counts-header", VirtualQuirks.LogPageLengthCountsHeader),
        ("residual-not-reported", VirtualQuirks.ResidualNotReported),
        ("six-byte-modes-only", VirtualQuirks.SixByteModesOnly),
    ];

    public static IReadOnlyList<DriveModelView> Models() =>
    [
        .. VirtualDriveModel.All.Select(static model => new DriveModelView(
            model.Name, model.VendorId, model.Product, [.. model.Writable.Select(static medium => medium.Name)],
            [.. model.ReadOnly.Select(static medium => medium.Name)], Names(model.Quirks))),
    ];

    /// <exception cref="OperationException">A name that there is not.</exception>
    public static LibraryOptions Apply(LibraryOptions options, DriveChoice? choice) => choice is null ? options : options with
    {
        Model = choice.Model is { } name
            ? VirtualDriveModel.Find(name) ?? throw Usage($"--drive {name}: there is no such model. `capstan library models` lists them.")
            : VirtualDriveModel.Default,
        Media =
        [
            .. choice.Media.Select(static text => MediumType.Parse(text)
                ?? throw Usage($"--media {text}: there is no such cartridge; known are {string.Join(", ", MediumType.All.Select(static medium => medium.Name))}.")),
        ],
        Quirks = choice.Quirks.Count == 0 ? null : choice.Quirks.Aggregate(VirtualQuirks.None, static (all, text) => all | Parse(text)),
    };

    private static readonly (string Name, ChangerQuirks Quirk)[] RobotQuirks =
    [
        ("identifiers-of-drives-only", ChangerQuirks.IdentifiersOfDrivesOnly),
        ("identifiers-without-tags", ChangerQuirks.IdentifiersWithoutTags),
        ("identifiers-refused", ChangerQuirks.IdentifiersRefused),
        ("identifiers-left-out", ChangerQuirks.IdentifiersLeftOut),
        ("identifiers-of-serial-number", ChangerQuirks.IdentifiersOfSerialNumber),
        ("thousand-elements-at-most", ChangerQuirks.ThousandElementsAtMost),
        ("allocation-length-of-two-bytes", ChangerQuirks.AllocationLengthOfTwoBytes),
        ("descriptor-length-zero", ChangerQuirks.DescriptorLengthZero),
        ("byte-count-with-header", ChangerQuirks.ByteCountWithHeader),
        ("drive-unloaded-first", ChangerQuirks.DriveUnloadedFirst),
    ];

    public static IReadOnlyList<ChangerModelView> Changers() =>
    [
        .. VirtualChangerModel.All.Select(static model => new ChangerModelView(
            model.Name, model.VendorId, model.Product, model.FirstStorage, model.FirstImportExport, model.FirstDrive, model.FirstTransport, Names(model.Quirks))),
    ];

    /// <exception cref="OperationException">A name that there is not.</exception>
    public static LibraryOptions Apply(LibraryOptions options, RobotChoice? robot)
    {
        if (robot is null)
            return options;
        VirtualDriveModel[] drives = [.. robot.Drives.SelectMany(ParseDrives)];
        return options with
        {
            Model = drives.Length > 0 ? drives[0] : options.Model,
            MoreDrives = drives.Length > 1 ? drives[1..] : [],
            Changer = robot.Model is { } name
                ? VirtualChangerModel.Find(name) ?? throw Usage($"--changer {name}: there is no such model; known are {string.Join(", ", VirtualChangerModel.All.Select(static model => model.Name))}. `capstan library models` tells more.")
                : null,
            ChangerQuirks = robot.Quirks.Count == 0 ? null : robot.Quirks.Aggregate(ChangerQuirks.None, static (all, text) => all | ParseRobotQuirk(text)),
            StorageElements = robot.Slots,
            ImportExportElements = robot.MailSlots,
            Cartridges = [.. robot.Cartridges.Select(static text => ParseBatch("--cartridges", text))],
        };
    }

    /// <exception cref="OperationException">It is no kind of cartridge.</exception>
    public static CartridgeBatch ParseBatch(string option, string text) => CartridgeBatch.Parse(text)
        ?? throw Usage($"{option} {text}: give a kind with an optional number before it, such as 20xLTO-9, 2xLTO-8-WORM or 1xCLEANING; known are {string.Join(", ", MediumType.All.Select(static medium => medium.Name))}.");

    private static IEnumerable<VirtualDriveModel> ParseDrives(string text)
    {
        (int count, string kind) = DriveCount(text);
        // HP is HPE from LTO-8 on, and who types it need not know.
        VirtualDriveModel model = VirtualDriveModel.Find(kind)
            ?? (kind.StartsWith("hp-", StringComparison.OrdinalIgnoreCase) ? VirtualDriveModel.Find("hpe-" + kind[3..]) : null)
            ?? (MediumType.Parse(kind) is { } medium && VirtualDriveModel.All.Any(one => one.Medium == medium) ? VirtualDriveModel.For(medium) : null)
            ?? throw Usage($"--drives {text}: give a model or a generation with an optional number before it, such as 4xLTO-9 or 2xhpe-lto8. `capstan library models` lists the models.");
        return Enumerable.Repeat(model, count);
    }

    private static (int Count, string Kind) DriveCount(string text)
    {
        int x = text.IndexOf('x', StringComparison.OrdinalIgnoreCase);
        if (x <= 0 || !int.TryParse(text.AsSpan(0, x), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
            return (1, text);
        return count is >= 1 and <= 64 ? (count, text[(x + 1)..]) : throw Usage($"--drives {text}: a library has 1 to 64 drives.");
    }

    private static ChangerQuirks ParseRobotQuirk(string text)
    {
        foreach ((string name, ChangerQuirks quirk) in RobotQuirks)
        {
            if (name == text)
                return quirk;
        }

        throw Usage($"--changer-quirk {text}: known are {string.Join(", ", RobotQuirks.Select(static quirk => quirk.Name))}.");
    }

    private static string[] Names(ChangerQuirks quirks) => [.. RobotQuirks.Where(quirk => (quirks & quirk.Quirk) != 0).Select(static quirk => quirk.Name)];

    private static VirtualQuirks Parse(string text)
    {
        foreach ((string name, VirtualQuirks quirk) in Quirks)
        {
            if (name == text)
                return quirk;
        }

        throw Usage($"--quirk {text}: known are {string.Join(", ", Quirks.Select(static quirk => quirk.Name))}.");
    }

    private static string[] Names(VirtualQuirks quirks) => [.. Quirks.Where(quirk => (quirks & quirk.Quirk) != 0).Select(static quirk => quirk.Name)];

    private static OperationException Usage(string message) => new(ExitStatus.Usage, message);
}

