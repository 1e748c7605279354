using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>10h/01h: append-only mode, programmable early warning.</summary>
internal sealed class DeviceConfigurationExtensionPage() : DriveModePage<DeviceConfigurationExtension>(
    new DeviceConfigurationExtension { ShortEraseMode = 2 }, (5, 0xF0), (6, 0xFF), (7, 0xFF))
{
    private const int AppendOnly = 1;

    internal override SenseData? Check(TapeDriveUnit unit, ReadOnlySpan<byte> page, int listOffset) =>
        DeviceConfigurationExtension.WriteModeField.Get(page) > AppendOnly
            ? Refusal(listOffset, DeviceConfigurationExtension.WriteModeField)
            : null;
}
