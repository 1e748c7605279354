namespace Capstan.Emulation.Models;

public sealed partial record VirtualDriveModel
{
    /// <summary>LTO-4: first with encryption; no partitions.</summary>
    /// <remarks>Timeouts of LTO-4 are those of LTO-5: no collection has its own.</remarks>
    private static VirtualDriveModel[] Lto4 =>
    [
        new()
        {
            Name = "ibm-lto4", Vendor = DriveVendor.Ibm, Generation = 4, VendorId = "IBM", Product = "ULT3580-TD4",
            Timeouts = new(16380, 1560, 780, 2040, 2040, 1500, 480, 600, 2100, 780, 16920, 1500, 540, 1620),
        },
        new()
        {
            Name = "ibm-lto4-hh", Vendor = DriveVendor.Ibm, Generation = 4, VendorId = "IBM", Product = "ULT3580-HH4",
            Timeouts = new(19200, 1980, 1020, 2700, 2700, 1920, 660, 780, 3120, 960, 19980, 1920, 720, 1740),
        },
        new()
        {
            Name = "hp-lto4", Vendor = DriveVendor.Hp, Generation = 4, VendorId = "HP", Product = "Ultrium 4-SCSI",
            Quirks = VirtualQuirks.LocateFileOffByOne,
            Timeouts = new(18000, 1560, 600, 1200, 1200, 1200, 60, 600, 600, 780, 18000, 300, 60, 300),
        },
        new()
        {
            Name = "quantum-lto4", Vendor = DriveVendor.Quantum, Generation = 4, VendorId = "QUANTUM", Product = "ULTRIUM 4",
            EncryptionAlgorithmIndex = 0,
            Timeouts = new(19200, 1980, 1020, 2700, 2700, 1920, 660, 780, 3120, 960, 19980, 1920, 720, 1740),
        },
    ];
}
