using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Conformance;

/// <summary>The target's transport for a driver that closes what it was given.</summary>
internal sealed class BorrowedTransport(IScsiTransport owner) : IScsiTransport
{
    public string Name => owner.Name;

    public int MaxTransferBytes => owner.MaxTransferBytes;

    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout) =>
        owner.Execute(cdb, data, sense, timeout);

    public void Dispose()
    {
    }
}
