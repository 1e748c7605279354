using System.Buffers.Binary;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>11h: the partitions of the cartridge.</summary>
internal sealed class MediumPartitionPage() : DriveModePage<MediumPartition>(new MediumPartition
{
    FixedDataPartitions = true,
    PartitionSizeUnit = 3,
    PartitionOnFormat = true,
    MediumFormatRecognition = 3,
    PartitionUnits = 9,
})
{
    internal override void Refresh(TapeDriveUnit unit, Span<byte> page)
    {
        long units = (unit.Cartridge?.CapacityBytes ?? 0) / 1_000_000_000;
        BinaryPrimitives.WriteUInt16BigEndian(page[8..], (ushort)Math.Min(units, ushort.MaxValue));
    }
}
