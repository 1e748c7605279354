using System.CommandLine;
using Capstan.Cli.Mtx;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

/// <summary>`capstan mtx`, and the program under the name mtx.</summary>
internal static class MtxCommand
{
    public const string Name = "mtx";

    private static readonly Argument<string[]> Words = new("COMMAND")
    {
        Description = "As mtx takes it: -f DEVICE, then status, inventory, inquiry, load, unload, transfer, exchange, first, last, next, previous, position, eject, with their numbers; several in a line.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Verb Create(CliEnvironment environment)
    {
        Verb mtx = new Verb(Name, "Do what mtx does, with its command line, output and exit statuses. A link to this program that is named mtx behaves so.",
            """
            capstan mtx -f /dev/sg4 status
            capstan mtx -f virtual:test/changer load 3 0
            capstan mtx -f /dev/sg4 unload 3 0
            """).Does(environment, (run, parse) => run.Finish((ExitStatus)MtxProgram.Run(run, parse.GetValue(Words) ?? [])));
        mtx.Add(Words);
        return mtx;
    }

    /// <summary>mtx's words are handed on as they are. Our own options stand before the verb: `capstan --trace FILE mtx status`.</summary>
    public static string[] Translate(string[] args)
    {
        int at = MtCommand.VerbAt(args);
        if (at >= args.Length || args[at] != Name || (args.Length == at + 2 && args[at + 1] == "--help"))
            return args;
        // An mtx says nothing but what was asked for.
        string[] quiet = args.AsSpan(0, at).ContainsAny("-q", "--quiet") ? [] : ["--quiet"];
        return [.. args[..at], .. quiet, Name, "--", .. args[(at + 1)..]];
    }
}
