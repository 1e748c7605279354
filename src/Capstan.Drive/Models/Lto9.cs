namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-9: IBM ULTRIUM-TD9, ULT3580-TD9, ULTRIUM-HH9; HPE Ultrium 9-SCSI. IBM LTO Ultrium SCSI Reference; the larger of full and half height.</summary>
    public static DriveModel Lto9 { get; } = new()
    {
        Name = "LTO-9",
        ProductMarks = ["-TD9", "-HH9", "Ultrium 9", "LTO-9", "LTO Gen 9"],
        Generation = 9,
        WritesDensities = [0x60, 0x5E],
        Timeouts = new DriveTimeouts
        {
            ReadSeconds = 2340, WriteSeconds = 1680, WriteFilemarksSeconds = 1680, LocateSeconds = 2940, RewindSeconds = 660, LoadSeconds = 7920, UnloadSeconds = 960,
            EraseLongSeconds = 166370, VerifySeconds = 63300, FormatSeconds = 7920, SelfTestSeconds = 2040, ReadBufferSeconds = 480, WriteBufferSeconds = 540, SetCapacitySeconds = 960,
        },
    };
}
