using System.CommandLine;
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

    public Consent Of(VerbRun run, ParseResult parse) =>
        new(parse.GetValue(_yes), parse.GetValue(_barcode), parse.GetValue(_label), run.Ask);
}
