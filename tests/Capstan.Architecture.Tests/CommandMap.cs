using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Capstan.Scsi;

namespace Capstan.Architecture.Tests;

/// <summary>Where one command lives, in every role. Paths relative to the repository; null: nowhere.</summary>
/// <param name="Name">As T10 writes it.</param>
/// <param name="Stem">The same in PascalCase: the beginning of every file name that belongs to it.</param>
/// <param name="Codes">Operation code, with the service actions after it.</param>
/// <param name="CdbLengthBytes">Length of its CDB.</param>
/// <param name="WireFile">Where it is encoded and decoded.</param>
/// <param name="TestFile">Where its bytes are tested.</param>
/// <param name="GoldenBytes">Where bytes of it that come from outside are: a fixture, or the test that holds them as literals.</param>
/// <param name="Handlers">Where the virtual tape library answers it: a file of its own, or those of its family.</param>
/// <param name="Senders">Where the driver sends it.</param>
/// <param name="Conformance">Classes that ask every target for it.</param>
/// <param name="Verbs">What a user types to have it sent; empty where nothing sends it by itself.</param>
/// <param name="DeviceType">Whose command it is: a tape drive's, or a changer's alone.</param>
internal sealed record CommandPlace(
    string Name,
    string Stem,
    string Codes,
    int CdbLengthBytes,
    string? WireFile,
    string? TestFile,
    string? GoldenBytes,
    IReadOnlyList<string> Handlers,
    IReadOnlyList<string> Senders,
    IReadOnlyList<string> Conformance,
    IReadOnlyList<string> Verbs,
    PeripheralDeviceType DeviceType);

/// <summary>Finds every role of every command of <see cref="CommandTable"/> by its stem.</summary>
internal static class CommandMap
{
    internal const string PagePath = "docs/commands/index.md";
    internal const string EmulationFolder = "src/Capstan.Emulation";

    internal static IReadOnlyList<CommandPlace> Places => field ??=
    [
        .. CommandTable.TapeDrive.GroupBy(command => command.Name).Select(rows => PlaceOf([.. rows], PeripheralDeviceType.Tape)),
        .. CommandTable.MediumChanger.Where(IsOfChangersAlone).GroupBy(command => command.Name).Select(rows => PlaceOf([.. rows], PeripheralDeviceType.MediumChanger)),
    ];

    /// <summary>Whether the virtual library has a changer, which answers the table of changers.</summary>
    internal static bool HasVirtualChanger { get; } = Mentions(EmulationFolder, "MediaChangerCommands").Count > 0;

    private static bool IsOfChangersAlone(CommandDescriptor command) => CommandTable.TapeDrive.All(other => other.Name != command.Name);

    /// <summary>"LOCATE(16)" is Locate16, "TEST UNIT READY" is TestUnitReady.</summary>
    internal static string StemOf(string name) =>
        string.Concat(name.Split(' ', '(', ')', '/').Where(word => word.Length > 0)
            .Select(word => word[..1] + word[1..].ToLowerInvariant()));

    private const string TableHead =
        """
        | command | code | CDB bytes | encoded and decoded | golden bytes | sent by | answered by | conformance | verbs |
        |---|---|---|---|---|---|---|---|---|

        """;

    /// <summary>The page as it should be.</summary>
    internal static string Page()
    {
        var page = new StringBuilder(
            """
            # Commands of a tape drive

            Generated from `CommandTable` and the files that mention each command. Do not edit: run

                CAPSTAN_REGENERATE=1 dotnet artifacts/bin/Capstan.Architecture.Tests/debug/Capstan.Architecture.Tests.dll -class Capstan.Architecture.Tests.CommandMapTests

            Any command, also one that no verb sends, goes out with `capstan drive raw`.


            """);
        AppendTable(page, PeripheralDeviceType.Tape);
        string shared = string.Join(", ", CommandTable.MediumChanger.Where(command => !IsOfChangersAlone(command)).Select(command => command.Name).Distinct());
        page.Append(CultureInfo.InvariantCulture,
            $"""

            # Commands of a media changer

            One operation code may be another command here than on a tape drive. Besides these, of the commands above: {shared}.


            """);
        AppendTable(page, PeripheralDeviceType.MediumChanger);
        return page.ToString();
    }

    private static void AppendTable(StringBuilder page, PeripheralDeviceType deviceType)
    {
        page.Append(TableHead);
        foreach (CommandPlace place in Places.Where(place => place.DeviceType == deviceType))
        {
            page.Append(CultureInfo.InvariantCulture,
                $"| {place.Name} | {place.Codes} | {place.CdbLengthBytes} | {Link(place.WireFile)} | {Link(place.GoldenBytes)} | {Senders(place)} | {Links(place.Handlers)} | {Links(place.Conformance)} | {Verbs(place.Name, place.Verbs)} |\n");
        }
    }

    private static CommandPlace PlaceOf(CommandDescriptor[] rows, PeripheralDeviceType deviceType)
    {
        CommandDescriptor command = rows[0];
        string stem = StemOf(command.Name);
        string? test = FileNamed("tests/Capstan.Scsi.Tests", stem + "Tests.cs") ?? Mentions("tests/Capstan.Scsi.Tests", stem).FirstOrDefault();
        string[] actions = [.. rows.Where(row => row.ServiceAction is not null).Select(row => $"{row.ServiceAction:X2}h")];
        return new CommandPlace(
            command.Name,
            stem,
            $"{command.OperationCode:X2}h" + (actions.Length == 0 ? "" : "/" + string.Join(",", actions)),
            command.CdbLength,
            FileNamed("src/Capstan.Scsi/Spc", stem + ".cs") ?? FileNamed("src/Capstan.Scsi/Ssc", stem + ".cs") ?? FileNamed("src/Capstan.Scsi/Smc", stem + ".cs"),
            test,
            GoldenBytesOf(command, test),
            Handlers(stem),
            [.. Mentions("src/Capstan.Drive", stem), .. Mentions("src/Capstan.Changer", stem), .. Mentions("src/Capstan.Transport.Iscsi", stem)],
            [.. Repository.Under("tests/Capstan.Conformance").Where(file => file.Name.EndsWith("Conformance.cs", StringComparison.Ordinal) && IsAbout(file.Text, command.Name)).Select(file => file.Path)],
            VerbsOf.GetValueOrDefault(command.Name) ?? [],
            deviceType);
    }

    /// <summary>What the user's commands send; a test compares the keys with the table and the verbs with docs/commands.md.</summary>
    internal static IReadOnlyDictionary<string, string[]> VerbsOf { get; } = new Dictionary<string, string[]>
    {
        ["TEST UNIT READY"] = ["drive status", "every verb that needs a tape"],
        ["REWIND"] = ["drive rewind", "backup"],
        ["REQUEST SENSE"] = ["drive status", "drive erase", "drive format"],
        ["FORMAT MEDIUM"] = ["drive format"],
        ["READ BLOCK LIMITS"] = ["drive status", "drive probe"],
        ["READ(6)"] = ["restore", "verify", "drive read"],
        ["WRITE(6)"] = ["backup", "drive write"],
        ["SET CAPACITY"] = ["drive capacity"],
        ["WRITE FILEMARKS(6)"] = ["backup", "drive weof"],
        ["SPACE(6)"] = ["drive fsf", "drive bsf", "drive fsr", "drive eod"],
        ["INQUIRY"] = ["drive inquiry", "scan"],
        ["VERIFY(6)"] = ["drive verify"],
        ["MODE SELECT(6)"] = ["drive options"],
        ["RESERVE(6)"] = ["drive reserve"],
        ["RELEASE(6)"] = ["drive release"],
        ["ERASE(6)"] = ["drive erase"],
        ["MODE SENSE(6)"] = ["drive modes", "drive options"],
        ["LOAD UNLOAD"] = ["drive load", "drive eject", "drive retension"],
        ["RECEIVE DIAGNOSTIC RESULTS"] = ["drive self-test"],
        ["SEND DIAGNOSTIC"] = ["drive self-test"],
        ["PREVENT ALLOW MEDIUM REMOVAL"] = ["drive lock", "drive unlock"],
        ["LOCATE(10)"] = ["drive seek"],
        ["READ POSITION"] = ["drive position", "drive tell"],
        ["WRITE BUFFER"] = ["drive self-test"],
        ["READ BUFFER"] = ["drive dump", "drive self-test"],
        ["REPORT DENSITY SUPPORT"] = ["drive density"],
        ["LOG SELECT"] = ["drive alerts"],
        ["LOG SENSE"] = ["drive log", "drive alerts", "drive statistics", "drive status"],
        ["MODE SELECT(10)"] = ["drive options", "drive append-only", "drive format"],
        ["RESERVE(10)"] = ["drive reserve"],
        ["RELEASE(10)"] = ["drive release"],
        ["MODE SENSE(10)"] = ["drive modes", "drive options", "drive status"],
        ["PERSISTENT RESERVE IN"] = ["drive reservations"],
        ["PERSISTENT RESERVE OUT"] = ["drive reserve", "drive release"],
        ["WRITE FILEMARKS(16)"] = [],
        ["ALLOW OVERWRITE"] = ["drive append-only"],
        ["READ ATTRIBUTE"] = ["drive memory"],
        ["WRITE ATTRIBUTE"] = ["drive memory", "backup"],
        ["SPACE(16)"] = ["drive fsf", "drive bsf", "drive fsr", "drive eod"],
        ["LOCATE(16)"] = ["drive seek", "restore"],
        ["REPORT LUNS"] = ["scan"],
        ["SECURITY PROTOCOL IN"] = ["drive encryption"],
        ["REPORT SUPPORTED OPERATION CODES"] = ["drive status"],
        ["REPORT TIMESTAMP"] = ["drive timestamp"],
        ["RECEIVE RECOMMENDED ACCESS ORDER"] = ["drive access-order"],
        ["READ END OF WRAP POSITION"] = ["drive wraps"],
        ["SET TIMESTAMP"] = ["drive timestamp"],
        ["GENERATE RECOMMENDED ACCESS ORDER"] = ["drive access-order"],
        ["READ MEDIA SERIAL NUMBER"] = ["drive status"],
        ["SECURITY PROTOCOL OUT"] = ["drive encryption"],
        ["INITIALIZE ELEMENT STATUS"] = [],
        ["OPEN/CLOSE IMPORT/EXPORT ELEMENT"] = [],
        ["POSITION TO ELEMENT"] = [],
        ["INITIALIZE ELEMENT STATUS WITH RANGE"] = [],
        ["MOVE MEDIUM"] = [],
        ["EXCHANGE MEDIUM"] = [],
        ["REQUEST VOLUME ELEMENT ADDRESS"] = [],
        ["SEND VOLUME TAG"] = [],
        ["READ ELEMENT STATUS"] = [],
        ["INITIALIZE ELEMENT STATUS WITH RANGE (E7h)"] = [],
    };

    /// <summary>Why no verb sends a command, where that is so.</summary>
    internal static IReadOnlyDictionary<string, string> ReasonsOf { get; } = new Dictionary<string, string>
    {
        ["WRITE FILEMARKS(16)"] = "none: where the tape stands it does what WRITE FILEMARKS(6) does, with a count of 24 bits as well; elsewhere than there only in explicit address mode, which this program does not use",
    };

    /// <summary>Why the driver does not send a command, where that is so.</summary>
    internal static IReadOnlyDictionary<string, string> NotSentBecause { get; } = new Dictionary<string, string>
    {
        ["WRITE FILEMARKS(16)"] = "not sent: every drive has WRITE FILEMARKS(6)",
    };

    private static bool IsAbout(string text, string name) => Regex.IsMatch(text, $@"(?<![\w/]){Regex.Escape(name)}(?![\w(])");

    private static string Verbs(string command, IReadOnlyList<string> verbs) =>
        verbs.Count == 0 ? ReasonsOf.GetValueOrDefault(command, "-") : string.Join(", ", verbs.Select(verb => verb.StartsWith("every", StringComparison.Ordinal) ? verb : $"`{verb}`"));

    private static string Senders(CommandPlace place) => NotSentBecause.GetValueOrDefault(place.Name) ?? Links(place.Senders);

    private static string? FileNamed(string folder, string name) =>
        Repository.Under(folder).FirstOrDefault(file => file.Name == name)?.Path;

    private static List<string> Handlers(string stem) =>
        FileNamed(EmulationFolder, stem + "Handler.cs") is { } own ? [own] : Mentions(EmulationFolder, stem);

    private static List<string> Mentions(string folder, string stem)
    {
        // The name of the type itself, not of something longer and not behind a dot.
        var name = new Regex($@"(?<![\w.]){stem}(?!\w)");
        return [.. Repository.Under(folder).Where(file => name.IsMatch(file.Text)).Select(file => file.Path)];
    }

    /// <summary>A CDB in full: a fixture that begins with it, or a literal in the test.</summary>
    private static string? GoldenBytesOf(CommandDescriptor command, string? testPath)
    {
        string code = command.OperationCode.ToString("X2", CultureInfo.InvariantCulture);
        if (Repository.Files.FirstOrDefault(file => file.Path == testPath) is { } test)
        {
            int more = command.CdbLength - 1;
            var asText = new Regex($"\"{code}( ?[0-9A-F]{{2}}){{{more}}}[0-9A-F ]*\"", RegexOptions.IgnoreCase);
            var asBytes = new Regex($@"0x{code}(\s*,\s*(0x)?[0-9A-F]{{1,2}}){{{more}}}", RegexOptions.IgnoreCase);
            if (asText.IsMatch(test.Text) || asBytes.IsMatch(test.Text))
                return test.Path;
        }
        var header = new Regex($@"^# *CDB: *{code}\b", RegexOptions.IgnoreCase | RegexOptions.Multiline);
        return Repository.Under("tests/fixtures/hex", ".hex").FirstOrDefault(file => header.IsMatch(file.Text))?.Path;
    }

    private static string Link(string? path) => path is null ? "-" : $"[{Path.GetFileName(path)}](../../{path})";

    private static string Links(IReadOnlyList<string> paths) => paths.Count == 0 ? "-" : string.Join(", ", paths.Select(Link));
}
