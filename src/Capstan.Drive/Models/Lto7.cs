namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-7: IBM ULTRIUM-TD7, ULTRIUM-HH7; HP Ultrium 7-SCSI.</summary>
    public static DriveModel Lto7 { get; } = new()
    {
        Name = "LTO-7",
        ProductMarks = ["-TD7", "-HH7", "Ultrium 7", "LTO-7", "LTO Gen 7"],
    };
}
