using Capstan.Scsi;

namespace Capstan.Emulation.Models;

public sealed partial record VirtualChangerModel
{
    private const byte Reserve10Code = 0x56;
    private const byte Release10Code = 0x57;
    private const byte LogSelectCode = 0x4C;
    private const byte ReceiveDiagnosticCode = 0x1C;
    private const byte OpenCloseCode = 0x1B;
    private const byte PersistentInCode = 0x5E;
    private const byte PersistentOutCode = 0x5F;
    private const byte MaintenanceInCode = 0xA3;
    private const byte MaintenanceOutCode = 0xA4;
    private const byte ExchangeCode = 0xA6;
    private const byte RequestVolumeCode = 0xB5;
    private const byte SendVolumeTagCode = 0xB6;
    private const byte ReadBufferCode = 0x3C;
    private const byte WriteBufferCode = 0x3B;
    private const byte WithRangeCode = 0x37;
    private const byte WithRangeE7Code = 0xE7;

    /// <summary>Every model; the first is the one that keeps to the standard.</summary>
    public static IReadOnlyList<VirtualChangerModel> All { get; } =
    [
        // Everything that SMC-3 has, with the addresses that most LTO libraries share.
        new()
        {
            Name = "generic", VendorId = "CAPSTAN", Product = "VIRTUAL-CHANGER",
            FirstTransport = 1, FirstStorage = 0x1000, FirstImportExport = 0x10, FirstDrive = 0x100,
            Missing = [],
        },
        // IBM TS3100/TS3200 service manual, appendix B: hand 1, mail slots 16, drives 256, slots 4096. Commands: Dell PowerVault
        // TL2000/TL4000 SCSI reference, chapter 3, the same machine: 37h and not E7h, no EXCHANGE MEDIUM, no RECEIVE DIAGNOSTIC RESULTS.
        // READ BUFFER and WRITE BUFFER are there as described; of the makers below no description was at hand that tells their buffers' sizes
        // (a Scalar i500 whose control path is a drive has them answered by the drive).
        new()
        {
            Name = "ibm-ts3200", VendorId = "IBM", Product = "3573-TL",
            FirstTransport = 1, FirstStorage = 0x1000, FirstImportExport = 0x10, FirstDrive = 0x100,
            Missing = [ReceiveDiagnosticCode, ExchangeCode, WithRangeE7Code],
        },
        // IBM TS4500 SCSI reference, "Supported SCSI commands": E7h and not 37h, no LOG SELECT, no persistent reservations, RESERVE(6)
        // only; "Read Element Status": DVCID with VOLTAG 0 and for drives only. Element addresses: IBM TS4500 documentation, "Import/export
        // element (I/O slot) addresses": 301h to 3FFh, at most 255; "Element Type 4: Data Transfer": 101h on; that slots
        // begin at 401h, behind them, no page at hand says. The limit of a thousand elements was met at a TS3500 (Proxmox Backup Server, tape changer driver).
        new()
        {
            Name = "ibm-3584", VendorId = "IBM", Product = "03584L32",
            FirstTransport = 1, FirstStorage = 0x401, FirstImportExport = 0x301, FirstDrive = 0x101, MaxStorage = 20_000, MaxImportExport = 255,
            Quirks = ChangerQuirks.IdentifiersOfDrivesOnly | ChangerQuirks.IdentifiersWithoutTags | ChangerQuirks.ThousandElementsAtMost,
            Missing =
            [
                LogSelectCode, ReceiveDiagnosticCode, OpenCloseCode, Reserve10Code, Release10Code, PersistentInCode, PersistentOutCode,
                MaintenanceInCode, MaintenanceOutCode, WithRangeCode, ReadBufferCode, WriteBufferCode,
            ],
        },
        // Quantum Scalar Intelligent Libraries SCSI reference guide, table 3 (i500: no SEND VOLUME TAG, no EXCHANGE MEDIUM) and Dell
        // PowerVault ML6000 SCSI reference, element address assignment page: 1, 1000h, 10h, 100h.
        new()
        {
            Name = "quantum-scalar-i500", VendorId = "QUANTUM", Product = "Scalar i500",
            FirstTransport = 1, FirstStorage = 0x1000, FirstImportExport = 0x10, FirstDrive = 0x100,
            Missing =
            [
                LogSelectCode, ReceiveDiagnosticCode, OpenCloseCode, MaintenanceInCode, MaintenanceOutCode, ExchangeCode,
                RequestVolumeCode, SendVolumeTagCode, WithRangeCode, ReadBufferCode, WriteBufferCode,
            ],
        },
        // Quantum SuperLoader 3 software interface guide: hand 0, drive 20h, no mail slot for hosts, its command table. Where the slots
        // begin it does not say: 1 is assumed. Drives do not unload for a move (IBM's sense 05/3A/00 is what Oracle's libraries say).
        new()
        {
            Name = "quantum-superloader3", VendorId = "QUANTUM", Product = "UHDL",
            FirstTransport = 0, FirstStorage = 1, FirstImportExport = 0, FirstDrive = 0x20, MaxStorage = 16, MaxImportExport = 0, MaxDrives = 1,
            Quirks = ChangerQuirks.IdentifiersOfSerialNumber | ChangerQuirks.DriveUnloadedFirst,
            DriveNotUnloaded = new() { Key = SenseKey.IllegalRequest, Code = SenseCode.MediumNotPresent },
            Missing =
            [
                LogSelectCode, ReceiveDiagnosticCode, OpenCloseCode, MaintenanceInCode, MaintenanceOutCode, ExchangeCode,
                RequestVolumeCode, SendVolumeTagCode, WithRangeCode, WithRangeE7Code, ReadBufferCode, WriteBufferCode,
            ],
        },
        // An MSL3040 as captured: first element 0, drives from 1, slot 34 at 40Ah, and no identifiers though DVCID was set. Mail slots
        // at 65h: as such libraries are met, no manual at hand.
        new()
        {
            Name = "hpe-msl", VendorId = "HPE", Product = "MSL G3 Series",
            FirstTransport = 0, FirstStorage = 0x3E9, FirstImportExport = 0x65, FirstDrive = 1, MaxImportExport = 100,
            Quirks = ChangerQuirks.IdentifiersLeftOut,
            Missing = [ReceiveDiagnosticCode, WithRangeE7Code, ReadBufferCode, WriteBufferCode],
        },
    ];
}
