using System.CommandLine;

namespace Capstan.Cli.Commands;

/// <summary>Arguments that several verbs take.</summary>
internal static class CommonArguments
{
    public static Argument<string> BackupId() => new("ID")
    {
        Description = "A backup's id as `capstan list` prints it, a unique beginning of it, or 'latest'.",
        HelpName = "ID",
        CompletionSources = { "latest" },
    };

    /// <summary>Name of a virtual library that exists.</summary>
    public static Argument<string> Library() => new("NAME")
    {
        Description = "Of the library.",
        CompletionSources = { static context => CommandLine.WordsOf(context.ParseResult, static libraries => libraries.Names()) },
    };

    public static Option<bool> Protect() => new("--protect")
    {
        Description = "Send a checksum with every block, which the drive compares (logical block protection). LTO-5 and later.",
    };

    public static Option<bool> Encrypted() => new("--encrypted")
    {
        Description = "Write nothing unless the drive encrypts: a reset or a power failure may have taken its key away since it was given one.",
    };
}
