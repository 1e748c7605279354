namespace Capstan.Transport;

/// <summary>The path to the device failed: the operating system, the host adapter or the link, not the drive's own answer.</summary>
public sealed class ScsiTransportException : IOException
{
    public ScsiTransportException(TransportFault fault, string message, Exception? inner = null)
        : base(message, inner) => Fault = fault;

    public TransportFault Fault { get; }
}

/// <summary>What still works after a <see cref="ScsiTransportException"/>.</summary>
public enum TransportFault
{
    /// <summary>No such device, or it is not a SCSI device.</summary>
    NotFound,

    /// <summary>The operating system refused access.</summary>
    PermissionDenied,

    /// <summary>Somebody else holds the device.</summary>
    Busy,

    /// <summary>The command was refused before it reached the device (too large, no memory): the device did not see it.</summary>
    NotSent,

    /// <summary>
    /// The host adapter or the system asks to send the command again; it may have been carried out already, so a command that
    /// moves the tape is repeated only after the position was compared.
    /// </summary>
    Transient,

    /// <summary>No answer in time: the command may have been carried out.</summary>
    TimedOut,

    /// <summary>The device or the link is gone: the command may have been carried out.</summary>
    Lost,
}
