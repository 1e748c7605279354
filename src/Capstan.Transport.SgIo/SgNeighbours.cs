using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport.SgIo;

/// <summary>
/// Who else uses the drive behind an sg node: the st driver's counters of the same logical unit
/// (<c>/sys/class/scsi_tape/stN/stats</c>, Documentation/ABI/testing/sysfs-class-scsi_tape), and the processes that hold one of its
/// nodes open (<c>/proc/PID/fd</c>; without CAP_SYS_PTRACE only those of the same user can be seen).
/// </summary>
public sealed class SgNeighbours : IDeviceNeighbours
{
    private readonly string _procRoot;
    private readonly HashSet<string> _nodes = new(StringComparer.Ordinal);
    private readonly SafeFileHandle? _ioTime;
    private readonly SafeFileHandle? _inFlight;
    private readonly SafeFileHandle? _requests;
    private readonly Func<long>? _ownCommands;
    private readonly byte[] _digits = new byte[32];
    private long? _foreignRequests;
    private long _activity;

    private SgNeighbours(string path, Func<long>? ownCommands, string sysfsRoot, string procRoot)
    {
        _procRoot = procRoot;
        _ownCommands = ownCommands;
        string generic = System.IO.Path.GetFileName(Resolve(path));
        string tapes = System.IO.Path.Combine(sysfsRoot, "class/scsi_generic", generic, "device/scsi_tape");
        _nodes.Add("/dev/" + generic);
        _requests = OpenCounter(System.IO.Path.Combine(sysfsRoot, "class/scsi_generic", generic, "device/iorequest_cnt"));
        foreach (string tape in SgDevices.Entries(tapes))
        {
            _nodes.Add("/dev/" + tape);
            if (_ioTime is not null || !tape.StartsWith("st", StringComparison.Ordinal))
                continue;
            // One drive has eight names there, and the same counters under each.
            _ioTime = OpenCounter(System.IO.Path.Combine(tapes, tape, "stats/io_ns"));
            _inFlight = OpenCounter(System.IO.Path.Combine(tapes, tape, "stats/in_flight"));
        }
    }

    /// <summary>Begins to watch. Sends no command, opens no device node.</summary>
    /// <param name="path"><c>/dev/sgN</c> or a link to one.</param>
    /// <param name="ownCommands">How many commands this process sent to the device so far; saves most looks at the st driver's counters.</param>
    /// <param name="sysfsRoot">Where sysfs is mounted; another directory in tests.</param>
    /// <param name="procRoot">Where procfs is mounted.</param>
    public static SgNeighbours Watch(string path, Func<long>? ownCommands = null, string sysfsRoot = "/sys", string procRoot = "/proc")
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return new SgNeighbours(path, ownCommands, sysfsRoot, procRoot);
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
        if (_ownCommands is not null && ReadRequests() is { } requests)
        {
            long foreign = requests - _ownCommands();
            if (foreign == _foreignRequests)
                return _activity;
            _foreignRequests = foreign;
        }

        long running = Read(_inFlight);
        // Its end starts no request: it is looked for again.
        if (running != 0)
            _foreignRequests = null;
        return _activity = unchecked(Read(_ioTime) + (running << 48));
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

    public void Dispose()
    {
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

    /// <summary>A device that was removed counts no more.</summary>
    private long Read(SafeFileHandle? counter)
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
            return 0;
        }
    }
}
