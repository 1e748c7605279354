using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>Prints what an operation tells, or keeps it for the JSON document.</summary>
/// <param name="printsNotes">Off with --quiet and with JSON.</param>
/// <param name="printsProblems">Off with JSON: the document has them.</param>
internal sealed class ConsoleListener(ProgressDisplay display, ProgressState state, bool printsNotes, bool printsProblems) : IOperationListener
{
    /// <summary>As many as a report lists; more would be memory that grows with the number of bad files.</summary>
    private const int MaximumKept = 1000;

    private readonly Lock _gate = new();
    private readonly List<string> _notes = [];
    private readonly HashSet<PathProblem> _problems = [];

    /// <summary>Notes so far, for the JSON document.</summary>
    public IReadOnlyList<string> Notes
    {
        get
        {
            lock (_gate)
                return [.. _notes];
        }
    }

    /// <summary>Problems so far, those that concern no path first of all: a report lists only its files'.</summary>
    public IReadOnlyList<PathProblem> Problems
    {
        get
        {
            lock (_gate)
                return [.. _problems];
        }
    }

    public void Phase(string what) => state.Phase = what;

    public void Note(string text)
    {
        lock (_gate)
        {
            if (_notes.Count < MaximumKept)
                _notes.Add(text);
        }

        if (printsNotes)
            display.WriteLine("capstan: " + text);
    }

    public void Problem(string path, string text)
    {
        lock (_gate)
        {
            if (_problems.Count < MaximumKept)
                _problems.Add(new PathProblem(path, text));
        }

        if (printsProblems)
            display.WriteLine("capstan: " + Describe(path, text));
    }

    /// <summary>Whether it was told while the operation ran.</summary>
    public bool WasTold(PathProblem problem)
    {
        lock (_gate)
            return _problems.Contains(problem with { PathBase64 = null });
    }

    public static string Describe(string path, string text) => path.Length == 0 ? text : $"{path}: {text}";
}
