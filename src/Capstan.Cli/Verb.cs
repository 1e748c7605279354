using System.CommandLine;
using Capstan.Operations;
using Capstan.Transport;

namespace Capstan.Cli;

/// <summary>A command with examples, and with the one way in which commands run.</summary>
internal sealed class Verb : Command
{
    public Verb(string name, string description, string examples)
        : base(name, description) => Examples = examples;

    /// <summary>Whole command lines, one a line, shown by --help.</summary>
    public string Examples { get; }

    /// <summary>What happens, with everything around it: output, interruption, errors, exit status.</summary>
    public Verb Does(CliEnvironment environment, Action<VerbRun, ParseResult> action) => Does(_ => environment, action);

    /// <summary>The same for a command whose surroundings depend on how it was called.</summary>
    public Verb Does(Func<ParseResult, CliEnvironment> environment, Action<VerbRun, ParseResult> action)
    {
        SetAction(parse => (int)Run(environment(parse), parse, action));
        return this;
    }

    private static ExitStatus Run(CliEnvironment environment, ParseResult parse, Action<VerbRun, ParseResult> action)
    {
        VerbRun? run = null;
        try
        {
            run = new VerbRun(environment, parse, environment.JsonOutput);
            action(run, parse);
            run.End();
            return run.Status;
        }
        catch (BrokenPipeException)
        {
            return run?.Status ?? ExitStatus.Failed;
        }
        catch (OutputException e)
        {
            environment.Error.Writer.WriteLine("capstan: " + e.Message);
            return ExitStatus.Failed;
        }
        catch (Exception e)
        {
            (ExitStatus status, string message) = Explain(e, environment.Variable);
            return Fail(environment, parse, run, message, status);
        }
        finally
        {
            run?.Dispose();
        }
    }

    /// <summary>Prints an error where there may be no run yet.</summary>
    public static ExitStatus Fail(CliEnvironment environment, ParseResult parse, VerbRun? run, string message, ExitStatus status)
    {
        try
        {
            if (run is not null)
            {
                run.Fail(message, status);
            }
            else if (GlobalOptions.FormatOf(parse) is OutputFormat.Text)
            {
                environment.Error.Writer.WriteLine("capstan: " + message);
            }
            else
            {
                using var json = new JsonDocumentWriter(environment.JsonOutput, GlobalOptions.FormatOf(parse) == OutputFormat.JsonPretty);
                json.Error(message);
                json.Notes([]);
                json.End(status);
            }
        }
        catch (BrokenPipeException)
        {
            // Nobody hears it; the exit status still tells.
        }
        catch (IOException e)
        {
            environment.Error.Writer.WriteLine($"capstan: {message}\ncapstan: {e.Message}");
        }

        return status;
    }

    private static (ExitStatus Status, string Message) Explain(Exception e, Func<string, string?> variable)
    {
        bool debug = variable("CAPSTAN_DEBUG") == "1";
        string details = debug ? Environment.NewLine + e : "";
        return e switch
        {
            OperationException operation => (operation.Status, operation.Message + details),
            OperationCanceledException => (ExitStatus.Interrupted, "interrupted" + details),
            ScsiTransportException => (ExitStatus.Device, e.Message + details),
            IOException or UnauthorizedAccessException => (ExitStatus.Failed, e.Message + details),
            _ => (ExitStatus.Failed, $"internal error: {FirstLine(e.Message)} ({e.GetType().Name})"
                + (debug ? details : ". CAPSTAN_DEBUG=1 shows where.")),
        };
    }

    private static string FirstLine(string text)
    {
        int end = text.AsSpan().IndexOfAny('\r', '\n');
        return (end < 0 ? text : text[..end]).TrimEnd('.');
    }
}
