using System.CommandLine;
using Capstan.Operations;
using Capstan.Operations.Pages;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive inquiry`.</summary>
internal static class DriveInquiryCommand
{
    public static Verb Create(CliEnvironment environment)
    {
        var page = new Option<string?>("--page") { Description = "One vital product data page in hexadecimal, such as 83. Without it: everything that the drive has.", HelpName = "PAGE" };
        Option<string?> input = DriveLogCommand.InputOption();
        return new Verb("inquiry", "Tell what the drive says about itself: INQUIRY data and vital product data pages. Moves no tape and needs none.",
            """
            capstan drive inquiry
            capstan drive inquiry --page 83 --device /dev/sg3
            capstan drive inquiry --in page.hex
            """)
        {
            page, input,
        }.Does(environment, (run, parse) =>
        {
            byte? wanted = parse.GetValue(page) switch
            {
                null => null,
                var code when PageText.TryParse(code, 0xFF, out byte parsed) => parsed,
                var code => throw PageText.Usage($"--page {code}: give a page code in hexadecimal, 0 to FF, such as 83."),
            };
            InquiryReport report = parse.GetValue(input) is { } file
                ? InquiryOperation.Decode(file, SavedResponse.Read(file).Data, wanted)
                : run.Watch(() => run.Operations.DriveInquiry(run.Context, run.Device, wanted));
            run.Report(report, ExitStatus.Success, CliJson.Default.InquiryReport, Write);
        });
    }

    private static void Write(InquiryReport report, TextWriter text)
    {
        for (int i = 0; i < report.Pages.Count; i++)
        {
            InquiryPage page = report.Pages[i];
            if (i > 0)
                text.WriteLine();
            text.WriteLine(page.Page is { } code ? $"page {PageText.Code(code, 0)}: {page.Name}" : page.Name);
            foreach (PageField field in page.Fields)
                PageText.WriteField(field, text);
            if (page.Fields.Count == 0 || page.Page >= 0xC0)
                PageText.WriteHex(page.Hex, text, "  ");
        }

        foreach (LogPageName name in report.Refused)
            text.WriteLine($"page {PageText.Code(name.Page, 0)}: {name.Name}: listed, and not given ({name.Refusal})");
    }
}
