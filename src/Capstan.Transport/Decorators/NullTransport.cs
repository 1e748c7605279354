using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>
/// Answers GOOD to everything, takes all data and touches no buffer: what is left is the cost of the layers above it.
/// </summary>
/// <param name="maxTransferBytes">What to give as the largest transfer, in bytes.</param>
public sealed class NullTransport(int maxTransferBytes = 16 << 20) : IScsiTransport
{
    private bool _disposed;

    /// <inheritdoc/>
    public string Name => "null";

    /// <inheritdoc/>
    public int MaxTransferBytes => maxTransferBytes;

    /// <inheritdoc/>
    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new ScsiCompletion(ScsiStatus.Good, 0, 0);
    }

    /// <inheritdoc/>
    public void Dispose() => _disposed = true;
}
