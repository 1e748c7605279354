using System.Text;
using Capstan.Emulation.Cartridges;
using CsCheck;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>Compressed records in a cartridge file.</summary>
public sealed class CartridgeCompressedTests : IDisposable
{
    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    /// <summary>An LZ4 block from lz4's block format description: five literals, a match of eight bytes one back, five literals.</summary>
    [Fact]
    public void Packed_bytes_are_those_of_the_LZ4_block_format()
    {
        byte[] packed = [0x14, (byte)'a', 1, 0, 0x50, (byte)'h', (byte)'e', (byte)'l', (byte)'l', (byte)'o'];
        var block = new byte[14];
        BlockCompression.TryUnpack(packed, block).ShouldBeTrue();
        Encoding.ASCII.GetString(block).ShouldBe("aaaaaaaaahello");
        BlockCompression.TryUnpack(packed, new byte[15]).ShouldBeFalse();
        BlockCompression.TryUnpack(packed.AsSpan(0, 6), block).ShouldBeFalse();
    }

    [Fact]
    public void What_does_not_compress_is_not_packed()
    {
        var packed = new byte[300_000];
        foreach (int length in (int[])[1, 20, 1000, 40_000, 262_144])
            BlockCompression.TryPack(CartridgeTesting.Block(length, length), packed.AsSpan(0, length)).ShouldBe(0);
        // The middle alone is reason enough to try.
        byte[] half = CartridgeTesting.Block(1, 262_144);
        half.AsSpan(131_072).Clear();
        BlockCompression.TryPack(half, packed.AsSpan(0, half.Length)).ShouldBeInRange(131_072, 140_000);
    }

    /// <summary>Blocks of any mixture, among plain ones and filemarks: what is read is what was written, after a reopening, a crash, and without the index.</summary>
    [Fact]
    public void Blocks_come_back_as_they_were()
    {
        Gen.Select(Gen.Int[1, 40_000], Gen.Int[0, 2], Gen.Int[0, 1_000_000]).Array[1, 25].Sample(blocks =>
        {
            string path = _directory.File($"{Guid.NewGuid():N}.cartridge");
            var expected = new List<Expected>();
            using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
            {
                foreach ((int length, int kind, int seed) in blocks)
                {
                    byte[] block = kind == 0 ? CartridgeTesting.Block(seed, length) : Text(seed, length);
                    expected.Add(kind == 2 && length % 5 == 0 ? Expected.Filemark : new Expected(block));
                    Write(cartridge, expected[^1]).Status.ShouldBe(AppendStatus.Written);
                }
                ShouldHold(cartridge, expected);
                string crashed = path + ".crashed";
                Copy(path, crashed);
                Copy(path + ".index", crashed + ".index");
                using Cartridge image = Cartridge.Open(crashed);
                ShouldHold(image, expected);
            }
            File.Delete(path + ".index");
            using (Cartridge again = Cartridge.Open(path))
                ShouldHold(again, expected);
            using Cartridge indexed = Cartridge.Open(path);
            ShouldHold(indexed, expected);
        }, iter: 40);
    }

    [Fact]
    public void A_compressed_tape_says_so_until_it_is_written_from_its_beginning()
    {
        string path = _directory.File("one.cartridge");
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            cartridge.HasCompressed.ShouldBeFalse();
            Write(cartridge, new Expected(Text(1, 5000)));
            cartridge.HasCompressed.ShouldBeTrue();
            // Features that a reader must know, bit 2: docs/formats/cartridge.md. In a file that nobody has closed yet.
            Features(path).ShouldBe((byte)4);
        }
        using (Cartridge cartridge = Cartridge.Open(path))
        {
            cartridge.HasCompressed.ShouldBeTrue();
            cartridge.Append(0, new byte[10]).Status.ShouldBe(AppendStatus.Written);
            cartridge.HasCompressed.ShouldBeFalse();
        }
        Features(path).ShouldBe((byte)0);
    }

    [Fact]
    public void Damage_in_packed_bytes_is_a_block_that_cannot_be_read()
    {
        string path = _directory.File("one.cartridge");
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            Write(cartridge, new Expected(Text(1, 5000)));
            Write(cartridge, new Expected(Text(2, 5000)));
        }
        byte[] bytes = File.ReadAllBytes(path);
        bytes[65536 + 64 + 100] ^= 1;
        File.WriteAllBytes(path, bytes);
        using Cartridge damaged = Cartridge.Open(path);
        damaged.ReadBlock(0, new byte[5000], out int length).ShouldBe(ReadStatus.Damaged);
        length.ShouldBe(5000);
        damaged.ReadBlock(1, new byte[5000], out _).ShouldBe(ReadStatus.Block);
    }

    [Fact]
    public void Capacity_counts_what_is_recorded()
    {
        using Cartridge cartridge = Cartridge.Create(_directory.File("one.cartridge"), CartridgeTesting.Spec(capacityBytes: 20_000, earlyWarningBytes: 0));
        int count = 0;
        while (Write(cartridge, new Expected(new byte[10_000])).Status == AppendStatus.Written)
            count++;
        count.ShouldBeGreaterThan(100);
        cartridge.Memory!.BytesWrittenInLife.ShouldBe(cartridge.UsedBytes - count * Cartridge.RecordOverheadBytes);
    }

    /// <summary>Compresses when it helps, as the drive does.</summary>
    private static AppendResult Write(Cartridge cartridge, Expected expected)
    {
        if (expected.Block is not { } block)
            return cartridge.WriteFilemarks(cartridge.EndOfData, 1);
        var packed = new byte[block.Length];
        int length = BlockCompression.TryPack(block, packed);
        return length == 0 ? cartridge.Append(cartridge.EndOfData, block) : cartridge.AppendCompressed(cartridge.EndOfData, packed.AsSpan(0, length), block.Length);
    }

    private static void ShouldHold(Cartridge cartridge, List<Expected> expected)
    {
        cartridge.EndOfData.ShouldBe(expected.Count);
        var buffer = new byte[50_000];
        for (int i = 0; i < expected.Count; i++)
        {
            ReadStatus status = cartridge.ReadBlock(i, buffer, out int length);
            if (expected[i].Block is not { } block)
            {
                status.ShouldBe(ReadStatus.Filemark);
                continue;
            }
            status.ShouldBe(ReadStatus.Block);
            buffer.AsSpan(0, length).SequenceEqual(block).ShouldBeTrue();
            var part = new byte[Math.Max(1, block.Length / 2)];
            cartridge.ReadBlock(i, part, out length).ShouldBe(ReadStatus.Block);
            length.ShouldBe(block.Length);
            part.AsSpan().SequenceEqual(block.AsSpan(0, part.Length)).ShouldBeTrue();
        }
    }

    private static byte Features(string path)
    {
        byte[] bytes = ReadAll(path);
        // Two slots of 4096 bytes, sequence at 16.
        int slot = BitConverter.ToUInt64(bytes, 16) > BitConverter.ToUInt64(bytes, 4096 + 16) ? 0 : 4096;
        return bytes[slot + 12];
    }

    private static byte[] Text(int seed, int length)
    {
        var random = new Random(seed);
        string[] words = [.. Enumerable.Range(0, 30).Select(_ => new string((char)('a' + random.Next(26)), 1 + random.Next(9)))];
        var text = new StringBuilder();
        while (text.Length < length)
            text.Append(words[random.Next(words.Length)]).Append(' ');
        return Encoding.ASCII.GetBytes(text.ToString(0, length));
    }

    private static void Copy(string from, string to) => File.WriteAllBytes(to, ReadAll(from));

    private static byte[] ReadAll(string path)
    {
        HostFile.TryOpen(path, Interop.LibC.ReadOnly, out HostFile? file).ShouldBe(0);
        using HostFile opened = file!;
        opened.GetLength(out long length).ShouldBe(0);
        var bytes = new byte[length];
        opened.Read(bytes, 0, out _).ShouldBe(0);
        return bytes;
    }
}
