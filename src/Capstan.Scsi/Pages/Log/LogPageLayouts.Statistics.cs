namespace Capstan.Scsi;

internal static partial class LogPageLayouts
{
    // SSC-4 8.2.2 (14h).
    private static LogPageLayout DeviceStatistics => field ??= new(0x14, 0x00, "device statistics",
    [
        new(0x0000, "lifetime volume loads"),
        new(0x0001, "lifetime cleaning operations"),
        new(0x0002, "lifetime power-on time", Unit: "h"),
        new(0x0003, "lifetime medium motion", Unit: "h"),
        new(0x0004, "lifetime tape processed", Unit: "m"),
        new(0x0005, "medium motion when an incompatible volume was last loaded", Unit: "h"),
        new(0x0006, "power-on time at the last temperature condition", Unit: "h"),
        new(0x0007, "power-on time at the last power consumption condition", Unit: "h"),
        new(0x0008, "medium motion since the last successful cleaning", Unit: "h"),
        new(0x0009, "medium motion since the second to last successful cleaning", Unit: "h"),
        new(0x000A, "medium motion since the third to last successful cleaning", Unit: "h"),
        new(0x000B, "power-on time at the last forced reset or emergency eject", Unit: "h"),
        new(0x000C, "lifetime power cycles"),
        new(0x000D, "volume loads since the last parameter reset"),
        new(0x000E, "hard write errors"),
        new(0x000F, "hard read errors"),
        new(0x0010, "duty cycle sample time", Unit: "ms"),
        new(0x0011, "read duty cycle", Unit: "%"),
        new(0x0012, "write duty cycle", Unit: "%"),
        new(0x0013, "activity duty cycle", Unit: "%"),
        new(0x0014, "volume not present duty cycle", Unit: "%"),
        new(0x0015, "ready duty cycle", Unit: "%"),
        new(0x0016, "received from the host in the sample time", Unit: "MB"),
        new(0x0017, "sent to the host in the sample time", Unit: "MB"),
        new(0x0040, "drive manufacturer's serial number", LogForm.Text),
        new(0x0041, "drive serial number", LogForm.Text),
        new(0x0042, "manufacturing date", LogForm.Text),
        new(0x0043, "manufacturing date, year and week", LogForm.Text),
        new(0x0080, "medium removal prevented", LogForm.Flag),
        new(0x0081, "maximum recommended mechanism temperature exceeded", LogForm.Flag),
        new(0x1000, "medium motion for each medium type", LogForm.MediumHours),
    ]);

    // The same codes in 17h, where SSC-4 8.2.8 took them over, and in 30h, where vendors had them before.
    private static LogField[] Usage => field ??=
    [
        new(0x0001, "thread count"),
        new(0x0002, "total data sets written"),
        new(0x0003, "total write retries"),
        new(0x0004, "total unrecovered write errors"),
        new(0x0005, "total suspended writes"),
        new(0x0006, "total fatal suspended writes"),
        new(0x0007, "total data sets read"),
        new(0x0008, "total read retries"),
        new(0x0009, "total unrecovered read errors"),
        new(0x000A, "total suspended reads"),
        new(0x000B, "total fatal suspended reads"),
    ];

    // SSC-4 8.2.8 (17h).
    private static LogPageLayout VolumeStatistics => field ??= new(0x17, 0x00, "volume statistics",
    [
        new(0x0000, "page valid", LogForm.Flag),
        .. Usage,
        new(0x000C, "last mount unrecovered write errors"),
        new(0x000D, "last mount unrecovered read errors"),
        new(0x000E, "last mount written", Unit: "MB"),
        new(0x000F, "last mount read", Unit: "MB"),
        new(0x0010, "lifetime written", Unit: "MB"),
        new(0x0011, "lifetime read", Unit: "MB"),
        new(0x0012, "last load write compression ratio", LogForm.Hundredths),
        new(0x0013, "last load read compression ratio", LogForm.Hundredths),
        new(0x0014, "medium mount time", Unit: "ms"),
        new(0x0015, "medium ready time", Unit: "ms"),
        new(0x0016, "total native capacity", Unit: "MB"),
        new(0x0017, "total used native capacity", Unit: "MB"),
        new(0x0040, "volume serial number", LogForm.Text),
        new(0x0041, "tape lot identifier", LogForm.Text),
        new(0x0042, "volume barcode", LogForm.Text),
        new(0x0043, "volume manufacturer", LogForm.Text),
        new(0x0044, "volume license code", LogForm.Text),
        new(0x0045, "volume personality", LogForm.Text),
        new(0x0046, "volume manufacture date", LogForm.Text),
        new(0x0080, "write protect", LogForm.Flag),
        new(0x0081, "WORM", LogForm.Flag),
        new(0x0082, "maximum recommended tape path temperature exceeded", LogForm.Flag),
        new(0x0100, "volume write mounts"),
        new(0x0101, "beginning of medium passes"),
        new(0x0102, "middle of medium passes"),
        new(0x0200, "first encrypted logical object", LogForm.PartitionObjects),
        new(0x0201, "first unencrypted logical object behind the first encrypted one", LogForm.PartitionObjects),
        new(0x0202, "native capacity of partitions", LogForm.PartitionMegabytes, "MB"),
        new(0x0203, "used native capacity of partitions", LogForm.PartitionMegabytes, "MB"),
        new(0x0204, "remaining native capacity of partitions", LogForm.PartitionMegabytes, "MB"),
        new(0x0300, "mount history", LogForm.MountHistory),
    ]);

    // HP LTO Ultrium technical reference manual, volume 3; IBM LTO Ultrium SCSI Reference: all read from the cartridge memory.
    private static LogPageLayout TapeUsage => field ??= new(0x30, 0x00, "tape usage",
    [
        .. Usage,
        new(0x000C, "total suspended append writes"),
    ]);

    // Two partitions share four codes: remaining, remaining, maximum, maximum.
    private static LogPageLayout TapeCapacity => field ??= new(0x31, 0x00, "tape capacity",
    [
        .. Enumerable.Range(0, 20).Select(static i => new LogField(
            (ushort)(i + 1), $"partition {(i / 4 * 2) + (i % 2)} {(i % 4 < 2 ? "remaining" : "maximum")} capacity", Unit: "MiB")),
    ]);

    private static LogField[] Compression => field ??=
    [
        new(0x0000, "read compression ratio", LogForm.Hundredths),
        new(0x0001, "write compression ratio", LogForm.Hundredths),
        new(0x0002, "sent to the host", Unit: "MB"),
        new(0x0003, "sent to the host, bytes beside the MB", LogForm.Signed, "B"),
        new(0x0004, "read from the tape", Unit: "MB"),
        new(0x0005, "read from the tape, bytes beside the MB", LogForm.Signed, "B"),
        new(0x0006, "received from the host", Unit: "MB"),
        new(0x0007, "received from the host, bytes beside the MB", LogForm.Signed, "B"),
        new(0x0008, "written to the tape", Unit: "MB"),
        new(0x0009, "written to the tape, bytes beside the MB", LogForm.Signed, "B"),
        new(0x0100, "data compression enabled", LogForm.Flag),
    ];

    // SSC-4 8.2.9 (1Bh); 32h is the same page of LTO-5 and older. MB are rounded: the bytes beside them may be negative.
    private static LogPageLayout DataCompression => field ??= new(0x1B, 0x00, "data compression", Compression);

    private static LogPageLayout VendorCompression => field ??= new(0x32, 0x00, "data compression", Compression);

    // HP LTO Ultrium technical reference manual, volume 3.
    private static LogPageLayout HpPerformance => field ??= new(0x34, 0x00, "performance data",
    [
        new(0x0000, "repositions for 100 MB"),
        new(0x0001, "data rate into the buffer"),
        new(0x0002, "maximum data rate"),
        new(0x0003, "current data rate"),
        new(0x0004, "native data rate"),
    ], LogVendor.Hp);

    // Parameters: IBM 3592 SCSI Reference, as CTA reads it (castor/tape/tapeserver/SCSI/Constants.hpp); pages: IBM LTO SCSI Reference
    // (GA32-0928) 6.4.24, 6.4.25.
    private static LogPageLayout IbmPerformance => field ??= new(0x37, 0x00, "performance characteristics", []);

    private static LogPageLayout IbmQuality => field ??= new(0x37, 0x64, "performance characteristics: quality summary",
    [
        new(0x0000, "drive efficiency"),
        new(0x0001, "medium efficiency"),
        new(0x0011, "primary interface efficiency, port 0"),
        new(0x0012, "primary interface efficiency, port 1"),
        new(0x001A, "library interface efficiency"),
    ]);

    private static LogPageLayout IbmHostCommands => field ??= new(0x37, 0x80, "performance characteristics: host commands",
    [
        new(0x03D0, "read performance efficiency"),
        new(0x04D0, "write performance efficiency"),
    ]);

    private static LogPageLayout IbmTransferred => field ??= new(0x38, 0x00, "blocks and bytes transferred",
    [
        new(0x0000, "host write blocks processed"),
        new(0x0001, "host write processed", Unit: "KiB"),
        new(0x0002, "host read blocks processed"),
        new(0x0003, "host read processed", Unit: "KiB"),
        new(0x0004, "device write data sets processed"),
        new(0x0005, "device write processed", Unit: "KiB"),
        new(0x0006, "device read data sets processed"),
        new(0x0007, "device read processed", Unit: "KiB"),
        new(0x0008, "device write data sets transferred"),
        new(0x0009, "device write transferred", Unit: "KiB"),
        new(0x000A, "device read data sets transferred"),
        new(0x000B, "device read transferred", Unit: "KiB"),
        new(0x000C, "nominal capacity of the partition", Unit: "KiB"),
        new(0x000D, "fraction of the partition traversed"),
        new(0x000E, "nominal capacity of the volume", Unit: "KiB"),
        new(0x000F, "fraction of the volume traversed"),
        new(0x0010, "remaining capacity of the volume", Unit: "KiB"),
        new(0x0011, "remaining capacity of the partition", Unit: "KiB"),
    ]);
}
