using System.CommandLine;
using System.Text.Json.Serialization.Metadata;
using Capstan.Operations;
using Capstan.Operations.Configuration;

namespace Capstan.Cli;

/// <summary>One run of one verb: its surroundings, what it prints, how it ends.</summary>
internal sealed class VerbRun : IDisposable
{
    private readonly CliEnvironment _environment;
    private readonly OutputFormat _format;
    private readonly ProgressState _progress;
    private readonly ProgressDisplay _display;
    private readonly Interruption _interruption;
    private readonly TraceFile? _trace;
    private readonly RecordingDriveSource _drives;

    public VerbRun(CliEnvironment environment, ParseResult parse, Stream jsonOutput)
    {
        _environment = environment;
        _format = GlobalOptions.FormatOf(parse);
        bool quiet = parse.GetValue(GlobalOptions.Quiet);
        Device = parse.GetValue(GlobalOptions.Device);
        bool showsBar = environment.Error.IsTerminal && !quiet;
        var counters = new ProgressCounters { WantsTotals = showsBar };
        _progress = new ProgressState(counters, environment.Time);
        _display = showsBar ? new BarProgress(environment.Error, _progress, environment.ProgressDelay)
            : quiet || IsJson ? new NoProgress(environment.Error)
            : new LineProgress(environment.Error, _progress, environment.ProgressLineInterval);
        Listener = new ConsoleListener(_display, _progress, printsNotes: !quiet && !IsJson, printsProblems: !IsJson);
        if (parse.GetValue(GlobalOptions.Trace) is { } trace)
            _trace = TraceFile.Create(trace);
        _drives = new RecordingDriveSource(environment.OpenDrives(_trace));
        Context = new OperationContext(environment.Home, _drives, Listener, counters, environment.Time) { ProgramVersion = ProgramVersion.Text };
        Json = IsJson ? new JsonDocumentWriter(jsonOutput, _format == OutputFormat.JsonPretty) : null;
        _interruption = new Interruption(() => Listener.Note(Stopping));
    }

    public IOperations Operations => _environment.Operations;

    public OperationContext Context { get; }

    public ConsoleListener Listener { get; }

    /// <summary>Value of --device.</summary>
    public string? Device { get; }

    public CancellationToken Cancellation => _interruption.Token;

    /// <summary>What is said at the first Ctrl-C.</summary>
    public string Stopping { get; set; } = "stopping";

    /// <summary>The document that is being written; null when text is wanted.</summary>
    public JsonDocumentWriter? Json { get; }

    public TextWriter Text => _environment.Output.Writer;

    public OutputChannel Output => _environment.Output;

    public OutputChannel Error => _environment.Error;

    /// <summary>Whether a drive was found and opened.</summary>
    public bool DriveWasOpened => _drives.PickedBy is not null;

    public TimeProvider Time => _environment.Time;

    /// <summary>Drives, changers and libraries that have names of their own.</summary>
    public ConfigOperation Configuration => new(_environment.ConfigurationPath(), _environment.Units(), _environment.Time);

    /// <summary>The drive of that name in the configuration; null when there is none.</summary>
    public ConfiguredDrive? ConfiguredDrive(string name) => Configuration.Show().Drives.FirstOrDefault(drive => drive.Name == name);

    public IDeviceScanner Scanner => _environment.Scanner();

    public IVirtualLibraries Libraries => _environment.Libraries();

    public Func<string, string?> Variable => _environment.Variable;

    /// <summary>What the run has come to so far; stays when the output breaks.</summary>
    public ExitStatus Status { get; private set; }

    private bool IsJson => _format != OutputFormat.Text;

    /// <summary>Asks on the terminal; null where there is none.</summary>
    public Func<string, bool>? Ask => _environment.Ask is not { } ask ? null : question =>
    {
        bool wasShown = _display.Suspend();
        try
        {
            return ask(question, Cancellation);
        }
        finally
        {
            if (wasShown)
                _display.Start();
        }
    };

    /// <summary>Runs an operation with progress shown; results are printed after it.</summary>
    public T Watch<T>(Func<T> operation)
    {
        _display.Start();
        try
        {
            return operation();
        }
        finally
        {
            _display.Dispose();
        }
    }

    /// <summary>Prints a report in the format that was asked for.</summary>
    public void Report<T>(T report, ExitStatus status, JsonTypeInfo<T> type, Action<T, TextWriter> text)
    {
        Status = status;
        if (Json is null)
            text(report, Text);
        else
            Json.Report(report, type, _drives.PickedBy);
    }

    /// <summary>Sets the exit status of a verb that prints no report.</summary>
    public void Finish(ExitStatus status) => Status = status;

    /// <summary>Prints what a report found wrong and nobody has told yet.</summary>
    public void Problems(IReadOnlyList<PathProblem> problems, long count)
    {
        foreach (PathProblem problem in problems)
        {
            if (!Listener.WasTold(problem))
                Text.WriteLine(ConsoleListener.Describe(problem.Path, problem.Text));
        }

        if (count > problems.Count && problems.Count > 0)
            Text.WriteLine($"... and {count - problems.Count} more");
    }

    /// <summary>Closes the drives, which may fail, and completes the output.</summary>
    public void End()
    {
        _drives.Dispose();
        TellCutTrace();
        if (Json is null)
        {
            Text.Flush();
            return;
        }

        Json.Notes(Notes());
        Json.End(Status);
    }

    /// <summary>Says why it failed, after whatever was printed before.</summary>
    public void Fail(string message, ExitStatus status)
    {
        Status = status;
        TellCutTrace();
        if (Json is null)
        {
            Text.Flush();
            _display.WriteLine("capstan: " + message);
            return;
        }

        Json.Error(message);
        Json.Notes(Notes());
        Json.End(status);
    }

    public void Dispose()
    {
        _interruption.Dispose();
        _display.Dispose();
        _drives.Dispose();
        _trace?.Dispose();
        Json?.Dispose();
    }

    private void TellCutTrace()
    {
        if (_trace?.Failure is { } failure)
            Listener.Note($"--trace: the rest could not be written: {failure}");
    }

    /// <summary>Of what was told while the operation ran, the document has the problems of files in its report, and the rest here.</summary>
    private List<string> Notes() =>
        [.. Listener.Notes, .. Listener.Problems.Where(problem => problem.Path.Length == 0).Select(problem => problem.Text)];

    /// <summary>Tells the user which drive was picked, and remembers it for the report.</summary>
    private sealed class RecordingDriveSource(IDriveSource inner) : IDriveSource, IDisposable
    {
        public string? PickedBy { get; private set; }

        public OpenedDrive Open(string? device, IOperationListener listener)
        {
            OpenedDrive opened = inner.Open(device, listener);
            // Of a changer and the drives in it, the changer is what was picked.
            PickedBy ??= opened.PickedBy;
            listener.Note(DriveName.Explain(opened.Device, opened.PickedBy, opened.ConfiguredName));
            return opened;
        }

        public OpenedChanger OpenChanger(string? changer, bool isAlone, IOperationListener listener)
        {
            OpenedChanger opened = inner.OpenChanger(changer, isAlone, listener);
            PickedBy = opened.PickedBy;
            listener.Note(ChangerName.Explain(opened.Device, opened.PickedBy, opened.ConfiguredName));
            return opened;
        }

        /// <summary>For a message: nothing was picked.</summary>
        public IEnumerable<ChangerSeat> FindChangers(string? device, bool asksPortal) => inner.FindChangers(device, asksPortal);

        public void Dispose() => (inner as IDisposable)?.Dispose();
    }
}
