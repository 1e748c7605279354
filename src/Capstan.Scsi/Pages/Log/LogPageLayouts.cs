namespace Capstan.Scsi;

/// <summary>
/// The log pages of LTO drives and the names of their parameters, one file a group of pages. From SPC-4 7.3, SSC-4 8.2, ADC-3 6.1; the
/// vendor-specific ones from the vendors' references, named where they stand.
/// </summary>
internal static partial class LogPageLayouts
{
    private static LogPageLayout[] All => field ??=
    [
        new(0x00, 0x00, "supported log pages", []),
        new(0x00, 0xFF, "supported log pages and subpages", []),
        WriteErrors, ReadErrors, NonMediumErrors, SequentialAccess, Temperature, SelfTest, DeviceStatus, AlertResponse, RequestedRecovery,
        DeviceStatistics, ServiceBuffers, TapeDiagnostic, VolumeStatistics, ProtocolPort, PowerTransitions, DataCompression, TapeAlert,
        TapeUsage, TapeCapacity, VendorCompression, IbmWriteErrors, HpWellness, QuantumErrorEvents, IbmReadErrors, HpPerformance,
        DeviceErrors, IbmQuality, IbmHostCommands, IbmPerformance, IbmTransferred, IbmPort0Errors, IbmPort1Errors, IbmUsage, IbmSubsystem,
        VendorDeviceStatus,
    ];

    /// <summary>The layout of a page: the vendor's own before that of all; null when neither is known.</summary>
    public static LogPageLayout? Find(byte page, byte subpage, LogVendor vendor)
    {
        LogPageLayout? common = null;
        foreach (LogPageLayout layout in All)
        {
            if (layout.Page != page || layout.Subpage != subpage)
                continue;
            if (layout.Vendor == vendor)
                return layout;
            if (layout.Vendor == LogVendor.Any)
                common = layout;
        }

        return common;
    }

    internal const string Unnamed = "page without a name";

    /// <summary>The page's name for lists; where vendors differ and the vendor is not known, all of them.</summary>
    public static string NameOf(byte page, byte subpage, LogVendor vendor)
    {
        if (Find(page, subpage, vendor) is { } layout)
            return layout.Name;
        string[] names = vendor == LogVendor.Any ? [.. All.Where(one => one.Page == page && one.Subpage == subpage).Select(one => $"{one.Name} ({one.Vendor})")] : [];
        if (names.Length > 0)
            return string.Join(" or ", names);
        if (subpage == 0xFF)
            return "supported subpages";
        return page >= 0x30 ? "vendor-specific page" : Unnamed;
    }
}
