using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>A user who presses Ctrl-C while a certain READ runs.</summary>
internal sealed class StoppingTransport(IScsiTransport inner, CancellationTokenSource stop, int reads) : IScsiTransport
{
    private int _left = reads;

    public string Name => inner.Name;

    public int MaxTransferBytes => inner.MaxTransferBytes;

    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        if (cdb.OperationCode == 0x08 && --_left == 0)
            stop.Cancel();
        return inner.Execute(in cdb, data, sense, timeout);
    }

    public void Dispose() => inner.Dispose();
}
