using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport.SgIo;

/// <summary>
/// Who else uses the drive behind an sg node: the st driver's counters of the same logical unit
/// (<c>/sys/class/scsi_tape/stN/stats</c>, Documentation/ABI/testing/sysfs-class-scsi_tape), and the processes that hold one of its
/// nodes open (<c>/proc/PID/fd</c>; without CAP_SYS_PTRACE only those of the same user can be seen).
/// </summary>
public sealed class SgNeighbours : IDeviceNeighbours
{
    // One second in all.
    private const int BusyRetries = 20;
    private static readonly TimeSpan BusyPause = TimeSpan.FromMilliseconds(50);

    private readonly string _procRoot;
    private readonly HashSet<string> _nodes = new(StringComparer.Ordinal);
    private readonly string _generic;
    private readonly string _tapes;
    private readonly StNode.Opener _openNode;
    private readonly string? _held;
    private SafeFileHandle? _ioTime;
    private SafeFileHandle? _inFlight;
    private readonly SafeFileHandle? _requests;
    private readonly Func<long>? _ownCommands;
    private readonly SgIoTransport? _transport;
    private readonly byte[] _digits = new byte[32];
    private long? _foreignRequests;
    private long _activity;
    private SafeFileHandle? _hold;

    private SgNeighbours(string path, Func<long>? ownCommands, string sysfsRoot, string procRoot, StNode.Opener openNode, SgIoTransport? transport = null)
    {
        _openNode = openNode;
        _transport = transport;
        _procRoot = procRoot;
        _ownCommands = ownCommands;
        string generic = System.IO.Path.GetFileName(Resolve(path));
        _generic = System.IO.Path.Combine(sysfsRoot, "class/scsi_generic", generic);
        _tapes = System.IO.Path.Combine(_generic, "device/scsi_tape");
        _nodes.Add("/dev/" + generic);
        _requests = OpenCounter(System.IO.Path.Combine(_generic, "device/iorequest_cnt"));
        _held = FindTapeDriver();
    }

    /// <summary>The st driver's names of the drive and its counters; it may be loaded later than this object was made.</summary>
    /// <returns>The name to hold the drive by; null without st.</returns>
    private string? FindTapeDriver()
    {
        string? held = null;
        foreach (string tape in SgDevices.Entries(_tapes))
        {
            _nodes.Add("/dev/" + tape);
            // nst0 of nst0, nst0a, nst0l, nst0m: the mode that everybody uses.
            if (tape.StartsWith("nst", StringComparison.Ordinal) && char.IsAsciiDigit(tape[^1]))
                held ??= tape;
            if (_ioTime is not null || !tape.StartsWith("st", StringComparison.Ordinal))
                continue;
            // One drive has eight names there, and the same counters under each.
            _ioTime = OpenCounter(System.IO.Path.Combine(_tapes, tape, "stats/io_ns"));
            _inFlight = OpenCounter(System.IO.Path.Combine(_tapes, tape, "stats/in_flight"));
        }

        return held;
    }

    /// <summary>Begins to watch. Sends no command, opens no device node.</summary>
    /// <param name="path"><c>/dev/sgN</c> or a link to one.</param>
    /// <param name="ownCommands">How many commands this process sent to the device so far; saves most looks at the st driver's counters.</param>
    /// <param name="sysfsRoot">Where sysfs is mounted; another directory in tests.</param>
    /// <param name="procRoot">Where procfs is mounted.</param>
    public static SgNeighbours Watch(string path, Func<long>? ownCommands = null, string sysfsRoot = "/sys", string procRoot = "/proc") =>
        Watch(path, ownCommands, sysfsRoot, procRoot, StNode.Open);

    /// <summary>Watches over an open drive, whose data go through the held node from <see cref="Hold"/> on.</summary>
    /// <param name="transport">The way to the drive; it must not be used any more when this object is disposed.</param>
    public static SgNeighbours Watch(SgIoTransport transport)
    {
        ArgumentNullException.ThrowIfNull(transport);
        return new SgNeighbours(transport.Name, () => transport.CommandCount, "/sys", "/proc", StNode.Open, transport);
    }

    internal static SgNeighbours Watch(
        string path, Func<long>? ownCommands, string sysfsRoot, string procRoot, StNode.Opener openNode, SgIoTransport? transport = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SgNeighbours(path, ownCommands, sysfsRoot, procRoot, openNode, transport);
    }

    /// <summary>All nodes of the drive: sg, st, nst and their variants.</summary>
    public IReadOnlyCollection<string> Nodes => _nodes;

    /// <inheritdoc/>
    /// <remarks>
    /// io_ns grows when a command of st ends; in_flight is the number of those that run. They are looked at only when the device has
    /// got more requests (iorequest_cnt, all drivers, counted when they start) than this process sent: one small read a write.
    /// </remarks>
    public long ReadActivity()
    {
        // Nobody else gets in: not even a look is needed.
        if (_hold is not null)
            return _activity;
        if (_ownCommands is not null && ReadRequests() is { } requests)
        {
            long foreign = requests - _ownCommands();
            if (foreign == _foreignRequests)
                return _activity;
            _foreignRequests = foreign;
            if (_ioTime is null)
                FindTapeDriver();
        }

        // A device that was removed counts no more, which is no command of st; ours to it fail by themselves.
        if (Read(_inFlight) is not { } running || Read(_ioTime) is not { } ioTime)
            return _activity;
        // Its end starts no request: it is looked for again.
        if (running != 0)
            _foreignRequests = null;
        return _activity = unchecked(ioTime + (running << 48));
    }

    /// <summary>Hexadecimal with 0x in front, 32 bits (scsi_sysfs.c).</summary>
    private uint? ReadRequests()
    {
        if (_requests is null)
            return null;
        try
        {
            int length = RandomAccess.Read(_requests, _digits, 0);
            return length > 2 && System.Buffers.Text.Utf8Parser.TryParse(_digits.AsSpan(2, length - 2), out uint value, out _, 'x') ? value : null;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <inheritdoc/>
    public IReadOnlyList<DeviceUser> FindUsers() => DeviceUsers.Find(_procRoot, _nodes.Contains);

    /// <inheritdoc/>
    /// <remarks>
    /// Holds the node that does not rewind at close (nstN): st lets one opener in and tells every other one EBUSY before it sends a
    /// command (st_open in drivers/scsi/st.c). docs/decisions/0017.
    /// </remarks>
    public DeviceHold Hold()
    {
        if (_held is null)
            return DeviceHold.None;
        string node = "/dev/" + _held;
        if (_hold is not null)
            return new DeviceHold(HoldState.Held, node);
        for (int attempt = 0; ; attempt++)
        {
            int errno = _openNode(node, SgDevices.ReadText(System.IO.Path.Combine(_tapes, _held), "dev"), out _hold);
            if (errno == 0)
            {
                _transport?.TryUseTapeNode(new StFile(_hold!), SgDevices.ReadText(_generic, "dev"));
                return new DeviceHold(HoldState.Held, node);
            }
            if (errno != SgIoErrors.Busy)
                return new DeviceHold(HoldState.Unprotected, node);
            // Who only looked (udev at a new drive, mt status) is gone in a moment.
            if (attempt == BusyRetries)
                return new DeviceHold(HoldState.InUse, node);
            Thread.Sleep(BusyPause);
        }
    }

    public void Dispose()
    {
        _transport?.LeaveTapeNode();
        _hold?.Dispose();
        _ioTime?.Dispose();
        _inFlight?.Dispose();
        _requests?.Dispose();
    }

    private static string Resolve(string path)
    {
        try
        {
            return File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return path;
        }
    }

    private static SafeFileHandle? OpenCounter(string path)
    {
        try
        {
            return File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>0 where nobody counts; null when the device was removed.</summary>
    private long? Read(SafeFileHandle? counter)
    {
        if (counter is null)
            return 0;
        try
        {
            int length = RandomAccess.Read(counter, _digits, 0);
            return System.Buffers.Text.Utf8Parser.TryParse(_digits.AsSpan(0, length), out long value, out _) ? value : 0;
        }
        catch (IOException)
        {
            return null;
        }
    }
}
