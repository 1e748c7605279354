namespace Capstan.Scsi;

internal static partial class LogPageLayouts
{
    // SSC-4 8.2.4; 8000h on: IBM, HP.
    private static LogPageLayout SequentialAccess => field ??= new(0x0C, 0x00, "sequential access device",
    [
        new(0x0000, "bytes received for writing", Unit: "B"),
        new(0x0001, "bytes written to the medium", Unit: "B"),
        new(0x0002, "bytes read from the medium", Unit: "B"),
        new(0x0003, "bytes sent for reading", Unit: "B"),
        new(0x0004, "native capacity from BOP to EOD", Unit: "MB"),
        new(0x0005, "native capacity from BOP to early warning of this partition", Unit: "MB"),
        new(0x0006, "minimum native capacity from early warning to EOP of this partition", Unit: "MB"),
        new(0x0007, "native capacity from BOP to the current position", Unit: "MB"),
        new(0x0008, "maximum native capacity in the object buffer", Unit: "MB"),
        new(0x0100, "cleaning required", LogForm.Flag),
        new(0x8000, "MB processed since cleaning", Unit: "MB"),
        new(0x8001, "lifetime load cycles"),
        new(0x8002, "lifetime cleaning cycles"),
        new(0x8003, "lifetime power-on time", Unit: "s"),
    ]);

    // SPC-4 7.3.21.
    private static LogPageLayout Temperature => field ??= new(0x0D, 0x00, "temperature",
    [
        new(0x0000, "temperature", LogForm.Temperature, "°C"),
        new(0x0001, "reference temperature", LogForm.Temperature, "°C"),
    ]);

    // ADC-3 6.1.2; 8000h on: HP.
    private static LogPageLayout DeviceStatus => field ??= new(0x11, 0x00, "DT device status",
    [
        new(0x0000, "very high frequency data", LogForm.VeryHighFrequency),
        new(0x0001, "very high frequency polling delay", Unit: "ms"),
        new(0x0002, "encryption control status", LogForm.EncryptionControl),
        new(0x0003, "key management error", LogForm.KeyManagementError),
        new(0x0101, "primary port status", LogForm.Hex, LastCode: 0x01FF),
        new(0x0201, "management interface status", LogForm.Hex, LastCode: 0x02FF),
        new(0x8000, "vendor very high frequency data", LogForm.VeryHighFrequency),
    ]);

    // SSC-4 8.2.3 (12h), 8.2.7 (2Eh).
    private static LogPageLayout AlertResponse => field ??= new(0x12, 0x00, "TapeAlert response", [new(0x0000, "flags", LogForm.AlertBits)]);

    private static LogPageLayout TapeAlert => field ??= new(0x2E, 0x00, "TapeAlert",
        [.. Enumerable.Range(1, TapeAlertFlag.Count).Select(flag => new LogField((ushort)flag, TapeAlertFlag.Of(flag).Name, LogForm.Flag))]);

    // SSC-4 8.2.5.
    private static LogPageLayout RequestedRecovery => field ??= new(0x13, 0x00, "requested recovery", [new(0x0000, "recovery procedures", LogForm.RecoveryProcedures)]);

    // SPL-3 9.2.8.
    private static LogPageLayout ProtocolPort => field ??= new(0x18, 0x00, "protocol-specific port", [new(0x0000, "port", LogForm.SasPort, LastCode: 0xFFFF)]);

    // SPC-4 7.3.12.
    private static LogPageLayout PowerTransitions => field ??= new(0x1A, 0x00, "power condition transitions",
    [
        new(0x0001, "transitions to active"),
        new(0x0002, "transitions to idle_a"),
        new(0x0003, "transitions to idle_b"),
        new(0x0004, "transitions to idle_c"),
        new(0x0008, "transitions to standby_z"),
        new(0x0009, "transitions to standby_y"),
    ]);

    // HP LTO Ultrium technical reference manual, volume 3; 7000h on: Quantum LTO-4 interface manual 3.9.20.
    private static LogPageLayout VendorDeviceStatus => field ??= new(0x3E, 0x00, "device status",
    [
        new(0x0000, "device type", LogForm.Hex),
        new(0x0001, "device status bits", LogForm.DeviceStatus),
        new(0x0002, "total loads"),
        new(0x0003, "cleaning cartridge status"),
        new(0x0004, "product number", LogForm.Hex),
        new(0x7000, "TapeAlert flags", LogForm.AlertBits),
        new(0x8000, "drive lifetime loads"),
        new(0x8001, "drive lifetime medium motion", Unit: "h"),
        new(0x8002, "drive medium motion since cleaning", Unit: "h"),
        new(0x8003, "drive periodic cleaning interval", Unit: "h"),
        new(0x8004, "drive lifetime written", Unit: "GB"),
        new(0x8005, "drive lifetime read", Unit: "GB"),
        new(0x9000, "medium lifetime loads"),
        new(0x9001, "medium lifetime loads threshold"),
        new(0x9002, "medium lifetime wear passes"),
        new(0x9003, "medium lifetime wear passes threshold"),
        new(0x9004, "medium lifetime wear", Unit: "h"),
        new(0x9005, "medium lifetime wear threshold", Unit: "h"),
    ]);
}
