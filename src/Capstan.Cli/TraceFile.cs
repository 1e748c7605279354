using System.Text;
using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>The file of <c>--trace</c>.</summary>
internal sealed class TraceFile : IDisposable
{
    private TraceFile(StreamWriter writer) => Writer = writer;

    public TextWriter Writer { get; }

    /// <exception cref="OperationException">It cannot be written.</exception>
    public static TraceFile Create(string path)
    {
        try
        {
            return new TraceFile(new StreamWriter(path, append: false, new UTF8Encoding(false)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new OperationException(ExitStatus.Usage, $"--trace: cannot write {path}: {e.Message}", e);
        }
    }

    public void Dispose()
    {
        try
        {
            Writer.Dispose();
        }
        catch (IOException)
        {
            // The trace is cut; what was asked for is done.
        }
    }
}
