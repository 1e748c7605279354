namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-10: IBM ULTRIUM-TDA, ULTRIUM-HHA; HPE Ultrium 10-SCSI.</summary>
    public static DriveModel Lto10 { get; } = new()
    {
        Name = "LTO-10",
        ProductMarks = ["-TDA", "-HHA", "Ultrium 10", "LTO-10", "LTO Gen 10"],
        Generation = 10,
        WritesDensities = [0x62, 0x63],
        Timeouts = new DriveTimeouts
        {
            ReadSeconds = 2340, WriteSeconds = 1560, WriteFilemarksSeconds = 1680, LocateSeconds = 3940, RewindSeconds = 600, LoadSeconds = 7920, UnloadSeconds = 960,
            EraseLongSeconds = 205440, VerifySeconds = 104880, FormatSeconds = 3240, SelfTestSeconds = 2040, ReadBufferSeconds = 480, WriteBufferSeconds = 540, SetCapacitySeconds = 960,
        },
    };
}
