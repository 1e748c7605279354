namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-5: IBM ULTRIUM-TD5, ULT3580-TD5; HP Ultrium 5-SCSI; QUANTUM ULTRIUM 5.</summary>
    public static DriveModel Lto5 { get; } = new()
    {
        Name = "LTO-5",
        ProductMarks = ["-TD5", "-HH5", "Ultrium 5", "LTO-5", "LTO Gen 5"],
        Generation = 5,
        WritesDensities = [0x58, 0x46],
        ReadsDensities = [0x44],
        Timeouts = new DriveTimeouts
        {
            ReadSeconds = 1920, WriteSeconds = 1920, WriteFilemarksSeconds = 1740, LocateSeconds = 2700, RewindSeconds = 780, LoadSeconds = 1020, UnloadSeconds = 1020,
            EraseLongSeconds = 19200, VerifySeconds = 19980, FormatSeconds = 1980, SelfTestSeconds = 3120, ReadBufferSeconds = 660, WriteBufferSeconds = 720, SetCapacitySeconds = 960,
        },
    };
}
