using Capstan.Scsi;

namespace Capstan.Transport;

/// <summary>
/// A way to reach one logical unit. A command that reached the device is a value, whatever its status; a broken path is a
/// <see cref="ScsiTransportException"/>.
/// </summary>
/// <remarks>
/// Contract: one command at a time (the caller serialises; a second concurrent call may throw); the call blocks the calling
/// thread until the device answered or the timeout passed; nothing is retried here; buffers belong to the caller and are not
/// kept after the call; what stands in a data-in buffer beyond the transferred bytes means nothing (it may be overwritten); a
/// GOOD completion allocates nothing.
/// </remarks>
public interface IScsiTransport : IDisposable
{
    /// <summary>What was opened, for messages: <c>/dev/sg1</c>, <c>virtual:main</c>.</summary>
    string Name { get; }

    /// <summary>The largest data transfer of one command, in bytes.</summary>
    int MaxTransferBytes { get; }

    /// <summary>How a broken path is made whole again; null where that cannot be done.</summary>
    ITransportRecovery? Recovery => null;

    /// <summary>Runs one command.</summary>
    /// <param name="cdb">The command.</param>
    /// <param name="data">Its data, in one direction or none.</param>
    /// <param name="sense">Where sense bytes go on CHECK CONDITION; at least <see cref="ScsiCompletion.SenseBufferLength"/> bytes.</param>
    /// <param name="timeout">How long the device may take.</param>
    /// <exception cref="ScsiTransportException">The command may or may not have reached the device; see its Fault.</exception>
    ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout);
}

/// <summary>The data phase of one command: none, from the device, or to the device.</summary>
public readonly ref struct DataTransfer
{
    private DataTransfer(Span<byte> fromDevice, ReadOnlySpan<byte> toDevice, DataDirection direction)
    {
        FromDeviceBuffer = fromDevice;
        ToDeviceBuffer = toDevice;
        Direction = direction;
    }

    public static DataTransfer None => default;

    public static DataTransfer FromDevice(Span<byte> buffer) => new(buffer, default, DataDirection.FromDevice);

    public static DataTransfer ToDevice(ReadOnlySpan<byte> buffer) => new(default, buffer, DataDirection.ToDevice);

    public DataDirection Direction { get; }

    /// <summary>Where data-in goes; empty unless <see cref="DataDirection.FromDevice"/>.</summary>
    public Span<byte> FromDeviceBuffer { get; }

    /// <summary>Where data-out comes from; empty unless <see cref="DataDirection.ToDevice"/>.</summary>
    public ReadOnlySpan<byte> ToDeviceBuffer { get; }

    public int Length => Direction == DataDirection.ToDevice ? ToDeviceBuffer.Length : FromDeviceBuffer.Length;
}

public enum DataDirection
{
    None,
    FromDevice,
    ToDevice,
}
