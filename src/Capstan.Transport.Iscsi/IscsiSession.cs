using System.Diagnostics;
using System.Runtime.InteropServices;
using Capstan.Scsi;

namespace Capstan.Transport.Iscsi;

/// <summary>How waiting for the library ended.</summary>
internal enum IscsiWait
{
    Finished,
    TimedOut,

    /// <summary>The connection is gone.</summary>
    Broken,
}

/// <summary>
/// One login. When its connection breaks it is over: the library is told never to connect again by itself, because it would
/// then send the running command a second time, and a WRITE would be on the tape twice.
/// </summary>
internal sealed unsafe class IscsiSession : IDisposable
{
    private const int MaxRedirections = 4;
    private const int LongestPollMilliseconds = 1000;
    private const int MaxHangUps = 64;

    // A peer that vanished without a word is noticed after about a minute instead of after the command's timeout, which may be hours.
    private const int KeepaliveIdleSeconds = 30;
    private const int KeepaliveCount = 4;
    private const int KeepaliveIntervalSeconds = 10;
    private const int UnacknowledgedMilliseconds = 60_000;

    private static readonly TimeSpan FarewellTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan AbortTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan DrainTimeout = TimeSpan.FromSeconds(10);

    private readonly IscsiContextHandle _context;
    private bool _isDead;

    private IscsiSession(IscsiContextHandle context) => _context = context;

    /// <summary>What the library last said; it speaks in sentences only.</summary>
    public string LastError => Marshal.PtrToStringUTF8(Interop.Libiscsi.GetError(_context))?.Trim().TrimEnd('.') ?? "";

    /// <summary>Connects and logs in; follows the target's redirections. Sends no SCSI command, so that no unit attention is lost.</summary>
    /// <param name="target">Name of the target; null for a discovery session.</param>
    /// <param name="sessionId">
    /// Initiator session identifier. Logging in again with the same one ends the session before it, and with it every command
    /// that still runs there (RFC 7143 6.3.5): only then does the drive's position mean anything.
    /// </param>
    /// <exception cref="ScsiTransportException">Not reachable, refused, or too slow.</exception>
    public static IscsiSession Login(IscsiPortal portal, string? target, IscsiSettings settings, uint sessionId)
    {
        LibiscsiLibrary.Require();
        long start = Stopwatch.GetTimestamp();
        var places = new List<string> { portal.ToString() };
        while (true)
        {
            string place = places[^1];
            IscsiSession session = Create(target, settings, sessionId);
            string? elsewhere = null;
            try
            {
                session.Connect(place, settings.LoginTimeout - Stopwatch.GetElapsedTime(start));
                elsewhere = session.LogIn(place, target, settings.LoginTimeout - Stopwatch.GetElapsedTime(start));
            }
            catch (ScsiTransportException e) when (places.Count > 1)
            {
                session.Dispose();
                throw IscsiErrors.Elsewhere(places, e);
            }
            catch
            {
                session.Dispose();
                throw;
            }

            if (elsewhere is null)
                return session;
            session.Dispose();
            string next = IscsiPortal.TryParse(elsewhere.Split(',')[0], out IscsiPortal parsed, out _)
                ? parsed.ToString()
                : throw IscsiErrors.MovedNowhere(places, elsewhere);
            if (places.Contains(next) || places.Count > MaxRedirections)
                throw IscsiErrors.MovedTooOften(places, next);
            places.Add(next);
        }
    }

    /// <summary>Asks a discovery session for all targets.</summary>
    public List<DiscoveredTarget> Discover(TimeSpan timeout)
    {
        var targets = new List<DiscoveredTarget>();
        GCHandle handle = GCHandle.Alloc(targets);
        IscsiCall* call = Begin();
        call->Targets = GCHandle.ToIntPtr(handle);
        try
        {
            if (Interop.Libiscsi.Discover(_context, IscsiCall.Discovered, call) != 0
                || Wait(call, Stopwatch.GetTimestamp(), timeout) != IscsiWait.Finished || call->Status != 0)
            {
                _isDead = true;
                throw new ScsiTransportException(TransportFault.NotFound, $"the portal does not list its targets: {LastError}");
            }

            return targets;
        }
        finally
        {
            call->Targets = 0;
            handle.Free();
        }
    }

    /// <summary>
    /// Runs one command. Unless the wait ended with Finished the session must be disposed before the caller's buffers go away:
    /// until then the library may use them.
    /// </summary>
    /// <param name="task">Made for this command; the caller frees it, after the session where that has to go.</param>
    /// <param name="status">As the library reports it; a SCSI status when below 100h.</param>
    public IscsiWait Run(ScsiTask* task, int encodedLun, DataTransfer data, byte* buffer, TimeSpan timeout, out int status)
    {
        long start = Stopwatch.GetTimestamp();
        IscsiCall* call = Begin();
        ScsiIoVector* vector = _context.DataVector;
        *vector = new ScsiIoVector { Base = buffer, Length = (nuint)data.Length };
        if (data.Length > 0 && data.Direction == DataDirection.ToDevice)
            Interop.Libiscsi.SetDataOut(task, vector, 1);
        else if (data.Length > 0)
            Interop.Libiscsi.SetDataIn(task, vector, 1);

        status = Interop.Libiscsi.StatusError;
        if (Interop.Libiscsi.Command(_context, encodedLun, task, IscsiCall.Finished, null, call) != 0)
            return Dead(IscsiWait.Broken);
        IscsiWait wait = Wait(call, start, timeout);
        if (wait != IscsiWait.Finished)
            return Dead(wait);
        status = call->Status;
        // Cancelled, rejected, or a status that the library cannot pass on: it has given up the connection.
        if (status is < 0 or > byte.MaxValue)
            return Dead(IscsiWait.Finished);
        // The target may answer before it has all data. What is queued for it still points to the caller's memory.
        return Drain() ? IscsiWait.Finished : Dead(IscsiWait.Broken);
    }

    /// <summary>Asks the target to stop a command that took too long. The session is over afterwards all the same.</summary>
    public void Abort(ScsiTask* task)
    {
        IscsiCall* call = _context.ManagementCall;
        *call = default;
        if (Interop.Libiscsi.AbortTask(_context, task, IscsiCall.Finished, call) == 0)
            Wait(call, Stopwatch.GetTimestamp(), AbortTimeout);
        _isDead = true;
    }

    /// <summary>Answers the target's pings, and sees whether it closed the connection. For when no command runs.</summary>
    /// <returns>Whether the session still lives.</returns>
    public bool ServiceIdle()
    {
        const short hangUps = Interop.Libc.PollHangUp | Interop.Libc.PollPeerHangUp | Interop.Libc.PollError;
        for (int round = 0; !_isDead && round < MaxHangUps; round++)
        {
            var descriptor = Descriptor();
            descriptor.Events |= Interop.Libc.PollPeerHangUp;
            int ready = Interop.Libc.Poll(ref descriptor, 0);
            if (ready == 0)
                break;
            if (ready < 0 || (descriptor.ReturnedEvents & hangUps) != 0 || Interop.Libiscsi.Service(_context, descriptor.ReturnedEvents) != 0)
                _isDead = true;
        }

        return !_isDead;
    }

    /// <summary>Logs out where there is somebody to hear it, and frees everything.</summary>
    public void Dispose()
    {
        if (_context.IsClosed)
            return;
        if (!_isDead && Interop.Libiscsi.IsLoggedIn(_context) != 0)
        {
            IscsiCall* call = Begin();
            if (Interop.Libiscsi.Logout(_context, IscsiCall.Finished, call) == 0)
                Wait(call, Stopwatch.GetTimestamp(), FarewellTimeout);
        }

        _context.Dispose();
    }

    private static IscsiSession Create(string? target, IscsiSettings settings, uint sessionId)
    {
        IscsiContextHandle context = Interop.Libiscsi.CreateContext(settings.InitiatorName);
        if (context.IsInvalid)
            throw new ScsiTransportException(TransportFault.NotSent, "libiscsi has no memory for a session.");
        Interop.Libiscsi.SetNoAutoReconnect(context, 1);
        Interop.Libiscsi.SetReconnectMaxRetries(context, 0);
        // 0 is "never": it counts whole seconds, and looks at its clock only where its own loop runs.
        _ = Interop.Libiscsi.SetTimeout(context, 0);
        _ = Interop.Libiscsi.SetRandomInitiatorSessionId(context, sessionId & 0xFF_FFFF, 0);
        _ = Interop.Libiscsi.SetTcpKeepalive(context, KeepaliveIdleSeconds, KeepaliveCount, KeepaliveIntervalSeconds);
        Interop.Libiscsi.SetTcpUserTimeout(context, UnacknowledgedMilliseconds);
        _ = Interop.Libiscsi.SetSessionType(context, target is null ? Interop.Libiscsi.SessionDiscovery : Interop.Libiscsi.SessionNormal);
        if (target is not null)
            _ = Interop.Libiscsi.SetTargetName(context, target);
        // A block is on its way before the target asks for it, up to its first burst.
        _ = Interop.Libiscsi.SetImmediateData(context, Interop.Libiscsi.ImmediateDataYes);
        _ = Interop.Libiscsi.SetInitialReadyToTransfer(context, Interop.Libiscsi.InitialReadyToTransferNo);
        _ = Interop.Libiscsi.SetHeaderDigest(context, settings.HeaderDigest switch
        {
            IscsiHeaderDigest.Required => Interop.Libiscsi.HeaderDigestCrc32C,
            IscsiHeaderDigest.Preferred => Interop.Libiscsi.HeaderDigestCrc32CNone,
            _ => Interop.Libiscsi.HeaderDigestNone,
        });
        if (settings.ChapFor(target ?? IscsiChap.Discovery) is { } chap)
        {
            _ = Interop.Libiscsi.SetInitiatorSecret(context, chap.User, chap.Secret);
            if (chap is { TargetUser: { } user, TargetSecret: { } secret })
                _ = Interop.Libiscsi.SetTargetSecret(context, user, secret);
        }

        return new IscsiSession(context);
    }

    private void Connect(string place, TimeSpan timeout)
    {
        IscsiCall* call = Begin();
        IscsiWait wait = Interop.Libiscsi.Connect(_context, place, IscsiCall.Finished, call) == 0
            ? Wait(call, Stopwatch.GetTimestamp(), timeout)
            : IscsiWait.Broken;
        if (wait == IscsiWait.Finished && call->Status == 0)
            return;
        _isDead = true;
        throw IscsiErrors.Connect(place, wait, LastError);
    }

    /// <returns>Where the target wants us to go instead, as it wrote that; null when we are in.</returns>
    private string? LogIn(string place, string? target, TimeSpan timeout)
    {
        IscsiCall* call = Begin();
        IscsiWait wait = Interop.Libiscsi.Login(_context, IscsiCall.Finished, call) == 0
            ? Wait(call, Stopwatch.GetTimestamp(), timeout)
            : IscsiWait.Broken;
        if (wait == IscsiWait.Finished && call->Status == 0)
            return null;
        _isDead = true;
        // The library knows a target that moved for a while (status 0101h); one that moved for good (0102h), or does not say (0100h),
        // it takes for a failed login, with the address all the same (lib/login.c, iscsi_process_login_reply).
        bool isMoved = wait == IscsiWait.Finished && (call->Status == Interop.Libiscsi.StatusRedirect || IscsiErrors.IsMoved(LastError));
        return isMoved && Marshal.PtrToStringUTF8(Interop.Libiscsi.GetTargetAddress(_context)) is { Length: > 0 } elsewhere
            ? elsewhere
            : throw IscsiErrors.Login(place, target, wait, LastError);
    }

    private IscsiCall* Begin()
    {
        IscsiCall* call = _context.Call;
        *call = default;
        return call;
    }

    private IscsiWait Dead(IscsiWait wait)
    {
        _isDead = true;
        return wait;
    }

    private Interop.Libc.PollDescriptor Descriptor() => new()
    {
        FileDescriptor = Interop.Libiscsi.GetFileDescriptor(_context),
        Events = (short)Interop.Libiscsi.WhichEvents(_context),
    };

    private IscsiWait Wait(IscsiCall* call, long start, TimeSpan timeout)
    {
        int hangUps = 0;
        while (Volatile.Read(ref call->IsFinished) == 0)
        {
            int milliseconds = LongestPollMilliseconds;
            if (timeout != Timeout.InfiniteTimeSpan)
            {
                double left = (timeout - Stopwatch.GetElapsedTime(start)).TotalMilliseconds;
                if (left <= 0)
                    return IscsiWait.TimedOut;
                milliseconds = (int)Math.Min(Math.Ceiling(left), LongestPollMilliseconds);
            }

            if (!Service(milliseconds, ref hangUps) && call->IsFinished == 0)
                return IscsiWait.Broken;
        }

        return IscsiWait.Finished;
    }

    private bool Drain()
    {
        long start = Stopwatch.GetTimestamp();
        int hangUps = 0;
        while (Interop.Libiscsi.OutQueueLength(_context) > 0 || (Interop.Libiscsi.WhichEvents(_context) & Interop.Libc.PollOut) != 0)
        {
            if (Stopwatch.GetElapsedTime(start) > DrainTimeout || !Service(LongestPollMilliseconds, ref hangUps))
                return false;
        }

        return true;
    }

    /// <returns>False when there is nothing left to wait for.</returns>
    private bool Service(int milliseconds, ref int hangUps)
    {
        Interop.Libc.PollDescriptor descriptor = Descriptor();
        int ready = Interop.Libc.Poll(ref descriptor, milliseconds);
        if (ready == 0)
            return true;
        if (ready < 0)
            return false;
        // After a hang-up the answer may still be in the socket's buffer; but a socket that hung up is ready for ever.
        if ((descriptor.ReturnedEvents & (Interop.Libc.PollHangUp | Interop.Libc.PollError)) != 0 && ++hangUps > MaxHangUps)
            return false;
        return Interop.Libiscsi.Service(_context, descriptor.ReturnedEvents) == 0;
    }
}
