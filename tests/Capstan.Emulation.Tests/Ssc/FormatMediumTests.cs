using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Ssc;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;
using CsCheck;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>Partitions: mode page 11h, FORMAT MEDIUM, and moving between them.</summary>
public class FormatMediumTests
{
    private const string PastBeginning = "70 00 05 00000000 0A 00000000 3B0C 00 000000";
    private const string OverwriteAttempted = "70 00 07 00000000 0A 00000000 300C 00 000000";
    private const string WriteProtected = "70 00 07 00000000 0A 00000000 2700 00 000000";

    private static readonly MediumType Lto4 = MediumType.Lto4;
    private static readonly MediumType Lto5 = MediumType.Lto5;

    [Fact]
    public void Two_partitions_as_the_page_asks_for()
    {
        using var drive = new DriveRig(capacityBytes: 18_000_000_000_000, earlyWarningBytes: 5_000_000_000);
        drive.WithTwoFiles();
        // ADDITIONAL PARTITIONS DEFINED 1, IDP, PSUM 3 (10 to the 9), POFM; 17,000 and 1,000 units.
        Select(drive, "11 0E 03 01 3C 03 09 00 4268 03E8 0000 0000");
        // Nothing happened to the tape yet.
        drive.Unit.Tape.EndOfData.ShouldBe(8);
        drive.Good("04 00 01 0000 00");
        drive.Unit.Cartridge!.PartitionCount.ShouldBe(2);
        drive.Unit.Cartridge.GetPartition(0).CapacityBytes.ShouldBe(17_000_000_000_000);
        drive.Unit.Cartridge.GetPartition(1).CapacityBytes.ShouldBe(1_000_000_000_000);
        drive.Unit.Tape.EndOfData.ShouldBe(0);
        // MODE SENSE tells it as it is now.
        PartitionPage(drive).ShouldBe("110E03013C0309004268" + "03E800000000");
    }

    [Fact]
    public void The_default_is_one_partition_of_the_whole_tape()
    {
        using var drive = new DriveRig(capacityBytes: 18_000_000_000_000, earlyWarningBytes: 5_000_000_000);
        string before = PartitionPage(drive);
        before.ShouldBe("110E03009C0309004650" + "000000000000");
        // SDP: four of the same size.
        Select(drive, "11 0E 03 03 5C 03 09 00 0000 0000 0000 0000");
        drive.Good("04 00 02 0000 00");
        drive.Unit.Cartridge!.PartitionCount.ShouldBe(4);
        drive.Unit.Cartridge.GetPartition(3).CapacityBytes.ShouldBe(4_500_000_000_000);
        drive.Good("04 00 00 0000 00");
        drive.Unit.Cartridge.PartitionCount.ShouldBe(1);
        PartitionPage(drive).ShouldBe(before);
    }

    [Fact]
    public void FFFFh_is_the_rest_and_FDP_leaves_it_to_the_drive()
    {
        using var drive = new DriveRig(capacityBytes: 18_000_000_000_000, earlyWarningBytes: 5_000_000_000);
        Select(drive, "11 0E 03 01 3C 03 09 00 FFFF 0005 0000 0000");
        drive.Good("04 00 01 0000 00");
        drive.Unit.Cartridge!.GetPartition(1).CapacityBytes.ShouldBe(5_000_000_000);
        drive.Unit.Cartridge.GetPartition(0).CapacityBytes.ShouldBe(17_995_000_000_000);
        // In megabytes, as Linux asks (PSUM 2).
        Select(drive, "11 0E 03 01 34 03 09 00 FFFF 03E8 0000 0000");
        drive.Good("04 00 01 0000 00");
        drive.Unit.Cartridge.GetPartition(1).CapacityBytes.ShouldBe(1_000_000_000);
        Select(drive, "11 0E 03 01 9C 03 09 00 0000 0000 0000 0000");
        drive.Good("04 00 01 0000 00");
        drive.Unit.Cartridge.GetPartition(1).CapacityBytes.ShouldBe(450_000_000_000);
    }

    /// <summary>As Linux sends it for `mt mkpartition 500` (drivers/scsi/st.c, partition_tape): two sizes, PSUM 2.</summary>
    [Fact]
    public void A_page_with_as_many_sizes_as_partitions()
    {
        using var drive = new DriveRig(capacityBytes: 2_000_000_000, earlyWarningBytes: 5_000_000);
        Select(drive, "11 0A 03 01 34 03 06 00 FFFF 01F4");
        drive.Good("04 00 01 0000 00");
        drive.Unit.Cartridge!.GetPartition(1).CapacityBytes.ShouldBe(500_000_000);
        PartitionPage(drive).ShouldStartWith("110E0301");
    }

    [Theory]
    // More partitions than there can be.
    [InlineData("11 0E 03 04 3C 03 09 00 FFFF 0005 0005 0005", 3)]
    // Two that take the rest, a partition without size, more than the tape has.
    [InlineData("11 0E 03 01 3C 03 09 00 FFFF FFFF 0000 0000", 10)]
    [InlineData("11 0E 03 01 3C 03 09 00 FFFF 0000 0000 0000", 10)]
    [InlineData("11 0E 03 01 3C 03 09 00 4650 0001 0000 0000", 10)]
    // FDP and IDP together.
    [InlineData("11 0E 03 01 BC 03 09 00 FFFF 0005 0000 0000", 4)]
    public void A_page_that_cannot_be_is_refused_at_its_field(string page, int offset)
    {
        using var drive = new DriveRig(capacityBytes: 18_000_000_000_000, earlyWarningBytes: 5_000_000_000);
        byte[] list = [0, 0, 0, 0x10, 0, 0, 0, 0, .. Hex(page)];
        Reply reply = drive.Send($"55 10 00 00 00 00 00 {list.Length:X4} 00", list);
        reply.Status.ShouldBe(ScsiStatus.CheckCondition);
        reply.Sense.ShouldStartWith("70000500000000" + "0A00000000" + "2600");
        Convert.ToInt32(reply.Sense[32..36], 16).ShouldBe(8 + offset);
    }

    [Fact]
    public void Only_at_the_beginning_of_partition_0()
    {
        using DriveRig drive = new DriveRig().WithTwoFiles();
        drive.Good("2B 00 00 00000001 00 00 00");
        drive.Check("04 00 00 0000 00", PastBeginning);
        drive.Rewind();
        Select(drive, "11 0E 03 01 5C 03 09 00 0000 0000 0000 0000");
        drive.Good("04 00 01 0000 00");
        // The beginning of partition 1 is not it.
        drive.Good("92 02 00 01 0000000000000000 00 00 00 00");
        drive.Check("04 00 00 0000 00", PastBeginning);
    }

    [Fact]
    public void Write_once_and_protected_tapes_are_left_alone()
    {
        using var worm = new DriveRig(worm: true);
        worm.WriteBlock([1, 2, 3]);
        worm.Rewind();
        foreach (string cdb in (string[])["04 00 00 0000 00", "19 00 00 00 00 00", "19 01 00 00 00 00", "0B 00 00 7FFF 00"])
            worm.Check(cdb, OverwriteAttempted);
        worm.Check("0A 00 000001 00", "F0 00 07 00000001 0A 00000000 300C 00 000000", [9]);
        worm.Unit.Tape.EndOfData.ShouldBe(1);
        using var tab = new DriveRig(writeProtected: true);
        foreach (string cdb in (string[])["04 00 00 0000 00", "19 00 00 00 00 00", "0B 00 00 7FFF 00"])
            tab.Check(cdb, WriteProtected);
    }

    [Fact]
    public void Generations()
    {
        using var four = new DriveRig(generation: Lto4);
        four.Check("04 00 00 0000 00", "70 00 05 00000000 0A 00000000 2000 00 C00000");
        using var five = new DriveRig(generation: Lto5, capacityBytes: Lto5.NativeCapacityBytes, earlyWarningBytes: 5_000_000_000);
        five.Good("5A 00 11 00 00 00 00 0200 00", dataIn: 512)[18].ShouldBe((byte)1);
        Select(five, "11 0E 01 01 3C 03 09 00 FFFF 0026 0000 0000");
        five.Good("04 01 01 0000 00");
        five.Unit.Activity.Kind.ShouldBe(ActivityKind.Formatting);
        five.Unit.Cartridge!.PartitionCount.ShouldBe(2);
        five.Clock.Advance(60);
        five.Good("04 01 00 0000 00");
        five.Unit.Activity.Kind.ShouldBe(ActivityKind.Formatting);
    }

    [Fact]
    public void An_LTO9_tape_is_measured_again_unless_only_partitions_are_made()
    {
        using var drive = new DriveRig();
        drive.Good("04 01 01 0000 00");
        drive.Unit.Activity.Kind.ShouldBe(ActivityKind.Formatting);
        // 02/04/04 with a quarter of the way: 4000h of 10000h.
        drive.Clock.Advance(1);
        drive.Check("00 00 00 00 00 00", "70 00 02 00000000 0A 00000000 0404 00 804000");
        drive.Clock.Advance(3);
        drive.Good("00 00 00 00 00 00");
        drive.Good("04 01 00 0000 00");
        drive.Clock.Advance(10);
        drive.Check("00 00 00 00 00 00", "70 00 02 00000000 0A 00000000 0401 00 804000");
        // Log page 11h, DEVICE ACTIVITY: calibrating.
        drive.Good("4D 00 51 00 00 0000 0100 00", dataIn: 256)[10].ShouldBe((byte)0x0B);
        drive.Check("1B 00 00 00 00 00", "70 00 02 00000000 0A 00000000 0401 00 804000");
        drive.Clock.Advance(30);
        drive.Good("1B 00 00 00 00 00");
    }

    [Fact]
    public void A_long_erase_goes_on_by_itself_and_tells_how_far_it_is()
    {
        using DriveRig drive = new DriveRig().WithTwoFiles();
        drive.Good("2B 00 00 00000002 00 00 00");
        drive.Good("19 03 00 00 00 00");
        drive.Clock.Advance(5);
        drive.Check("00 00 00 00 00 00", "70 00 02 00000000 0A 00000000 0407 00 804000");
        drive.Check("08 00 000100 00", "70 00 02 00000000 0A 00000000 0407 00 804000", dataIn: 256);
        // REQUEST SENSE: 00/00/18, erase operation in progress.
        Convert.ToHexString(drive.Good("03 00 00 00 FC 00", dataIn: 252)).ShouldBe("700000000000000A00000000001800804000");
        drive.Good("4D 00 51 00 00 0000 0100 00", dataIn: 256)[10].ShouldBe((byte)0x09);
        drive.Good("12 00 00 0060 00", dataIn: 96);
        drive.Clock.Advance(15);
        drive.Good("00 00 00 00 00 00");
        drive.Position().ShouldBe((2ul, 0ul));
        drive.Unit.Tape.EndOfData.ShouldBe(2);
    }

    [Fact]
    public void Moving_between_partitions()
    {
        using DriveRig drive = Two();
        Position(drive).ShouldBe((0u, 0ul));
        drive.WriteBlock([1]);
        // LOCATE(16) with CP to partition 1, object 0.
        drive.Good("92 02 00 01 0000000000000000 00 00 00 00");
        Position(drive).ShouldBe((1u, 0ul));
        drive.WriteBlock([2, 2]);
        drive.WriteFilemarks(1);
        Position(drive).ShouldBe((1u, 2ul));
        drive.Good("10 00 000000 00");
        // READ POSITION in the short and the extended form.
        drive.Good("34 00 0000000000 0000 00", dataIn: 20)[1].ShouldBe((byte)1);
        drive.Good("34 08 0000000000 0020 00", dataIn: 32)[1].ShouldBe((byte)1);
        // REWIND and SPACE stay in the partition.
        drive.Rewind();
        Position(drive).ShouldBe((1u, 0ul));
        drive.Good("11 03 000000 00");
        Position(drive).ShouldBe((1u, 2ul));
        // Mode page 10h, ACTIVE PARTITION.
        drive.Good("5A 08 10 00 00 00 00 0040 00", dataIn: 64)[8 + 3].ShouldBe((byte)1);
        // LOCATE(10) with CP back; without CP the partition in the CDB is ignored.
        drive.Good("2B 02 00 00000001 00 00 00");
        Position(drive).ShouldBe((0u, 1ul));
        drive.Good("92 00 00 01 0000000000000000 00 00 00 00");
        Position(drive).ShouldBe((0u, 0ul));
        drive.Check("92 02 00 02 0000000000000000 00 00 00 00", "70 00 05 00000000 0A 00000000 2400 00 C00003");
        // Behind the end of the other partition: there, at its end.
        drive.Check("92 02 00 01 0000000000000009 00 00 00 00", "70 00 08 00000000 0A 00000000 0005 00 000000");
        Position(drive).ShouldBe((1u, 2ul));
        // Loading goes to partition 0.
        drive.Good("1B 00 00 00 01 00");
        Position(drive).ShouldBe((0u, 0ul));
    }

    [Fact]
    public void Capacities_are_told_a_partition()
    {
        using var drive = new DriveRig(capacityBytes: 18_000_000_000_000, earlyWarningBytes: 5_000_000_000);
        Select(drive, "11 0E 03 01 3C 03 09 00 FFFF 03E8 0000 0000");
        drive.Good("04 00 01 0000 00");
        byte[] page = drive.Good("4D 00 57 00 00 0202 0100 00", dataIn: 256);
        // 0202h: two records of eight bytes, 17,000,000 and 1,000,000 MB.
        Convert.ToHexString(page, 4, 20).ShouldBe("02020310" + "0700000001036640" + "07000001000F4240");
        LogPage.TryDecode(drive.Good("4D 00 71 00 00 0000 0100 00", dataIn: 256), out LogPage capacity).ShouldBeTrue();
        capacity.TryFind(4, out LogParameter second).ShouldBeTrue();
        second.TryGetUnsigned(out ulong mebibytes).ShouldBeTrue();
        mebibytes.ShouldBe(1_000_000_000_000ul >> 20);
    }

    [Fact]
    public void Set_capacity_shortens_and_gives_back()
    {
        using DriveRig drive = new DriveRig(capacityBytes: 65_535_000_000).WithTwoFiles();
        drive.Good("0B 00 00 4000 00");
        drive.Unit.Tape.CapacityBytes.ShouldBe(16_384_000_000);
        drive.Unit.Tape.EndOfData.ShouldBe(0);
        drive.Good("0B 00 00 FFFF 00");
        drive.Unit.Tape.CapacityBytes.ShouldBe(65_535_000_000);
    }

    /// <summary>Commands in any order, against lists.</summary>
    [Fact]
    public void Partitions_answer_as_a_model_of_them()
    {
        Gen.Select(Gen.Int[0, 7], Gen.Int[0, 1], Gen.Int[0, 12]).Array[1, 80].Sample(steps =>
        {
            using DriveRig drive = Two();
            List<byte?>[] model = [[], []];
            int partition = 0;
            int position = 0;
            byte counter = 0;
            foreach ((int action, int which, int amount) in steps)
            {
                List<byte?> current = model[partition];
                switch (action)
                {
                    case 0 or 1:
                        drive.WriteBlock([++counter]);
                        current.RemoveRange(position, current.Count - position);
                        current.Add(counter);
                        position++;
                        break;
                    case 2:
                        drive.WriteFilemarks(1);
                        current.RemoveRange(position, current.Count - position);
                        current.Add(null);
                        position++;
                        break;
                    case 3:
                        partition = which;
                        position = Math.Min(amount, model[which].Count);
                        drive.Good($"92 02 00 {which:X2} {position:X16} 00 00 00 00");
                        break;
                    case 4:
                        drive.Rewind();
                        position = 0;
                        break;
                    case 5:
                        drive.Good("11 03 000000 00");
                        position = current.Count;
                        break;
                    case 6 when position < current.Count:
                        Reply reply = drive.Send("08 00 000001 00", dataIn: 1);
                        if (current[position] is { } block)
                            reply.Data.ShouldBe([block]);
                        else
                            reply.Sense.ShouldStartWith("F00080");
                        position++;
                        break;
                    case 7 when amount == 0:
                        drive.Good("19 00 00 00 00 00");
                        current.RemoveRange(position, current.Count - position);
                        break;
                }
                Position(drive).ShouldBe(((uint)partition, (ulong)position));
                drive.Unit.Tape.EndOfData.ShouldBe(model[partition].Count);
            }
        }, iter: 200, threads: 1);
    }

    private static DriveRig Two()
    {
        var drive = new DriveRig();
        Select(drive, "11 0E 03 01 5C 03 09 00 0000 0000 0000 0000");
        drive.Good("04 00 01 0000 00");
        return drive;
    }

    private static (uint Partition, ulong Object) Position(DriveRig drive)
    {
        LongPosition.TryDecode(drive.Good("34060000000000000000", dataIn: 32), out LongPosition position).ShouldBeTrue();
        return (position.Partition, position.LogicalObject);
    }

    /// <summary>MODE SENSE(10) with DBD: the page behind the header of 8 bytes.</summary>
    private static string PartitionPage(DriveRig drive) => Convert.ToHexString(drive.Good("5A 08 11 00 00 00 00 0200 00", dataIn: 512), 8, 16);

    private static void Select(DriveRig drive, string page)
    {
        byte[] list = [0, 0, 0, 0x10, 0, 0, 0, 0, .. Hex(page)];
        drive.Good($"55 10 00 00 00 00 00 {list.Length:X4} 00", list);
    }

    private static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
