namespace Capstan.Transport.SgIo;

public sealed partial class SgIoTransport : ITransportRecovery
{
    private bool _isGone;

    /// <inheritdoc/>
    ITransportRecovery? IScsiTransport.Recovery => this;

    /// <summary>
    /// The kernel's error handling sends TEST UNIT READY after a reset (drivers/scsi/scsi_error.c, scsi_eh_tur), and its tape driver
    /// sends commands of its own: either may have heard of the reset in our place.
    /// </summary>
    bool ITransportRecovery.HearsEveryUnitAttention => false;

    /// <inheritdoc/>
    /// <remarks>
    /// The node outlives a reset and a lost path, which the kernel makes whole by itself. A device that was deleted comes back as
    /// another one, under a node of another number perhaps: which one that is, is for the user to say.
    /// </remarks>
    bool ITransportRecovery.TryReconnect(out string problem)
    {
        ObjectDisposedException.ThrowIf(_file.IsClosed, this);
        if (_isGone)
            throw new ScsiTransportException(TransportFault.NotFound, $"{Name}: the kernel has removed this device.");
        problem = "";
        return true;
    }
}
