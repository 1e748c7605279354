namespace Capstan.Emulation.Ssc.Modes;

/// <summary>Which mode pages a drive has.</summary>
internal static class ModePageSet
{
    /// <summary>SSC-4 8.3 and SPC-4 7.5; values as LTO drives report them. In ascending order of page and subpage.</summary>
    internal static DriveModePage[] Build() =>
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
    ];
}
