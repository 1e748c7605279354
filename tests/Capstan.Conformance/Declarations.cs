namespace Capstan.Conformance;

/// <summary>
/// What a target is declared not to do, each with the reason. A declared check still runs: it must fail, or the declaration is
/// out of date and that is an error.
/// </summary>
public sealed class Declarations
{
    private readonly Dictionary<string, string> _reasons = [];

    /// <summary>Nothing is declared: the target does everything.</summary>
    public static Declarations None => new();

    /// <summary>Declares checks.</summary>
    /// <param name="reason">Why they fail, and where that is known from.</param>
    /// <param name="checks">Names as docs/targets.md has them: <c>Space6.BlocksBackward</c>.</param>
    public Declarations Lacks(string reason, params string[] checks)
    {
        foreach (string check in checks)
            _reasons.Add(check, reason);
        return this;
    }

    /// <summary>The declared checks.</summary>
    public IReadOnlyCollection<string> Checks => _reasons.Keys;

    /// <summary>The reason, or null when the check must pass.</summary>
    public string? ReasonFor(string check) => _reasons.GetValueOrDefault(check);
}
