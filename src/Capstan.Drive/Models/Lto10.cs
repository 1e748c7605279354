namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-10: IBM ULTRIUM-TDA, ULTRIUM-HHA; HPE Ultrium 10-SCSI.</summary>
    public static DriveModel Lto10 { get; } = new()
    {
        Name = "LTO-10",
        ProductMarks = ["-TDA", "-HHA", "Ultrium 10", "LTO-10", "LTO Gen 10"],
    };
}
