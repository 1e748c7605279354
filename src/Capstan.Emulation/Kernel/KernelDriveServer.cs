using System.Runtime.ExceptionServices;
using Capstan.Emulation.Library;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Kernel;

/// <summary>What a served drive does besides what it is told.</summary>
/// <param name="IsStacker">After an unload the next cartridge is threaded, as an autoloader in sequential mode does.</param>
/// <param name="Label">Name of the library, for the kernel's lists and for messages.</param>
public sealed record KernelDriveOptions(string Label, bool IsStacker = false);

/// <summary>
/// Hands the drive of a virtual library to the running kernel through its SCSI target (LIO) and target_core_user, so that it is a
/// <c>/dev/sgN</c> and <c>/dev/stN</c> of this machine. One thread answers the commands; it alone touches the library until the
/// server is disposed of.
/// </summary>
public sealed class KernelDriveServer : IDisposable
{
    private static readonly TimeSpan NodeTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan NodePollInterval = TimeSpan.FromMilliseconds(10);

    private readonly VirtualLibrary _library;
    private readonly TapeDriveUnit _unit;
    private readonly KernelDriveOptions _options;
    private readonly TcmuObjects _objects;
    private readonly Lock _serving = new();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private UioDevice? _device;
    private TcmuRing? _ring;
    private Thread? _thread;
    private volatile bool _isOver;
    private bool _isForeign;
    private bool _isDisposed;

    private KernelDriveServer(VirtualLibrary library, KernelDriveOptions options)
    {
        _library = library;
        _options = options;
        _unit = library.BeginServing();
        string serial = library.Drive.SerialNumber;
        _objects = new TcmuObjects(serial, AddressOf(serial), options.Label);
    }

    /// <summary>The SCSI generic node: <c>/dev/sg1</c>; null while the sg module is not loaded.</summary>
    public string? GenericNode { get; private set; }

    /// <summary>The tape node, rewinding: <c>/dev/st0</c>; null while the st module is not loaded.</summary>
    public string? TapeNode { get; private set; }

    /// <summary>Host, channel, target, LUN.</summary>
    public string? ScsiAddress { get; private set; }

    /// <summary>Whether what a killed server left was removed first.</summary>
    public bool HasRecovered { get; private set; }

    /// <summary>After <see cref="Dispose"/>: what stayed in the kernel because something else uses it, who, and what helps; null when nothing did.</summary>
    public string? Leftover { get; private set; }

    /// <summary>Ends when the server does without having been told to, with the reason.</summary>
    public Task Ended => _ended.Task;

    /// <summary>Hands the drive over. The library stays the caller's, who disposes of it after the server.</summary>
    /// <exception cref="KernelTargetException">It cannot be done here; the message says what helps.</exception>
    public static KernelDriveServer Start(VirtualLibrary library, KernelDriveOptions options)
    {
        TcmuObjects.CheckKernel();
        var server = new KernelDriveServer(library, options);
        try
        {
            server.Begin();
            return server;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            server.Dispose();
            if (e is KernelTargetException && server.Leftover is null)
                throw;
            string reason = e is KernelTargetException ? e.Message : $"The kernel refused to take the drive {options.Label}: {e.Message}. Its log (dmesg) may say more.";
            throw new KernelTargetException(server.Leftover is { } left ? $"{reason} {left}" : reason, e);
        }
    }

    /// <summary>Takes the drive away from the kernel, also when it is in use, and brings what was buffered to the medium.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        bool isServed = _thread is { IsAlive: true };
        // What belongs to another process stays as it is.
        bool isGone = !_isForeign && _objects.Remove(isServed);
        if (!isGone && !_isForeign)
            Leftover = _objects.DescribeLeftover();
        // With the backstore the uio device goes, and with that the wait of the thread ends.
        if (isGone)
            _thread?.Join();
        // Somebody else's link keeps the backstore: commands may still come, and the library is closed next.
        lock (_serving)
            _isOver = true;
        _unit.Detach();
        _library.EndServing();
        // The thread waits on the device then: that stays.
        if (_thread is { IsAlive: true })
            return;
        _ring?.Dispose();
        _device?.Dispose();
    }

    private void Begin()
    {
        if (_objects.Exist)
        {
            // This process has the library's lock; a copy of the library has one of its own.
            if (_objects.FindUio() is { } held && UioDevice.IsHeld(held))
            {
                _isForeign = true;
                throw new KernelTargetException($"Another process serves a drive with the serial number {_library.Drive.SerialNumber}: is {_options.Label} a copy of its library? Two drives of one serial number cannot be in one kernel.");
            }
            HasRecovered = _objects.Remove(isServed: false);
            if (!HasRecovered)
                throw new KernelTargetException($"What an earlier server of {_options.Label} left in the kernel cannot be removed.");
        }
        int uio = _objects.CreateBackstore(TapeDriveUnit.MaxBlockBytes, $"capstan/{_options.Label}");
        OpenRing(uio);
        _thread = new Thread(Serve) { IsBackground = true, Name = "tcmu ring" };
        _thread.Start();
        _objects.Connect();
        ScsiAddress = _objects.ScsiAddress;
        FindNodes();
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
            if (_options.IsStacker && ring.LastOperationCode == LoadUnload.OperationCode && _unit.Medium == MediumState.Ejected)
                _ = _library.InsertNextCartridge();
            return true;
        }
    }

    private void FindNodes()
    {
        if (ScsiAddress is not { } address)
            return;
        string device = $"/sys/class/scsi_device/{address}/device";
        long start = TimeProvider.System.GetTimestamp();
        do
        {
            GenericNode = NodeIn(device + "/scsi_generic", "sg");
            TapeNode = NodeIn(device + "/scsi_tape", "st");
            bool isComplete = GenericNode is not null && (TapeNode is not null || !Directory.Exists("/sys/bus/scsi/drivers/st"));
            if (isComplete)
                return;
            Thread.Sleep(NodePollInterval);
        }
        while (TimeProvider.System.GetElapsedTime(start) < NodeTimeout);
        if (!Directory.Exists(device))
            throw new KernelTargetException($"The kernel made no SCSI device of {_options.Label}. Its log (dmesg) may say why.");
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

    /// <summary>A locally assigned NAA address (SPC-5 7.7.6.6.4) that is the same at every start.</summary>
    private static ulong AddressOf(string serialNumber) =>
        (System.IO.Hashing.XxHash3.HashToUInt64(System.Text.Encoding.ASCII.GetBytes(serialNumber)) >> 4 & ~1UL) | 0x3UL << 60;
}
