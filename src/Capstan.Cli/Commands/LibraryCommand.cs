using System.CommandLine;
using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

internal static class LibraryCommand
{
    private static readonly TextColumn[] Columns =
        [new("LIBRARY"), new("BARCODE"), new("WHERE"), new("CAPACITY", RightAligned: true), new("USED", RightAligned: true), new("STATE")];

    private static readonly TextColumn[] ModelColumns =
        [new("MODEL"), new("VENDOR"), new("PRODUCT"), new("WRITES"), new("ONLY READS"), new("QUIRKS")];

    public static Command Create(CliEnvironment environment) =>
        new Verb("library", "Make and look after virtual tape libraries.",
            """
            capstan library list
            capstan library create test --cartridges 3 --capacity 500M
            capstan library create big --changer ibm-ts3200 --drives 4xLTO-9 --slots 40 --mail-slots 4 --cartridges 20xLTO-9,1xCLEANING
            capstan library show big
            capstan library serve test
            """)
        {
            LibraryCreateCommand.Create(environment),
            List(environment),
            LibraryShelfCommands.Show(environment),
            LibraryShelfCommands.Insert(environment),
            LibraryShelfCommands.Remove(environment),
            LibraryShelfCommands.Import(environment),
            LibraryShelfCommands.Destroy(environment),
            LibraryFailCommands.Fail(environment),
            LibraryFailCommands.Repair(environment),
            Models(environment),
            Protect(environment, "protect", "Write-protect a cartridge, as the tab on a real one does.", true),
            Protect(environment, "unprotect", "Take the write protection of a cartridge away.", false),
            LibraryServeCommand.Create(environment),
        };

    private static Verb List(CliEnvironment environment) =>
        new Verb("list", "List the virtual libraries and their cartridges.", "capstan library list").Does(environment, (run, _) =>
        {
            IReadOnlyList<LibraryView> libraries = run.Libraries.List();
            if (run.Json is { } json)
            {
                json.Array("libraries");
                foreach (LibraryView library in libraries)
                    JsonSerializer.Serialize(json.Element("libraries"), library, CliJson.Default.LibraryView);
            }
            else if (libraries.Count == 0)
            {
                run.Listener.Note("there is no virtual library yet; `capstan library create NAME` makes one");
            }
            else
            {
                TextTable.Write(run.Output, Columns, libraries.SelectMany(Rows));
            }
        });

    private static readonly TextColumn[] ChangerColumns =
        [new("CHANGER"), new("VENDOR"), new("PRODUCT"), new("SLOTS FROM", RightAligned: true), new("MAIL SLOTS FROM", RightAligned: true), new("DRIVES FROM", RightAligned: true), new("QUIRKS")];

    private static Verb Models(CliEnvironment environment) =>
        new Verb("models", "List the kinds of drives and changers that a virtual library can have.", "capstan library models").Does(environment, (run, _) =>
        {
            IReadOnlyList<DriveModelView> models = run.Libraries.Models();
            IReadOnlyList<ChangerModelView> changers = run.Libraries.ChangerModels();
            if (run.Json is { } json)
            {
                json.Array("models");
                foreach (DriveModelView model in models)
                    JsonSerializer.Serialize(json.Element("models"), model, CliJson.Default.DriveModelView);
                json.Array("changers");
                foreach (ChangerModelView changer in changers)
                    JsonSerializer.Serialize(json.Element("changers"), changer, CliJson.Default.ChangerModelView);
                return;
            }
            TextTable.Write(run.Output, ModelColumns, models.Select(static model => new[]
            {
                model.Name, model.Vendor, model.Product, string.Join(' ', model.Writes), model.Reads.Count == 0 ? "-" : string.Join(' ', model.Reads),
                model.Quirks.Count == 0 ? "-" : string.Join(' ', model.Quirks),
            }));
            run.Text.WriteLine();
            TextTable.Write(run.Output, ChangerColumns, changers.Select(static changer => new[]
            {
                changer.Name, changer.Vendor, changer.Product, Address(changer.FirstSlot), changer.FirstMailSlot == 0 ? "-" : Address(changer.FirstMailSlot), Address(changer.FirstDrive),
                changer.Quirks.Count == 0 ? "-" : string.Join(' ', changer.Quirks),
            }));
        });

    private static string Address(int address) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{address:X}h");

    private static Verb Protect(CliEnvironment environment, string name, string description, bool isProtected)
    {
        var barcode = new Argument<string>("BARCODE") { Description = "Of the cartridge, as `capstan library list` prints it." };
        var verb = new Verb(name, description, $"capstan library {name} CAP001L9 --device virtual:big")
        {
            barcode,
        };
        verb.Aliases.Add($"write-{name}");
        return verb.Does(environment, (run, parse) =>
        {
            DriveName drive = DriveName.Pick(run.Device, run.Variable, run.ConfiguredDrive);
            if (drive.Library is not { } library)
                throw Usage($"{drive.Device} is no virtual library; its cartridges have a tab for that.");
            LibraryView view = run.Libraries.Protect(library, parse.GetRequiredValue(barcode), isProtected);
            Write(run, view, isProtected ? $"protected {parse.GetValue(barcode)} in" : $"unprotected {parse.GetValue(barcode)} in");
        });
    }

    internal static void Write(VerbRun run, LibraryView library, string done) =>
        run.Report(library, ExitStatus.Success, CliJson.Default.LibraryView, (library, text) => text.WriteLine(library.Changer is { } changer
            ? $"{done} library {library.Name}: {library.ChangerModel} changer, {Drives(library)}, {HumanText.Count(library.Slots, "slot")}, {HumanText.Count(library.MailSlots, "mail slot")}, "
                + $"{HumanText.Count(library.Cartridges.Count, "cartridge")}, {(library.Synchronous ? "" : "not safe from a power cut, ")}in {library.Directory}; use it with --changer {changer} and --device {library.Device}/1"
            : $"{done} library {library.Name}: {(library.Drives is { Count: > 1 } ? Drives(library) : library.DriveModel + " drive")}, {HumanText.Count(library.Cartridges.Count, "cartridge")}, "
                + $"{Loaded(library)} loaded, {(library.Synchronous ? "" : "not safe from a power cut, ")}in {library.Directory}; use it with --device {library.Device}"));

    private static string Loaded(LibraryView library)
    {
        string[] loaded = library.Drives is { Count: > 1 } drives ? [.. drives.Select(static drive => drive.Cartridge).OfType<string>()] : library.Loaded is { } one ? [one] : [];
        return loaded.Length == 0 ? "none" : string.Join(", ", loaded);
    }

    private static string Drives(LibraryView library) =>
        string.Join(" and ", (library.Drives ?? []).GroupBy(static drive => drive.Product).Select(static kind => $"{HumanText.Count(kind.Count(), "drive")} {kind.Key}"));

    private static IEnumerable<string[]> Rows(LibraryView library) =>
        library.DriveModel is null ? [[library.Name, "-", "-", "-", "-", library.Fault ?? "-"]]
        : library.Cartridges.Count == 0 ? [[library.Name, "-", "-", "-", "-", "no cartridges"]]
        : library.Cartridges.Select(cartridge => new[]
        {
            library.Name,
            cartridge.Barcode,
            cartridge.Place ?? (library.Loaded == cartridge.Barcode || (library.Drives ?? []).Any(drive => drive.Cartridge == cartridge.Barcode) ? "drive" : "slot"),
            HumanText.Size(cartridge.CapacityBytes),
            HumanText.Size(cartridge.UsedBytes),
            State(library, cartridge),
        });

    private static string State(LibraryView library, CartridgeView cartridge)
    {
        if (cartridge.Fault is { } fault)
            return fault;
        string state = (cartridge.Kind == "CLEANING" ? "cleaning" : cartridge.WriteProtected ? "write-protected" : "writable") + (cartridge.Worm ? ", write-once" : "");
        return library.Drives?.FirstOrDefault(drive => drive.Cartridge == cartridge.Barcode && drive.UsedBy is not null) is { } drive
            ? $"{state}, drive in use by {drive.UsedBy}"
            : state;
    }

    private static OperationException Usage(string message) => new(ExitStatus.Usage, message);
}
