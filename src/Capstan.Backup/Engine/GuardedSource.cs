using Capstan.Backup.Archive;

namespace Capstan.Backup.Engine;

/// <summary>
/// Turns a failure of the tape into the end of the stream, so that whoever writes a file out finishes that file as damaged
/// before anybody deals with the failure.
/// </summary>
internal sealed class GuardedSource(IContentSource source) : IContentSource
{
    /// <summary>What stopped the stream; null while it runs.</summary>
    public Exception? Failure { get; private set; }

    public ReadOnlyMemory<byte> Available
    {
        get
        {
            if (Failure is not null)
                return default;
            try
            {
                return source.Available;
            }
            catch (Exception e) when (e is IOException or OperationCanceledException)
            {
                Failure = e;
                return default;
            }
        }
    }

    public void Consume(int count) => source.Consume(count);
}
