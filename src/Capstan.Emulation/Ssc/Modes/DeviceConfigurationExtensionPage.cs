using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>10h/01h: append-only mode, programmable early warning.</summary>
internal sealed class DeviceConfigurationExtensionPage() : DriveModePage<DeviceConfigurationExtension>(
    new DeviceConfigurationExtension { ShortEraseMode = 2 }, (5, 0xF0), (6, 0xFF), (7, 0xFF))
{
    private const int AppendOnly = 1;

    // SSC-4 8.3.8: append-only mode begins at the beginning of a tape, and does not end while one is loaded.
    internal override SenseData? Check(TapeDriveUnit unit, ReadOnlySpan<byte> page, int listOffset)
    {
        int mode = DeviceConfigurationExtension.WriteModeField.Get(page);
        bool isLoaded = unit.Medium == MediumState.Loaded;
        bool isRefused = mode > AppendOnly
            || (mode > Value.WriteMode && isLoaded && (unit.Partition != 0 || unit.Position != 0))
            || (mode < Value.WriteMode && isLoaded);
        return isRefused ? Refusal(listOffset, DeviceConfigurationExtension.WriteModeField) : null;
    }

    internal override void Changed(TapeDriveUnit unit) => unit.Overwriting.IsAppendOnly = Value.WriteMode == AppendOnly;
}
