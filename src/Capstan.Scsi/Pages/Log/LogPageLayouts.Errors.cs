namespace Capstan.Scsi;

internal static partial class LogPageLayouts
{
    // SPC-4 7.3.7, 7.3.14. LTO drives count data sets in 0003h to 0006h (HP LTO Ultrium 5 technical reference manual, volume 3).
    private static LogField[] ErrorCounters => field ??=
    [
        new(0x0000, "errors corrected without substantial delay"),
        new(0x0001, "errors corrected with possible delays"),
        new(0x0002, "total rewrites or rereads"),
        new(0x0003, "total errors corrected"),
        new(0x0004, "total times correction algorithm processed"),
        new(0x0005, "total bytes processed"),
        new(0x0006, "total uncorrected errors"),
    ];

    private static LogPageLayout WriteErrors => field ??= new(0x02, 0x00, "write error counters", ErrorCounters);

    private static LogPageLayout ReadErrors => field ??= new(0x03, 0x00, "read error counters", ErrorCounters);

    // SPC-4 7.3.11.
    private static LogPageLayout NonMediumErrors => field ??= new(0x06, 0x00, "non-medium errors", [new(0x0000, "non-medium error count")]);

    // SPC-4 7.3.15: the newest result is 0001h.
    private static LogPageLayout SelfTest => field ??= new(0x10, 0x00, "self-test results", [new(0x0001, "self-test", LogForm.SelfTest, LastCode: 0x0014)]);

    // SSC-4 8.2.6.
    private static LogPageLayout TapeDiagnostic => field ??= new(0x16, 0x00, "tape diagnostic data",
        [new(0x0000, "diagnostic record", LogForm.TapeDiagnostic, LastCode: 0x7FFF)]);

    // ADC-3 6.1.3.
    private static LogPageLayout ServiceBuffers => field ??= new(0x15, 0x00, "service buffers information",
        [new(0x0000, "service buffer", LogForm.ServiceBuffer, LastCode: 0x00FF)]);

    // Parameters: IBM 3592 SCSI Reference, as CTA reads it (castor/tape/tapeserver/SCSI/Constants.hpp); pages: IBM LTO SCSI Reference
    // (GA32-0928) 6.4.22, 6.4.23.
    private static LogPageLayout IbmWriteErrors => field ??= new(0x33, 0x00, "write errors",
    [
        new(0x0001, "servo transients"),
        new(0x0002, "data transients"),
        new(0x0006, "servo temporary errors"),
        new(0x0007, "data temporary errors"),
        new(0x0008, "total retries"),
    ], LogVendor.Ibm);

    private static LogPageLayout IbmReadErrors => field ??= new(0x34, 0x00, "read forward errors",
    [
        new(0x0001, "servo transients"),
        new(0x0002, "data transients"),
        new(0x0006, "servo temporary errors"),
        new(0x0007, "data temporary errors"),
        new(0x0015, "total retries"),
    ], LogVendor.Ibm);

    // HP LTO Ultrium technical reference manual, volume 3: the last 16 errors, the newest first.
    private static LogPageLayout HpWellness => field ??= new(0x33, 0x00, "device wellness",
        [new(0x0000, "error", LogForm.Wellness, LastCode: 0x000F)], LogVendor.Hp);

    // Quantum LTO-4 interface manual 3.9.19.
    private static LogPageLayout QuantumErrorEvents => field ??= new(0x33, 0x00, "error events", [], LogVendor.Quantum);

    // IBM LTO SCSI Reference (GA32-0928) 6.4.26 to 6.4.32: what is in them is not public.
    private static LogPageLayout IbmPort0Errors => field ??= new(0x39, 0x00, "host port 0 interface errors", [], LogVendor.Ibm);

    private static LogPageLayout IbmPort1Errors => field ??= new(0x3B, 0x00, "host port 1 interface errors", [], LogVendor.Ibm);

    private static LogPageLayout IbmUsage => field ??= new(0x3C, 0x00, "drive usage information", [], LogVendor.Ibm);

    private static LogPageLayout IbmSubsystem => field ??= new(0x3D, 0x00, "subsystem statistics", [], LogVendor.Ibm);

    private static LogPageLayout DeviceErrors => field ??= new(0x35, 0x00, "DT device errors",
    [
        new(0x0000, "hardware error", LogForm.HardwareError),
        new(0x0001, "medium error", LogForm.Hex),
    ]);
}
