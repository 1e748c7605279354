using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using Capstan.Operations;

namespace Capstan.Cli.Tests;

public class CommandLineTests
{
    /// <summary>A link to the program, called as one of its verbs is.</summary>
    [Theory]
    [InlineData("mt", "mt", "rewind")]
    [InlineData("backup", "list", "--help")]
    [InlineData("drive", "drive", "--help")]
    [InlineData("mt", "--version", "--quiet")]
    public void A_link_may_have_the_name_of_a_verb(string executableName, string first, string second) =>
        CommandLine.Run(new TestCli().Environment, [first, second], executableName).ShouldBe(0);

    public static TheoryData<string> VerbPaths
    {
        get
        {
            var data = new TheoryData<string>();
            foreach ((string path, _) in Verbs())
                data.Add(path);
            return data;
        }
    }

    [Fact]
    public void The_version_is_the_one_of_the_build()
    {
        string built = typeof(CommandLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;
        ProgramVersion.Text.ShouldBe(built);
        System.Text.Encoding.UTF8.GetString(ProgramVersion.Line).ShouldBe($"capstan {built}\n");
        var cli = new TestCli();
        cli.Run("list", "--version").ShouldBe(ExitStatus.Usage);
        cli.Run("--version").ShouldBe(ExitStatus.Success);
        cli.Output.ShouldBe($"capstan {built}\n");
    }

    [Theory]
    [MemberData(nameof(VerbPaths))]
    public void Help_of_each_verb_has_examples_and_the_common_options(string path)
    {
        var cli = new TestCli();
        cli.Run([.. path.Split(' ').Skip(1), "--help"]).ShouldBe(ExitStatus.Success);
        cli.Output.ShouldContain("\nExample");
        cli.Output.ShouldContain("\n  " + path);
        foreach (string option in (string[])["--device", "--output-format", "--quiet", "--trace", "CAPSTAN_DRIVE", "TAPE"])
            cli.Output.ShouldContain(option);
        cli.Error.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(VerbPaths))]
    public void Examples_of_each_verb_parse(string path)
    {
        Verb verb = Verbs().Single(pair => pair.Path == path).Verb;
        Command root = CommandLine.Build(new TestCli().Environment);
        foreach (string line in verb.Examples.Split('\n'))
        {
            // What a shell would hand over: without process substitution and pipes.
            string command = line[line.IndexOf("capstan ", StringComparison.Ordinal)..].Split('|', ')')[0].Replace("'", "\"", StringComparison.Ordinal);
            ParseResult parse = root.Parse([.. CommandLineParser.SplitCommandLine(command).Skip(1)]);
            parse.Errors.Select(error => error.Message).ShouldBeEmpty(line);
            parse.CommandResult.Command.ShouldBeOfType<Verb>();
        }
    }

    [Theory]
    [InlineData("capstan knows no 'bogus'. `capstan --help` tells what it takes.", "bogus")]
    [InlineData("capstan drive knows no 'fly'. `capstan drive --help` tells what it takes.", "drive", "fly")]
    [InlineData("capstan list knows no '--all'. `capstan list --help` tells what it takes.", "list", "--all")]
    [InlineData("capstan backup has no option --changer. `capstan backup --help` tells what it takes; behind `--` it is no option.", "backup", "docs", "--changer", "test")]
    [InlineData("capstan library remove has no option --library. `capstan library remove --help` tells what it takes; behind `--` it is no option.", "library", "remove", "--library")]
    [InlineData("--eject-before-unload maybe: give one of true, false. `capstan config changer update --help` tells what it takes.", "config", "changer", "update", "robot", "--eject-before-unload", "maybe")]
    [InlineData("Required command was not provided. `capstan --help` tells what it takes.")]
    [InlineData("Required argument 'ID' missing for command: 'verify'. `capstan verify --help` tells what it takes.", "verify")]
    [InlineData("COUNT 9223372036854775808: this is no whole number, or one that is far too large. `capstan drive fsf --help` tells what it takes.", "drive", "fsf", "9223372036854775808")]
    [InlineData("--partitions x: this is no whole number, or one that is far too large. `capstan drive format --help` tells what it takes.", "drive", "format", "--partitions", "x")]
    [InlineData("--scope some: give one of all, local. `capstan drive encryption on --help` tells what it takes.", "drive", "encryption", "on", "--scope", "some")]
    public void A_wrong_command_line_says_what_is_wrong_and_where_help_is(string message, params string[] args)
    {
        var cli = new TestCli();
        cli.Run(args).ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldBe($"capstan: {message}\n");
        cli.Output.ShouldBeEmpty();
    }

    [Fact]
    public void A_wrong_command_line_is_a_document_for_programs()
    {
        var cli = new TestCli();
        cli.Run("restore", "latest", "--output-format", "json").ShouldBe(ExitStatus.Usage);
        cli.Json.ShouldBe("""{"error":"Option '--to' is required. `capstan restore --help` tells what it takes.","notes":[],"exit_status":2}""" + "\n");
        cli.Error.ShouldBeEmpty();
    }

    [Fact]
    public void An_unknown_format_is_refused_in_text()
    {
        var cli = new TestCli();
        cli.Run("list", "--output-format", "xml").ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldContain("--output-format xml: give one of text, json, json-pretty.");
    }

    [Fact]
    public void An_option_may_stand_before_the_verb()
    {
        var cli = new TestCli();
        cli.Run("--device", "virtual:b", "drive", "rewind").ShouldBe(ExitStatus.Success);
        cli.Operations.Device.ShouldBe("virtual:b");
    }

    [Fact]
    public void A_trace_that_cannot_be_written_ends_the_run_before_it_begins()
    {
        var cli = new TestCli();
        cli.Run("backup", "docs", "--trace", "/nonexistent/trace").ShouldBe(ExitStatus.Usage);
        cli.Error.ShouldStartWith("capstan: --trace: cannot write /nonexistent/trace: ");
        cli.Operations.Request.ShouldBeNull();
    }

    /// <summary>Only the verb that is called is made: making all of them takes a tenth of a short command's time.</summary>
    [Fact]
    public void A_verb_alone_is_what_it_is_among_all()
    {
        CliEnvironment environment = new TestCli().Environment;
        foreach (Command verb in CommandLine.Build(environment).Subcommands)
        {
            Command alone = CommandLine.Build(environment, "capstan", verb.Name).Subcommands.ShouldHaveSingleItem();
            alone.Name.ShouldBe(verb.Name);
            alone.Subcommands.Select(child => child.Name).ShouldBe(verb.Subcommands.Select(child => child.Name));
        }

        CommandLine.Build(environment, "capstan", "bogus").Subcommands.Count.ShouldBe(CommandLine.Build(environment).Subcommands.Count);
    }

    private static List<(string Path, Verb Verb)> Verbs()
    {
        var found = new List<(string, Verb)>();
        Collect(CommandLine.Build(new TestCli().Environment), "capstan", found);
        return found;
    }

    private static void Collect(Command command, string path, List<(string, Verb)> found)
    {
        foreach (Command child in command.Subcommands)
        {
            found.Add(($"{path} {child.Name}", child.ShouldBeOfType<Verb>()));
            Collect(child, $"{path} {child.Name}", found);
        }
    }
}
