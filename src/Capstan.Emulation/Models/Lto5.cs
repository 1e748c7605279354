namespace Capstan.Emulation.Models;

public sealed partial record VirtualDriveModel
{
    /// <summary>LTO-5: partitions, append-only mode, logical block protection.</summary>
    private static VirtualDriveModel[] Lto5 =>
    [
        new()
        {
            Name = "ibm-lto5", Vendor = DriveVendor.Ibm, Generation = 5, VendorId = "IBM", Product = "ULT3580-TD5",
            Timeouts = new(16380, 1560, 780, 2040, 2040, 1500, 480, 600, 2100, 780, 16920, 1500, 540, 1620),
        },
        new()
        {
            Name = "ibm-lto5-hh", Vendor = DriveVendor.Ibm, Generation = 5, VendorId = "IBM", Product = "ULT3580-HH5",
            Timeouts = new(19200, 1980, 1020, 2700, 2700, 1920, 660, 780, 3120, 960, 19980, 1920, 720, 1740),
        },
        new()
        {
            Name = "hp-lto5", Vendor = DriveVendor.Hp, Generation = 5, VendorId = "HP", Product = "Ultrium 5-SCSI",
            Quirks = VirtualQuirks.LocateFileOffByOne,
            Timeouts = new(18000, 1560, 600, 1200, 1200, 1200, 60, 600, 600, 780, 18000, 300, 60, 300),
        },
        new()
        {
            Name = "quantum-lto5", Vendor = DriveVendor.Quantum, Generation = 5, VendorId = "QUANTUM", Product = "ULTRIUM 5",
            Timeouts = new(19200, 1980, 1020, 2700, 2700, 1920, 660, 780, 3120, 960, 19980, 1920, 720, 1740),
        },
    ];
}
