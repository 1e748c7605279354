using static Capstan.Scsi.AlertSeverity;

namespace Capstan.Scsi;

public sealed partial record TapeAlertFlag
{
    private const string Service = "If it comes back, have the drive serviced.";
    private const string NewTape = "Copy what is on this tape to another one, and use it no more.";
    private const string NoUse = "No drive of today sets it.";

    // Numbers, names and severities: TapeAlert specification 3.0 (T10 02-142r0) and SSC-4 annex A.
    private static readonly TapeAlertFlag[] Table =
    [
        new(1, "read warning", Warning, "The drive has severe trouble reading. Nothing is lost yet; it is slower.", "Clean the drive. Copy the tape if other drives have the same trouble with it."),
        new(2, "write warning", Warning, "The drive has severe trouble writing. Nothing is lost yet; less fits on the tape.", "Clean the drive. Use another tape if it stays."),
        new(3, "hard error", Warning, "A read or write error could not be corrected, and the operation stopped.", "Look at the flags beside this one: they tell whether the tape or the drive is to blame."),
        new(4, "medium", Critical, "The tape can be written or read no more, or hardly.", NewTape),
        new(5, "read failure", Critical, "The drive cannot read this tape any more: the tape is damaged, or the drive.", "Try the tape in another drive, and another tape in this drive."),
        new(6, "write failure", Critical, "The drive cannot write to this tape any more: the tape is bad, or the drive.", "Try a tape that is known to be good in this drive. " + Service),
        new(7, "medium life", Warning, "The tape has passed its specified life.", NewTape),
        new(8, "not data grade", Warning, "The cartridge is not one for data, or its marks cannot be read.", "Replace it; what is on it is at risk."),
        new(9, "write protect", Critical, "Something tried to write to a tape that is write-protected.", "Slide the tab on the cartridge, or use another tape."),
        new(10, "volume removal prevented", Information, "Something tried to unload the tape while a program has it locked in.", "Wait until the program ends, or unlock the drive."),
        new(11, "cleaning volume", Information, "A cleaning cartridge is in the drive.", "Wait; it leaves by itself."),
        new(12, "unsupported format", Information, "The cartridge is of a type, or has a format, that this drive cannot use.", "Use a cartridge of a generation that the drive takes."),
        new(13, "recoverable mechanical cartridge failure", Critical, "The tape has snapped or suffered some other mechanical failure in the drive, and can still be ejected.", "Do not load this cartridge again. Start over with another tape."),
        new(14, "unrecoverable mechanical cartridge failure", Critical, "The tape has snapped or suffered some other mechanical failure in the drive, and cannot be ejected.", "Do not try to pull it out. Have the drive serviced."),
        new(15, "memory chip in cartridge failure", Warning, "The chip in the cartridge cannot be read or written: positioning is slower, and its statistics are lost.", "Use this cartridge for no further backups."),
        new(16, "forced eject", Critical, "The tape was ejected by hand or by force while the drive was reading or writing.", "The last backup is incomplete: look at what the catalog says, and back up again."),
        new(17, "read-only format", Warning, "The drive can read this generation of cartridge, and not write it.", "Use a newer cartridge for writing."),
        new(18, "tape directory corrupted on load", Warning, "The tape's directory is damaged: the drive lost power with the tape in it, or could not write it. Positioning is slow.", "Read the whole tape once; the drive rebuilds the directory."),
        new(19, "nearing medium life", Information, "The tape comes near the end of its specified life.", "Use another tape for the next backup, and keep this one for restores."),
        new(20, "cleaning required", Critical, "The heads are dirty.", "Clean the drive now; if it is working, when it is done."),
        new(21, "cleaning requested", Warning, "Routine cleaning is due.", "Use a cleaning cartridge when the drive is free."),
        new(22, "expired cleaning volume", Critical, "The last cleaning cartridge was worn out: the drive was not cleaned.", "Throw that cartridge away and clean with a new one."),
        new(23, "invalid cleaning volume", Critical, "The last cleaning cartridge was of a wrong type: the drive was not cleaned.", "Clean with a cartridge for this drive."),
        new(24, "retension requested", Warning, "The tape runs unevenly.", "Wind it to its end and back: `capstan drive retension`."),
        new(25, "multi-port interface error on a primary port", Warning, "One of the drive's host ports has failed.", "Check that port's cable and counterpart."),
        new(26, "cooling fan failure", Warning, "A fan in the drive or its enclosure has failed.", "Replace it before the drive gets too hot."),
        new(27, "power supply failure", Warning, "A redundant power supply of the enclosure has failed.", "Replace it: another failure stops the drive."),
        new(28, "power consumption", Warning, "The drive takes more power than it should.", Service),
        new(29, "drive preventive maintenance required", Warning, "The drive is due for maintenance other than cleaning.", "See the drive's manual."),
        new(30, "hardware A", Critical, "A hardware fault that a reset can clear.", "Eject the tape, reset the drive, start again. " + Service),
        new(31, "hardware B", Critical, "A hardware fault of the drive's own test, or one that only switching it off and on can clear.", "Switch the drive off and on. " + Service),
        new(32, "primary interface", Warning, "The drive sees errors on the way to the host.", "Check cables, terminators and the host adapter."),
        new(33, "eject volume", Critical, "The drive can go on only after the tape was ejected and inserted again.", "`capstan drive eject`, then `capstan drive load`, and start again."),
        new(34, "microcode update fail", Warning, "New firmware was refused.", "Get the firmware that is made for this very drive."),
        new(35, "drive humidity", Warning, "The air in the drive is too damp or too dry.", "Stop using tapes until it is within the drive's range."),
        new(36, "drive temperature", Warning, "The drive is too hot or too cold.", "Check fans and air flow; let it come back into its range before tapes suffer."),
        new(37, "drive voltage", Warning, "The drive's supply voltage is out of range.", "Check the power supply."),
        new(38, "predictive failure", Critical, "The drive expects to fail.", "Have it serviced before it does."),
        new(39, "diagnostics required", Warning, "The drive may have failed in a way that its own tests can tell.", "`capstan drive self-test`, and keep a dump for the service."),
        new(40, "loader hardware A", Critical, "The loader cannot talk to the drive properly. Obsolete.", "Switch the loader off and on."),
        new(41, "loader stray tape", Critical, "A tape was left in the loader by an earlier fault. Obsolete.", "Remove it as the loader's manual says."),
        new(42, "loader hardware B", Warning, "The loader's mechanism has a fault. Obsolete.", "See the loader's manual."),
        new(43, "loader door", Critical, "The loader's door is open. Obsolete.", "Close it, and start again."),
        new(44, "loader hardware C", Critical, "The loader has a fault that is not mechanical. Obsolete.", "Switch the loader off and on."),
        new(45, "loader magazine", Critical, "The loader has no magazine. Obsolete.", "Insert it, and start again."),
        new(46, "loader predictive failure", Warning, "The loader expects to fail. Obsolete.", "Have it serviced before it does."),
        new(47, "reserved (47)", Information, "Reserved by the standard.", NoUse),
        new(48, "reserved (48)", Information, "Reserved by the standard.", NoUse),
        new(49, "diminished native capacity", Information, "The tape holds less than its data sheet says: parts of it are skipped.", "Plan with the capacity that the drive reports."),
        new(50, "lost statistics", Warning, "Statistics of the tape or the drive were lost at some time: power was lost with a tape loaded.", "Unload tapes before switching off."),
        new(51, "tape directory invalid at unload", Warning, "The tape's directory could not be written when it was unloaded. Positioning will be slow.", "Read the whole tape once; the drive rebuilds the directory."),
        new(52, "tape system area write failure", Critical, "The tape's system area could not be written when it was unloaded.", NewTape),
        new(53, "tape system area read failure", Critical, "The tape's system area could not be read when it was loaded.", NewTape),
        new(54, "no start of data", Critical, "The beginning of the data cannot be found: the tape is damaged, was bulk erased, or has a wrong format.", "Check that it is a tape of the right kind; a bulk erased LTO tape can never be used again."),
        new(55, "loading or threading failure", Critical, "The tape could not be loaded or threaded.", "Take the cartridge out, look at its leader pin, try it once more, then another one. " + Service),
        new(56, "unrecoverable unload failure", Critical, "The tape cannot be unloaded.", "Do not pull. Switch the drive off and on once; if the tape stays in, have the drive serviced."),
        new(57, "automation interface failure", Critical, "The drive cannot talk to the library.", "Check the library's cable to the drive."),
        new(58, "microcode failure", Warning, "The drive's firmware failed.", "Take a dump for the service, and update the firmware."),
        new(59, "WORM volume integrity check failed", Warning, "The drive suspects that somebody tampered with a WORM tape. It can be read, and written no more.", "Copy it, and find out who had it."),
        new(60, "WORM volume overwrite attempted", Warning, "Something tried to overwrite data on a WORM tape.", "Append behind the end of data, or use a rewritable tape."),
        new(61, "encryption policy violation", Warning, "A command broke the rules for encryption that the drive or the library is set to.", "Look at the key and the mode: `capstan drive encryption status`."),
        new(62, "reserved (62)", Information, "Reserved by the standard.", NoUse),
        new(63, "reserved (63)", Information, "Reserved by the standard.", NoUse),
        new(64, "reserved (64)", Information, "Reserved by the standard.", NoUse),
    ];
}
