namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-4: IBM ULTRIUM-TD4, ULT3580-TD4; HP Ultrium 4-SCSI.</summary>
    public static DriveModel Lto4 { get; } = new()
    {
        Name = "LTO-4",
        ProductMarks = ["-TD4", "-HH4", "Ultrium 4", "LTO-4", "LTO Gen 4"],
    };
}
