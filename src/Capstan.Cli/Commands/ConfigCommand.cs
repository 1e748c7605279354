using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Configuration;

namespace Capstan.Cli.Commands;

/// <summary>`capstan config`: names for drives, changers and virtual libraries.</summary>
internal static class ConfigCommand
{
    private static readonly TextColumn[] DriveColumns =
        [new("DRIVE"), new("VENDOR"), new("PRODUCT"), new("SERIAL"), new("DEVICE"), new("CHANGER")];

    private static readonly TextColumn[] ChangerColumns =
        [new("CHANGER"), new("VENDOR"), new("PRODUCT"), new("SERIAL"), new("DEVICE"), new("EXPORT SLOTS"), new("EJECT FIRST")];

    private static readonly TextColumn[] LibraryColumns = [new("LIBRARY"), new("DIRECTORY")];

    public static Command Create(CliEnvironment environment) =>
        new Verb("config", "Give drives, changers and virtual libraries names, and look after the configuration file.",
            """
            capstan config show
            capstan config drive create lto9 --device /dev/sg1
            capstan config changer create robot --device /dev/sg2
            """)
        {
            new Verb("show", "Show the whole configuration, and where it stands; a file with mistakes is told with all of them.", "capstan config show")
                .Does(environment, (run, _) => Write(run, run.Configuration.Show())),
            Things(environment, ConfiguredKind.Drive, "drive", "a tape drive", "lto9", "/dev/sg1"),
            Things(environment, ConfiguredKind.Changer, "changer", "a media changer", "robot", "/dev/sg2"),
            Libraries(environment),
        };

    private static Verb Things(CliEnvironment environment, ConfiguredKind kind, string word, string what, string name, string device) =>
        new(word, $"Give {what} a name, and change what is written down of it.",
            $"""
            capstan config {word} create {name} --device {device}
            capstan config {word} list
            """)
        {
            Put(environment, kind, word, isNew: true, $"capstan config {word} create {name} --device {device}"),
            Put(environment, kind, word, isNew: false, $"capstan config {word} update {name} --device {device}"),
            Remove(environment, kind, word, name),
            List(environment, kind, word),
            Show(environment, kind, word, name),
        };

    private static Verb Put(CliEnvironment environment, ConfiguredKind kind, string word, bool isNew, string example)
    {
        Argument<string> name = Name(environment, kind, word, isNew);
        var serial = new Option<string?>("--serial") { Description = "Serial number that it must have, when it shall not be asked; '' for any.", HelpName = "TEXT" };
        var noDetect = new Option<bool>("--no-detect") { Description = "Do not open the device to ask for vendor, product and serial number." };
        var detect = new Option<bool>("--detect") { Description = "Ask the device anew for vendor, product and serial number, also when its name stays." };
        var changer = new Option<string?>("--changer") { Description = "Name of the changer it sits in; '' for none.", HelpName = "NAME" };
        changer.CompletionSources.Add(_ => ConfigurationFile.NamesOrNone(environment.ConfigurationPath(), ConfiguredKind.Changer));
        var number = new Option<int?>("--changer-drive") { Description = "Its number among the changer's drives, from 0, as mtx counts.", HelpName = "N" };
        var export = new Option<string?>("--export-slots") { Description = "Slots for cartridges that leave the library, as mtx counts; '' for the mail slots.", HelpName = "N[,N|,N-N]" };
        var eject = new Option<string?>("--eject-before-unload") { Description = "The drive pushes the cartridge out before the changer takes it: true or false.", HelpName = "true|false" };
        eject.AcceptOnlyFromAmong("true", "false");
        var verb = new Verb(isNew ? "create" : "update",
            isNew ? $"Give a {word} a name; it is opened and asked what it is." : $"Change what is written down of a {word}; everything else stays.", example)
        {
            name, serial, isNew ? noDetect : detect,
        };
        if (!isNew)
            verb.Add(noDetect);
        if (kind == ConfiguredKind.Drive)
        {
            verb.Add(changer);
            verb.Add(number);
        }
        else
        {
            verb.Add(export);
            verb.Add(eject);
        }

        return verb.Does(environment, (run, parse) =>
        {
            bool asks = isNew ? !parse.GetValue(noDetect) : parse.GetValue(detect) || run.Device is not null && !parse.GetValue(noDetect);
            bool isDrive = kind == ConfiguredKind.Drive;
            var settings = new DeviceSettings(parse.GetRequiredValue(name), run.Device, parse.GetValue(serial), asks,
                isDrive ? parse.GetValue(changer) : null, isDrive ? parse.GetValue(number) : null,
                isDrive ? null : Slots(parse.GetValue(export)), isDrive || parse.GetValue(eject) is not { } ejects ? null : ejects == "true");
            Write(run, isNew ? run.Configuration.Create(kind, settings) : run.Configuration.Update(kind, settings));
        });
    }

    private static Verb Libraries(CliEnvironment environment)
    {
        var verb = new Verb("library", "Say where virtual libraries lie that are not in CAPSTAN_HOME.",
            """
            capstan config library create big --path /srv/tapes/big
            capstan config library list
            """);
        foreach (bool isNew in (ReadOnlySpan<bool>)[true, false])
        {
            Argument<string> name = Name(environment, ConfiguredKind.Library, "library", isNew);
            var path = new Option<string>("--path") { Description = "Its directory; `capstan library create NAME` makes the library there.", HelpName = "DIR", Required = true };
            verb.Add(new Verb(isNew ? "create" : "update", isNew ? "Name a directory for a virtual library." : "Name another directory for a virtual library; nothing is moved.",
                $"capstan config library {(isNew ? "create" : "update")} big --path /srv/tapes/big")
            {
                name, path,
            }.Does(environment, (run, parse) => Write(run, run.Configuration.PutLibrary(parse.GetRequiredValue(name), parse.GetRequiredValue(path), isNew))));
        }

        verb.Add(Remove(environment, ConfiguredKind.Library, "library", "big"));
        verb.Add(List(environment, ConfiguredKind.Library, "library"));
        verb.Add(Show(environment, ConfiguredKind.Library, "library", "big"));
        return verb;
    }

    private static Verb Remove(CliEnvironment environment, ConfiguredKind kind, string word, string example)
    {
        Argument<string> name = Name(environment, kind, word, isNew: false);
        return new Verb("remove", $"Forget the name of a {word}; nothing happens to the {word} itself.", $"capstan config {word} remove {example}") { name }
            .Does(environment, (run, parse) => Write(run, run.Configuration.Remove(kind, parse.GetRequiredValue(name))));
    }

    private static Verb List(CliEnvironment environment, ConfiguredKind kind, string word) =>
        new Verb("list", $"List each {word} that has a name.", $"capstan config {word} list").Does(environment, (run, _) => Write(run, run.Configuration.Show(kind), kind));

    private static Verb Show(CliEnvironment environment, ConfiguredKind kind, string word, string example)
    {
        Argument<string> name = Name(environment, kind, word, isNew: false);
        return new Verb("show", $"Show what is written down of a {word}.", $"capstan config {word} show {example}") { name }
            .Does(environment, (run, parse) => Write(run, run.Configuration.Show(kind, parse.GetRequiredValue(name)), kind));
    }

    private static Argument<string> Name(CliEnvironment environment, ConfiguredKind kind, string word, bool isNew)
    {
        var name = new Argument<string>("NAME") { Description = isNew ? "Letters, digits, '.', '_' and '-'." : $"Of the {word}, as `capstan config {word} list` prints it." };
        if (!isNew)
            name.CompletionSources.Add(_ => ConfigurationFile.NamesOrNone(environment.ConfigurationPath(), kind));
        return name;
    }

    /// <summary>"41,43-45".</summary>
    private static List<int>? Slots(string? text)
    {
        if (text is null)
            return null;
        var slots = new List<int>();
        foreach (string part in text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            string[] ends = part.Split('-');
            if (ends.Length > 2 || !TryNumber(ends[0], out int first) || !TryNumber(ends[^1], out int last) || last < first)
                throw new OperationException(ExitStatus.Usage, $"--export-slots {part}: give numbers of slots from 1, and ranges of them: 41,43-45.");
            slots.AddRange(Enumerable.Range(first, last - first + 1));
        }

        return slots;
    }

    private static bool TryNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= ushort.MaxValue;

    private static void Write(VerbRun run, ConfigReport report, ConfiguredKind? kind = null) =>
        run.Report(report, ExitStatus.Success, CliJson.Default.ConfigReport, (report, text) =>
        {
            if (report.Drives.Count + report.Changers.Count + report.Libraries.Count + report.Portals.Count == 0)
            {
                string verb = $"capstan config {(kind is { } one ? one.ToString().ToLowerInvariant() : "drive")} create NAME";
                run.Listener.Note($"{report.File}: nothing {(kind is null ? "" : "of that kind ")}is configured yet; `{verb}` begins it");
                return;
            }

            Table(run, DriveColumns, report.Drives.Select(drive => new[]
            {
                drive.Name, drive.Vendor ?? "-", drive.Product ?? "-", drive.Serial ?? "-", drive.Device,
                drive.Changer is null ? "-" : drive.ChangerDrive is { } number ? string.Create(CultureInfo.InvariantCulture, $"{drive.Changer}, drive {number}") : drive.Changer,
            }));
            Table(run, ChangerColumns, report.Changers.Select(changer => new[]
            {
                changer.Name, changer.Vendor ?? "-", changer.Product ?? "-", changer.Serial ?? "-", changer.Device,
                changer.ExportSlots.Count == 0 ? "-" : string.Join(',', changer.ExportSlots), changer.EjectBeforeUnload ? "yes" : "no",
            }));
            Table(run, LibraryColumns, report.Libraries.Select(library => new[] { library.Name, library.Path }));
            if (report.Portals.Count > 0)
                text.WriteLine($"portals that `capstan scan` asks: {string.Join(", ", report.Portals)}");
            run.Listener.Note(report.Action is { } done ? $"{done} in {report.File}" : $"configuration {report.File}");
        });

    private static void Table(VerbRun run, TextColumn[] columns, IEnumerable<string[]> rows)
    {
        string[][] all = [.. rows];
        if (all.Length > 0)
            TextTable.Write(run.Output, columns, all);
    }
}
