namespace Capstan.Scsi;

/// <summary>Whose meaning the vendor-specific log pages (30h to 3Eh) have.</summary>
public enum LogVendor
{
    /// <summary>Not known: only what the standards define, and what all LTO vendors agree on, has a name.</summary>
    Any,

    /// <summary>IBM LTO Ultrium Tape Drive SCSI Reference.</summary>
    Ibm,

    /// <summary>HP(E) LTO Ultrium Tape Drives Technical Reference Manual, volume 3.</summary>
    Hp,

    /// <summary>Quantum's own drives, LTO-4 and older (Quantum LTO-3 and LTO-4 Interface Manual).</summary>
    Quantum,
}

/// <summary>Who built a drive, which is not always who sold it.</summary>
public static class LogVendors
{
    // The first row that fits decides.
    private static readonly (string Vendor, string ProductMark, LogVendor Pages)[] Rows =
    [
        ("IBM", "", LogVendor.Ibm),
        ("HP", "", LogVendor.Hp),
        // Quantum's half-height drives from LTO-7 on are IBM's, those of LTO-5 and 6 are HP's.
        ("QUANTUM", "HH7", LogVendor.Ibm),
        ("QUANTUM", "HH8", LogVendor.Ibm),
        ("QUANTUM", "HH9", LogVendor.Ibm),
        ("QUANTUM", "HHA", LogVendor.Ibm),
        ("QUANTUM", "ULTRIUM 5", LogVendor.Hp),
        ("QUANTUM", "ULTRIUM 6", LogVendor.Hp),
        ("QUANTUM", "", LogVendor.Quantum),
        ("TANDBERG", "LTO-5", LogVendor.Hp),
        ("TANDBERG", "LTO-6", LogVendor.Hp),
    ];

    /// <summary>From the fields of INQUIRY, with or without their padding.</summary>
    public static LogVendor Of(string vendor, string product)
    {
        vendor = vendor.TrimStart();
        foreach ((string name, string mark, LogVendor pages) in Rows)
        {
            if (vendor.StartsWith(name, StringComparison.OrdinalIgnoreCase) && product.Contains(mark, StringComparison.OrdinalIgnoreCase))
                return pages;
        }

        return LogVendor.Any;
    }
}
