using System.CommandLine;
using Capstan.Operations;
using Capstan.Operations.Erasing;

namespace Capstan.Cli.Commands;

/// <summary>The options of everything that destroys what is on a tape.</summary>
internal sealed class ConsentOptions
{
    private readonly Option<bool> _yes = new("--yes") { Description = "Yes, the tape in the drive may be destroyed: do not ask." };

    private readonly Option<string?> _barcode = new("--expect-barcode")
    {
        Description = "Refuse every other tape than the one with this barcode.",
        HelpName = "CODE",
    };

    private readonly Option<string?> _label = new("--expect-label") { Description = "Refuse every other tape than the one with this label.", HelpName = "TEXT" };

    public Verb AddTo(Verb verb)
    {
        verb.Add(_yes);
        verb.Add(_barcode);
        verb.Add(_label);
        return verb;
    }

    public Consent Of(VerbRun run, ParseResult parse) => new(parse.GetValue(_yes), Named(parse, _barcode), Named(parse, _label), run.Ask);

    /// <summary>An empty name is a variable of a script that is not set: what it should protect must not be destroyed, nor be looked at.</summary>
    private static string? Named(ParseResult parse, Option<string?> option) => parse.GetValue(option) is { } name && string.IsNullOrWhiteSpace(name)
        ? throw new OperationException(ExitStatus.Usage, $"{option.Name} is empty: name the tape. Nothing was changed.")
        : parse.GetValue(option);
}
