using Capstan.Changer;
using Capstan.Drive;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Changer;

/// <summary>A changer opened for one operation: what is where, what was moved so far, and where everything is when something fails.</summary>
internal sealed class ChangerJob : IDisposable
{
    private readonly OperationContext _context;
    private readonly OpenedChanger _source;
    private readonly string? _driveDevice;
    private readonly CancellationToken _cancellation;
    private readonly List<CartridgeMove> _moves = [];
    private readonly List<LibraryElement> _involved = [];
    private IReadOnlyList<DriveCandidate>? _candidates;

    private ChangerJob(OperationContext context, OpenedChanger source, MediaChanger changer, string? driveDevice, CancellationToken cancellation)
    {
        _cancellation = cancellation;
        _context = context;
        _source = source;
        _driveDevice = driveDevice;
        Changer = changer;
        Status = null!;
    }

    public MediaChanger Changer { get; }

    public string Device => _source.Device;

    public string PickedBy => _source.PickedBy;

    public OperationContext Context => _context;

    /// <summary>What is where now.</summary>
    public LibraryStatus Status { get; private set; }

    public IReadOnlyList<int> ExportSlots => _source.ExportSlots ?? [];

    /// <summary>What was moved so far.</summary>
    public IReadOnlyList<CartridgeMove> Moves => _moves;

    /// <summary>Opens a changer for who moves cartridges: others wait until that is done.</summary>
    public static ChangerJob OpenAlone(OperationContext context, string? changer, CancellationToken cancellation, string? driveDevice = null, bool readsStatus = true) =>
        Open(context, changer, cancellation, driveDevice, readsStatus, isAlone: true);

    /// <summary>Opens a changer and reads its status.</summary>
    /// <param name="driveDevice">The drive that the user named, for a changer that does not tell which drives it has; null for none.</param>
    public static ChangerJob Open(OperationContext context, string? changer, CancellationToken cancellation, string? driveDevice = null, bool readsStatus = true,
        bool isAlone = false) =>
        Failures.Guard(() =>
        {
            OpenedChanger source = context.Drives.OpenChanger(changer, isAlone, context.Listener);
            MediaChanger opened = MediaChanger.Open(source.Transport, context.Time, new Telling(context.Listener), cancellation);
            var job = new ChangerJob(context, source, opened, driveDevice, cancellation);
            try
            {
                if (readsStatus)
                {
                    context.Listener.Phase("reading the status of the library");
                    job.Refresh();
                }

                return job;
            }
            catch
            {
                job.Dispose();
                throw;
            }
        });

    public void Refresh() => Status = Changer.ReadStatus();

    public EjectMode EjectMode => EjectModeFile.Load(EjectModeFile.PathOf(_context.Home, Changer.Identity))
        ?? (_source.EjectsFirst == true ? EjectMode.Always : EjectMode.Auto);

    /// <summary>What the user called a place, or a cartridge.</summary>
    public LibraryElement Resolve(string text, bool byLabel = true) => PlaceName.Resolve(text, Status, Device, byLabel);

    public LibraryElement Drive(int number) => PlaceName.Drive(number, Status, Device);

    /// <summary>The way to the drive in an element; null where none is known.</summary>
    public DriveCandidate? PathOf(LibraryElement drive)
    {
        if (_driveDevice is { } named)
            return new DriveCandidate(named, null, () => _context.Drives.Open(named, _context.Listener));
        return DriveMatch.Find(drive, Candidates, Status.Drives);
    }

    private IReadOnlyList<DriveCandidate> Candidates => _candidates ??= _source.FindDrives();

    /// <summary>Runs what moves cartridges. Whatever goes wrong, the message says where each of them is.</summary>
    /// <exception cref="OperationException">Every understood failure.</exception>
    public ChangerMoveReport Run(string action, Func<string?> work)
    {
        try
        {
            string? remark = Failures.Guard(work);
            return new ChangerMoveReport(Device, PickedBy, action, _moves, remark);
        }
        catch (OperationException e) when (e.Status != ExitStatus.Usage)
        {
            throw new OperationException(e.Status, $"{e.Message} {Whereabouts()}".TrimEnd(), e);
        }
        catch (OperationCanceledException) when (Whereabouts() is { Length: > 0 } where)
        {
            _context.Listener.Note(where);
            throw;
        }
    }

    /// <summary>Whose place is told when something fails.</summary>
    public void Involve(LibraryElement element)
    {
        if (element.IsFull && !_involved.Exists(known => known.Address == element.Address))
            _involved.Add(element);
    }

    /// <summary>Moves a cartridge; a drive unloads it first when the changer wants that. Who stops the program stops it between two moves.</summary>
    public void Move(LibraryElement from, LibraryElement to)
    {
        _cancellation.ThrowIfCancellationRequested();
        Involve(from);
        RequireUsable(from);
        RequireUsable(to);
        Freely([from], () => Changer.Move(from, to));
        _moves.Add(new CartridgeMove(from.Barcode, Views.Of(from), Views.Of(to)));
        Look(from, to);
    }

    /// <summary>Lets two cartridges change places, the second to a third place where one is given.</summary>
    public string? Exchange(LibraryElement source, LibraryElement first, LibraryElement second)
    {
        _cancellation.ThrowIfCancellationRequested();
        Involve(source);
        Involve(first);
        // Should it end there, the other one is best where it belongs. A mail slot will do for a moment.
        LibraryElement? spare = HomeOf(first) is { } home && home.Address != second.Address ? home : FreeSlot(except: second.Address) ?? Status.MailSlots.FirstOrDefault(slot => IsFree(slot) && slot.Address != second.Address);
        bool isExchanged = false;
        Freely([source, first], () => isExchanged = Changer.TryExchange(source, first, second));
        if (isExchanged)
        {
            _moves.Add(new CartridgeMove(source.Barcode, Views.Of(source), Views.Of(first)));
            _moves.Add(new CartridgeMove(first.Barcode, Views.Of(first), Views.Of(second)));
            Look(source, first, second);
            return null;
        }

        IReadOnlyList<(LibraryElement From, LibraryElement To)> steps = Changer.PlanExchange(source, first, second, spare);
        foreach ((LibraryElement from, LibraryElement to) in steps)
            Move(from, to);
        return $"this changer has no EXCHANGE MEDIUM: it took {steps.Count} moves";
    }

    /// <summary>Where a cartridge in a drive belongs: the slot it came from, or another free one.</summary>
    public LibraryElement? HomeOf(LibraryElement element) =>
        element.Source is { } address && Status.At(address) is { Type: ElementType.Storage } home && IsFree(home) ? home : FreeSlot();

    /// <summary>The first slot that a cartridge can be put into; one that a cartridge in a drive came from only when there is no other.</summary>
    public LibraryElement? FreeSlot(int? except = null)
    {
        LibraryElement[] free = [.. Status.Slots.Where(slot => IsFree(slot) && slot.Address != except && !ExportSlots.Contains(slot.Number))];
        return Array.Find(free, slot => !Status.Drives.Any(drive => drive.Source == slot.Address)) ?? free.FirstOrDefault();
    }

    public static bool IsFree(LibraryElement slot) => slot is { IsFull: false, IsDisabled: false, Exception: null };

    public OperationException NoFreeSlot(string what) =>
        new(ExitStatus.Device, $"{Device}: {what}: no slot is free. Take a cartridge out of the library (`capstan changer export`), or name a slot.");

    /// <summary>Has a drive unload its tape, through its own path.</summary>
    public void Eject(LibraryElement drive)
    {
        DriveCandidate path = PathOf(drive) ?? throw new OperationException(ExitStatus.Device,
            $"{Device}: {drive.Name} has to unload its tape first, and nobody knows which device it is{DriveMatch.Trouble(drive, Candidates, Status.Drives)}. "
            + "Name it with --device, or unload it with `capstan drive eject --device DRIVE`.");
        _context.Listener.Phase($"unloading the tape of {drive.Name}");
        OpenedDrive opened = path.Open();
        using (TapeDrive tape = TapeDrive.Open(opened.Transport, _context.Time, opened.Neighbours))
        {
            try
            {
                tape.LearnTimeouts();
                tape.Unload();
            }
            catch (TapeMediumException e) when (e.Fault == MediumFault.NotPresent)
            {
                // It gave its tape out before; whether the robot can take it is for the library to say.
                return;
            }
        }

        _context.Listener.Note($"{drive.Name} ({path.Device}) unloaded its tape");
    }

    public void Dispose() => Changer.Dispose();

    /// <summary>Takes cartridges from where they may be held by drives.</summary>
    private void Freely(LibraryElement[] places, Action move)
    {
        LibraryElement[] drives = Array.FindAll(places, static place => place.Type == ElementType.DataTransfer);
        EjectMode mode = EjectMode;
        if (mode == EjectMode.Always)
            Array.ForEach(drives, Eject);
        try
        {
            move();
        }
        catch (ChangerException e) when (mode == EjectMode.Auto && drives.Length > 0 && IsHeld(e.Fault))
        {
            if (Array.Exists(drives, drive => PathOf(drive) is null))
                throw;
            try
            {
                Array.ForEach(drives, Eject);
            }
            catch (Exception why) when (why is TapeException or ScsiTransportException or OperationException)
            {
                throw new OperationException(Failures.StatusOf(e), $"{e.Message} The drive itself did not unload it either: {why.Message}", e);
            }

            move();
        }
    }

    private static bool IsHeld(ChangerFault fault) => fault is ChangerFault.DriveNotUnloaded or ChangerFault.RemovalPrevented or ChangerFault.TapeStuck;

    private void RequireUsable(LibraryElement element)
    {
        if (element.IsDisabled)
            throw new OperationException(ExitStatus.Device, $"{Device}: {element.Name} is switched off or missing. `capstan changer status` shows which can be used.");
    }

    /// <summary>After a move its places are read again, not the whole of a library that may have thousands.</summary>
    private void Look(params IEnumerable<LibraryElement> places) =>
        Status = Status.With([.. places.DistinctBy(static place => place.Address).Select(Changer.ReadElement).OfType<LibraryElement>()]);

    private string Whereabouts()
    {
        if (_involved.Count == 0)
            return "";
        try
        {
            Status = Changer.ReadStatus(isPatient: false);
            var sentences = new List<string>();
            foreach (LibraryElement cartridge in _involved)
            {
                string[] places = cartridge.Barcode is { } barcode ? [.. Status.All.Where(element => element.Barcode == barcode).Select(static element => element.Name)] : [];
                sentences.Add(places.Length > 0 ? $"{cartridge.Barcode} is in {string.Join(" and ", places)}."
                    : cartridge.Barcode is not null ? $"{cartridge.Barcode} is in no place that the library shows."
                    : $"{cartridge.Name} {(Status.At(cartridge.Address)?.IsFull == true ? "holds a cartridge" : "is empty")}.");
            }

            sentences.AddRange(Status.Hands.Where(static hand => hand is { IsFull: true, Barcode: null }).Select(static hand => $"In {hand.Name} is a cartridge."));
            return string.Join(' ', sentences);
        }
        catch (Exception e) when (e is ChangerException or ScsiTransportException)
        {
            return _moves.Count == 0 ? "" : "Before that: " + string.Join(", ", _moves.Select(static move => $"{move.Barcode ?? "a cartridge"} to {move.To.Name}")) + ".";
        }
    }

    private sealed class Telling(IOperationListener listener) : IProgress<ChangerProgress>
    {
        public void Report(ChangerProgress value) =>
            listener.Phase(value.Done is { } done ? $"{value.What}, {done:P0}" : value.What);
    }
}
