namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>LTO-5: IBM ULTRIUM-TD5, ULT3580-TD5; HP Ultrium 5-SCSI; QUANTUM ULTRIUM 5.</summary>
    public static DriveModel Lto5 { get; } = new()
    {
        Name = "LTO-5",
        ProductMarks = ["-TD5", "-HH5", "Ultrium 5", "LTO-5", "LTO Gen 5"],
    };
}
