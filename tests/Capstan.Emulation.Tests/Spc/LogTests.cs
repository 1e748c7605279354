using System.Buffers.Binary;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Spc;

/// <summary>LOG SENSE and LOG SELECT, SPC-4 6.7, 6.8 and 7.3, SSC-4 8.2.</summary>
public class LogTests : IDisposable
{
    private readonly DriveRig _drive = new(capacityBytes: 18_000_000_000_000, earlyWarningBytes: 5_000_000_000);

    public void Dispose() => _drive.Dispose();

    [Fact]
    public void Supported_pages_and_subpages()
    {
        Convert.ToHexString(_drive.Good("4D 00 40 00 00 0000 00FF 00", dataIn: 255))
            .ShouldBe("00000019" + "000203060C0D11121314161718" + "1A1B2E303132333435" + "37383E");
        byte[] all = _drive.Good("4D 00 40 FF 00 0000 00FF 00", dataIn: 255);
        Convert.ToHexString(all, 0, 12).ShouldBe("40FF0034" + "0000" + "00FF" + "0200" + "0300");
        Convert.ToHexString(_drive.Good("4D 00 57 FF 00 0000 00FF 00", dataIn: 255)).ShouldBe("57FF0004" + "1700" + "17FF");
        // No other subpage, and no other page.
        _drive.Check("4D 00 57 01 00 0000 00FF 00", "70 00 05 00000000 0A 00000000 2400 00 C00003", dataIn: 255);
        _drive.Check("4D 00 7D 00 00 0000 00FF 00", "70 00 05 00000000 0A 00000000 2400 00 CD0002", dataIn: 255);
    }

    // SPC-4 7.3.12, six counters of four bytes; a drive that is always active has changed its condition never.
    [Fact]
    public void Power_conditions_are_never_left() =>
        Convert.ToHexString(_drive.Good("4D 00 5A 00 00 0000 00FF 00", dataIn: 255)).ShouldBe(
            "1A000030" + string.Concat(new[] { "0001", "0002", "0003", "0004", "0008", "0009" }.Select(static code => code + "0304" + "00000000")));

    [Fact]
    public void Tape_capacity_counts_MiB_per_partition()
    {
        _drive.WriteBlock(CartridgeTesting.Block(1, 3 << 20));
        // 18 TB are 17166137 MiB: 3 MiB and a header are gone.
        byte[] data = _drive.Good("4D 00 71 00 00 0000 00FF 00", dataIn: 255);
        data.Length.ShouldBe(36);
        Convert.ToHexString(data, 0, 8).ShouldBe("3100002000010304");
        BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(24)).ShouldBe(17166137u);
        BinaryPrimitives.ReadUInt32BigEndian(data.AsSpan(8)).ShouldBe(17166134u);
    }

    [Fact]
    public void Volume_statistics_count_MB_per_partition_and_say_write_protection()
    {
        _drive.WriteBlock(CartridgeTesting.Block(1, 8_000_000));
        string all = Convert.ToHexString(_drive.Good("4D 00 57 00 00 0000 0800 00", dataIn: 2048));
        // Capacity 18,000,000 MB = 0112A880h, used 8 MB, per partition: length 7, partition 0, value.
        all.ShouldContain("02020308" + "07000000" + "0112A880");
        all.ShouldContain("02030308" + "07000000" + "00000008");
        all.ShouldContain("02040308" + "07000000" + "0112A877");
        all.ShouldContain("0080030100");
        // Written in its life: 8 MB, which is one data set of LTO-9.
        all.ShouldContain("00100308" + "0000000000000008");
        all.ShouldContain("00020308" + "0000000000000001");
        // From a parameter on.
        Convert.ToHexString(_drive.Good("4D 00 57 00 00 0202 00FF 00", dataIn: 255)).ShouldStartWith("17000024" + "02020308");
        _drive.Check("4D 00 57 00 00 0301 00FF 00", "70 00 05 00000000 0A 00000000 2400 00 C00005", dataIn: 255);
    }

    [Fact]
    public void Volume_statistics_without_a_tape_are_not_valid()
    {
        _drive.Good("1B 00 00 00 00 00");
        Convert.ToHexString(_drive.Good("4D 00 57 00 00 0000 0800 00", dataIn: 2048)).ShouldBe("17000005" + "00000301" + "00");
    }

    [Fact]
    public void Device_status_says_threaded_or_not()
    {
        // MACC, CMPR, DINIT; MPRSNT, MSTD, MTHRD, MOUNTED; no activity. Polling every 100 ms.
        Convert.ToHexString(_drive.Good("4D 00 51 00 00 0000 00FF 00", dataIn: 255)).ShouldBe("1100000E" + "00000304" + "31170000" + "00010302" + "0064");
        _drive.Good("1B 00 00 00 00 00");
        Convert.ToHexString(_drive.Good("4D 00 51 00 00 0000 00FF 00", dataIn: 255), 8, 2).ShouldBe("1130");
    }

    [Fact]
    public void Bytes_and_blocks_are_counted_and_reset()
    {
        _drive.WriteBlock(CartridgeTesting.Block(1, 3000));
        _drive.Rewind();
        _drive.Good("08 00 000BB8 00", dataIn: 3000);
        byte[] bytes = _drive.Good("4D 00 4C 00 00 0000 00FF 00", dataIn: 255);
        Convert.ToHexString(bytes, 4, 12).ShouldBe("00000008" + "0000000000000BB8");
        Convert.ToHexString(bytes, 40, 12).ShouldBe("00030008" + "0000000000000BB8");
        // 02h: no error, 3000 bytes.
        Convert.ToHexString(_drive.Good("4D 00 42 00 00 0005 00FF 00", dataIn: 255)).ShouldBe("02000014" + "00050008" + "0000000000000BB8" + "00060004" + "00000000");
        // 38h: one block, 2 KiB; the same read.
        Convert.ToHexString(_drive.Good("4D 00 78 00 00 0000 0034 00", dataIn: 52).AsSpan(4)).ShouldBe(
            "00000008" + "0000000000000001" + "00010008" + "0000000000000002" + "00020008" + "0000000000000001" + "00030008" + "0000000000000002");
        // 32h: 0 MB and 3000 bytes.
        Convert.ToHexString(_drive.Good("4D 00 72 00 00 0006 0014 00", dataIn: 20)).ShouldBe("32000020" + "00060304" + "00000000" + "00070304" + "00000BB8");

        _drive.Good("4C 02 4C 00 00 00 00 0000 00");
        Convert.ToHexString(_drive.Good("4D 00 4C 00 00 0000 00FF 00", dataIn: 255), 8, 8).ShouldBe("0000000000000000");
        Convert.ToHexString(_drive.Good("4D 00 42 00 00 0005 00FF 00", dataIn: 255), 8, 8).ShouldBe("0000000000000BB8");
        // Page 0: all.
        _drive.Good("4C 02 40 00 00 00 00 0000 00");
        Convert.ToHexString(_drive.Good("4D 00 42 00 00 0005 00FF 00", dataIn: 255), 8, 8).ShouldBe("0000000000000000");
        // What a tape has lived through cannot be reset.
        Convert.ToHexString(_drive.Good("4D 00 57 00 00 0002 000C 00", dataIn: 12).AsSpan(8)).ShouldBe("00000000");
        Convert.ToHexString(_drive.Good("4D 00 57 00 00 0002 0010 00", dataIn: 16).AsSpan(15)).ShouldBe("01");
    }

    [Fact]
    public void Log_select_takes_no_parameters_and_knows_its_pages()
    {
        _drive.Check("4C 00 40 00 00 00 00 0004 00", "70 00 05 00000000 0A 00000000 2400 00 C00007", dataOut: new byte[4]);
        _drive.Check("4C 02 7D 00 00 00 00 0000 00", "70 00 05 00000000 0A 00000000 2400 00 CD0002");
        _drive.Check("4C 02 4C 01 00 00 00 0000 00", "70 00 05 00000000 0A 00000000 2400 00 C00003");
    }

    [Fact]
    public void A_refused_write_raises_an_alert_that_12h_keeps_and_2Eh_clears()
    {
        using var drive = new DriveRig(writeProtected: true);
        Convert.ToHexString(drive.Good("4D 00 52 00 00 0000 00FF 00", dataIn: 255)).ShouldBe("1200000C" + "00000308" + "0000000000000000");
        drive.Send("0A 00 000001 00", dataOut: [1]).Status.ShouldBe(ScsiStatus.CheckCondition);
        // TAFC, once.
        drive.Good("4D 00 51 00 00 0000 00FF 00", dataIn: 255)[11].ShouldBe((byte)0x01);
        drive.Good("4D 00 51 00 00 0000 00FF 00", dataIn: 255)[11].ShouldBe((byte)0x00);
        // Flag 9 is the first bit of the second byte.
        Convert.ToHexString(drive.Good("4D 00 52 00 00 0000 00FF 00", dataIn: 255).AsSpan(8)).ShouldBe("0080000000000000");
        Convert.ToHexString(drive.Good("4D 00 52 00 00 0000 00FF 00", dataIn: 255).AsSpan(8)).ShouldBe("0080000000000000");
        // sg_logs asks for the header first: that clears nothing.
        drive.Good("4D 00 6E 00 00 0000 0004 00", dataIn: 4);
        byte[] flags = drive.Good("4D 00 6E 00 00 0000 0800 00", dataIn: 2048);
        flags.Length.ShouldBe(4 + 64 * 5);
        Convert.ToHexString(flags, 4 + 8 * 5, 5).ShouldBe("0009030101");
        Convert.ToHexString(drive.Good("4D 00 52 00 00 0000 00FF 00", dataIn: 255).AsSpan(8)).ShouldBe("0000000000000000");
    }

    [Fact]
    public void A_block_that_cannot_be_read_is_counted_told_and_forgotten_with_the_tape()
    {
        _drive.WriteBlock(CartridgeTesting.Block(1, 1000));
        _drive.WriteFilemarks(1);
        _drive.Rewind();
        _drive.Tape.Sync().ShouldBeTrue();
        // Records begin at 64 KiB; in the middle of the first block's data.
        RawFile.Flip(_drive.CartridgePath, (64 << 10) + 500);
        _drive.Send("08 00 0003E8 00", dataIn: 1000).Sense.ShouldContain("0A000000001100");
        Convert.ToHexString(_drive.Good("4D 00 43 00 00 0006 00FF 00", dataIn: 255)).ShouldBe("03000008" + "00060004" + "00000001");
        // Unrecovered read errors of the tape's life, and flags 3 and 5.
        Convert.ToHexString(_drive.Good("4D 00 57 00 00 0009 000A 00", dataIn: 10).AsSpan(8)).ShouldBe("0001");
        Convert.ToHexString(_drive.Good("4D 00 52 00 00 0000 00FF 00", dataIn: 255).AsSpan(8)).ShouldBe("2800000000000000");
        // A diagnostic record: LTO-9, MEDIUM ERROR 11/00, READ.
        byte[] record = _drive.Good("4D 00 56 00 00 0000 00FF 00", dataIn: 255);
        record[8 + 2].ShouldBe((byte)0x60);
        Convert.ToHexString(record, 8 + 9, 3).ShouldBe("031100");
        record[8 + 24].ShouldBe((byte)0x08);
        _drive.Good("1B 00 00 00 00 00");
        _drive.Good("1B 00 00 00 01 00");
        _drive.Send("00 00 00 00 00 00");
        Convert.ToHexString(_drive.Good("4D 00 52 00 00 0000 00FF 00", dataIn: 255).AsSpan(8)).ShouldBe("0000000000000000");
        // Loading the tape began a new count; its life goes on.
        Convert.ToHexString(_drive.Good("4D 00 43 00 00 0006 00FF 00", dataIn: 255).AsSpan(8)).ShouldBe("00000000");
        Convert.ToHexString(_drive.Good("4D 00 57 00 00 0009 000A 00", dataIn: 10).AsSpan(8)).ShouldBe("0001");
        // Last mount: one read error.
        Convert.ToHexString(_drive.Good("4D 00 57 00 00 000D 000A 00", dataIn: 10).AsSpan(8)).ShouldBe("0001");
    }

    [Fact]
    public void Every_page_that_is_listed_is_given_and_is_whole()
    {
        byte[] list = _drive.Good("4D 00 40 00 00 0000 00FF 00", dataIn: 255);
        foreach (byte page in list.AsSpan(4))
        {
            byte[] data = _drive.Good($"4D 00 {0x40 | page:X2} 00 00 0000 2000 00", dataIn: 8192);
            data[0].ShouldBe(page);
            BinaryPrimitives.ReadUInt16BigEndian(data.AsSpan(2)).ShouldBe((ushort)(data.Length - 4));
            LogDecoder.TryDecode(data, LogVendor.Ibm, out DecodedLogPage? decoded).ShouldBeTrue();
            decoded!.IsTruncated.ShouldBeFalse($"page {page:X2}h");
            decoded.Parameters.ShouldAllBe(parameter => parameter.Name != null || page == 0x37, $"page {page:X2}h");
        }
    }
}
