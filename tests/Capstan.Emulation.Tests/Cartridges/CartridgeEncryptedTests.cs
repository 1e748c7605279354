using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Ssc;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>Encrypted records are longer than their blocks: opening, indexes, torn tails and overwriting must know.</summary>
public sealed class CartridgeEncryptedTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly BlockCipher _cipher = new(Enumerable.Range(0, 32).Select(i => (byte)i).ToArray());
    private readonly string _path;

    public CartridgeEncryptedTests() => _path = _directory.File("a.cartridge");

    public void Dispose()
    {
        _cipher.Dispose();
        _directory.Dispose();
    }

    private void Append(Cartridge cartridge, byte[] block, int kadLength = 0)
    {
        var descriptors = new byte[kadLength > 0 ? kadLength + 4 : 0];
        if (kadLength > 0)
            descriptors[3] = (byte)kadLength;
        ReadOnlySpan<byte> stored = _cipher.Encrypt(block, descriptors, 0, false, 0, out int trailer);
        cartridge.AppendEncrypted(cartridge.EndOfData, stored, trailer, isExternal: false).Status.ShouldBe(AppendStatus.Written);
    }

    /// <summary>Every third object in clear, every fifth a filemark, trailers of several lengths.</summary>
    private List<Expected> AppendMixture(Cartridge cartridge, int count, int seed)
    {
        var random = new Random(seed);
        var all = new List<Expected>();
        for (int i = 0; i < count; i++)
        {
            byte[] block = CartridgeTesting.Block(seed * 100 + i, random.Next(1, 6000));
            all.Add(i % 5 == 4 ? Expected.Filemark : new Expected(block));
            if (i % 5 == 4)
                cartridge.WriteFilemarks(cartridge.EndOfData, 1).Status.ShouldBe(AppendStatus.Written);
            else if (i % 3 == 2)
                cartridge.Append(cartridge.EndOfData, block).Status.ShouldBe(AppendStatus.Written);
            else
                Append(cartridge, block, random.Next(0, 33));
        }
        return all;
    }

    private void ShouldHold(Cartridge cartridge, List<Expected> expected, string because)
    {
        cartridge.EndOfData.ShouldBe(expected.Count, because);
        var buffer = new byte[8192];
        var trailer = new byte[EncryptedTrailer.MaxLength];
        for (int id = 0; id < expected.Count; id++)
        {
            ReadStatus status = cartridge.ReadBlock(id, buffer, out int length);
            if (expected[id].Block is not { } block)
            {
                status.ShouldBe(ReadStatus.Filemark, because);
                continue;
            }
            length.ShouldBe(block.Length, because);
            if (status == ReadStatus.Encrypted)
            {
                cartridge.ReadEncrypted(id, buffer.AsSpan(0, length), trailer, out _, out int trailerLength, out _).ShouldBe(ReadStatus.Encrypted, because);
                _cipher.Decrypt(buffer.AsSpan(0, length), trailer.AsSpan(0, trailerLength)).ShouldBe(Decrypted.Whole, because);
            }
            else
            {
                status.ShouldBe(ReadStatus.Block, because);
            }
            buffer.AsSpan(0, length).SequenceEqual(block).ShouldBeTrue($"object {id} {because}");
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void It_is_the_same_after_opening_with_and_without_its_index(bool isBuffered)
    {
        using var disk = new TestDirectory(onDisk: isBuffered);
        string path = disk.File("a.cartridge");
        List<Expected> all;
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
        {
            if (isBuffered)
                cartridge.BufferEverything();
            all = AppendMixture(cartridge, 400, 1);
            cartridge.FirstEncryptedObject.ShouldBe(0);
            ShouldHold(cartridge, all, "while it is written");
        }
        using (Cartridge cartridge = Cartridge.Open(path))
        {
            ShouldHold(cartridge, all, "with its index");
            cartridge.FirstEncryptedObject.ShouldBe(0);
            cartridge.Damage.ShouldBeNull();
        }
        File.Delete(Cartridge.IndexPathOf(path));
        using (Cartridge cartridge = Cartridge.Open(path))
            ShouldHold(cartridge, all, "without its index");
    }

    [Fact]
    public void A_tail_torn_at_any_byte_is_cut_off()
    {
        using Cartridge cartridge = Cartridge.Create(_path, CartridgeTesting.Spec());
        var all = new List<Expected> { new(CartridgeTesting.Block(1, 100)), new(CartridgeTesting.Block(2, 100)), new(CartridgeTesting.Block(3, 50)) };
        cartridge.Append(0, all[0].Block!);
        cartridge.Sync().ShouldBeTrue();
        int start = (int)new FileInfo(_path).Length;
        Append(cartridge, all[1].Block!, kadLength: 12);
        Append(cartridge, all[2].Block!);
        byte[] full = RawFile.ReadAll(_path);
        int[] ends = [start, start + 64 + 100 + 72, start + 64 + 100 + 72 + 64 + 50 + 56];
        full.Length.ShouldBe(ends[2]);
        string torn = _directory.File("copy.cartridge");
        for (int length = start; length <= full.Length; length++)
        {
            File.WriteAllBytes(torn, full.AsSpan(0, length));
            File.Delete(Cartridge.IndexPathOf(torn));
            int whole = 1 + ends.Count(end => end <= length) - 1;
            using Cartridge opened = Cartridge.Open(torn);
            ShouldHold(opened, [.. all.Take(whole)], $"cut at {length}");
            opened.FirstEncryptedObject.ShouldBe(whole > 1 ? 1 : -1, $"cut at {length}");
            new FileInfo(torn).Length.ShouldBe(ends[whole - 1]);
        }
    }

    [Fact]
    public void A_file_cut_short_keeps_what_is_whole()
    {
        List<Expected> all;
        using (Cartridge cartridge = Cartridge.Create(_path, CartridgeTesting.Spec()))
            all = AppendMixture(cartridge, 40, 3);
        byte[] full = RawFile.ReadAll(_path);
        string cut = _directory.File("cut.cartridge");
        int last = -1;
        for (int length = 65536; length < full.Length; length += 777)
        {
            File.WriteAllBytes(cut, full.AsSpan(0, length));
            File.Copy(Cartridge.IndexPathOf(_path), Cartridge.IndexPathOf(cut), overwrite: true);
            int withIndex;
            using (Cartridge opened = Cartridge.Open(cut, readOnly: true))
            {
                opened.IsTruncated.ShouldBeTrue();
                withIndex = (int)opened.EndOfData;
                ShouldHold(opened, [.. all.Take(withIndex)], $"cut at {length}");
            }
            File.Delete(Cartridge.IndexPathOf(cut));
            using (Cartridge opened = Cartridge.Open(cut, readOnly: true))
                opened.EndOfData.ShouldBe(withIndex, $"cut at {length} without the index");
            withIndex.ShouldBeGreaterThanOrEqualTo(last);
            last = withIndex;
        }
    }

    [Fact]
    public void Overwriting_the_first_encrypted_block_forgets_it()
    {
        using (Cartridge cartridge = Cartridge.Create(_path, CartridgeTesting.Spec()))
        {
            cartridge.Append(0, new byte[10]);
            Append(cartridge, new byte[10]);
            Append(cartridge, new byte[10]);
            cartridge.FirstEncryptedObject.ShouldBe(1);
        }
        using (Cartridge cartridge = Cartridge.Open(_path))
        {
            cartridge.FirstEncryptedObject.ShouldBe(1);
            cartridge.Append(1, new byte[10]).Status.ShouldBe(AppendStatus.Written);
            cartridge.FirstEncryptedObject.ShouldBe(-1);
        }
        // A version that knows no encryption may read it again: no feature is left.
        RawFile.ReadAll(_path).AsSpan(12, 4).ToArray().ShouldBe(new byte[4]);
    }

    [Fact]
    public void A_version_that_knows_no_encryption_refuses_it()
    {
        using (Cartridge cartridge = Cartridge.Create(_path, CartridgeTesting.Spec()))
            Append(cartridge, new byte[10]);
        // Both slots may be older than the record; the newer one counts.
        byte[] file = RawFile.ReadAll(_path);
        (file[12] | file[4096 + 12]).ShouldBe(2);
    }

    [Fact]
    public void What_a_record_takes_of_the_tape_includes_its_trailer()
    {
        using Cartridge cartridge = Cartridge.Create(_path, CartridgeTesting.Spec(capacityBytes: 64 + 100 + 56 + 64 + 99, earlyWarningBytes: 1));
        Append(cartridge, new byte[100]);
        cartridge.UsedBytes.ShouldBe(220);
        ReadOnlySpan<byte> stored = _cipher.Encrypt(new byte[44], default, 0, false, 0, out int trailer);
        cartridge.AppendEncrypted(1, stored, trailer, false).Status.ShouldBe(AppendStatus.EndOfMedium);
        stored = _cipher.Encrypt(new byte[43], default, 0, false, 0, out trailer);
        cartridge.AppendEncrypted(1, stored, trailer, false).Status.ShouldBe(AppendStatus.Written);
    }

    [Fact]
    public void A_raw_block_is_found_to_be_one()
    {
        byte[] stored = _cipher.Encrypt(CartridgeTesting.Block(1, 500), [0, 0, 0, 3, 1, 2, 3], 0, false, 0, out int trailer).ToArray();
        EncryptedTrailer.TryFind(stored, out int found).ShouldBeTrue();
        found.ShouldBe(trailer);
        EncryptedTrailer.TryFind(CartridgeTesting.Block(2, 5000), out _).ShouldBeFalse();
        EncryptedTrailer.TryFind(new byte[5000], out _).ShouldBeFalse();
        EncryptedTrailer.TryFind([], out _).ShouldBeFalse();
    }
}
