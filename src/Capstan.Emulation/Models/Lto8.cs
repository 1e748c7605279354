namespace Capstan.Emulation.Models;

public sealed partial record VirtualDriveModel
{
    /// <summary>LTO-8: type M cartridges.</summary>
    private static VirtualDriveModel[] Lto8 =>
    [
        new()
        {
            Name = "ibm-lto8", Vendor = DriveVendor.Ibm, Generation = 8, VendorId = "IBM", Product = "ULT3580-TD8",
            Timeouts = new(54896, 3000, 960, 2880, 2880, 2280, 480, 600, 1980, 780, 47700, 1500, 540, 1620),
        },
        new()
        {
            Name = "ibm-lto8-hh", Vendor = DriveVendor.Ibm, Generation = 8, VendorId = "IBM", Product = "ULT3580-HH8",
            Timeouts = new(121448, 3240, 960, 2940, 2940, 2340, 480, 600, 2040, 960, 54360, 1560, 540, 1680),
        },
        new()
        {
            Name = "hpe-lto8", Vendor = DriveVendor.Hp, Generation = 8, VendorId = "HPE", Product = "Ultrium 8-SCSI",
            Quirks = VirtualQuirks.LocateFileOffByOne,
            Timeouts = new(53040, 3000, 840, 2940, 2940, 2340, 480, 660, 1980, 780, 53040, 1680, 540, 1680),
        },
        new()
        {
            Name = "quantum-lto8", Vendor = DriveVendor.Quantum, Generation = 8, VendorId = "QUANTUM", Product = "ULTRIUM-HH8",
            Timeouts = new(46380, 3240, 840, 2940, 2940, 2340, 480, 660, 2040, 960, 47700, 1560, 540, 1680),
        },
    ];
}
