namespace Capstan.Emulation.Models;

public sealed partial record VirtualDriveModel
{
    /// <summary>LTO-9: initialises new cartridges; recommended access order (full height).</summary>
    private static VirtualDriveModel[] Lto9 =>
    [
        new()
        {
            Name = "ibm-lto9", Vendor = DriveVendor.Ibm, Generation = 9, VendorId = "IBM", Product = "ULT3580-TD9",
            HasAccessOrder = true,
            Timeouts = new(74341, 3000, 960, 2940, 2940, 2340, 480, 600, 1980, 780, 63300, 1500, 540, 1620),
        },
        new()
        {
            Name = "ibm-lto9-hh", Vendor = DriveVendor.Ibm, Generation = 9, VendorId = "IBM", Product = "ULT3580-HH9",
            Timeouts = new(166370, 3240, 960, 2940, 2940, 2340, 480, 600, 2040, 960, 63300, 1560, 540, 1680),
        },
        new()
        {
            Name = "hpe-lto9", Vendor = DriveVendor.Hp, Generation = 9, VendorId = "HPE", Product = "Ultrium 9-SCSI",
            Quirks = VirtualQuirks.LocateFileOffByOne,
            Timeouts = new(53040, 3000, 840, 2940, 2940, 2340, 480, 660, 1980, 780, 53040, 1680, 540, 1680),
        },
        new()
        {
            Name = "quantum-lto9", Vendor = DriveVendor.Quantum, Generation = 9, VendorId = "QUANTUM", Product = "ULTRIUM-HH9",
            Timeouts = new(46380, 3240, 840, 2940, 2940, 2340, 480, 660, 2040, 960, 47700, 1560, 540, 1680),
        },
    ];
}
