using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>
/// 11h: the partitions of the cartridge; where the initiator asked for others, those that the next FORMAT MEDIUM makes. MODE SELECT alone
/// changes nothing on the tape (POFM).
/// </summary>
internal sealed class MediumPartitionPage() : DriveModePage<MediumPartition>(
    // What is shown comes from the cartridge. None of FDP, SDP and IDP: nothing is asked for.
    new MediumPartition { PartitionSizeUnit = 3, PartitionOnFormat = true, MediumFormatRecognition = 3, PartitionUnits = 9 },
    (3, 0xFF), (4, 0xF8), (6, 0x0F),
    (8, 0xFF), (9, 0xFF), (10, 0xFF), (11, 0xFF), (12, 0xFF), (13, 0xFF), (14, 0xFF), (15, 0xFF))
{
    // Linux sends as many sizes as there are to be partitions (drivers/scsi/st.c, partition_tape).
    internal override int ShortestLength => 10;

    /// <summary>What FORMAT MEDIUM makes when it asks for partitions.</summary>
    internal MediumPartition PlanFor(TapeDriveUnit unit) =>
        IsRequest ? Value with { MaximumAdditionalPartitions = Partitioning.PageOf(unit.Cartridge).MaximumAdditionalPartitions } : Partitioning.PageOf(unit.Cartridge);

    internal override void Refresh(TapeDriveUnit unit, Span<byte> page) => PlanFor(unit).WriteTo(page);

    internal override SenseData? Check(TapeDriveUnit unit, ReadOnlySpan<byte> page, int listOffset) =>
        unit.Cartridge is { } tape && MediumPartition.TryDecode(page, out MediumPartition request)
            && !Partitioning.TryPlan(request, tape, out _, out BitField invalid)
            ? Refusal(listOffset, invalid)
            : null;

    private bool IsRequest => Value.FixedDataPartitions || Value.SelectDataPartitions || Value.InitiatorDefinedPartitions;
}
