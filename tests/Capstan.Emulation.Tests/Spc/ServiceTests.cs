using System.Text;
using Capstan.Emulation.Tests.Cartridges;

namespace Capstan.Emulation.Tests.Spc;

/// <summary>Clock, buffers, diagnostics, serial number, access order, ends of wraps: what is asked of a drive beside its tape.</summary>
public sealed class ServiceTests : IDisposable
{
    private readonly DriveRig _drive = new();

    public void Dispose() => _drive.Dispose();

    [Fact]
    public void The_clock_counts_from_power_on_until_it_is_set()
    {
        // Length 10, origin 0.
        byte[] fresh = _drive.Good("A3 0F 00 00 00 00 00 00 00 0C 00 00", dataIn: 12);
        Convert.ToHexString(fresh, 0, 4).ShouldBe("000A0000");
        Milliseconds(fresh).ShouldBeLessThan(60_000);
        // 2026-11-23 08:00:00 UTC.
        _drive.Good("A4 0F 00 00 00 00 00 00 00 0C 00 00", Convert.FromHexString("00000000" + "01A2079E4C00" + "0000"));
        byte[] set = _drive.Good("A3 0F 00 00 00 00 00 00 00 0C 00 00", dataIn: 12);
        Convert.ToHexString(set, 0, 4).ShouldBe("000A0200");
        Milliseconds(set).ShouldBeInRange(0x01A2079E4C00, 0x01A2079E4C00 + 60_000);
        // All 48 bits are more than a clock of this program can say; whatever it keeps, it is late and not an error.
        _drive.Good("A4 0F 00 00 00 00 00 00 00 0C 00 00", Convert.FromHexString("00000000" + "FFFFFFFFFFFF" + "0000"));
        Milliseconds(_drive.Good("A3 0F 00 00 00 00 00 00 00 0C 00 00", dataIn: 12)).ShouldBeGreaterThan(0x01A2079E4C00);
        _drive.Check("A4 0F 00 00 00 00 00 00 00 09 00 00", "7000 05 00000000 0A 00000000 1A00 00 000000", new byte[9]);
        _drive.Good("A4 0F 00 00 00 00 00 00 00 00 00 00");
    }

    [Fact]
    public void The_dump_is_read_by_its_descriptor()
    {
        // Offset boundary 9: multiples of 512.
        byte[] descriptor = _drive.Good("3C 03 01 00 00 00 00 00 04 00", dataIn: 4);
        descriptor[0].ShouldBe((byte)9);
        int capacity = (descriptor[1] << 16) | (descriptor[2] << 8) | descriptor[3];
        (capacity % 512).ShouldBe(0);
        byte[] first = _drive.Good("3C 02 01 00 00 00 00 02 00 00", dataIn: 512);
        byte[] second = _drive.Good("3C 02 01 00 02 00 00 02 00 00", dataIn: 512);
        string text = Encoding.UTF8.GetString([.. first, .. second]);
        text.ShouldStartWith("CAPSTAN VIRTUAL DRIVE DUMP: 1\ndrive: IBM ULT3580-TD9");
        text.ShouldContain("cartridge: CAP001L9");
        _drive.Check("3C 02 01 00 00 01 00 02 00 00", "7000 05 00000000 0A 00000000 2400 00 C00003", dataIn: 512);
        _drive.Check("3C 02 07 00 00 00 00 02 00 00", "7000 05 00000000 0A 00000000 2400 00 C00002", dataIn: 512);
        // Of a buffer that is not there.
        Convert.ToHexString(_drive.Good("3C 03 07 00 00 00 00 00 04 00", dataIn: 4)).ShouldBe("00000000");
    }

    [Fact]
    public void What_is_written_to_a_buffer_is_read_from_it()
    {
        // Echo: nothing was written yet (2C/00).
        _drive.Check("3C 0A 00 00 00 00 00 00 08 00", "7000 05 00000000 0A 00000000 2C00 00 000000", dataIn: 8);
        byte[] echo = Convert.FromHexString("0102030405060708");
        _drive.Good("3B 0A 00 00 00 00 00 00 08 00", echo);
        _drive.Good("3C 0A 00 00 00 00 00 00 08 00", dataIn: 8).ShouldBe(echo);
        Convert.ToHexString(_drive.Good("3C 0B 00 00 00 00 00 00 04 00", dataIn: 4)).ShouldBe("00001000");
        _drive.Good("3B 02 00 00 01 00 00 00 08 00", echo);
        _drive.Good("3C 02 00 00 01 00 00 00 08 00", dataIn: 8).ShouldBe(echo);
        _drive.Check("3B 02 01 00 00 00 00 00 08 00", "7000 05 00000000 0A 00000000 2400 00 C00002", echo);
        // Microcode is nothing that a virtual drive takes.
        _drive.Check("3B 05 00 00 00 00 00 00 08 00", "7000 05 00000000 0A 00000000 2400 00 CC0001", echo);
    }

    [Fact]
    public void The_self_test_passes_and_pages_are_listed()
    {
        _drive.Good("1D 04 00 00 00 00");
        _drive.Good("1D 10 00 00 04 00", new byte[4]);
        Convert.ToHexString(_drive.Good("1C 01 00 00 20 00", dataIn: 32)).ShouldBe("0000000100");
        _drive.Check("1D 20 00 00 00 00", "7000 05 00000000 0A 00000000 2400 00 CF0001");
        _drive.Check("1C 01 40 00 20 00", "7000 05 00000000 0A 00000000 2400 00 C00002", dataIn: 32);
    }

    [Fact]
    public void A_drive_whose_cartridge_cannot_be_used_fails_its_self_test()
    {
        _drive.Unit.Insert(null, fault: "the file is broken");
        _drive.Check("1D 04 00 00 00 00", "7000 04 00000000 0A 00000000 3E03 00 000000");
    }

    [Fact]
    public void The_cartridge_has_a_serial_number()
    {
        byte[] answer = _drive.Good("AB 01 00 00 00 00 00 00 00 20 00 00", dataIn: 32);
        Convert.ToHexString(answer, 0, 4).ShouldBe("00000010");
        // The same as attribute 0401h of the cartridge memory.
        byte[] memory = _drive.Good("8C 00 00 00 00 00 00 00 04 01 00 00 00 40 00 00", dataIn: 64);
        Encoding.ASCII.GetString(memory, 9, 32).Trim().ShouldBe(Encoding.ASCII.GetString(answer, 4, 16));
    }

    /// <summary>18 TB, 280 wraps: here 280 KiB, so that a wrap holds about one block of 900 bytes.</summary>
    [Fact]
    public void Wraps_end_where_the_tape_turns()
    {
        using var drive = new DriveRig(capacityBytes: 280 << 10, earlyWarningBytes: 1 << 10);
        drive.Good("A3 1F 45 02 00 00 00 00 10 00 00 00", dataIn: 4096).ShouldBe([0, 2, 0, 0]);
        for (int i = 0; i < 50; i++)
            drive.WriteBlock(CartridgeTesting.Block(i, 2048 - 64));
        byte[] all = drive.Good("A3 1F 45 02 00 00 00 00 10 00 00 00", dataIn: 4096);
        // A record of 2 KiB fills two wraps: 100 wraps, the last object at the end of the last.
        int count = (all.Length - 4) / 12;
        count.ShouldBe(100);
        (all[0] << 8 | all[1]).ShouldBe(all.Length - 2);
        all[^1].ShouldBe((byte)49);
        (all[4 + 12 * 40 + 11]).ShouldBe((byte)20);
        byte[] one = drive.Good("A3 1F 45 01 00 28 00 00 00 0C 00 00", dataIn: 12);
        Convert.ToHexString(one).ShouldBe("000A0000" + "0000000000000014");
        drive.Check("A3 1F 45 01 01 00 00 00 00 0C 00 00", "7000 05 00000000 0A 00000000 2400 00 C00004", dataIn: 12);
        drive.Check("A3 1F 44 02 00 00 00 00 10 00 00 00", "7000 05 00000000 0A 00000000 2400 00 C00002", dataIn: 4096);
    }

    [Fact]
    public void The_recommended_order_is_shorter_and_complete()
    {
        using var drive = new DriveRig(capacityBytes: 2800 << 10, earlyWarningBytes: 1 << 10);
        for (int i = 0; i < 100; i++)
            drive.WriteBlock(CartridgeTesting.Block(i, 1024 - 64));
        drive.Rewind();
        // UDS_LIMITS.
        Convert.ToHexString(drive.Good("A3 9D 00 00 00 00 00 00 00 04 00 00", dataIn: 4)).ShouldBe("07D00020");
        // Nothing was generated yet.
        drive.Check("A3 1D 00 00 00 00 00 00 10 00 00 00", "7000 05 00000000 0A 00000000 2C00 00 000000", dataIn: 4096);
        int[] objects = [90, 3, 55, 4, 91, 30];
        string list = "00000000" + (objects.Length * 32).ToString("X8", System.Globalization.CultureInfo.InvariantCulture) + string.Concat(objects.Select(Segment));
        drive.Good($"A4 1D 02 00 00 00 00 00 00 {list.Length / 2:X2} 00 00", Convert.FromHexString(list));
        byte[] answer = drive.Good("A3 1D 00 00 00 00 00 00 10 00 00 00", dataIn: 4096);
        int[] order = [.. Enumerable.Range(0, objects.Length).Select(i => (int)answer[8 + 32 * i + 23])];
        order.Order().ShouldBe(objects.Order());
        Array.IndexOf(order, 4).ShouldBe(Array.IndexOf(order, 3) + 1, "behind 3 the tape stands before 4");
        // From the second on.
        drive.Good("A3 1D 00 00 00 01 00 00 10 00 00 00", dataIn: 4096)[8 + 23].ShouldBe((byte)order[1]);
        // An object behind the end of data: byte 16 of the first descriptor.
        drive.Check("A4 1D 02 00 00 00 00 00 00 28 00 00", "7000 05 00000000 0A 00000000 2600 00 800018", Convert.FromHexString("0000000000000020" + Segment(100)));
    }

    /// <summary>MAINTENANCE IN knows its service actions; of another it names the field.</summary>
    [Fact]
    public void Another_service_action_is_refused_by_its_field()
    {
        _drive.Check("A3 1E 00 00 00 00 00 00 00 FF 00 00", "7000 05 00000000 0A 00000000 2400 00 CC0001", dataIn: 255);
        _drive.Check("A4 1E 00 00 00 00 00 00 00 00 00 00", "7000 05 00000000 0A 00000000 2400 00 CC0001");
    }

    private static string Segment(int objectId) =>
        $"001E000000{Convert.ToHexString(Encoding.ASCII.GetBytes($"{objectId,-10}"))}00{objectId:X16}{objectId:X16}";

    private static long Milliseconds(byte[] answer) => Convert.ToInt64(Convert.ToHexString(answer, 4, 6), 16);
}
