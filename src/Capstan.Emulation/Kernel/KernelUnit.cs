using System.Runtime.ExceptionServices;

namespace Capstan.Emulation.Kernel;

/// <summary>
/// One logical unit in the kernel's SCSI target: a backstore, the ring to it, a thread that answers, and a front where initiators see
/// it. Nothing of it is shared with other units.
/// </summary>
internal sealed class KernelUnit : IDisposable
{
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NodePollInterval = TimeSpan.FromMilliseconds(10);

    private readonly LogicalUnit _unit;
    private readonly string _label;
    private readonly KernelFront _front;
    private readonly TcmuBackstore _backstore;
    private readonly Action<byte>? _served;
    private readonly Lock _serving = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private UioDevice? _device;
    private TcmuRing? _ring;
    private Thread? _thread;
    private volatile bool _isOver;
    private bool _isOurs;
    private bool _isDisposed;

    /// <param name="unit">Who answers; the caller's.</param>
    /// <param name="label">What it is called in the kernel's lists and in messages: <c>main/2</c>.</param>
    /// <param name="front">Where initiators see it.</param>
    /// <param name="otherFronts">Where an earlier server may have shown it.</param>
    /// <param name="served">Is told the operation code of each command behind it; on the thread that answers.</param>
    internal KernelUnit(LogicalUnit unit, string label, KernelFront front, IReadOnlyList<KernelFront> otherFronts, Action<byte>? served = null)
    {
        _unit = unit;
        _label = label;
        _front = front;
        _served = served;
        _backstore = new TcmuBackstore(unit.Identity.SerialNumber, label, [front, .. otherFronts]);
    }

    /// <summary>The unit itself.</summary>
    internal LogicalUnit Unit => _unit;

    internal string Label => _label;

    /// <summary>The SCSI generic node: <c>/dev/sg1</c>; null while the sg module is not loaded.</summary>
    internal string? GenericNode { get; private set; }

    /// <summary>The node of the driver for its device type, <c>/dev/st0</c> (rewinding) or <c>/dev/sch0</c>; null while that module is not loaded.</summary>
    internal string? TypeNode { get; private set; }

    internal string? ScsiAddress { get; private set; }

    /// <summary>Whether what a killed server left was removed first.</summary>
    internal bool HasRecovered { get; private set; }

    /// <summary>After <see cref="Dispose"/>: what stayed in the kernel because something else uses it, who, and what helps; null when nothing did.</summary>
    internal string? Leftover { get; private set; }

    /// <summary>Ends when the thread does without having been told to, with the reason.</summary>
    internal Task Ended => _ended.Task;

    /// <summary>Removes what a killed server left. Programs that wait for it get errors.</summary>
    /// <exception cref="KernelTargetException">Another process serves it, or something else uses it.</exception>
    internal void Recover()
    {
        // This process has the unit's lock; a copy of the library has one of its own.
        if (_backstore.IsServed)
        {
            throw new KernelTargetException($"Another process serves a unit with the serial number {_unit.Identity.SerialNumber}: is {_label} a copy of its library? Two units of one serial number cannot be in one kernel.");
        }
        _isOurs = true;
        if (!_backstore.Exists)
            return;
        HasRecovered = _backstore.Remove(isServed: false);
        if (!HasRecovered)
            throw new KernelTargetException($"What an earlier server of {_label} left in the kernel cannot be removed.");
    }

    /// <summary>Hands the unit over.</summary>
    /// <exception cref="IOException">The kernel refused.</exception>
    internal void Begin()
    {
        int uio = _backstore.Create(_unit.MaxTransferBytes, _front.KnowsInitiators);
        OpenRing(uio);
        _thread = new Thread(Serve) { IsBackground = true, Name = $"ring of {_label}" };
        _thread.Start();
        _front.Connect(_backstore.Device);
        ScsiAddress = _front.ScsiAddress;
        FindNodes();
    }

    /// <summary>Takes the unit away from the kernel, also when it is in use, and brings what was buffered to the medium.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        bool isServed = _thread is { IsAlive: true };
        // What belongs to another process stays as it is.
        bool isGone = _isOurs && _backstore.Remove(isServed);
        if (!isGone && _isOurs)
            Leftover = _backstore.DescribeLeftover();
        // With the backstore the uio device goes, and with that the wait of the thread ends.
        if (isGone)
            _thread?.Join();
        // Somebody else's link keeps the backstore: commands may still come, and the library is closed next.
        lock (_serving)
            _isOver = true;
        _unit.Detach();
        // The thread waits on the device then: that stays.
        if (_thread is { IsAlive: true })
            return;
        _ring?.Dispose();
        _device?.Dispose();
    }

    private unsafe void OpenRing(int uio)
    {
        _device = new UioDevice(uio);
        _ring = new TcmuRing(_device.Area, _device.LengthBytes, _unit);
    }

    private void Serve()
    {
        TcmuRing ring = _ring!;
        UioDevice device = _device!;
        try
        {
            do
            {
                while (TryServeOne(ring, device))
                {
                }
            }
            while (device.Wait() && !_isOver);
            _ended.TrySetResult();
        }
        catch (Exception e)
        {
            // The thread must not take the process with it: the objects in the kernel have to go first.
            _ended.TrySetException(ExceptionDispatchInfo.SetCurrentStackTrace(e));
        }
    }

    private bool TryServeOne(TcmuRing ring, UioDevice device)
    {
        lock (_serving)
        {
            if (_isOver || !ring.TryServe())
                return false;
            device.Notify();
            _served?.Invoke(ring.LastOperationCode);
            return true;
        }
    }

    private void FindNodes()
    {
        if (ScsiAddress is not { } address)
            return;
        (string driver, string group) = _unit.DeviceType == Scsi.PeripheralDeviceType.MediumChanger ? ("ch", "scsi_changer") : ("st", "scsi_tape");
        // Nodes of the one are st0, st0a, nst0 ..., of the other sch0.
        string prefix = driver == "ch" ? "sch" : driver;
        // Nobody makes a node while the module is not loaded.
        bool hasGeneric = Directory.Exists("/sys/class/scsi_generic");
        bool hasDriver = Directory.Exists("/sys/bus/scsi/drivers/" + driver);
        string device = $"/sys/class/scsi_device/{address}/device";
        long start = TimeProvider.System.GetTimestamp();
        do
        {
            GenericNode = NodeIn(device + "/scsi_generic", "sg");
            TypeNode = NodeIn($"{device}/{group}", prefix);
            if (Directory.Exists(device) && (GenericNode is not null || !hasGeneric) && (TypeNode is not null || !hasDriver))
                return;
            Thread.Sleep(NodePollInterval);
        }
        while (TimeProvider.System.GetElapsedTime(start) < NodeTimeout);
        if (!Directory.Exists(device))
            throw new KernelTargetException($"The kernel made no SCSI device of {_label}. Its log (dmesg) may say why.");
    }

    /// <summary>Of st0, st0a, st0l, st0m, nst0 ... the shortest is the one that rewinds.</summary>
    private static string? NodeIn(string directory, string prefix)
    {
        if (!Directory.Exists(directory))
            return null;
        string? name = Directory.GetDirectories(directory).Select(path => Path.GetFileName(path)!)
            .Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).OrderBy(name => name.Length).FirstOrDefault();
        return name is not null && File.Exists("/dev/" + name) ? "/dev/" + name : null;
    }
}
