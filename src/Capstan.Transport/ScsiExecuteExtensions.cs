using Capstan.Scsi;

namespace Capstan.Transport;

/// <summary>Sends commands as values.</summary>
public static class ScsiExecuteExtensions
{
    /// <summary>Encodes a command and runs it; allocates nothing. See <see cref="IScsiTransport.Execute"/>.</summary>
    /// <exception cref="ScsiTransportException">The path to the device failed.</exception>
    public static ScsiCompletion Execute<TCommand>(
        this IScsiTransport transport, in TCommand command, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        ArgumentNullException.ThrowIfNull(transport);
        Cdb cdb = Cdb.Of(in command);
        return transport.Execute(in cdb, data, sense, timeout);
    }
}
