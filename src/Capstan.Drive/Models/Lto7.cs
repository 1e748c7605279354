namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-7: IBM ULTRIUM-TD7, ULTRIUM-HH7; HP Ultrium 7-SCSI.</summary>
    public static DriveModel Lto7 { get; } = new()
    {
        Name = "LTO-7",
        ProductMarks = ["-TD7", "-HH7", "Ultrium 7", "LTO-7", "LTO Gen 7"],
        Generation = 7,
        WritesDensities = [0x5C, 0x5A],
        ReadsDensities = [0x58],
        Timeouts = new DriveTimeouts
        {
            ReadSeconds = 2340, WriteSeconds = 1920, WriteFilemarksSeconds = 1920, LocateSeconds = 2940, RewindSeconds = 780, LoadSeconds = 1020, UnloadSeconds = 1020,
            EraseLongSeconds = 29400, VerifySeconds = 28860, FormatSeconds = 3240, SelfTestSeconds = 2040, ReadBufferSeconds = 480, WriteBufferSeconds = 540, SetCapacitySeconds = 960,
        },
    };
}
