namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-6: IBM ULTRIUM-TD6, ULT3580-TD6; HP Ultrium 6-SCSI; TANDBERG LTO-6 HH.</summary>
    public static DriveModel Lto6 { get; } = new()
    {
        Name = "LTO-6",
        ProductMarks = ["-TD6", "-HH6", "Ultrium 6", "LTO-6", "LTO Gen 6"],
    };
}
