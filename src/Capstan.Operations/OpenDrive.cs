using Capstan.Drive;
using Capstan.Scsi;

namespace Capstan.Operations;

/// <summary>A drive opened for one operation, with what is known of the way to it.</summary>
internal sealed class OpenDrive : IDisposable
{
    private IOperationListener? _listener;
    private bool _isDisposed;

    private OpenDrive(OpenedDrive source, TapeDrive drive)
    {
        Source = source;
        Drive = drive;
    }

    public OpenedDrive Source { get; }

    public TapeDrive Drive { get; }

    public static OpenDrive Open(OperationContext context, string? device, bool usesFacts = true) => Failures.Guard(() =>
    {
        OpenedDrive source = context.Drives.Open(device, context.Listener);
        var open = new OpenDrive(source, TapeDrive.Open(source.Transport, context.Time, source.Neighbours));
        open.Recover(context, CancellationToken.None);
        try
        {
            open.Drive.LearnTimeouts();
        }
        catch
        {
            open.Dispose();
            throw;
        }

        if (usesFacts)
            Probe.DriveFacts.Apply(context.Home, open.Drive, source.Tuning);
        open.Drive.RowsOfLargeBlocks = AreCommandsDear(source.Tuning);
        if (source.MediumWarning is { } warning)
            context.Listener.Problem("", warning);
        open._listener = context.Listener;
        return open;
    });

    /// <summary>
    /// Over a network, and to a drive that a program serves: docs/decisions/0019. Between a plain host adapter and a drive a command costs
    /// little.
    /// </summary>
    private static bool AreCommandsDear(Transport.ITransferTuning? tuning) =>
        tuning is null || tuning.HostAdapter is "iscsi_tcp" or "ib_iser" or "tcm_loopback" or "tcm_loop";

    /// <summary>
    /// For who only looks: nothing is waited for, nothing is repaired, and nothing is sent that could wait behind what the drive is doing.
    /// </summary>
    public static OpenDrive OpenToLook(OperationContext context, string? device) => Failures.Guard(() =>
    {
        OpenedDrive source = context.Drives.Open(device, context.Listener);
        var open = new OpenDrive(source, TapeDrive.OpenToLook(source.Transport, context.Time, source.Neighbours)) { _listener = context.Listener };
        if (source.MediumWarning is { } warning)
            context.Listener.Problem("", warning);
        return open;
    });

    /// <summary>
    /// Keeps the kernel's tape driver off this drive to the end of the operation, where that can be done. Somebody who holds another
    /// node of it may move the tape at any time. Before the medium is looked at.
    /// </summary>
    /// <param name="forWriting">Refuse; else only warn.</param>
    /// <exception cref="OperationException">The drive is in use.</exception>
    public void RequireAlone(OperationContext context, bool forWriting)
    {
        Transport.DeviceHold hold = Drive.HoldAgainstOthers();
        // sg let a writer in alone (O_EXCL; a reader has none), and now st keeps everybody else out, too.
        if (forWriting && hold.State == Transport.HoldState.Held)
            return;
        IReadOnlyList<Transport.DeviceUser> users = Drive.FindOtherUsers();
        bool isUnseen = users.Count == 0;
        if (isUnseen && hold.State != Transport.HoldState.InUse)
            return;
        string holders = isUnseen ? $"{hold.Node} is held open by a process that this user may not see (`sudo fuser -v {hold.Node}` names it)" : string.Join("; ", users);
        string who = $"{Source.Device}: {holders}, and may move the tape at any time.";
        if (forWriting)
            throw new OperationException(ExitStatus.Device, $"{who} Nothing was written. End it, then start again.");
        context.Listener.Problem("", who);
    }

    /// <summary>Tells the user when the way to the drive broke and how that ended.</summary>
    public void Recover(OperationContext context, CancellationToken cancellation) => Drive.ConfigureRecovery(new RecoveryOptions(
        context.Listener.Phase,
        decision =>
        {
            context.Listener.Note(decision);
            context.Listener.Phase("going on");
        },
        cancellation));

    /// <summary>Waits until the tape is usable and makes the buffers that data needs.</summary>
    /// <param name="protect">Blocks travel with checksums.</param>
    public void PrepareForData(OperationContext context, bool protect, CancellationToken cancellation)
    {
        Recover(context, cancellation);
        Drive.WaitUntilReady(new Readiness(context.Listener), cancellation);
        Protect(context, protect);
        Backup.Engine.TapeSession.PrepareBuffers(Drive);
    }

    /// <summary>
    /// For who will write, before anything else: a drive that encrypts now and is reset before the first block has lost its key, and must not be
    /// taken for one that never had one.
    /// </summary>
    public void HoldToEncryption()
    {
        try
        {
            Drive.LearnEncryption();
        }
        catch (TapeException e) when (e.Sense is { Key: SenseKey.NotReady })
        {
            // A drive may be unable to answer while it loads; it is asked again when it is ready.
        }
    }

    /// <summary>Before a stream of writes: whether the drive encrypts, which is told, and which it has to go on doing.</summary>
    /// <param name="isRequired">It has to encrypt.</param>
    /// <exception cref="OperationException">It has to, and does not.</exception>
    public void LearnEncryption(OperationContext context, bool isRequired)
    {
        Drive.LearnEncryption();
        if (isRequired && !Drive.IsEncrypting)
        {
            throw new OperationException(ExitStatus.Device,
                $"{Source.Device}: --encrypted: the drive does not encrypt, or this user may not ask it. A reset, a power failure and others who use the drive take its key away. Nothing was written. Give the drive its key (`capstan drive encryption on`), then start again.");
        }

        if (Drive.IsEncrypting)
            context.Listener.Note($"{Source.Device}: the drive encrypts what is written{(Drive.EncryptionKeyDescription is { } key ? $", with the key '{key}'" : "")}");
    }

    /// <summary>Turns logical block protection on where it is wanted. Somebody else's is off since the drive was made ready.</summary>
    public void Protect(OperationContext context, bool protect)
    {
        if (Drive.WasLeftProtecting)
            context.Listener.Note($"{Source.Device}: another program had left the drive in logical block protection; it was turned off");
        if (protect)
            Drive.ProtectBlocks();
    }

    /// <summary>
    /// Runs what has to do with the tape. When that cannot be used, the error also tells what the cartridge's memory calls it: whoever
    /// has to look for a tape gets a name even where none can be read from it.
    /// </summary>
    /// <exception cref="OperationException">Every understood failure.</exception>
    public T Naming<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is Backup.Media.MediaException or TapeReadException or Backup.Framing.TapeFormatException
            or TapeMediumException { Fault: MediumFault.WriteProtected or MediumFault.Incompatible or MediumFault.Damaged })
        {
            CartridgeNames names = NamesOrNone();
            string said = e.Message.TrimEnd();
            string? name = names.Label is { } label && !said.Contains(label, StringComparison.Ordinal)
                || names.Barcode is { } barcode && !said.Contains(barcode, StringComparison.Ordinal) ? names.ToString() : null;
            throw new OperationException(Failures.StatusOf(e), name is null ? said : $"{said} (The cartridge in the drive is {name}.)", e);
        }
    }

    /// <summary>For a message about another error, which must not be lost for this one's.</summary>
    private CartridgeNames NamesOrNone()
    {
        try
        {
            return CartridgeNames.Read(this);
        }
        catch (TapeException)
        {
            return CartridgeNames.Unknown with { Barcode = Source.Barcode };
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        if (Drive.IsCleaningRequested)
            _listener?.Problem("", $"{Source.Device}: the drive asks to be cleaned. Insert a cleaning cartridge soon; what was done is done.");
        // What was buffered goes to the storage now, at the latest.
        Drive.Dispose();
        if (Source.Diagnosis?.Invoke() is { } diagnosis && diagnosis != Source.MediumWarning)
            _listener?.Problem("", diagnosis);
    }
}

/// <summary>Passes a drive's waiting on to the user.</summary>
internal sealed class Readiness(IOperationListener listener) : IProgress<DriveReadiness>
{
    private bool _isTold;

    public void Report(DriveReadiness value)
    {
        string what = value.IsInitializing ? "drive measures the new tape" : "drive is becoming ready";
        listener.Phase(value.Progress is { } progress ? $"{what}, {progress:P0}" : what);
        if (!value.IsInitializing || _isTold)
            return;
        _isTold = true;
        listener.Note("the drive measures a new tape (media initialization of LTO-9), once in its life. That takes 40 minutes mostly, and two hours at most; do not interrupt it");
    }
}
