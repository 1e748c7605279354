namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-8: IBM ULTRIUM-TD8, ULTRIUM-HH8; HPE Ultrium 8-SCSI.</summary>
    public static DriveModel Lto8 { get; } = new()
    {
        Name = "LTO-8",
        ProductMarks = ["-TD8", "-HH8", "Ultrium 8", "LTO-8", "LTO Gen 8"],
    };
}
