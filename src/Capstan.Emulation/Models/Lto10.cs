namespace Capstan.Emulation.Models;

public sealed partial record VirtualDriveModel
{
    /// <summary>LTO-10: 30 and 40 TB cartridges.</summary>
    private static VirtualDriveModel[] Lto10 =>
    [
        new()
        {
            Name = "ibm-lto10", Vendor = DriveVendor.Ibm, Generation = 10, VendorId = "IBM", Product = "ULT3580-TDA",
            HasAccessOrder = true,
            Timeouts = new(16320, 3180, 780, 2940, 2940, 2340, 480, 600, 1980, 780, 104880, 1500, 540, 1620),
        },
        new()
        {
            Name = "ibm-lto10-hh", Vendor = DriveVendor.Ibm, Generation = 10, VendorId = "IBM", Product = "ULT3580-HHA",
            Timeouts = new(166370, 3240, 960, 3940, 3940, 2340, 480, 600, 2040, 960, 63300, 1560, 540, 1680),
        },
        new()
        {
            Name = "hpe-lto10", Vendor = DriveVendor.Hp, Generation = 10, VendorId = "HPE", Product = "Ultrium 10-SCSI",
            Quirks = VirtualQuirks.LocateFileOffByOne,
            Timeouts = new(16320, 3180, 780, 2940, 2940, 2340, 480, 600, 1980, 780, 104880, 1500, 540, 1620),
        },
        new()
        {
            Name = "quantum-lto10", Vendor = DriveVendor.Quantum, Generation = 10, VendorId = "QUANTUM", Product = "ULTRIUM-HHA",
            Timeouts = new(205440, 3180, 780, 104880, 2940, 2340, 480, 600, 1980, 780, 104880, 1500, 540, 1620),
        },
    ];
}
