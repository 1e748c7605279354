namespace Capstan.Scsi;

public readonly partial record struct SenseCode
{
    private const byte DiagnosticFailureAsc = 0x40;
    private const byte FirstDiagnosticComponent = 0x80;
    private const byte TaggedOverlappedCommandsAsc = 0x4D;
    private const byte DecompressionExceptionAsc = 0x70;
    private const byte FirstVendorValue = 0x80;

    // What vendors return in the ranges SPC leaves to them. Null Ascq: the whole row.
    private static readonly (byte Asc, byte? Ascq, SenseCodeDevices Devices, string Text)[] VendorTable =
    [
        // IBM TS2900 library: ABORTED COMMAND 41h/xxh; T10 has only 41h/00h, for disks.
        (0x41, null, SenseCodeDevices.Changer, "Library internal error (IBM TS2900)"),
        // Exabyte Magnum 1x7 LTO Autoloader, SCSI Reference, tables 11-5 and 15-2; IBM Tape Device Drivers, Move Medium.
        (0x3B, 0x81, SenseCodeDevices.Changer, "Element not accessible, cartridge of another logical library (IBM)"),
        (0x3B, 0x87, SenseCodeDevices.Changer, "Cartridge stuck in tape drive (Exabyte)"),
        (0x3B, 0x90, SenseCodeDevices.Changer, "Source cartridge is loaded in the tape drive and not accessible (Exabyte)"),
        // Dell TL2000/TL4000 (IBM TS3100/TS3200) User's Guide, table C-1.
        (0x3B, 0xA0, SenseCodeDevices.Changer, "Medium transfer element full (IBM, Dell)"),
        (0x44, 0x81, SenseCodeDevices.Changer, "Source not ready (IBM, Dell)"),
        (0x44, 0x82, SenseCodeDevices.Changer, "Destination not ready (IBM, Dell)"),
        (0x44, 0x84, SenseCodeDevices.Changer, "Wrong drive type (IBM, Dell)"),
        // IBM TS3100/TS3200 libraries: HARDWARE ERROR 80h/xxh.
        (0x80, 0x05, SenseCodeDevices.Changer, "Source tape drive not installed (Exabyte), library hardware error (IBM TS3100/TS3200)"),
        (0x80, 0x06, SenseCodeDevices.Changer, "Destination tape drive not installed (Exabyte), library hardware error (IBM TS3100/TS3200)"),
        (0x80, null, SenseCodeDevices.Changer, "Library hardware error (IBM TS3100/TS3200)"),
        (0x82, 0x82, SenseCodeDevices.Tape, "Drive requires cleaning (IBM, HP LTO)"),
        (0x83, 0x00, SenseCodeDevices.Changer, "Label questionable (Exabyte)"),
        (0x83, 0x01, SenseCodeDevices.Changer, "Label cannot be read (Exabyte)"),
        (0x83, 0x02, SenseCodeDevices.Changer, "Slot not installed (ATL, Exabyte)"),
        (0x83, 0x03, SenseCodeDevices.Changer, "Label and full status questionable (Exabyte)"),
        (0x83, 0x04, SenseCodeDevices.Changer, "Tape drive not installed (Exabyte)"),
        (0x83, 0x09, SenseCodeDevices.Changer, "No label (Exabyte)"),
        (0x85, 0x00, SenseCodeDevices.Tape, "Write protected because of a tape or drive failure (IBM LTO)"),
        (0x85, 0x01, SenseCodeDevices.Tape, "Write protected because of a tape or drive failure (IBM LTO)"),
        (0x85, 0x02, SenseCodeDevices.Tape, "Write protected because of a tape or drive failure (IBM LTO)"),
        (0xEE, null, SenseCodeDevices.Tape, "Encryption key manager error (IBM LTO)"),
        (0xEF, 0x10, SenseCodeDevices.Tape, "Encryption key required (IBM LTO)"),
        (0xEF, null, SenseCodeDevices.Tape, "Encryption key manager error (IBM LTO)"),
    ];

    /// <summary>82/82, vendor code of IBM and HP LTO drives: the drive asks for a cleaning cartridge.</summary>
    public static SenseCode VendorDriveRequiresCleaning => new(0x82, 0x82);

    /// <summary>3B/81: the element holds a cartridge of another partition.</summary>
    public static SenseCode VendorElementOfAnotherLibrary => new(0x3B, 0x81);

    /// <summary>3B/87: the drive does not get its cartridge out.</summary>
    public static SenseCode VendorCartridgeStuckInDrive => new(0x3B, 0x87);

    /// <summary>3B/90: the drive has not unloaded.</summary>
    public static SenseCode VendorSourceCartridgeLoaded => new(0x3B, 0x90);

    /// <summary>44/81: the drive that the cartridge is in does not give it out.</summary>
    public static SenseCode VendorSourceNotReady => new(0x44, 0x81);

    /// <summary>80/05: there is no drive at the source of a move.</summary>
    public static SenseCode VendorSourceDriveNotInstalled => new(0x80, 0x05);

    /// <summary>80/06: there is no drive at the destination of a move.</summary>
    public static SenseCode VendorDestinationDriveNotInstalled => new(0x80, 0x06);

    /// <summary>83/02 in the descriptor of a storage element: there is no such slot.</summary>
    public static SenseCode VendorSlotNotInstalled => new(0x83, 0x02);

    /// <summary>83/04 in the descriptor of a data transfer element: there is no such drive.</summary>
    public static SenseCode VendorDriveNotInstalled => new(0x83, 0x04);

    /// <summary>EF/10, vendor code of IBM LTO drives under library-managed encryption: no key was served.</summary>
    public static SenseCode VendorEncryptionKeyRequired => new(0xEF, 0x10);

    /// <summary>40/NN: a component failed its diagnostic.</summary>
    /// <param name="component">80h to FFh, meaning by vendor.</param>
    public static SenseCode DiagnosticFailureOnComponent(byte component) => new(DiagnosticFailureAsc, component);

    /// <summary>4D/NN: two commands with the same task tag.</summary>
    public static SenseCode TaggedOverlappedCommands(byte taskTag) => new(TaggedOverlappedCommandsAsc, taskTag);

    /// <summary>70/NN: data cannot be decompressed; NN is the algorithm's short identifier.</summary>
    public static SenseCode DecompressionExceptionShortAlgorithmId(byte algorithmId) => new(DecompressionExceptionAsc, algorithmId);

    /// <summary>Whether the code lies in the range that SPC leaves to vendors (ASC or ASCQ of 80h and above).</summary>
    public bool IsVendorSpecific => (Devices & SenseCodeDevices.Vendor) != 0;

    /// <summary>Device types the code is assigned to; <see cref="SenseCodeDevices.None"/> when nothing is known about it.</summary>
    public SenseCodeDevices Devices
    {
        get
        {
            if (Find(this) is { } entry)
                return entry.Devices;
            if (IsNumbered(this))
                return Asc == DecompressionExceptionAsc ? SenseCodeDevices.Tape : SenseCodeDevices.Tape | SenseCodeDevices.Changer;
            foreach (var row in VendorTable)
            {
                if (row.Asc == Asc && (row.Ascq is null || row.Ascq == Ascq))
                    return row.Devices | SenseCodeDevices.Vendor;
            }
            return Asc >= FirstVendorValue || Ascq >= FirstVendorValue ? SenseCodeDevices.Vendor : SenseCodeDevices.None;
        }
    }

    /// <summary>T10's text in sentence case; for codes of vendors, what their manuals say, marked as such; never empty.</summary>
    public string Text
    {
        get
        {
            if (Find(this) is { } entry)
                return entry.Text;
            if (IsNumbered(this))
            {
                return Asc switch
                {
                    DiagnosticFailureAsc => $"Diagnostic failure on component {Ascq:X2}h",
                    TaggedOverlappedCommandsAsc => $"Tagged overlapped commands (task tag {Ascq:X2}h)",
                    _ => $"Decompression exception short algorithm ID of {Ascq:X2}h",
                };
            }
            foreach (var row in VendorTable)
            {
                if (row.Asc == Asc && (row.Ascq is null || row.Ascq == Ascq))
                    return "Vendor specific: " + row.Text;
            }
            return Asc >= FirstVendorValue || Ascq >= FirstVendorValue ? "Vendor specific" : "Not assigned to tape drives or changers";
        }
    }

    private static bool IsNumbered(SenseCode code) => code.Asc switch
    {
        DiagnosticFailureAsc => code.Ascq >= FirstDiagnosticComponent,
        TaggedOverlappedCommandsAsc or DecompressionExceptionAsc => true,
        _ => false,
    };

    private static Entry? Find(SenseCode code)
    {
        int low = 0, high = Table.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            ref readonly Entry entry = ref Table[middle];
            int order = ((entry.Asc << 8) | entry.Ascq) - ((code.Asc << 8) | code.Ascq);
            if (order == 0)
                return entry;
            if (order < 0)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return null;
    }
}
