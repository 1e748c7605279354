using System.Text;
using Capstan.Cli.Interop.libc;

namespace Capstan.Cli;

/// <summary>Asks a person on the terminal. Only the word yes is a yes: what is asked about cannot be undone.</summary>
internal static class TerminalQuestion
{
    private const int PollMilliseconds = 100;
    private const int LongestAnswer = 256;

    /// <summary>Asks on standard error and reads a line of standard input; both are terminals.</summary>
    /// <exception cref="OperationCanceledException">Ctrl-C instead of an answer.</exception>
    public static unsafe bool Ask(TextWriter error, string question, CancellationToken cancellation)
    {
        error.Write(question + " Type yes to go on: ");
        error.Flush();
        var answer = new List<byte>();
        var wait = new Libc.PollDescriptor { FileDescriptor = StandardStreams.Input, Events = Libc.PollIn };
        while (answer.Count < LongestAnswer)
        {
            // Not in a read that nobody could end: a Ctrl-C only sets the token.
            cancellation.ThrowIfCancellationRequested();
            if (Libc.Poll(&wait, 1, PollMilliseconds) <= 0)
                continue;
            byte letter;
            if (Libc.Read(StandardStreams.Input, &letter, 1) != 1 || letter == '\n')
                break;
            answer.Add(letter);
        }

        cancellation.ThrowIfCancellationRequested();
        return Encoding.UTF8.GetString([.. answer]).Trim().Equals("yes", StringComparison.OrdinalIgnoreCase);
    }
}
