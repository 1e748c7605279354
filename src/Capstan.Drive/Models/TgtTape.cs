namespace Capstan.Drive.Models;

public sealed partial record DriveModel
{
    /// <summary>The tape drive that the Linux SCSI target framework (tgt) emulates: usr/ssc.c and usr/bs_ssc.c of its source, version 1.0.85.</summary>
    public static DriveModel TgtTape { get; } = new()
    {
        Name = "tgt tape",
        Vendor = "IET",
        ProductMarks = ["VIRTUAL-TAPE"],
        Quirks = DriveQuirks.PositionNotReported | DriveQuirks.ReadResidualWrong | DriveQuirks.WormModeAlwaysSet,
    };
}
