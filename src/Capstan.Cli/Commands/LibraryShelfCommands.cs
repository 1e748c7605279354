using System.CommandLine;
using System.Globalization;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

/// <summary>What people do to a virtual library with their hands: <c>show</c>, <c>insert</c>, <c>remove</c>, <c>import</c>, <c>destroy</c>.</summary>
internal static class LibraryShelfCommands
{
    private static readonly TextColumn[] DriveColumns =
        [new("DRIVE", RightAligned: true), new("DEVICE"), new("VENDOR"), new("PRODUCT"), new("SERIAL"), new("ADDRESS", RightAligned: true), new("CARTRIDGE"), new("USED BY")];

    private static readonly TextColumn[] PlaceColumns = [new("SLOT", RightAligned: true), new("KIND"), new("ADDRESS", RightAligned: true), new("CARTRIDGE")];

    public static Verb Show(CliEnvironment environment)
    {
        Argument<string> name = NameOf();
        return new Verb("show", "Show a virtual library: its drives, its changer, and what is where.",
            """
            capstan library show big
            capstan library show big --output-format json-pretty
            """)
        {
            name,
        }.Does(environment, (run, parse) =>
            run.Report(run.Libraries.Show(Checked(parse.GetRequiredValue(name))), ExitStatus.Success, CliJson.Default.LibraryContentView, (view, text) => Write(run, view, text)));
    }

    public static Verb Insert(CliEnvironment environment)
    {
        var barcode = new Argument<string>("BARCODE") { Description = "Label of the cartridge." };
        Option<string?> slot = SlotOf("Number of the slot, as `capstan library show` counts them, or 'mail' for a free mail slot; a free slot without it.");
        var isNew = new Option<bool>("--new") { Description = "It is a new, empty cartridge, of the kind that its label says (...L9)." };
        var kind = new Option<string?>("--kind") { Description = "Kind of the new cartridge: LTO-9, LTO-8-WORM, CLEANING.", HelpName = "KIND" };
        return new Verb("insert", "Put a cartridge from the shelf, or a new one, into a slot, as by hand.",
            """
            capstan library insert CAP003L9 --device virtual:big
            capstan library insert ABC001L9 --new --slot mail --device virtual:big
            capstan library insert CLN002CU --new --slot 40 --device virtual:big
            """)
        {
            barcode, slot, isNew, kind,
        }.Does(environment, (run, parse) =>
        {
            (int? number, bool isMail) = Slot(parse.GetValue(slot));
            string? newKind = parse.GetValue(kind) ?? (parse.GetValue(isNew) ? "" : null);
            Report(run, run.Libraries.Insert(LibraryOf(run), new InsertRequest(parse.GetRequiredValue(barcode), number, isMail, newKind)));
        });
    }

    public static Verb Remove(CliEnvironment environment)
    {
        var barcode = new Argument<string?>("BARCODE") { Description = "Label of the cartridge.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> slot = SlotOf("Number of the slot that is emptied, in the place of a label.");
        var isDeleted = new Option<bool>("--delete") { Description = "Throw it away, with all that is on it." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        return new Verb("remove", "Take a cartridge out of its slot, to the shelf, as by hand.",
            """
            capstan library remove CAP003L9 --device virtual:big
            capstan library remove --slot 41 --device virtual:big
            capstan library remove CAP003L9 --delete --yes --device virtual:big
            """)
        {
            barcode, slot, isDeleted, yes,
        }.Does(environment, (run, parse) =>
        {
            (int? number, bool isMail) = Slot(parse.GetValue(slot));
            string? label = parse.GetValue(barcode);
            if (isMail || label is null == number is null)
                throw Usage("Name the cartridge by its label or by --slot N, one of them.");
            bool isGone = parse.GetValue(isDeleted);
            string library = LibraryOf(run);
            if (isGone)
                Confirm(run, parse.GetValue(yes), $"Throw {label ?? $"the cartridge in slot {number}"} of virtual:{library} away, with all that is on it?");
            Report(run, run.Libraries.Remove(library, new RemoveRequest(label, number, isGone)));
        });
    }

    public static Verb Import(CliEnvironment environment)
    {
        var file = new Argument<string>("FILE") { Description = "A cartridge file of another library, in use by nobody." };
        Option<string?> slot = SlotOf("Number of the slot, or 'mail' for a free mail slot; a free slot without it.");
        return new Verb("import", "Copy a cartridge from elsewhere into a virtual library.", "capstan library import /backup/CAP001L9.cartridge --device virtual:big")
        {
            file, slot,
        }.Does(environment, (run, parse) =>
        {
            (int? number, bool isMail) = Slot(parse.GetValue(slot));
            Report(run, run.Libraries.Import(LibraryOf(run), parse.GetRequiredValue(file), number, isMail));
        });
    }

    public static Verb Destroy(CliEnvironment environment)
    {
        Argument<string> name = NameOf();
        var yes = new Option<bool>("--yes") { Description = "Do not ask." };
        return new Verb("destroy", "Remove a virtual library and all its cartridges, with all that is on them.", "capstan library destroy test --yes")
        {
            name, yes,
        }.Does(environment, (run, parse) =>
        {
            string library = Checked(parse.GetRequiredValue(name));
            Confirm(run, parse.GetValue(yes), $"Remove the virtual library {library} and all its cartridges, with all that is on them?");
            run.Report(run.Libraries.Destroy(library), ExitStatus.Success, CliJson.Default.LibraryView, static (view, text) =>
                text.WriteLine($"destroyed library {view.Name} with {HumanText.Count(view.Cartridges.Count, "cartridge")}"));
        });
    }

    /// <exception cref="OperationException">The answer is no, or nobody is there to ask.</exception>
    private static void Confirm(VerbRun run, bool yes, string question)
    {
        if (yes)
            return;
        Func<string, bool> ask = run.Ask ?? throw Usage($"{question} Nobody is at the terminal to answer: say --yes.");
        if (!ask(question))
            throw new OperationException(ExitStatus.Usage, "Nothing was changed.");
    }

    internal static string LibraryOf(VerbRun run)
    {
        DriveName drive = DriveName.Pick(run.Device, run.Variable);
        return drive.Library ?? throw Usage($"{drive.Device} is no virtual library: its cartridges are moved by people and robots.");
    }

    private static void Report(VerbRun run, CartridgePlaceView place) => run.Report(place, ExitStatus.Success, CliJson.Default.CartridgePlaceView, static (place, text) =>
        text.WriteLine(place.Place is null ? $"{place.Barcode} is gone" : $"{place.Barcode} is {(place.Place == "shelf" ? "on the shelf" : "in " + place.Place)} of virtual:{place.Library}"));

    private static void Write(VerbRun run, LibraryContentView view, TextWriter text)
    {
        LibraryView library = view.Library;
        text.WriteLine(library.Changer is { } changer
            ? $"{library.Device}: {library.ChangerModel} changer {changer}, serial number {view.ChangerSerialNumber}, in {library.Directory}"
            : $"{library.Device}: no changer, in {library.Directory}");
        foreach (string failure in view.Failures)
            text.WriteLine($"failure: {failure}");
        text.WriteLine();
        TextTable.Write(run.Output, DriveColumns, (library.Drives ?? []).Select(static drive => new[]
        {
            Text(drive.Number), drive.Device, drive.Vendor, drive.Product, drive.SerialNumber, drive.Address is { } address ? Address(address) : "-",
            drive.Cartridge is null ? "-" : drive.Medium == "loaded" ? drive.Cartridge : $"{drive.Cartridge} ({drive.Medium})", drive.UsedBy ?? "-",
        }));
        VirtualPlaceView[] full = [.. view.Places.Where(static place => place.Kind != "drive" && place.Cartridge is not null)];
        if (view.Places.Count > 0)
        {
            text.WriteLine();
            if (full.Length > 0)
                TextTable.Write(run.Output, PlaceColumns, full.Select(static place => new[] { place.Kind == "hand" ? "-" : Text(place.Number), place.Kind, Address(place.Address), place.Cartridge! }));
            text.WriteLine($"{Empty(view, "slot")} of {HumanText.Count(library.Slots, "slot")} and {Empty(view, "mail slot")} of {HumanText.Count(library.MailSlots, "mail slot")} are empty");
        }
        CartridgeView[] shelf = [.. library.Cartridges.Where(static cartridge => cartridge.Place == "shelf")];
        if (shelf.Length > 0)
            text.WriteLine($"on the shelf: {string.Join(' ', shelf.Select(static cartridge => cartridge.Barcode))}");
    }

    private static int Empty(LibraryContentView view, string kind) => view.Places.Count(place => place.Kind == kind && place.Cartridge is null);

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Address(int address) => string.Create(CultureInfo.InvariantCulture, $"{address:X}h");

    private static Argument<string> NameOf() => CommonArguments.Library();

    private static Option<string?> SlotOf(string description) => new("--slot") { Description = description, HelpName = "N|mail" };

    private static (int? Number, bool IsMail) Slot(string? text) => text switch
    {
        null => (null, false),
        "mail" => (null, true),
        _ when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 => (number, false),
        _ => throw Usage($"--slot {text}: give the number of a slot, or 'mail'."),
    };

    private static string Checked(string name) => DriveName.IsLibraryName(name) ? name
        : throw Usage($"'{name}' is no name of a library: `capstan library list` shows those that exist.");

    private static OperationException Usage(string message) => new(ExitStatus.Usage, message);
}
