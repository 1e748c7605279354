using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Modes;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive modes` and `capstan drive density`.</summary>
internal static class DriveModesCommand
{
    private const int AllPages = 0x3F;

    private static readonly TextColumn[] FieldColumns =
        [new("FIELD"), new("MEANING"), new("CURRENT", RightAligned: true), new("DEFAULT", RightAligned: true), new("SAVED", RightAligned: true), new("CHANGE")];

    private static readonly TextColumn[] DensityColumns =
    [
        new("CODE"), new("GENERATION"), new("NAME"), new("DESCRIPTION"), new("CAPACITY", RightAligned: true), new("TRACKS", RightAligned: true),
        new("BITS/MM", RightAligned: true), new("USE"),
    ];

    private static readonly TextColumn[] TypeColumns = [new("TYPE"), new("NAME"), new("DESCRIPTION"), new("LENGTH", RightAligned: true), new("DENSITIES")];

    public static Verb Modes(CliEnvironment environment)
    {
        var page = new Argument<string?>("PAGE")
        {
            Description = "In hexadecimal, with a subpage behind a comma or slash: 0f, 10,1, 0a/f0; 10,ff for all of a page. Without it: everything.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var hex = new Option<bool>("--hex") { Description = "Pages as bytes instead of by field." };
        var saved = new Option<string?>("--in") { Description = "Decode a saved answer to MODE SENSE instead of asking a drive: binary or hexadecimal, '-' for standard input.", HelpName = "FILE" };
        return new Verb("modes", "Show the drive's mode pages by field: current and default values, what can be changed. Moves no tape.",
            """
            capstan drive modes
            capstan drive modes 0f
            capstan drive modes 10,1 --device /dev/sg3
            sg_modes --raw --all /dev/sg3 | capstan drive modes --in -
            """)
        {
            page, hex, saved,
        }.Does(environment, (run, parse) =>
        {
            (int? code, int subpage) = ParsePage(parse.GetValue(page));
            ModesReport report = parse.GetValue(saved) is { } file
                ? Only(ModesOperation.Decode(SavedResponse.Read(file).Data, file), code, subpage, file)
                : run.Watch(() => run.Operations.DriveModes(run.Context, new ModesRequest(run.Device, code, subpage)));
            run.Report(report, ExitStatus.Success, CliJson.Default.ModesReport, (report, text) => Write(run, report, parse.GetValue(hex), text));
        });
    }

    public static Verb Density(CliEnvironment environment)
    {
        var saved = new Option<string?>("--in")
        {
            Description = "Decode a saved answer to REPORT DENSITY SUPPORT instead of asking a drive: binary or hexadecimal, '-' for standard input.",
            HelpName = "FILE",
        };
        return new Verb("density", "Show which cartridges and densities the drive supports, and what is in it. Moves no tape.",
            """
            capstan drive density
            sg_raw -r 4096 /dev/sg3 44 00 00 00 00 00 00 10 00 00 2>&1 | capstan drive density --in -
            """)
        {
            saved,
        }.Does(environment, (run, parse) =>
        {
            DensityReport report = parse.GetValue(saved) is { } file
                ? DensityOperation.Decode(SavedResponse.Read(file).Data, file)
                : run.Watch(() => run.Operations.DriveDensity(run.Context, run.Device));
            run.Report(report, ExitStatus.Success, CliJson.Default.DensityReport, (report, text) => Write(run, report, text));
        });
    }

    /// <summary>Null for all pages.</summary>
    internal static (int? Page, int Subpage) ParsePage(string? text)
    {
        if (text is null)
            return (null, 0);
        string[] parts = text.Split([',', '/']);
        if (parts.Length > 2 || !TryHex(parts[0], AllPages, out int page) || !TryHex(parts.Length == 2 ? parts[1] : "0", 0xFF, out int subpage))
            throw new OperationException(ExitStatus.Usage, $"'{text}' is no mode page: give its code in hexadecimal, 0 to 3f, and a subpage behind a comma, 0 to ff.");
        return page == AllPages ? (null, 0) : (page, subpage);
    }

    private static bool TryHex(string text, int maximum, out int value)
    {
        text = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text.TrimEnd('h', 'H');
        return int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value) && value >= 0 && value <= maximum;
    }

    private static ModesReport Only(ModesReport report, int? page, int subpage, string file)
    {
        if (page is not { } code)
            return report;
        string wanted = string.Create(CultureInfo.InvariantCulture, $"{code:X2}");
        ModePageReport[] pages =
        [
            .. report.Pages.Where(candidate => subpage == 0xFF
                ? candidate.Page.StartsWith(wanted, StringComparison.Ordinal)
                : candidate.Page == (subpage == 0 ? wanted : string.Create(CultureInfo.InvariantCulture, $"{wanted}/{subpage:X2}"))),
        ];
        return pages.Length > 0 ? report with { Pages = pages }
            : throw new OperationException(ExitStatus.Failed, $"{file}: mode page {code:X2}h is not in this answer.");
    }

    private static void Write(VerbRun run, ModesReport report, bool hex, TextWriter text)
    {
        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"medium type {report.MediumType:x2}h, {(report.WriteProtected ? "write-protected, " : "")}buffered mode {report.BufferedMode}, speed {report.Speed}")
            + (report is { DensityCode: { } density, BlockLength: { } length }
                ? string.Create(CultureInfo.InvariantCulture, $", density {density:x2}h ({report.Density}), {(length == 0 ? "variable blocks" : $"blocks of {length} bytes")}") : ""));
        if (report.SavedValues == false)
            text.WriteLine("the drive keeps no saved values: after power on the defaults count");
        foreach (ModePageReport page in report.Pages)
        {
            text.WriteLine();
            text.WriteLine($"page {page.Page} {page.Name ?? "of the vendor"}{(page.Saveable ? ", can be saved" : "")}");
            if (hex || page.Fields.Count == 0)
            {
                WriteHex(text, "current", page.Current);
                WriteHex(text, "changeable", page.Changeable);
                WriteHex(text, "default", page.Default);
                WriteHex(text, "saved", page.Saved);
            }
            else
            {
                TextTable.Write(run.Output, FieldColumns, page.Fields.Select(static field => new[]
                {
                    field.Field, field.Meaning, Number(field.Current), field.Default is { } value ? Number(value) : "-",
                    field.Saved is { } kept ? Number(kept) : "-",
                    field.Changeable switch { true => "yes", false => "no", _ => "-" },
                }));
            }
        }
    }

    private static void WriteHex(TextWriter text, string name, string? bytes)
    {
        if (bytes is not null)
            text.WriteLine($"{name,-10} {string.Join(' ', Enumerable.Range(0, bytes.Length / 2).Select(i => bytes.Substring(2 * i, 2)))}");
    }

    private static void Write(VerbRun run, DensityReport report, TextWriter text)
    {
        if (report.Densities is { } densities)
            TextTable.Write(run.Output, DensityColumns, densities.Select(static density => Row(density)));
        if (report.Medium is { } medium)
        {
            text.WriteLine();
            text.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"in the drive: {medium.Generation} (density {medium.Code:x2}h), {medium.Description}, {HumanText.Size(medium.CapacityBytes)}, {(medium.Writable ? "writable" : "only to be read")} by this drive"));
        }

        if (report.MediumTypes is { Count: > 0 } types)
        {
            if (report.Densities is not null)
                text.WriteLine();
            TextTable.Write(run.Output, TypeColumns, types.Select(static type => new[]
            {
                string.Create(CultureInfo.InvariantCulture, $"{type.Code:x2}h"), type.Name, type.Description,
                type.Length == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{type.Length} m"),
                string.Join(' ', type.Densities.Select(static code => string.Create(CultureInfo.InvariantCulture, $"{code:x2}h"))),
            }));
        }
    }

    private static string[] Row(DensityLine density) =>
    [
        string.Create(CultureInfo.InvariantCulture, $"{density.Code:x2}h"), density.Generation, density.Name, density.Description,
        density.CapacityBytes == 0 ? "-" : HumanText.Size(density.CapacityBytes), Number((uint)density.Tracks), Number((uint)density.BitsPerMillimetre),
        (density.Writable ? "write" : "read only") + (density.Default ? ", default" : ""),
    ];

    private static string Number(uint value) => value.ToString(CultureInfo.InvariantCulture);
}
