using System.CommandLine;
using Capstan.Operations;
using Capstan.Operations.Pages;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive log`.</summary>
internal static class DriveLogCommand
{
    private const byte LastPage = 0x3F;

    public static Verb Create(CliEnvironment environment)
    {
        var page = new Argument<string?>("PAGE")
        {
            Description = "A log page in hexadecimal, with a subpage behind a comma: 17, 37,64. Without it: the list of pages that the drive has.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<bool>("--all") { Description = "Every page that the drive has." };
        var list = new Option<bool>("--list") { Description = "Only the list of pages." };
        var reset = new Option<bool>("--reset") { Description = "After reading, set the page's counters to zero, where the drive allows that." };
        Option<string?> input = InputOption();
        var vendor = new Option<string?>("--vendor")
        {
            Description = "With --in: whose drive answered (IBM, HP, Quantum), for the pages from 30h on. A file with a '# Device:' line says it itself.",
            HelpName = "NAME",
        };
        return new Verb("log", "Read and decode the drive's log pages. Moves no tape and needs none.",
            """
            capstan drive log
            capstan drive log 17
            capstan drive log --all --output-format json
            capstan drive log --in page.hex
            """)
        {
            page, all, list, reset, input, vendor,
        }.Does(environment, (run, parse) =>
        {
            (byte, byte)? wanted = Page(parse.GetValue(page));
            LogReport report;
            if (parse.GetValue(input) is { } file)
            {
                if (wanted is not null || parse.GetValue(all) || parse.GetValue(list) || parse.GetValue(reset))
                    throw PageText.Usage("--in decodes what is in the file: give no page, --all, --list or --reset with it.");
                SavedResponse saved = SavedResponse.Read(file);
                report = LogOperation.Decode(file, saved.Data, parse.GetValue(vendor) ?? saved.Device);
            }
            else
            {
                if (parse.GetValue(reset) && wanted is null)
                    throw PageText.Usage("--reset needs the page whose counters shall be reset.");
                if (wanted is not null && (parse.GetValue(all) || parse.GetValue(list)))
                    throw PageText.Usage("Give a page, or --all, or --list.");
                var request = new LogRequest(run.Device, wanted, parse.GetValue(all) && !parse.GetValue(list), parse.GetValue(reset));
                report = run.Watch(() => run.Operations.DriveLog(run.Context, request));
            }

            run.Report(report, ExitStatus.Success, CliJson.Default.LogReport, Write);
        });
    }

    /// <summary>`--in FILE` of the verbs that decode.</summary>
    public static Option<string?> InputOption() => new("--in")
    {
        Description = "Decode a saved answer instead of asking a drive: binary, or hexadecimal as sg3_utils prints it; '-' for standard input.",
        HelpName = "FILE",
    };

    private static (byte, byte)? Page(string? text)
    {
        if (text is null)
            return null;
        string[] parts = text.Split(',');
        byte subpage = 0;
        return parts.Length <= 2 && PageText.TryParse(parts[0], LastPage, out byte page) && (parts.Length == 1 || PageText.TryParse(parts[1], 0xFF, out subpage))
            ? (page, subpage)
            : throw PageText.Usage($"'{text}' is no log page: give it in hexadecimal, 0 to 3F, and a subpage behind a comma, such as 17 or 37,64.");
    }

    private static void Write(LogReport report, TextWriter text)
    {
        foreach (LogPageName name in report.Supported)
            text.WriteLine($"{PageText.Code(name.Page, name.Subpage),-8} {name.Name}");
        for (int i = 0; i < report.Pages.Count; i++)
        {
            LogPageReport page = report.Pages[i];
            if (i > 0)
                text.WriteLine();
            text.WriteLine($"page {PageText.Code(page.Page, page.Subpage)}: {page.Name}{(page.Truncated ? " (cut off)" : "")}");
            bool isList = page is { Page: 0 } or { Subpage: 0xFF };
            foreach (PageParameter parameter in page.Parameters)
            {
                if (isList)
                    text.WriteLine($"  {PageText.Code(parameter.Code >> 8, parameter.Code & 0xFF),-8} {parameter.Name}");
                else
                    PageText.WriteParameter(parameter, text);
            }

            if (page.Parameters.Count == 0)
                text.WriteLine("  (no parameters)");
        }

        foreach (LogPageName name in report.Refused)
            text.WriteLine($"page {PageText.Code(name.Page, name.Subpage)}: {name.Name}: listed, and not given ({name.Refusal})");
    }
}
