using System.CommandLine;
using Capstan.Operations.Configuration;

namespace Capstan.Cli;

internal enum OutputFormat
{
    Text,
    Json,
    JsonPretty,
}

/// <summary>The options of every verb.</summary>
internal static class GlobalOptions
{
    public static Option<string?> Device { get; } = new("--device", "--drive")
    {
        Description = "The drive: its name in the configuration, /dev/sgN, iscsi://HOST[:PORT]/TARGET/LUN, or virtual:NAME (or NAME alone) for the drive of a virtual library, virtual:NAME/2 for its second one. Without it the environment variables "
            + "CAPSTAN_DRIVE and TAPE are asked, in this order; without them it is virtual:main.",
        HelpName = "DRIVE",
        Recursive = true,
        CompletionSources = { static context => CommandLine.NamesOf(context.ParseResult, ConfiguredKind.Drive) },
    };

    public static Option<string> Format { get; } = FormatOption();

    public static Option<bool> Quiet { get; } = new("--quiet", "-q")
    {
        Description = "Print results and errors only: no notes, no progress.",
        Recursive = true,
    };

    public static Option<string?> Trace { get; } = new("--trace")
    {
        Description = "Write every SCSI command and its answer to FILE, one line each, no data.",
        HelpName = "FILE",
        Recursive = true,
    };

    public static OutputFormat FormatOf(ParseResult parse)
    {
        // Asking for the value of an option that did not parse throws; an error message needs a format all the same.
        string? word = parse.GetResult(Format)?.Tokens is [var token, ..] ? token.Value : null;
        return word switch
        {
            "json" => OutputFormat.Json,
            "json-pretty" => OutputFormat.JsonPretty,
            _ => OutputFormat.Text,
        };
    }

    private static Option<string> FormatOption()
    {
        var option = new Option<string>("--output-format")
        {
            Description = "text for people; json for programs: one document on standard output; json-pretty: the same, indented. "
                + "text is the default.",
            HelpName = "text|json|json-pretty",
            Recursive = true,
        };
        option.AcceptOnlyFromAmong("text", "json", "json-pretty");
        return option;
    }
}
