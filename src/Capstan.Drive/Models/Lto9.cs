namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-9: IBM ULTRIUM-TD9, ULT3580-TD9, ULTRIUM-HH9; HPE Ultrium 9-SCSI. IBM LTO Ultrium SCSI Reference; the larger of full and half height.</summary>
    public static DriveModel Lto9 { get; } = new()
    {
        Name = "LTO-9",
        ProductMarks = ["-TD9", "-HH9", "Ultrium 9", "LTO-9", "LTO Gen 9"],
        Timeouts = new DriveTimeouts { LocateSeconds = 2940 },
    };
}
