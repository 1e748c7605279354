using Capstan.Emulation.Models;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>Which mode pages a drive has.</summary>
internal static class ModePageSet
{
    /// <summary>SSC-4 8.3 and SPC-4 7.5; values as LTO drives report them. In ascending order of page and subpage.</summary>
    internal static DriveModePage[] Build(VirtualDriveModel model) => [.. Every(model).Where(page => Has(model, page))];

    private static IEnumerable<DriveModePage> Every(VirtualDriveModel model) =>
    [
        new ReadWriteErrorRecoveryPage(),
        new DisconnectReconnectPage(),
        new ControlPage(),
        new ControlDataProtectionPage(),
        new DataCompressionPage(),
        new DeviceConfigurationPage(),
        new DeviceConfigurationExtensionPage(),
        new MediumPartitionPage(),
        new ProtocolSpecificLogicalUnitPage(),
        new ProtocolSpecificPortPage(),
        new PowerConditionPage(),
        new InformationalExceptionsPage(),
        new MediumConfigurationPage(),
        .. model.VendorPages.Select(static bytes => new VendorModePage(bytes)),
    ];

    /// <summary>
    /// Logical block protection and the extension of device configuration came with LTO-5. Quantum's LTO-4 has neither 01h nor 11h (Quantum LTO-4
    /// user's manual, MODE SENSE).
    /// </summary>
    private static bool Has(VirtualDriveModel model, DriveModePage page) => page switch
    {
        ControlDataProtectionPage or DeviceConfigurationExtensionPage => model.HasExtendedFormat,
        ReadWriteErrorRecoveryPage or MediumPartitionPage => model is not { Vendor: DriveVendor.Quantum, Generation: 4 },
        _ => true,
    };
}
