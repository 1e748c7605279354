namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-8: IBM ULTRIUM-TD8, ULTRIUM-HH8; HPE Ultrium 8-SCSI.</summary>
    public static DriveModel Lto8 { get; } = new()
    {
        Name = "LTO-8",
        ProductMarks = ["-TD8", "-HH8", "Ultrium 8", "LTO-8", "LTO Gen 8"],
        Generation = 8,
        WritesDensities = [0x5E, 0x5D, 0x5C],
        Timeouts = new DriveTimeouts
        {
            ReadSeconds = 2340, WriteSeconds = 1680, WriteFilemarksSeconds = 1680, LocateSeconds = 2940, RewindSeconds = 660, LoadSeconds = 960, UnloadSeconds = 960,
            EraseLongSeconds = 121448, VerifySeconds = 54360, FormatSeconds = 3240, SelfTestSeconds = 2040, ReadBufferSeconds = 480, WriteBufferSeconds = 540, SetCapacitySeconds = 960,
        },
    };
}
