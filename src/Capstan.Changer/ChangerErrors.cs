using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Changer;

/// <summary>The one place that words errors: names the changer, the elements, what the changer said, and the remedy.</summary>
internal static class ChangerErrors
{
    public static ChangerException Transport(string changer, string command, ScsiTransportException e) => e.Fault switch
    {
        TransportFault.NotSent => new ChangerException(ChangerFault.Failed, $"{changer}: {command} was not sent: {e.Message}", null, e),
        TransportFault.PermissionDenied => new ChangerException(ChangerFault.PermissionDenied, e.Message, null, e),
        TransportFault.Busy => new ChangerException(ChangerFault.Busy, e.Message, null, e),
        TransportFault.NotFound => new ChangerException(ChangerFault.NotFound, e.Message, null, e),
        TransportFault.TimedOut => new ChangerException(ChangerFault.Lost, $"{changer}: {command} was not answered in time: {e.Message}", null, e),
        TransportFault.Transient => new ChangerException(ChangerFault.Lost, $"{changer}: {command}: {e.Message}", null, e),
        _ => new ChangerException(ChangerFault.Lost,
            $"{changer}: the changer is gone: {e.Message.TrimEnd('.')}. `dmesg` tells what the kernel saw; when it is back, run this again.", null, e),
    };

    /// <param name="what">What was to be done, with its elements: "moving CAP001L9 from slot 3 to drive 0"; null for what has none.</param>
    public static ChangerException Sense(string changer, string command, ChangerVerdict verdict, in SenseData sense, string? what = null)
    {
        string subject = what is null ? $"{changer}: {command}" : $"{changer}: {what}";
        string said = $" ({sense})";
        (ChangerFault fault, string text) = verdict switch
        {
            ChangerVerdict.SourceEmpty => (ChangerFault.SourceEmpty,
                ": there is no cartridge to take. `capstan changer status` shows what is where; `capstan changer inventory` has the library look again."),
            ChangerVerdict.DestinationFull => (ChangerFault.DestinationFull,
                ": a cartridge is there already. `capstan changer status` shows what is where; `capstan changer inventory` has the library look again."),
            ChangerVerdict.InvalidAddress => (ChangerFault.InvalidAddress,
                ": the library has no such place, or does not let this host use it (another partition, no magazine, no drive). `capstan changer status` shows those it has."),
            ChangerVerdict.RemovalPrevented => (ChangerFault.RemovalPrevented,
                ": the removal of the cartridge is prevented: a program uses the drive, or has locked it or the library. End it, or `capstan drive unlock` and `capstan drive eject`, then run this again."),
            ChangerVerdict.DriveNotUnloaded => (ChangerFault.DriveNotUnloaded,
                ": the drive holds its tape. Unload it with `capstan drive eject --device DRIVE`, or have it done each time: `capstan changer eject-before-unload always`."),
            ChangerVerdict.TapeStuck => (ChangerFault.TapeStuck,
                ": the drive could not give its tape out. Try `capstan drive eject --device DRIVE`; if that fails too, the tape is stuck, and the drive's eject button or the service has to help."),
            ChangerVerdict.LoadFailed => (ChangerFault.LoadFailed,
                ": the drive could not take the cartridge in. Look at the cartridge, and try another; if the drive takes none, it has to be looked at."),
            ChangerVerdict.MagazineMissing => (ChangerFault.MagazineMissing,
                ": the magazine is missing or not in its place. Put it back until it locks; the library then takes its inventory."),
            ChangerVerdict.MailSlotOpen => (ChangerFault.MailSlotOpen,
                ": the mail slot is open. Close it, and run this again."),
            ChangerVerdict.ElementDisabled => (ChangerFault.ElementDisabled,
                ": the element is switched off. Switch it on at the library's panel, or use another."),
            ChangerVerdict.Incompatible => (ChangerFault.Incompatible,
                ": this cartridge cannot be used there: another generation, an expired cleaning cartridge, or no readable label."),
            ChangerVerdict.BecomingReady => (ChangerFault.Inventorying,
                ": the library is still taking its inventory, or starting up. `capstan changer status` tells when it is done."),
            ChangerVerdict.StatusUnknown => (ChangerFault.StatusUnknown,
                ": the library does not know what is where. `capstan changer inventory` has it look."),
            ChangerVerdict.NeedsOperator => (ChangerFault.NeedsOperator,
                ": the library waits for a person: a door or the mail slot is open, a magazine is out, or its panel asks for something. Close it or answer there, and run this again."),
            ChangerVerdict.Cleaning => (ChangerFault.NotReady,
                ": the drive is being cleaned. It gives the cartridge out when it is done, after some minutes: run this again then."),
            ChangerVerdict.NotReady => (ChangerFault.NotReady, ": the library is not ready; its panel tells why."),
            ChangerVerdict.Unsupported => (ChangerFault.Unsupported, ": this changer refuses the command or one of its fields."),
            ChangerVerdict.HardwareError => (ChangerFault.HardwareFailure,
                ": the library reports a failure of its hardware. Its panel tells more. Switch it off and on when nothing moves; if it happens again, it has to be repaired."),
            ChangerVerdict.ContentsChanged => (ChangerFault.ContentsChanged,
                ": the library was opened, reset, or its contents changed meanwhile. Nothing was moved. `capstan changer status` shows what is where now."),
            ChangerVerdict.Aborted => (ChangerFault.Failed, ": the library gave the command up. Look at `capstan changer status`, then run this again."),
            _ => (ChangerFault.Failed, "."),
        };
        return new ChangerException(fault, subject + text.TrimEnd('.') + said + ".", sense);
    }

    /// <summary>READ ELEMENT STATUS says of an element that something is wrong with it.</summary>
    public static ChangerException Exception(string changer, LibraryElement element, string what) => new(ChangerFault.ElementException,
        $"{changer}: {what}: the library reports something wrong with {element.Name}: {element.ExceptionText}. {Remedy(element)}");

    private static string Remedy(LibraryElement element) => element.Type switch
    {
        ElementType.DataTransfer => "Look at the drive: it may be off, failed, or hold a cartridge that is not quite in. `capstan changer inventory` has the library look again.",
        _ => "Look at the cartridge there; `capstan changer inventory` has the library look again.",
    };
}
