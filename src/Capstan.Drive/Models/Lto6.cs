namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-6: IBM ULTRIUM-TD6, ULT3580-TD6; HP Ultrium 6-SCSI; TANDBERG LTO-6 HH.</summary>
    public static DriveModel Lto6 { get; } = new()
    {
        Name = "LTO-6",
        ProductMarks = ["-TD6", "-HH6", "Ultrium 6", "LTO-6", "LTO Gen 6"],
        Generation = 6,
        WritesDensities = [0x5A, 0x58],
        ReadsDensities = [0x46],
        Timeouts = new DriveTimeouts
        {
            ReadSeconds = 1920, WriteSeconds = 1920, WriteFilemarksSeconds = 1740, LocateSeconds = 2940, RewindSeconds = 780, LoadSeconds = 1020, UnloadSeconds = 1020,
            EraseLongSeconds = 29400, VerifySeconds = 30000, FormatSeconds = 3840, SelfTestSeconds = 3120, ReadBufferSeconds = 660, WriteBufferSeconds = 720, SetCapacitySeconds = 960,
        },
    };
}
