using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>10h: positions are recorded, and end of data ends a write.</summary>
internal sealed class DeviceConfigurationPage() : DriveModePage<DeviceConfiguration>(
    new DeviceConfiguration
    {
        WriteDelayTime = 0x0064,
        LogicalObjectIdentifiersSupported = true,
        EnableEndOfDataGeneration = true,
        SynchronizeAtEarlyWarning = true,
        SelectDataCompressionAlgorithm = 1,
    },
    (4, 0xFF), (5, 0xFF), (6, 0xFF), (7, 0xFF), (14, 0xFF))
{
    internal override void Refresh(TapeDriveUnit unit, Span<byte> page) => page[3] = (byte)unit.Partition;
}
