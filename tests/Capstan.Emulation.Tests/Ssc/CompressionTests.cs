using System.Buffers.Binary;
using System.Text;
using Capstan.Emulation.Tests.Cartridges;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>What a drive that compresses does to blocks, and says of it.</summary>
public sealed class CompressionTests
{
    private const int Length = 40_000;

    private static byte[] Line(int number) => Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"line {number} of a log that says much the same\n", 1000)))[..Length];

    [Fact]
    public void The_page_decides_and_what_does_not_compress_does_not_grow()
    {
        using var rig = new DriveRig(compresses: true);
        Write(rig, Line(1));
        long packed = rig.Tape.UsedBytes;
        packed.ShouldBeLessThan(Length / 4);
        byte[] noise = CartridgeTesting.Block(1, Length);
        Write(rig, noise);
        (rig.Tape.UsedBytes - packed).ShouldBe(Length + 64);
        SetCompression(rig, false);
        Write(rig, Line(2));
        (rig.Tape.UsedBytes - packed).ShouldBe(2 * (Length + 64));
        SetCompression(rig, true);
        Write(rig, Line(3));
        rig.Good("01 00 00 00 00 00");
        Read(rig).ShouldBe(Line(1));
        Read(rig).ShouldBe(noise);
        Read(rig).ShouldBe(Line(2));
        Read(rig).ShouldBe(Line(3));
    }

    [Fact]
    public void A_drive_without_it_has_the_page_and_writes_blocks_as_they_are()
    {
        using var rig = new DriveRig();
        Write(rig, Line(1));
        rig.Tape.UsedBytes.ShouldBe(Length + 64);
    }

    /// <summary>HP LTO Ultrium SCSI reference, log pages 0Ch and 32h; SSC-4 8.2.9 for 1Bh.</summary>
    [Fact]
    public void Log_pages_tell_bytes_before_and_after()
    {
        using var rig = new DriveRig(compresses: true);
        for (int i = 0; i < 100; i++)
            Write(rig, Line(i));
        long recorded = rig.Tape.UsedBytes - 100 * 64;
        rig.Good("01 00 00 00 00 00");
        for (int i = 0; i < 50; i++)
            Read(rig);
        Dictionary<int, long> accesses = LogPage(rig, 0x0C);
        accesses[0].ShouldBe(100 * Length);
        accesses[1].ShouldBe(recorded);
        accesses[2].ShouldBeInRange(recorded / 2 - 5000, recorded / 2 + 5000);
        accesses[3].ShouldBe(50 * Length);
        foreach (byte page in (byte[])[0x1B, 0x32])
        {
            Dictionary<int, long> ratio = LogPage(rig, page);
            ratio[1].ShouldBe(100 * Length * 100 / recorded);
            ratio[0].ShouldBeInRange(ratio[1] - 20, ratio[1] + 20);
            (ratio[6] * 1_000_000 + (int)ratio[7]).ShouldBe(100 * Length);
            (ratio[8] * 1_000_000 + (int)ratio[9]).ShouldBe(recorded);
        }
        rig.Tape.Memory!.BytesWrittenInLife.ShouldBe(recorded);
    }

    [Fact]
    public void Blocks_are_compressed_before_they_are_encrypted()
    {
        using var rig = new DriveRig(compresses: true);
        Key(rig, encryption: 2, decryption: 2);
        Write(rig, Line(1));
        byte[] noise = CartridgeTesting.Block(1, Length);
        Write(rig, noise);
        rig.Tape.UsedBytes.ShouldBeLessThan(Length + Length / 4);
        rig.Good("01 00 00 00 00 00");
        Read(rig).ShouldBe(Line(1));
        Read(rig).ShouldBe(noise);
        // Shorter than the block: the beginning of what was compressed.
        rig.Good("01 00 00 00 00 00");
        rig.Send("08 00 00 00 64 00", dataIn: 100).Data.ShouldBe(Line(1)[..100]);
    }

    private static void Write(DriveRig rig, byte[] block) => rig.Good($"0A 00 {block.Length:X6} 00", block);

    private static byte[] Read(DriveRig rig) => rig.Send("08 02 00FFFF 00", dataIn: 65535).Data;

    private static void SetCompression(DriveRig rig, bool isOn)
    {
        // Ten-byte header, no block descriptor, page 0Fh: DCE DCC, DDE, algorithm 1 both ways.
        byte[] list = [0, 0, 0x10, 0, 0, 0, 0, 0, 0x0F, 0x0E, (byte)(isOn ? 0xC0 : 0x40), 0x80, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0];
        rig.Good($"55 10 00 00 00 00 00 {list.Length:X4} 00", list);
    }

    private static void Key(DriveRig rig, byte encryption, byte decryption)
    {
        // SSC-4 8.5.3.2: set data encryption page, all I_T nexuses, key of 32 bytes.
        byte[] page = [0x00, 0x10, 0x00, 0x30, 0x40, 0x00, encryption, decryption, 0x01, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x20, .. Enumerable.Range(0, 32).Select(static i => (byte)i)];
        rig.Good($"B5 20 0010 00 00 {page.Length:X8} 00 00", page);
    }

    private static Dictionary<int, long> LogPage(DriveRig rig, byte page)
    {
        byte[] answer = rig.Good($"4D 00 {0x40 | page:X2} 00 00 00 00 1000 00", dataIn: 4096);
        var parameters = new Dictionary<int, long>();
        for (int at = 4; at + 4 <= answer.Length; at += 4 + answer[at + 3])
        {
            long value = 0;
            foreach (byte one in answer.AsSpan(at + 4, answer[at + 3]))
                value = value << 8 | one;
            parameters[BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(at))] = value;
        }
        return parameters;
    }
}
