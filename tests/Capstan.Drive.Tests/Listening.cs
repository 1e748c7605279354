using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Drive.Tests;

/// <summary>Prepared answers, and an ear for what is sent: commands in hexadecimal and the last data-out.</summary>
internal sealed class Listening(params ScriptedReply[] replies) : IScsiTransport
{
    private readonly ScriptedTransport _script = new(replies);

    public List<string> Commands { get; } = [];

    public byte[] LastData { get; private set; } = [];

    public string Name => _script.Name;

    public int MaxTransferBytes => _script.MaxTransferBytes;

    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        Commands.Add(Convert.ToHexString(cdb.Span));
        if (data.Direction == DataDirection.ToDevice)
            LastData = data.ToDeviceBuffer.ToArray();
        return _script.Execute(in cdb, data, sense, timeout);
    }

    public void Dispose() => _script.Dispose();
}
