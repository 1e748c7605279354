using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Tests.Cartridges;

public class CartridgeDamageTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly List<Expected> _objects = CartridgeTesting.Sample(40);
    private readonly string _path;
    private readonly byte[] _buffer = new byte[16384];

    public CartridgeDamageTests()
    {
        _path = _directory.File("damaged.cartridge");
        using Cartridge cartridge = Cartridge.Create(_path, CartridgeTesting.Spec());
        cartridge.Append(_objects);
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_flipped_bit_in_a_payload_damages_that_block_and_no_other(bool withIndex)
    {
        RawFile.Flip(_path, OffsetOf(9) + 64 + 5);
        OpenAndCheck(damaged: 9, withIndex, text: null);
    }

    [Theory]
    [InlineData(true, 0)]
    [InlineData(true, 13)]
    [InlineData(false, 0)]
    [InlineData(false, 13)]
    [InlineData(false, 29)]
    public void A_flipped_bit_in_a_header_damages_that_block_and_the_rest_is_reached_over_it(bool withIndex, int byteInHeader)
    {
        RawFile.Flip(_path, OffsetOf(9) + byteInHeader);
        OpenAndCheck(damaged: 9, withIndex, withIndex ? null : $"{_path}: the headers of 1 of 40 objects are damaged");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(39)]
    public void The_first_and_the_last_object_are_stepped_over_like_any_other(int damaged)
    {
        RawFile.Flip(_path, OffsetOf(damaged) + 8);
        OpenAndCheck(damaged, withIndex: false, $"{_path}: the headers of 1 of 40 objects are damaged", damaged == 39 ? AlsoSkips.Last : AlsoSkips.Nothing);
    }

    [Fact]
    public void A_lost_filemark_header_is_inferred_from_its_neighbours()
    {
        _objects[5].Block.ShouldBeNull();
        RawFile.Flip(_path, OffsetOf(5) + 20);
        File.Delete(Cartridge.IndexPathOf(_path));
        using Cartridge cartridge = Cartridge.Open(_path);
        cartridge.ShouldHold(_objects);
    }

    [Fact]
    public void A_damaged_tape_can_be_appended_to_and_keeps_its_damage()
    {
        RawFile.Flip(_path, OffsetOf(9) + 3);
        File.Delete(Cartridge.IndexPathOf(_path));
        using (Cartridge cartridge = Cartridge.Open(_path))
            cartridge.Append([new Expected(CartridgeTesting.Block(5, 50))]);
        using Cartridge again = Cartridge.Open(_path);
        again.EndOfData.ShouldBe(41);
        again.ReadBlock(9, _buffer, out _).ShouldBe(ReadStatus.Damaged);
        again.IsSameAs(40, new Expected(CartridgeTesting.Block(5, 50))).ShouldBeTrue();
    }

    [Fact]
    public void A_flipped_bit_anywhere_in_the_index_is_repaired_from_the_records()
    {
        string index = Cartridge.IndexPathOf(_path);
        byte[] intact = File.ReadAllBytes(index);
        foreach (int offset in (int[])[0, 8, 20, 33, 4090, 4096, 4096 + 16 * 9 + 3, 4096 + 16 * 9 + 12, 4096 + 4080, 4096 + 4090])
        {
            File.WriteAllBytes(index, intact);
            RawFile.Flip(index, offset);
            using Cartridge cartridge = Cartridge.Open(_path);
            cartridge.ShouldHold(_objects, $"index byte {offset}");
        }
        using (new FileStream(index, FileMode.Truncate))
        {
        }
        using Cartridge emptied = Cartridge.Open(_path);
        emptied.ShouldHold(_objects);
    }

    [Fact]
    public void An_index_damaged_while_the_cartridge_is_open_is_rebuilt_on_the_way()
    {
        string path = _directory.File("long.cartridge");
        List<Expected> objects = [.. Enumerable.Range(0, 9000).Select(i => i % 9 == 8 ? Expected.Filemark : new Expected(CartridgeTesting.Block(i, 20)))];
        using (Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec()))
            cartridge.Append(objects);
        using Cartridge opened = Cartridge.Open(path);
        RawFile.Flip(Cartridge.IndexPathOf(path), 4096 * 6 + 100);
        opened.ShouldHold(objects);
    }

    [Fact]
    public void The_index_of_another_cartridge_is_not_believed()
    {
        string other = _directory.File("other.cartridge");
        using (Cartridge cartridge = Cartridge.Create(other, CartridgeTesting.Spec()))
            cartridge.Append(CartridgeTesting.Sample(40, seed: 2));
        File.Copy(Cartridge.IndexPathOf(other), Cartridge.IndexPathOf(_path), overwrite: true);
        using Cartridge opened = Cartridge.Open(_path);
        opened.ShouldHold(_objects);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(4096)]
    public void One_damaged_superblock_is_survived(int slot)
    {
        foreach (int offset in (int[])[0, 9, 30, 512 + 40, 4095])
        {
            string copy = _directory.File($"slot-{slot}-{offset}.cartridge");
            File.Copy(_path, copy);
            RawFile.Flip(copy, slot + offset);
            using Cartridge cartridge = Cartridge.Open(copy);
            cartridge.ShouldHold(_objects);
        }
    }

    [Fact]
    public void Two_damaged_superblocks_are_named_as_such()
    {
        RawFile.Flip(_path, 100);
        RawFile.Flip(_path, 4096 + 100);
        Fails(CartridgeFault.DamagedSuperblock, "both copies of the superblock are damaged");
    }

    [Fact]
    public void What_cannot_be_opened_is_named()
    {
        File.WriteAllText(_path, "a shopping list");
        Fails(CartridgeFault.NotACartridge, "not a cartridge file");
        File.WriteAllBytes(_path, []);
        Fails(CartridgeFault.NotACartridge, "not a cartridge file");
        File.WriteAllBytes(_path, new byte[100_000]);
        Fails(CartridgeFault.NotACartridge, "not a cartridge file");
        File.Delete(_path);
        Fails(CartridgeFault.NotFound, "no such file");
        Directory.CreateDirectory(_path);
        Fails(CartridgeFault.NotACartridge, "is a directory");
    }

    [Fact]
    public void A_newer_version_is_refused()
    {
        byte[] bytes = File.ReadAllBytes(_path);
        foreach (int slot in (int[])[0, 4096])
        {
            bytes[slot + 8] = 2;
            BitConverter.TryWriteBytes(bytes.AsSpan(slot + 4088), System.IO.Hashing.XxHash3.HashToUInt64(bytes.AsSpan(slot, 4088))).ShouldBeTrue();
        }
        File.WriteAllBytes(_path, bytes);
        Fails(CartridgeFault.NewerVersion, "written by a newer version");
    }

    [Fact]
    public void A_second_process_is_told_that_it_is_in_use()
    {
        using Cartridge open = Cartridge.Open(_path);
        Fails(CartridgeFault.InUse, "in use by another process");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_truncated_file_is_read_up_to_the_cut_and_refuses_more(bool withIndex)
    {
        long cut = OffsetOf(20) + 10;
        long missing = new FileInfo(_path).Length - cut;
        using (var stream = new FileStream(_path, FileMode.Open))
            stream.SetLength(cut);
        if (!withIndex)
            File.Delete(Cartridge.IndexPathOf(_path));
        for (int round = 0; round < 2; round++)
        {
            using Cartridge cartridge = Cartridge.Open(_path);
            cartridge.IsTruncated.ShouldBeTrue();
            cartridge.EndOfData.ShouldBe(20);
            for (int id = 0; id < 20; id++)
                cartridge.IsSameAs(id, _objects[id]).ShouldBeTrue();
            cartridge.ReadBlock(20, _buffer, out _).ShouldBe(ReadStatus.EndOfDataNotFound);
            cartridge.GetObject(20, out _).ShouldBe(ReadStatus.EndOfDataNotFound);
            cartridge.Append(20, [1]).Status.ShouldBe(AppendStatus.EndOfDataNotFound);
            cartridge.Append(3, [1]).Status.ShouldBe(AppendStatus.EndOfDataNotFound);
            cartridge.Damage.ShouldBe($"{_path}: the file is cut short: {missing} bytes are missing, 20 of 40 objects are lost");
        }
        new FileInfo(_path).Length.ShouldBe(cut);
    }

    [Fact]
    public void A_truncated_cartridge_written_from_its_beginning_is_whole_again()
    {
        using (var stream = new FileStream(_path, FileMode.Open))
            stream.SetLength(OffsetOf(20));
        using (Cartridge cartridge = Cartridge.Open(_path))
            cartridge.Append(0, [1, 2, 3]).Status.ShouldBe(AppendStatus.Written);
        using Cartridge again = Cartridge.Open(_path);
        again.IsTruncated.ShouldBeFalse();
        again.ShouldHold([new Expected([1, 2, 3])]);
    }

    private enum AlsoSkips
    {
        Nothing,
        Last,
    }

    private void OpenAndCheck(int damaged, bool withIndex, string? text, AlsoSkips also = AlsoSkips.Nothing)
    {
        if (!withIndex)
            File.Delete(Cartridge.IndexPathOf(_path));
        using Cartridge cartridge = Cartridge.Open(_path);
        cartridge.Damage.ShouldBe(text);
        cartridge.EndOfData.ShouldBe(_objects.Count);
        for (int id = 0; id < _objects.Count; id++)
        {
            if (id == damaged)
                cartridge.ReadBlock(id, _buffer, out _).ShouldBe(ReadStatus.Damaged);
            else
                cartridge.IsSameAs(id, _objects[id]).ShouldBeTrue($"object {id}");
        }
        cartridge.FilemarkCount.ShouldBe(_objects.Count(o => o.Block is null));
        if (also == AlsoSkips.Nothing)
            cartridge.FindFilemark(2).ShouldBe(17);
    }

    private long OffsetOf(int id) => 65536 + _objects.Take(id).Sum(o => 64L + (o.Block?.Length ?? 0));

    private void Fails(CartridgeFault fault, string text)
    {
        var exception = Should.Throw<CartridgeException>(() => Cartridge.Open(_path));
        exception.Fault.ShouldBe(fault);
        exception.Message.ShouldContain(text);
        exception.Message.ShouldStartWith(_path);
    }
}
