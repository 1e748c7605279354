using System.CommandLine;
using System.Globalization;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

/// <summary><c>capstan library create</c>: from one drive with a shelf to a robot with many.</summary>
internal static class LibraryCreateCommand
{
    private const int DefaultCartridges = 8;
    private const int MaximumByHand = 999;
    private const int MaximumWithChanger = 30_000;

    public static Verb Create(CliEnvironment environment)
    {
        var name = new Argument<string>("NAME") { Description = "Letters, digits, '.', '_' and '-'; --device virtual:NAME uses it." };
        var cartridges = new Option<string?>("--cartridges")
        {
            Description = $"How many (1 to {MaximumByHand}, with a changer 0 to {MaximumWithChanger}; {DefaultCartridges} without this option), or of which kinds: 20xLTO-9,2xLTO-8-WORM,1xCLEANING.",
            HelpName = "N|NxKIND,...",
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
        var compression = new Option<bool>("--compression")
        {
            Description = "Its drives compress what compresses, when `drive options` or the data compression page says so, as it does at first; what does not takes its length.",
        };
        var realistic = new Option<bool>("--realistic")
        {
            Description = "Its drives and its robot take as long as real ones: loading, locating, rewinding, moving, and no more bytes a second than the tape takes.",
        };
        var changer = new Option<string?>("--changer") { Description = "Kind of changer, as `capstan library models` lists them: a robot moves the cartridges.", HelpName = "MODEL" };
        changer.CompletionSources.Add(static context => CommandLine.WordsOf(context.ParseResult, static libraries => libraries.ChangerModels().Select(static model => model.Name)));
        drive.CompletionSources.Add(static context => CommandLine.WordsOf(context.ParseResult, static libraries => libraries.Models().Select(static model => model.Name)));
        var drives = new Option<string?>("--drives") { Description = "Its drives, by generation or model: 4xLTO-9, or 2xibm-lto9-hh,1xhpe-lto8.", HelpName = "NxKIND,..." };
        var slots = new Option<string?>("--slots") { Description = "Slots of the changer; without it as many as there are cartridges.", HelpName = "N" };
        var mailSlots = new Option<string?>("--mail-slots") { Description = "Mail slots (import/export elements) of the changer; none without it.", HelpName = "N" };
        var changerQuirk = new Option<string?>("--changer-quirk")
        {
            Description = "How the changer departs from the standard, instead of its model's own ways; for tests of software.",
            HelpName = "NAME[,NAME]",
        };
        return new Verb("create", "Make a virtual library: one drive, its first cartridge loaded, or with a changer, its cartridges in slots.",
            """
            capstan library create test
            capstan library create old --drive hp-lto6 --media L6,L5,L4
            capstan library create small --cartridges 3 --capacity 500M
            capstan library create scratch --no-sync
            capstan library create real --compression --realistic
            capstan library create big --changer ibm-ts3200 --drives 4xLTO-9 --slots 40 --mail-slots 4 --cartridges 20xLTO-9,2xLTO-8-WORM,1xCLEANING
            capstan library create mixed --changer hpe-msl --drives 2xibm-lto9-hh,1xhpe-lto8 --slots 24
            """)
        {
            name, cartridges, capacity, noSync, drive, media, quirk, worm, compression, realistic, changer, drives, slots, mailSlots, changerQuirk,
        }.Does(environment, (run, parse) =>
        {
            string library = parse.GetRequiredValue(name);
            if (!DriveName.IsLibraryName(library))
                throw Usage($"'{library}' is no name for a library: use letters, digits, '.', '_' and '-', a letter or digit first.");
            bool hasChanger = parse.GetValue(changer) is not null;
            (int count, string[] kinds) = Cartridges(parse.GetValue(cartridges), hasChanger);
            if (kinds.Length > 0 && (parse.GetValue(media) is not null || parse.GetValue(worm)))
                throw Usage("--cartridges with kinds says what --media and --worm would: leave those out.");
            if (parse.GetValue(drives) is not null && parse.GetValue(drive) is not null)
                throw Usage("Give --drive for one drive or --drives for several, not both.");
            var robot = new RobotChoice(
                parse.GetValue(changer), Words(parse.GetValue(drives)), Number("--slots", parse.GetValue(slots)), Number("--mail-slots", parse.GetValue(mailSlots)) ?? 0,
                kinds, Words(parse.GetValue(changerQuirk)));
            if (!hasChanger && (robot.Slots is not null || robot.MailSlots > 0 || robot.Quirks.Count > 0))
                throw Usage("--slots, --mail-slots and --changer-quirk are about a changer: choose one with --changer.");
            bool isPlain = !hasChanger && robot.Drives.Count == 0 && kinds.Length == 0;
            LibraryCommand.Write(run, run.Libraries.Create(library, count, Capacity(parse.GetValue(capacity)), !parse.GetValue(noSync),
                new DriveChoice(parse.GetValue(drive), Words(parse.GetValue(media)), Words(parse.GetValue(quirk)), parse.GetValue(worm),
                    parse.GetValue(compression), parse.GetValue(realistic)), isPlain ? null : robot), "created");
        });
    }

    private static (int Count, string[] Kinds) Cartridges(string? text, bool hasChanger)
    {
        if (text is null)
            return (DefaultCartridges, []);
        if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int count))
            return (0, Words(text) is { Length: > 0 } kinds ? kinds : throw Usage("--cartridges: give a number, or kinds such as 20xLTO-9,1xCLEANING."));
        int least = hasChanger ? 0 : 1;
        int most = hasChanger ? MaximumWithChanger : MaximumByHand;
        return count >= least && count <= most ? (count, []) : throw Usage($"--cartridges {count}: a library has {least} to {most} cartridges.");
    }

    private static long? Capacity(string? size)
    {
        if (size is null)
            return null;
        return HumanText.TryParseSize(size, out long bytes) ? bytes : throw Usage($"--capacity {size}: give a number with an optional unit, such as 500M, 20G or 18TB.");
    }

    private static int? Number(string option, string? text) => text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number
        : throw Usage($"{option} {text}: give a number.");

    private static string[] Words(string? list) =>
        list?.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static OperationException Usage(string message) => new(ExitStatus.Usage, message);
}
