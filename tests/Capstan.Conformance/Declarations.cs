namespace Capstan.Conformance;

/// <summary>
/// What a target is declared not to do, each with the reason. A declared check still runs, unless the target does not survive
/// it: it must fail, or the declaration is out of date and that is an error.
/// </summary>
public sealed class Declarations
{
    private readonly Dictionary<string, string> _reasons = [];
    private readonly HashSet<string> _untried = [];

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

    /// <summary>Declares checks that must not even be tried, because the target does not survive them.</summary>
    public Declarations IsBrokenBy(string reason, params string[] checks)
    {
        _untried.UnionWith(checks);
        return Lacks(reason, checks);
    }

    /// <summary>Whether the check must not be tried.</summary>
    public bool MustNotBeTried(string check) => _untried.Contains(check);

    /// <summary>The declared checks.</summary>
    public IReadOnlyCollection<string> Checks => _reasons.Keys;

    /// <summary>The reason, or null when the check must pass.</summary>
    public string? ReasonFor(string check) => _reasons.GetValueOrDefault(check);
}
