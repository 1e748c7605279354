using System.CommandLine;
using System.Text.Json;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

internal static class LibraryCommand
{
    private const int DefaultCartridges = 8;
    private const int MaximumCartridges = 999;

    private static readonly TextColumn[] Columns =
        [new("LIBRARY"), new("BARCODE"), new("WHERE"), new("CAPACITY", RightAligned: true), new("USED", RightAligned: true), new("STATE")];

    private static readonly TextColumn[] ModelColumns =
        [new("MODEL"), new("VENDOR"), new("PRODUCT"), new("WRITES"), new("ONLY READS"), new("QUIRKS")];

    public static Command Create(CliEnvironment environment) =>
        new Verb("library", "Make and look after virtual tape libraries.",
            """
            capstan library list
            capstan library create test --cartridges 3 --capacity 500M
            capstan library serve test
            """)
        {
            CreateLibrary(environment),
            List(environment),
            Models(environment),
            Protect(environment, "protect", "Write-protect a cartridge, as the tab on a real one does.", true),
            Protect(environment, "unprotect", "Take the write protection of a cartridge away.", false),
            LibraryServeCommand.Create(environment),
        };

    private static Verb CreateLibrary(CliEnvironment environment)
    {
        var name = new Argument<string>("NAME") { Description = "Letters, digits, '.', '_' and '-'; --device virtual:NAME uses it." };
        var cartridges = new Option<int>("--cartridges")
        {
            Description = $"How many, 1 to {MaximumCartridges}.",
            HelpName = "N",
            DefaultValueFactory = _ => DefaultCartridges,
        };
        var capacity = new Option<string?>("--capacity")
        {
            Description = "Of each cartridge: 500M, 20G, 18TB. Without it: as much as a real one holds.",
            HelpName = "SIZE",
        };
        var noSync = new Option<bool>("--no-sync")
        {
            Description = "Never wait for the host's disk: faster, and what was written survives a crash of the program, but not of the machine. For tests.",
        };
        var drive = new Option<string?>("--drive") { Description = "Kind of drive, as `capstan library models` lists them; an LTO-9 drive of IBM without it.", HelpName = "MODEL" };
        var media = new Option<string?>("--media")
        {
            Description = "Kinds of the cartridges, by turns: L9,L8. Without it: the newest that the drive writes. One that it cannot read is refused when it is loaded.",
            HelpName = "KIND[,KIND]",
        };
        var quirk = new Option<string?>("--quirk")
        {
            Description = "How the drive departs from the standard, instead of its model's own ways; for tests of software.",
            HelpName = "NAME[,NAME]",
        };
        var worm = new Option<bool>("--worm") { Description = "Its cartridges are write-once (WORM): what is on them can neither be overwritten nor erased." };
        var verb = new Verb("create", "Make a virtual library with one drive; its first cartridge is loaded.",
            """
            capstan library create test
            capstan library create old --drive hp-lto6 --media L6,L5,L4
            capstan library create small --cartridges 3 --capacity 500M
            capstan library create scratch --no-sync
            """)
        {
            name, cartridges, capacity, noSync, drive, media, quirk, worm,
        };
        return verb.Does(environment, (run, parse) =>
        {
            string library = parse.GetRequiredValue(name);
            if (!DriveName.IsLibraryName(library))
                throw Usage($"'{library}' is no name for a library: use letters, digits, '.', '_' and '-', a letter or digit first.");
            int count = parse.GetValue(cartridges);
            if (count is < 1 or > MaximumCartridges)
                throw Usage($"--cartridges {count}: a library has 1 to {MaximumCartridges} cartridges.");
            long? capacityBytes = null;
            if (parse.GetValue(capacity) is { } size)
            {
                if (!HumanText.TryParseSize(size, out long bytes))
                    throw Usage($"--capacity {size}: give a number with an optional unit, such as 500M, 20G or 18TB.");
                capacityBytes = bytes;
            }

            Write(run, run.Libraries.Create(library, count, capacityBytes, !parse.GetValue(noSync),
                new DriveChoice(parse.GetValue(drive), Words(parse.GetValue(media)), Words(parse.GetValue(quirk)), parse.GetValue(worm))), "created");
        });
    }

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

    private static string[] Words(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static Verb Models(CliEnvironment environment) =>
        new Verb("models", "List the kinds of drives that a virtual library can have.", "capstan library models").Does(environment, (run, _) =>
        {
            IReadOnlyList<DriveModelView> models = run.Libraries.Models();
            if (run.Json is { } json)
            {
                json.Array("models");
                foreach (DriveModelView model in models)
                    JsonSerializer.Serialize(json.Element("models"), model, CliJson.Default.DriveModelView);
            }
            else
            {
                TextTable.Write(run.Output, ModelColumns, models.Select(static model => new[]
                {
                    model.Name, model.Vendor, model.Product, string.Join(' ', model.Writes), model.Reads.Count == 0 ? "-" : string.Join(' ', model.Reads),
                    model.Quirks.Count == 0 ? "-" : string.Join(' ', model.Quirks),
                }));
            }
        });

    private static Verb Protect(CliEnvironment environment, string name, string description, bool isProtected)
    {
        var barcode = new Argument<string>("BARCODE") { Description = "Of the cartridge, as `capstan library list` prints it." };
        return new Verb(name, description, $"capstan library {name} CAP001L9")
        {
            barcode,
        }.Does(environment, (run, parse) =>
        {
            DriveName drive = DriveName.Pick(run.Device, run.Variable, run.ConfiguredDrive);
            if (drive.Library is not { } library)
                throw Usage($"{drive.Device} is no virtual library; its cartridges have a tab for that.");
            LibraryView view = run.Libraries.Protect(library, parse.GetRequiredValue(barcode), isProtected);
            Write(run, view, isProtected ? $"protected {parse.GetValue(barcode)} in" : $"unprotected {parse.GetValue(barcode)} in");
        });
    }

    private static void Write(VerbRun run, LibraryView library, string done) =>
        run.Report(library, ExitStatus.Success, CliJson.Default.LibraryView, (library, text) =>
            text.WriteLine($"{done} library {library.Name}: {library.DriveModel} drive, {HumanText.Count(library.Cartridges.Count, "cartridge")}, "
                + $"{(library.Loaded is { } loaded ? loaded + " loaded" : "none loaded")}, {(library.Synchronous ? "" : "not safe from a power cut, ")}in {library.Directory}; use it with --device {library.Device}"));

    private static IEnumerable<string[]> Rows(LibraryView library) =>
        library.DriveModel is null ? [[library.Name, "-", "-", "-", "-", library.Fault ?? "-"]] : library.Cartridges.Select(cartridge => new[]
    {
        library.Name,
        cartridge.Barcode,
        cartridge.Barcode == library.Loaded ? "drive" : "slot",
        HumanText.Size(cartridge.CapacityBytes),
        HumanText.Size(cartridge.UsedBytes),
        cartridge.Fault ?? (cartridge.WriteProtected ? "write-protected" : "writable"),
    });

    private static OperationException Usage(string message) => new(ExitStatus.Usage, message);
}
