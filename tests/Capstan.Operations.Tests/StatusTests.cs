using Capstan.Operations.Status;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Tests;

/// <summary>`drive status`: tells everything, moves nothing, waits for nothing.</summary>
public class StatusTests
{
    // INQUIRY, LOG SENSE, TEST UNIT READY, REQUEST SENSE, MODE SENSE, READ BLOCK LIMITS, READ POSITION, SECURITY PROTOCOL IN.
    private static readonly byte[] Harmless = [0x12, 0x4D, 0x00, 0x03, 0x5A, 0x1A, 0x05, 0x34, 0xA2, 0xAB];

    [Fact]
    public void Everything_of_a_ready_drive_without_a_command_that_moves_or_sets()
    {
        using var rig = new Rig();
        var path = default(Seen);
        rig.Wrap = inner => path = new Seen(inner);
        DriveStatusReport status = StatusOperation.Run(rig.Context, null);
        (status.State, status.Activity, status.Generation).ShouldBe(("ready", "none", 9));
        (status.Density, status.MediumType, status.WriteProtected, status.Worm).ShouldBe(("LTO-9", 0x98, false, false));
        (status.Compression, status.BlockLength, status.Buffering).ShouldBe((true, 0, true));
        status.Position.ShouldBe(new PositionReport(0, 0, 0, true, false));
        status.CapacityBytes.ShouldBe(1L << 40);
        (status.Encryption, status.Cleaning, status.Locked).ShouldBe(("off", "no", false));
        status.TapeSerial.ShouldNotBeNullOrEmpty();
        status.Alerts.ShouldBeEmpty();
        status.Usage.ShouldNotBeNull();
        status.Missing.ShouldBeEmpty();
        path!.Commands.ShouldBeSubsetOf(Harmless);
        // What it is doing is asked before anything that might wait for it: behind INQUIRY, which never does.
        path.Commands.First(code => code != 0x12).ShouldBe((byte)0x4D);
        path.LongestTimeout.ShouldBeLessThanOrEqualTo(TimeSpan.FromSeconds(150));
        path.LongestTimeoutBehindInquiry.ShouldBe(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void Settings_of_the_last_user_stay()
    {
        using var rig = new Rig();
        Modes.OptionsOperation.Run(rig.Context, new Modes.OptionsRequest(null, false, 4096, false));
        DriveStatusReport status = StatusOperation.Run(rig.Context, null);
        (status.Compression, status.BlockLength, status.Buffering).ShouldBe((false, 4096, false));
        StatusOperation.Run(rig.Context, null).BlockLength.ShouldBe(4096);
    }

    [Fact]
    public void What_is_left_is_that_of_the_partition_where_the_tape_stands()
    {
        using var rig = new Rig();
        Erasing.FormatOperation.Run(rig.Context, new Erasing.FormatRequest(null, 2, [null, 100_000_000_000], false, true, new Erasing.Consent(true, null, null, null)), CancellationToken.None);
        DriveStatusReport first = StatusOperation.Run(rig.Context, null);
        first.Partitions.Select(partition => partition.CapacityBytes!.Value / 1_000_000_000).ShouldBe([999, 100]);
        Movement.MoveOperation.Run(rig.Context, new Movement.MoveRequest(null, Movement.TapeMove.Seek, 0, 1), CancellationToken.None);
        DriveStatusReport second = StatusOperation.Run(rig.Context, null);
        second.Position!.Partition.ShouldBe((byte)1);
        (first.CapacityBytes!.Value / 1_000_000_000, second.CapacityBytes!.Value / 1_000_000_000).ShouldBe((999, 99));
    }

    /// <summary>LTO-4 has no log page 17h; its cartridge's memory knows the loads.</summary>
    [Fact]
    public void A_drive_without_volume_statistics_tells_the_usage_from_the_memory()
    {
        using var rig = new Rig(model: "ibm-lto4");
        TapeUsage usage = StatusOperation.Run(rig.Context, null).Usage.ShouldNotBeNull();
        usage.Loads.ShouldBe(1);
        usage.WrittenBytes.ShouldBe(0);
        usage.Wear.ShouldBeNull();
    }

    [Fact]
    public void In_part_without_a_tape()
    {
        using var rig = new Rig();
        DriveOperations.Eject(rig.Context, null);
        DriveStatusReport status = StatusOperation.Run(rig.Context, null);
        (status.State, status.Density, status.Position, status.Worm).ShouldBe(("no tape", null, null, null));
        (status.Compression, status.Encryption, status.MaximumBlockLength).ShouldBe((true, "off", 8 << 20));
    }

    /// <summary>Whatever single command a drive refuses, the rest is told.</summary>
    [Theory]
    [InlineData(0x4D)]
    [InlineData(0x5A)]
    [InlineData(0x05)]
    [InlineData(0x34)]
    [InlineData(0xA2)]
    public void In_part_when_a_command_is_refused(byte operationCode)
    {
        using var rig = new Rig { Wrap = inner => new Seen(inner) { Refused = operationCode } };
        DriveStatusReport status = StatusOperation.Run(rig.Context, null);
        status.State.ShouldBe("ready");
        status.Product.ShouldBe("ULT3580-TD9");
        (status.RemainingBytes is null).ShouldBe(operationCode == 0x4D);
        (status.MaximumBlockLength is null).ShouldBe(operationCode == 0x05);
        (status.Position is null).ShouldBe(operationCode == 0x34);
        (status.Encryption is null).ShouldBe(operationCode == 0xA2);
        // MODE SENSE(6) is there still.
        status.Density.ShouldBe("LTO-9");
    }

    /// <summary>A drive that winds answers nothing in time: it is asked once, not ten times.</summary>
    [Fact]
    public void A_drive_that_does_not_answer_in_time_is_asked_no_more()
    {
        using var rig = new Rig();
        var path = default(Seen);
        rig.Wrap = inner => path = new Seen(inner) { TimesOut = 0x4D };
        DriveStatusReport status = StatusOperation.Run(rig.Context, null);
        status.State.ShouldBe("does not answer");
        status.Missing.ShouldHaveSingleItem().ShouldContain("not answered in time");
        status.Serial.ShouldNotBeEmpty();
        path!.Commands[^1].ShouldBe((byte)0x4D);
        path.Commands.Count(code => code == 0x4D).ShouldBe(1);
    }

    /// <summary>LOG SENSE 11h with activity 0Bh, REQUEST SENSE with 02/04/01 and 4000h of 10000h: an LTO-9 drive that measures a new tape.</summary>
    [Fact]
    public void A_drive_that_calibrates_tells_how_far_it_is_and_is_asked_nothing_that_waits()
    {
        using var rig = new Rig();
        var path = default(Seen);
        rig.Wrap = inner => path = new Seen(inner)
        {
            Activity = [0x11, 0, 0, 8, 0, 0, 3, 4, 0x01, 0x34, 0x0B, 0],
            Sense = [0x70, 0, 2, 0, 0, 0, 0, 0x0A, 0, 0, 0, 0, 4, 1, 0, 0x80, 0x40, 0],
        };
        DriveStatusReport status = StatusOperation.Run(rig.Context, null);
        (status.State, status.Activity, status.Progress).ShouldBe(("becoming ready", "calibrating", 0.25));
        status.Position.ShouldBeNull();
        status.Compression.ShouldBe(true);
        path!.Commands.ShouldNotContain((byte)0x00);
        path.Commands.ShouldNotContain((byte)0x34);
    }

    [Fact]
    public void A_drive_that_wants_cleaning()
    {
        using var rig = new Rig { Wrap = static inner => new Seen(inner) { Activity = [0x11, 0, 0, 8, 0, 0, 3, 4, 0x05, 0x17, 0x00, 0] } };
        StatusOperation.Run(rig.Context, null).Cleaning.ShouldBe("wanted");
        rig.Wrap = static inner => new Seen(inner) { Activity = [0x11, 0, 0, 8, 0, 0, 3, 4, 0x83, 0x17, 0x00, 0] };
        DriveStatusReport status = StatusOperation.Run(rig.Context, null);
        (status.Cleaning, status.Locked).ShouldBe(("required", true));
    }

    /// <summary>Notes what passes, and answers some things itself.</summary>
    private sealed class Seen(IScsiTransport inner) : IScsiTransport
    {
        public List<byte> Commands { get; } = [];

        public TimeSpan LongestTimeout { get; private set; }

        public TimeSpan LongestTimeoutBehindInquiry { get; private set; }

        public byte? Refused { get; init; }

        public byte? TimesOut { get; init; }

        public byte[]? Activity { get; init; }

        public byte[]? Sense { get; init; }

        public string Name => inner.Name;

        public int MaxTransferBytes => inner.MaxTransferBytes;

        public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
        {
            Commands.Add(cdb.OperationCode);
            LongestTimeout = timeout > LongestTimeout ? timeout : LongestTimeout;
            if (cdb.OperationCode != 0x12)
                LongestTimeoutBehindInquiry = timeout > LongestTimeoutBehindInquiry ? timeout : LongestTimeoutBehindInquiry;
            if (cdb.OperationCode == TimesOut)
                throw new ScsiTransportException(TransportFault.TimedOut, "no answer");
            if (cdb.OperationCode == Refused)
            {
                // 5/20/00, fixed format.
                ((ReadOnlySpan<byte>)[0x70, 0, 5, 0, 0, 0, 0, 0x0A, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0]).CopyTo(sense);
                return new ScsiCompletion(ScsiStatus.CheckCondition, 18, data.Length);
            }

            byte[]? own = cdb.OperationCode == 0x4D && (cdb.Span[2] & 0x3F) == 0x11 ? Activity : cdb.OperationCode == 0x03 ? Sense : null;
            if (own is null)
                return inner.Execute(cdb, data, sense, timeout);
            own.CopyTo(data.FromDeviceBuffer);
            return new ScsiCompletion(ScsiStatus.Good, 0, data.Length - own.Length);
        }

        public void Dispose() => inner.Dispose();
    }
}
