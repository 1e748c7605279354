using System.Text;
using Capstan.Operations;

namespace Capstan.Cli;

/// <summary>The file of <c>--trace</c>.</summary>
internal sealed class TraceFile : IDisposable
{
    private readonly Lines _lines;

    private TraceFile(Lines lines) => _lines = lines;

    public TextWriter Writer => _lines;

    /// <summary>Why the rest is missing in it; null while nothing is.</summary>
    public string? Failure => _lines.Failure;

    /// <exception cref="OperationException">It cannot be written.</exception>
    public static TraceFile Create(string path)
    {
        try
        {
            return new TraceFile(new Lines(path));
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

    private sealed class Lines(string path) : StreamWriter(path, append: false, new UTF8Encoding(false))
    {
        public string? Failure { get; private set; }

        public override void Flush()
        {
            try
            {
                base.Flush();
            }
            catch (IOException e)
            {
                Failure ??= e.Message;
                throw;
            }
        }
    }
}
