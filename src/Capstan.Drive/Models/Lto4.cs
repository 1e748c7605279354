namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-4: IBM ULTRIUM-TD4, ULT3580-TD4; HP Ultrium 4-SCSI.</summary>
    public static DriveModel Lto4 { get; } = new()
    {
        Name = "LTO-4",
        ProductMarks = ["-TD4", "-HH4", "Ultrium 4", "LTO-4", "LTO Gen 4"],
        Generation = 4,
        WritesDensities = [0x46, 0x44],
        ReadsDensities = [0x42],
        Timeouts = new DriveTimeouts
        {
            ReadSeconds = 1920, WriteSeconds = 1920, WriteFilemarksSeconds = 1740, LocateSeconds = 2700, RewindSeconds = 780, LoadSeconds = 1020, UnloadSeconds = 1020,
            EraseLongSeconds = 19200, VerifySeconds = 19980, FormatSeconds = 1980, SelfTestSeconds = 3120, ReadBufferSeconds = 660, WriteBufferSeconds = 720, SetCapacitySeconds = 960,
        },
    };
}
