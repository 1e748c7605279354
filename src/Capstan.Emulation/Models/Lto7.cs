namespace Capstan.Emulation.Models;

public sealed partial record VirtualDriveModel
{
    /// <summary>LTO-7: four partitions, CRC32C.</summary>
    private static VirtualDriveModel[] Lto7 =>
    [
        new()
        {
            Name = "ibm-lto7", Vendor = DriveVendor.Ibm, Generation = 7, VendorId = "IBM", Product = "ULT3580-TD7",
            Timeouts = new(27540, 3000, 960, 2880, 2880, 2280, 480, 600, 1980, 780, 28860, 1500, 540, 1620),
        },
        new()
        {
            Name = "ibm-lto7-hh", Vendor = DriveVendor.Ibm, Generation = 7, VendorId = "IBM", Product = "ULT3580-HH7",
            Timeouts = new(27540, 3240, 960, 2940, 2940, 2340, 480, 600, 2040, 960, 28860, 1560, 540, 1680),
        },
        new()
        {
            Name = "hp-lto7", Vendor = DriveVendor.Hp, Generation = 7, VendorId = "HP", Product = "Ultrium 7-SCSI",
            Quirks = VirtualQuirks.LocateFileOffByOne,
            Timeouts = new(29400, 3000, 1020, 2700, 2700, 1920, 480, 780, 1980, 780, 28860, 1920, 540, 1920),
        },
        new()
        {
            Name = "quantum-lto7", Vendor = DriveVendor.Quantum, Generation = 7, VendorId = "QUANTUM", Product = "ULTRIUM-HH7",
            Quirks = VirtualQuirks.AllocationLengthAnswered,
            Timeouts = new(27540, 3240, 840, 2940, 2940, 2340, 480, 660, 2040, 960, 28860, 1560, 540, 1680),
        },
    ];
}
