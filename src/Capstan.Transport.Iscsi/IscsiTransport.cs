using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;
using Capstan.Scsi;

namespace Capstan.Transport.Iscsi;

/// <summary>
/// Reaches a logical unit of an iSCSI target through libiscsi: no device node, no kernel driver, no privilege.
/// </summary>
/// <remarks>
/// A lost connection is told once, as <see cref="TransportFault.Lost"/>, by the command that met it; the command's fate is not
/// known. The next command logs in again first. A command is never sent twice.
/// </remarks>
public sealed unsafe partial class IscsiTransport : IScsiTransport
{
    // iSCSI carries up to 4 GiB in one command; a block in variable mode has 24 bits (SSC-5, READ(6) and WRITE(6)).
    private const int LargestTransferBytes = 0xFF_FFFF;

    private static readonly TimeSpan FirstReconnectDelay = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestReconnectDelay = TimeSpan.FromSeconds(4);
    private static readonly TimeSpan HousekeepingTimeout = TimeSpan.FromSeconds(30);

    private readonly Lock _gate = new();
    private readonly IscsiAddress _address;
    private readonly IscsiSettings _settings;
    private readonly uint _sessionId;
    private readonly ITimer _idleTimer;
    private IscsiSession? _session;
    private bool _isPatienceSpent;
    private bool _isDisposed;

    private IscsiTransport(IscsiAddress address, IscsiSettings settings, uint sessionId, IscsiSession session)
    {
        _address = address;
        _settings = settings;
        _sessionId = sessionId;
        _session = session;
        Name = address.ToString();
        _idleTimer = TimeProvider.System.CreateTimer(static state => ((IscsiTransport)state!).ServiceIdle(), this,
            settings.IdleServiceInterval, settings.IdleServiceInterval);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public int MaxTransferBytes => LargestTransferBytes;

    /// <summary>How often a lost connection was made again.</summary>
    public int Reconnections { get; private set; }

    /// <summary>Logs in, and asks with INQUIRY, which disturbs no unit attention, whether the LUN exists.</summary>
    /// <exception cref="ScsiTransportException">libiscsi is missing, nobody answers, no such target or LUN, or not let in.</exception>
    public static IscsiTransport Open(IscsiAddress address, IscsiSettings settings)
    {
        IscsiTransport transport = OpenAny(address, settings);
        try
        {
            transport.RequireLogicalUnit();
            return transport;
        }
        catch
        {
            transport.Dispose();
            throw;
        }
    }

    /// <summary>Logs in without looking whether the LUN exists.</summary>
    internal static IscsiTransport OpenAny(IscsiAddress address, IscsiSettings settings)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(settings);
        uint sessionId = BinaryPrimitives.ReadUInt32LittleEndian(RandomNumberGenerator.GetBytes(sizeof(uint)));
        return new IscsiTransport(address, settings, sessionId,
            IscsiSession.Login(address.Portal, address.TargetName, settings, sessionId));
    }

    /// <inheritdoc/>
    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isDisposed, this);
            if (data.Length > LargestTransferBytes)
                throw IscsiErrors.TooLarge(Name, data.Length, LargestTransferBytes);
            if (_session is { } former && !former.ServiceIdle())
            {
                CloseSession();
                throw IscsiErrors.LostIdle(Name, in cdb);
            }

            return Run(_session ??= Reconnect(), in cdb, data, sense, timeout);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _idleTimer.Dispose();
        lock (_gate)
        {
            _isDisposed = true;
            CloseSession();
        }
    }

    private ScsiCompletion Run(IscsiSession session, in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        ReadOnlySpan<byte> buffer = data.Direction == DataDirection.ToDevice ? data.ToDeviceBuffer : data.FromDeviceBuffer;
        int direction = buffer.IsEmpty ? Interop.Libiscsi.TransferNone
            : data.Direction == DataDirection.ToDevice ? Interop.Libiscsi.TransferWrite : Interop.Libiscsi.TransferRead;
        fixed (byte* command = cdb.Span)
        fixed (byte* dataPointer = buffer)
        {
            ScsiTask* task = Interop.Libiscsi.CreateTask(cdb.Length, command, direction, buffer.Length);
            if (task is null)
                throw new ScsiTransportException(TransportFault.NotSent, $"{Name}: libiscsi has no memory for a command.");
            try
            {
                IscsiWait wait = session.Run(task, _address.EncodedLogicalUnitNumber, data, dataPointer, timeout, out int status);
                if (wait == IscsiWait.Finished && status is >= 0 and <= byte.MaxValue)
                    return Complete(task, (ScsiStatus)status, buffer.Length, sense);
                string said = session.LastError;
                if (wait == IscsiWait.TimedOut)
                    session.Abort(task);
                // Frees what still points to the caller's memory.
                CloseSession();
                if (wait == IscsiWait.TimedOut || status == Interop.Libiscsi.StatusTimeout)
                    throw IscsiErrors.TimedOut(Name, in cdb, timeout);
                return IscsiErrors.UnknownStatus(said) is { } answered
                    ? new ScsiCompletion(answered, 0, null)
                    : throw IscsiErrors.Lost(Name, in cdb, said);
            }
            finally
            {
                Interop.Libiscsi.FreeTask(task);
            }
        }
    }

    private static ScsiCompletion Complete(ScsiTask* task, ScsiStatus status, int requestedBytes, Span<byte> sense)
    {
        // Overflow: the device had more than was asked for, so everything asked for came.
        int? residual = requestedBytes == 0 ? 0
            : task->ResidualStatus == Interop.Libiscsi.ResidualUnderflow ? (int)Math.Min(task->Residual, (nuint)requestedBytes)
            // Without a flag, and with an error, nothing is known: the library does not look at the field then.
            : status == ScsiStatus.Good || task->ResidualStatus == Interop.Libiscsi.ResidualOverflow ? 0
            : null;
        return new ScsiCompletion(status, status == ScsiStatus.CheckCondition ? CopySense(task, sense) : 0, residual);
    }

    /// <summary>The data segment of a SCSI Response: two bytes of length, then the sense data as the device gave it (RFC 7143 11.4.7).</summary>
    private static int CopySense(ScsiTask* task, Span<byte> sense)
    {
        if (task->DataIn.Data is null || task->DataIn.Size <= sizeof(ushort))
            return 0;
        var segment = new ReadOnlySpan<byte>(task->DataIn.Data, task->DataIn.Size);
        int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(segment), Math.Min(segment.Length - sizeof(ushort), sense.Length));
        segment.Slice(sizeof(ushort), length).CopyTo(sense);
        return length;
    }

    private IscsiSession Reconnect()
    {
        long start = Stopwatch.GetTimestamp();
        TimeSpan delay = FirstReconnectDelay;
        // Whoever cleans up after a failure sends several commands; only the first waits.
        TimeSpan patience = _isPatienceSpent ? TimeSpan.Zero : _settings.ReconnectPatience;
        while (true)
        {
            try
            {
                IscsiSession session = IscsiSession.Login(_address.Portal, _address.TargetName, _settings, _sessionId);
                _isPatienceSpent = false;
                Reconnections++;
                return session;
            }
            catch (ScsiTransportException e)
            {
                // A target that is being restarted refuses, is not there, and does not know its LUNs yet, in turn.
                if (Stopwatch.GetElapsedTime(start) + delay > patience)
                {
                    _isPatienceSpent = true;
                    throw IscsiErrors.NotBack(Name, _settings.ReconnectPatience, e);
                }
            }

            Thread.Sleep(delay);
            delay = delay * 2 < LongestReconnectDelay ? delay * 2 : LongestReconnectDelay;
        }
    }

    private void RequireLogicalUnit()
    {
        Span<byte> answer = stackalloc byte[36];
        Span<byte> sense = stackalloc byte[ScsiCompletion.SenseBufferLength];
        ScsiCompletion completion = this.Execute(new Inquiry(null, (ushort)answer.Length), DataTransfer.FromDevice(answer), sense, HousekeepingTimeout);
        // Peripheral qualifier 011b: no logical unit there (SPC-5 6.7.2).
        bool exists = completion.Status == ScsiStatus.Good
            ? answer[0] >> 5 != 3
            : !SenseData.TryDecode(sense[..completion.SenseLength], out SenseData decoded) || decoded.Code != SenseCode.LogicalUnitNotSupported;
        if (!exists)
        {
            throw new ScsiTransportException(TransportFault.NotFound,
                $"{Name}: the target has no LUN {_address.LogicalUnitNumber}. `capstan scan --portal {_address.Portal}` lists what it has.");
        }
    }

    /// <summary>Targets ping a quiet initiator, and drop it when it does not answer within seconds; a slow source may be quiet for minutes.</summary>
    private void ServiceIdle()
    {
        if (!_gate.TryEnter())
            return;
        try
        {
            if (!_isDisposed)
                _session?.ServiceIdle();
        }
        finally
        {
            _gate.Exit();
        }
    }

    private void CloseSession()
    {
        _session?.Dispose();
        _session = null;
    }
}
