using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.Runtime.CompilerServices;
using System.CommandLine.Parsing;
using Capstan.Cli.Commands;
using Capstan.Operations;
using Capstan.Operations.Configuration;

namespace Capstan.Cli;

/// <summary>The tree of verbs, and what happens to a command line.</summary>
internal static class CommandLine
{
    private const int PipedHelpWidth = 100;

    private const string ProgramVerb = "capstan";

    // The options of every verb are the same objects for all command lines; what they complete depends on the one that is typed.
    private static readonly ConditionalWeakTable<Command, CliEnvironment> Environments = [];

    private static readonly (string Name, Func<CliEnvironment, Command> Create)[] Verbs =
    [
        ("backup", BackupCommand.Create),
        ("restore", RestoreCommand.Create),
        ("verify", VerifyCommand.Create),
        ("list", ListCommand.Create),
        ("show", ShowCommand.Create),
        ("catalog", CatalogCommand.Create),
        ("drive", DriveCommand.Create),
        ("changer", ChangerCommand.Create),
        ("library", LibraryCommand.Create),
        ("scan", ScanCommand.Create),
        ("config", ConfigCommand.Create),
        ("doctor", DoctorCommand.Create),
        (MtCommand.Name, MtCommand.Create),
        (MtxCommand.Name, MtxCommand.Create),
        ("completion", CompletionCommand.Create),
    ];

    /// <summary>Configured names, and those of virtual libraries, for completion.</summary>
    public static IReadOnlyList<string> NamesOf(ParseResult parse, ConfiguredKind kind) =>
        Environments.TryGetValue(parse.RootCommandResult.Command, out CliEnvironment? environment)
            ? [.. ConfigurationFile.NamesOrNone(environment.ConfigurationPath(), kind).Concat(environment.Libraries().Names()).Distinct()] : [];

    /// <summary>What the virtual libraries know, for completion.</summary>
    public static IReadOnlyList<string> WordsOf(ParseResult parse, Func<IVirtualLibraries, IEnumerable<string>> names) =>
        Environments.TryGetValue(parse.RootCommandResult.Command, out CliEnvironment? environment) ? [.. names(environment.Libraries())] : [];

    /// <summary>All verbs.</summary>
    public static Command Build(CliEnvironment environment) => Build(environment, RootCommand.ExecutableName, null);

    /// <param name="executableName">The program's file name, which System.CommandLine takes for the name of a root command.</param>
    /// <param name="verb">The only one that is needed; null or anything else for all of them, which takes longer.</param>
    internal static Command Build(CliEnvironment environment, string executableName, string? verb)
    {
        Command root = NewRoot(Verbs.Any(known => known.Name == executableName));
        bool isOne = Verbs.Any(known => known.Name == verb);
        foreach ((string name, Func<CliEnvironment, Command> create) in Verbs)
        {
            if (!isOne || name == verb)
                root.Add(create(environment));
        }

        Environments.Add(root, environment);
        root.Add(GlobalOptions.Device);
        root.Add(GlobalOptions.Format);
        root.Add(GlobalOptions.Quiet);
        root.Add(GlobalOptions.Trace);
        foreach (Option option in root.Options)
        {
            if (option is HelpOption { Action: HelpAction help } helpOption)
            {
                // A slash begins a path here.
                foreach (string alias in helpOption.Aliases.Where(static alias => alias.StartsWith('/')).ToArray())
                    helpOption.Aliases.Remove(alias);
                help.MaxWidth = environment.Output.IsTerminal ? environment.Output.WidthColumns : PipedHelpWidth;
                helpOption.Action = new HelpWithExamples(help);
            }
            else if (option is VersionOption version)
                version.Action = new PrintVersion();
        }

        return root;
    }

    /// <summary>
    /// A root command has the name of the file that was started. That of a link that is called as one of the verbs are (mt) would stand
    /// twice among the words: there the root is an ordinary command.
    /// </summary>
    private static Command NewRoot(bool isNamedAsAVerb)
    {
        const string Description = "Capstan writes files to LTO tape with its own SCSI commands, and brings them back.";
        return isNamedAsAVerb
            ? new Command(ProgramVerb, Description) { new HelpOption(), new VersionOption() }
            : new RootCommand(Description) { HelpName = ProgramVerb };
    }

    /// <summary>Runs one command line to its exit status. Throws nothing.</summary>
    public static int Run(CliEnvironment environment, string[] args) => Run(environment, args, RootCommand.ExecutableName);

    /// <inheritdoc cref="Run(CliEnvironment, string[])"/>
    internal static int Run(CliEnvironment environment, string[] args, string executableName)
    {
        args = MtxCommand.Translate(MtCommand.Translate(args));
        int at = MtCommand.VerbAt(args);
        Command root = Build(environment, executableName, at < args.Length ? args[at] : null);
        // A path may begin with '@': no response files.
        ParseResult parse = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        int status = (int)ExitStatus.Success;
        try
        {
            if (parse.Action is not ParseErrorAction && UnknownOption(parse, args) is { } option)
            {
                string command = CommandPath(parse);
                return (int)Verb.Fail(environment, parse, null, $"{command} has no option {option}. `{command} --help` tells what it takes; behind `--` it is no option.", ExitStatus.Usage);
            }

            status = parse.Errors.Count > 0 && parse.Action is ParseErrorAction or null
                ? (int)Refuse(environment, parse)
                : parse.Invoke(new InvocationConfiguration
                {
                    Output = environment.Output.Writer,
                    Error = environment.Error.Writer,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                });
            environment.Output.Writer.Flush();
            return status;
        }
        catch (BrokenPipeException)
        {
            return status;
        }
        catch (IOException e)
        {
            return (int)Verb.Fail(environment, parse, null, e.Message, ExitStatus.Failed);
        }
    }

    /// <summary>
    /// An option that a command does not have is taken for a path or a label by the parser. Words behind `--` are meant; so are those of foreign command lines.
    /// </summary>
    private static string? UnknownOption(ParseResult parse, string[] args)
    {
        if (parse.CommandResult.Command.Name is MtCommand.Name or MtxCommand.Name || args.Contains("--"))
            return null;
        return parse.CommandResult.Children.OfType<ArgumentResult>().SelectMany(static argument => argument.Tokens).Select(static token => token.Value)
            .FirstOrDefault(static word => word.StartsWith("--", StringComparison.Ordinal) && word.Length > 2);
    }

    private static ExitStatus Refuse(CliEnvironment environment, ParseResult parse)
    {
        string command = CommandPath(parse);
        // A word that is no command also makes the command missing; the word is what the user wants to hear about.
        string reason = parse.UnmatchedTokens is [var word, ..] ? $"{command} knows no '{word}'."
            : parse.Errors is [var error, ..] ? Describe(error)
            : "No command was given.";
        string remedy = $"`{command} --help` tells what it takes.";
        return Verb.Fail(environment, parse, null, $"{reason} {remedy}", ExitStatus.Usage);
    }

    /// <summary>The library's words name types of .NET, and put every choice on a line of its own.</summary>
    private static string Describe(ParseError error)
    {
        string? value = error.SymbolResult?.Tokens is [.., var last] ? last.Value : null;
        string? name = error.SymbolResult switch
        {
            OptionResult option => option.Option.Name,
            ArgumentResult { Parent: OptionResult option } => option.Option.Name,
            ArgumentResult argument => argument.Argument.Name,
            _ => null,
        };
        if (value is null || name is null)
            return error.Message;
        if (error.Message.Contains("as expected type", StringComparison.Ordinal))
            return $"{name} {value}: this is no whole number, or one that is far too large.";
        string[] choices = [.. error.Message.Split("\n\t").Skip(1)];
        return choices.Length > 0 ? $"{name} {value}: give one of {string.Join(", ", choices.Select(static choice => choice.Trim('\'', '\n', ' ')))}." : error.Message;
    }

    private static string CommandPath(ParseResult parse)
    {
        var names = new List<string>();
        for (Symbol? symbol = parse.CommandResult.Command; symbol?.Parents.Any() == true; symbol = symbol.Parents.FirstOrDefault())
            names.Insert(0, symbol.Name);
        names.Insert(0, ProgramVerb);
        return string.Join(' ', names);
    }

    private sealed class HelpWithExamples(HelpAction inner) : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            int status = inner.Invoke(parseResult);
            TextWriter output = parseResult.InvocationConfiguration.Output;
            string examples = parseResult.CommandResult.Command is Verb verb ? verb.Examples
                : "capstan backup docs\ncapstan restore latest --to /tmp/back";
            output.WriteLine(examples.Contains('\n') ? "Examples:" : "Example:");
            foreach (string line in examples.Split('\n'))
                output.WriteLine("  " + line);
            return status;
        }
    }

    private sealed class PrintVersion : SynchronousCommandLineAction
    {
        public override bool ClearsParseErrors => true;

        public override int Invoke(ParseResult parseResult)
        {
            parseResult.InvocationConfiguration.Output.WriteLine("capstan " + ProgramVersion.Text);
            return 0;
        }
    }
}
