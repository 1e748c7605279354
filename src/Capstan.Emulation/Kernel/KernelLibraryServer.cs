using Capstan.Emulation.Library;
using Capstan.Emulation.Smc;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Kernel;

/// <summary>What of a library is handed over, and how.</summary>
/// <param name="Label">Name of the library, for the kernel's lists and for messages.</param>
public sealed record KernelServeOptions(string Label)
{
    /// <summary>Number of the only drive that is served, from 0; null: all drives, and the changer where there is one.</summary>
    public int? Drive { get; init; }

    /// <summary>After an unload the next cartridge is threaded, as an autoloader in sequential mode does. Not where a changer moves them.</summary>
    public bool IsStacker { get; init; }

    /// <summary>Where it is served over iSCSI; null: to this machine, through the loopback fabric.</summary>
    public IscsiService? Iscsi { get; init; }
}

/// <summary>A drive or the changer of a library in the kernel.</summary>
/// <param name="Drive">Number of the drive, from 0; null for the changer.</param>
/// <param name="Identity">What it says about itself; its serial number is what the changer tells of the drive's element.</param>
/// <param name="ElementAddress">Of the drive; null where no changer is, and for the changer itself.</param>
/// <param name="GenericNode"><c>/dev/sg1</c>; null while the sg module is not loaded, or over iSCSI.</param>
/// <param name="TypeNode"><c>/dev/st0</c> or <c>/dev/sch0</c>; null while that module is not loaded, or over iSCSI.</param>
/// <param name="ScsiAddress">Host, channel, target, LUN; null over iSCSI.</param>
/// <param name="IscsiTarget">Name of its iSCSI target, where it is LUN 0; null on this machine.</param>
public sealed record ServedUnit(
    int? Drive, DeviceIdentity Identity, int? ElementAddress, string? GenericNode, string? TypeNode, string? ScsiAddress, string? IscsiTarget);

/// <summary>
/// Hands drives and changer of a virtual library to the running kernel through its SCSI target (LIO) and target_core_user, each as a
/// unit of its own, so that they are <c>/dev/sgN</c>, <c>/dev/stN</c> and <c>/dev/schN</c> of this machine, or iSCSI targets. One thread
/// a unit answers the commands; they alone touch the library until the server is disposed of.
/// </summary>
public sealed class KernelLibraryServer : IDisposable
{
    private readonly VirtualLibrary _library;
    private readonly KernelServeOptions _options;
    private readonly List<KernelUnit> _units = [];
    private readonly List<ServedUnit> _served = [];
    private readonly List<string> _leftovers = [];
    private readonly List<string> _orphans = [];
    private readonly List<int> _drives = [];
    private MediaChangerUnit? _changer;
    private bool _isDisposed;

    private KernelLibraryServer(VirtualLibrary library, KernelServeOptions options)
    {
        _library = library;
        _options = options;
    }

    /// <summary>What is served: the drives in their order, then the changer.</summary>
    public IReadOnlyList<ServedUnit> Units => _served;

    /// <summary>Whether what a killed server left of these units was removed first.</summary>
    public bool HasRecovered { get; private set; }

    /// <summary>Other units of killed servers that were removed first: library, and after a slash what of it.</summary>
    public IReadOnlyList<string> RemovedOrphans => _orphans;

    /// <summary>Whether any unit is still served.</summary>
    public bool IsServing => _units.Count > 0;

    /// <summary>After <see cref="Dispose"/>: what stayed in the kernel because something else uses it, who, and what helps; null when nothing did.</summary>
    public string? Leftover => _leftovers.Count > 0 ? string.Join(" ", _leftovers) : null;

    /// <summary>Hands the library over. It stays the caller's, who disposes of it after the server.</summary>
    /// <exception cref="KernelTargetException">It cannot be done here; the message says what helps.</exception>
    /// <exception cref="Capstan.Transport.ScsiTransportException">Another process has one of the drives (Busy).</exception>
    public static KernelLibraryServer Start(VirtualLibrary library, KernelServeOptions options)
    {
        bool isWhole = options.Drive is null && library.HasInventory;
        TcmuBackstore.CheckKernel(isWhole ? "a library" : "a drive", options.Iscsi is not null ? "iscsi_target_mod" : isWhole ? "tcm_loop sg st ch" : "tcm_loop sg st");
        if (options.Iscsi is { } iscsi)
            IscsiFront.CheckPortal(iscsi.Portal);
        var server = new KernelLibraryServer(library, options);
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
            string reason = e is KernelTargetException ? e.Message : $"The kernel refused to take {options.Label}: {e.Message}. Its log (dmesg) may say more.";
            throw new KernelTargetException(server.Leftover is { } left ? $"{reason} {left}" : reason, e);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Waits until it is told to stop, or until a unit is not served any more without having been told to: that one is taken away, the
    /// others go on.
    /// </summary>
    /// <returns>What happened, for a person; null when it was told to stop.</returns>
    public string? WaitForTrouble(CancellationToken stop)
    {
        KernelUnit unit;
        try
        {
            // Not by wait handles, of which there can be 64: a library may have as many drives, and a changer.
            unit = _units[Task.WaitAny([.. _units.Select(static unit => unit.Ended)], stop)];
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        Exception? fault = unit.Ended.Exception?.InnerException;
        Take(unit);
        return fault is null ? $"the kernel's target for {unit.Label} was removed by somebody else" : $"serving {unit.Label} failed: {fault.Message}";
    }

    /// <summary>Takes everything away from the kernel, also what is in use, and brings what was buffered to the media.</summary>
    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        // The changer is the last one: no robot moves what a drive is about to give up.
        while (_units.Count > 0)
            Take(_units[^1]);
        _changer?.Dispose();
        foreach (int drive in _drives)
            _library.EndServing(drive);
    }

    private void Take(KernelUnit unit)
    {
        unit.Dispose();
        if (unit.Leftover is { } leftover)
            _leftovers.Add(leftover);
        _units.Remove(unit);
    }

    private void Begin()
    {
        // Locks first: what is left in the kernel of drives that are ours is nobody's.
        int[] numbers = _options.Drive is { } only ? [only] : [.. Enumerable.Range(0, _library.DriveCount)];
        foreach (int number in numbers)
        {
            TapeDriveUnit unit = _library.BeginServing(number);
            _drives.Add(number);
            Add(unit, LabelOf(number), _options.IsStacker ? code => Thread(unit, number, code) : null);
        }
        if (_options.Drive is null && _library.ChangerIdentity is not null)
            Add(_changer = new MediaChangerUnit(_library), $"{_options.Label}/changer", null);
        using TcmuOrphans starting = TcmuOrphans.RemoveAndHold([.. _units.Select(static unit => unit.Unit.Identity.SerialNumber)], _orphans);
        foreach (KernelUnit unit in _units)
        {
            unit.Recover();
            HasRecovered |= unit.HasRecovered;
        }
        // Drives first, and so in the order in which the kernel numbers them.
        foreach (KernelUnit unit in _units)
            unit.Begin();
        for (int index = 0; index < _units.Count; index++)
            _served.Add(Describe(_units[index], index < numbers.Length ? numbers[index] : null));
    }

    /// <summary>As the path to the drive is called, without <c>virtual:</c>.</summary>
    private string LabelOf(int number) => number == 0 ? _options.Label : $"{_options.Label}/{number + 1}";

    private void Add(LogicalUnit unit, string label, Action<byte>? served)
    {
        var loopback = new LoopbackFront(unit.Identity.SerialNumber);
        var iscsi = new IscsiFront(label, unit.Identity.SerialNumber, _options.Iscsi);
        KernelFront front = _options.Iscsi is null ? loopback : iscsi;
        KernelFront other = _options.Iscsi is null ? iscsi : loopback;
        _units.Add(new KernelUnit(unit, label, front, [other], served));
    }

    private void Thread(TapeDriveUnit unit, int number, byte operationCode)
    {
        if (operationCode == LoadUnload.OperationCode && unit.Medium == MediumState.Ejected)
            _ = _library.InsertNextCartridge(number);
    }

    private ServedUnit Describe(KernelUnit unit, int? drive) => new(
        drive,
        unit.Unit.Identity,
        drive is { } number && _library.ChangerIdentity is not null ? _library.Elements.AddressOfDrive(number) : null,
        unit.GenericNode,
        unit.TypeNode,
        unit.ScsiAddress,
        _options.Iscsi is null ? null : IscsiFront.NameOf(unit.Label, unit.Unit.Identity.SerialNumber));
}
