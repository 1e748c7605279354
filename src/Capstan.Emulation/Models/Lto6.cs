namespace Capstan.Emulation.Models;

public sealed partial record VirtualDriveModel
{
    /// <summary>LTO-6.</summary>
    private static VirtualDriveModel[] Lto6 =>
    [
        new()
        {
            Name = "ibm-lto6", Vendor = DriveVendor.Ibm, Generation = 6, VendorId = "IBM", Product = "ULT3580-TD6",
            Timeouts = new(24600, 3000, 780, 2940, 2040, 1500, 480, 600, 2100, 780, 25200, 1500, 540, 1620),
        },
        new()
        {
            Name = "ibm-lto6-hh", Vendor = DriveVendor.Ibm, Generation = 6, VendorId = "IBM", Product = "ULT3580-HH6",
            Timeouts = new(29400, 3840, 1020, 2700, 2700, 1920, 660, 780, 3120, 960, 30000, 1920, 720, 1740),
        },
        new()
        {
            Name = "hp-lto6", Vendor = DriveVendor.Hp, Generation = 6, VendorId = "HP", Product = "Ultrium 6-SCSI",
            Quirks = VirtualQuirks.LocateFileOffByOne,
            Timeouts = new(18000, 1560, 600, 1200, 1200, 1200, 60, 600, 600, 780, 18000, 300, 60, 300),
        },
        new()
        {
            Name = "quantum-lto6", Vendor = DriveVendor.Quantum, Generation = 6, VendorId = "QUANTUM", Product = "ULTRIUM 6",
            Timeouts = new(29400, 3840, 1020, 2700, 2700, 1920, 660, 780, 3120, 960, 30000, 1920, 720, 1740),
        },
    ];
}
