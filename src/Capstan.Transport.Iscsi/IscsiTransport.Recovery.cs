namespace Capstan.Transport.Iscsi;

public sealed unsafe partial class IscsiTransport : ITransportRecovery
{
    /// <inheritdoc/>
    public ITransportRecovery Recovery => this;

    /// <summary>The nexus is this session's alone: RFC 7143 3.4.1.1, initiator name and session identifier name it.</summary>
    bool ITransportRecovery.HearsEveryUnitAttention => true;

    /// <inheritdoc/>
    /// <remarks>
    /// Logs in with the session identifier of the lost session: every command of that one has ended when this returns true
    /// (RFC 7143 6.3.5).
    /// </remarks>
    bool ITransportRecovery.TryReconnect(out string problem)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            problem = "";
            if (_session is { } running && running.ServiceIdle())
                return true;
            CloseSession();
            try
            {
                _session = IscsiSession.Login(_address.Portal, _address.TargetName, _settings, _sessionId);
                _isPatienceSpent = false;
                Reconnections++;
                return true;
            }
            catch (ScsiTransportException e)
            {
                // A target that is being restarted refuses, is not there, and does not know its names yet, in turn.
                problem = e.Message;
                return false;
            }
        }
    }
}
