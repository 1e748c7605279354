using System.CommandLine;
using Capstan.Cli.Mt;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

/// <summary>`capstan mt`, and the program under the name mt.</summary>
internal static class MtCommand
{
    public const string Name = "mt";

    private static readonly Argument<string[]> Words = new("OPERATION")
    {
        Description = "As mt takes it: fsf, bsf, fsfm, bsfm, fsr, bsr, asf, rewind, eod, seek, tell, weof, status, offline, load, lock, unlock ... with its count.",
        Arity = ArgumentArity.ZeroOrMore,
    };

    public static Verb Create(CliEnvironment environment)
    {
        Verb mt = new Verb(Name, "Do what mt does, with its command line, output and exit statuses. A link to this program that is named mt behaves so.",
            """
            capstan mt -f /dev/sg3 status
            capstan mt fsf 2
            capstan mt -t virtual:main asf 1
            """).Does(environment, (run, parse) => run.Finish((ExitStatus)MtProgram.Run(run, parse.GetValue(Words) ?? [])));
        mt.Add(Words);
        return mt;
    }

    /// <summary>
    /// mt's options are not those of the other verbs: its device becomes ours, everything else is handed on as words. Our own options
    /// stand before the verb: `capstan --trace FILE mt rewind`.
    /// </summary>
    public static string[] Translate(string[] args)
    {
        int at = VerbAt(args);
        if (at >= args.Length || args[at] != Name || (args.Length > at + 1 && args[at + 1] == "--help"))
            return args;
        string[] words = args[(at + 1)..];
        MtCommandLine line = MtCommandLine.Parse(words);
        // An mt says nothing when it did what it should.
        string[] quiet = args.AsSpan(0, at).ContainsAny("-q", "--quiet") ? [] : ["--quiet"];
        string[] device = line.Device is { } named ? ["--device", named] : [];
        return [.. args[..at], .. quiet, .. device, Name, "--", .. words];
    }

    /// <summary>Where the verb stands, behind the options of every verb.</summary>
    internal static int VerbAt(string[] args)
    {
        int at = 0;
        while (at < args.Length && args[at].StartsWith('-'))
            at += args[at] is "--device" or "--drive" or "--trace" or "--output-format" ? 2 : 1;
        return at;
    }
}
