using System.Buffers.Binary;
using System.IO.Hashing;
using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>The chip of a cartridge in its file: two slots, docs/formats/cartridge.md.</summary>
public sealed class CartridgeMemoryTests : IDisposable
{
    private const int FirstSlot = 8192;
    private const int SecondSlot = 24576;
    private const ushort Label = 0x0803;

    private readonly TestDirectory _directory = new();
    private readonly string _path;

    public CartridgeMemoryTests()
    {
        _path = _directory.File("memory.cartridge");
        Cartridge.Create(_path, CartridgeTesting.Spec()).Dispose();
    }

    public void Dispose() => _directory.Dispose();

    private static void Set(Cartridge cartridge, string text)
    {
        cartridge.Memory!.Set(Label, CartridgeMemory.WholeCartridge, 2, System.Text.Encoding.ASCII.GetBytes(text));
        cartridge.SaveMemory(isDurable: true).ShouldBeTrue();
    }

    private static string? Get(Cartridge cartridge) => cartridge.Memory!.TryGet(Label, CartridgeMemory.WholeCartridge, out HostAttribute attribute)
        ? System.Text.Encoding.ASCII.GetString(attribute.Value) : null;

    /// <summary>The layout as it is published, read without the program's own decoder.</summary>
    [Fact]
    public void The_file_has_what_the_format_says()
    {
        using (Cartridge cartridge = Cartridge.Open(_path))
        {
            cartridge.Append(0, CartridgeTesting.Block(1, 5000));
            Set(cartridge, "hello");
        }

        byte[] file = RawFile.ReadAll(_path);
        byte[][] slots = [file[FirstSlot..SecondSlot], file[SecondSlot..(SecondSlot + 16384)]];
        ReadOnlySpan<byte> identity = file.AsSpan(24, 16);
        foreach (byte[] slot in slots)
        {
            System.Text.Encoding.ASCII.GetString(slot, 0, 8).ShouldBe("CAPSTMEM");
            BinaryPrimitives.ReadUInt16LittleEndian(slot.AsSpan(8)).ShouldBe((ushort)1);
            slot.AsSpan(24, 16).SequenceEqual(identity).ShouldBeTrue();
            BinaryPrimitives.ReadUInt64LittleEndian(slot.AsSpan(16376)).ShouldBe(
                XxHash3.HashToUInt64(slot.AsSpan(0, 16376), BinaryPrimitives.ReadInt64LittleEndian(identity)));
        }

        ulong[] sequences = [.. slots.Select(slot => BinaryPrimitives.ReadUInt64LittleEndian(slot.AsSpan(16)))];
        Math.Abs((long)sequences[0] - (long)sequences[1]).ShouldBe(1);
        for (int i = 0; i < 2; i++) (sequences[i] % 2).ShouldBe((ulong)i);
        byte[] newest = slots[sequences[0] > sequences[1] ? 0 : 1];
        BinaryPrimitives.ReadInt64LittleEndian(newest.AsSpan(48)).ShouldBe(5000);
        int length = BinaryPrimitives.ReadInt32LittleEndian(newest.AsSpan(256));
        length.ShouldBe(8 + 5);
        newest.AsSpan(512, length).ToArray().ShouldBe([0x03, 0x08, 0xFF, 2, 5, 0, 0, 0, .. "hello"u8]);
    }

    [Fact]
    public void It_outlives_the_process_and_a_crash()
    {
        string copy = _directory.File("copy.cartridge");
        using (Cartridge cartridge = Cartridge.Open(_path))
        {
            Set(cartridge, "one");
            File.WriteAllBytes(copy, RawFile.ReadAll(_path));
        }

        using (Cartridge cartridge = Cartridge.Open(_path))
            Get(cartridge).ShouldBe("one");
        using Cartridge crashed = Cartridge.Open(copy);
        Get(crashed).ShouldBe("one");
    }

    /// <summary>Any bytes of the slot that was being written may be old or new: what was there before, or what is there now.</summary>
    [Fact]
    public void A_torn_write_leaves_the_memory_before_it()
    {
        byte[] before;
        byte[] after;
        using (Cartridge cartridge = Cartridge.Open(_path))
        {
            Set(cartridge, "one");
            before = RawFile.ReadAll(_path);
            Set(cartridge, "two");
            after = RawFile.ReadAll(_path);
        }

        int[] changed = [.. Enumerable.Range(0, Math.Min(before.Length, after.Length)).Where(i => before[i] != after[i])];
        changed.ShouldNotBeEmpty();
        string torn = _directory.File("torn.cartridge");
        foreach (int end in changed)
        {
            byte[] mixed = [.. after.AsSpan(0, end), .. before.AsSpan(end)];
            File.WriteAllBytes(torn, mixed);
            using Cartridge cartridge = Cartridge.Open(torn);
            Get(cartridge).ShouldBe("one", $"torn at {end}");
        }
    }

    [Fact]
    public void A_file_without_a_memory_gets_one_with_the_first_change()
    {
        byte[] file = RawFile.ReadAll(_path);
        file.AsSpan(FirstSlot, 2 * 16384).Clear();
        File.WriteAllBytes(_path, file);
        using (Cartridge cartridge = Cartridge.Open(_path, readOnly: true))
        {
            Get(cartridge).ShouldBeNull();
            cartridge.MemoryDamage.ShouldBeNull();
        }

        RawFile.ReadAll(_path).AsSpan(FirstSlot, 2 * 16384).ContainsAnyExcept((byte)0).ShouldBeFalse();
        using (Cartridge cartridge = Cartridge.Open(_path))
            Set(cartridge, "new");
        using Cartridge opened = Cartridge.Open(_path);
        Get(opened).ShouldBe("new");
    }

    [Fact]
    public void With_both_copies_damaged_it_has_none_and_the_tape_still_reads()
    {
        byte[] block = CartridgeTesting.Block(1, 5000);
        using (Cartridge cartridge = Cartridge.Open(_path))
            cartridge.Append(0, block);
        byte[] file = RawFile.ReadAll(_path);
        file[FirstSlot + 600] ^= 1;
        file[SecondSlot + 48] ^= 1;
        File.WriteAllBytes(_path, file);
        using Cartridge opened = Cartridge.Open(_path);
        opened.Memory.ShouldBeNull();
        opened.MemoryDamage.ShouldNotBeNull().ShouldContain(_path);
        opened.ShouldHold([new Expected(block)]);
        opened.Append(1, block).Status.ShouldBe(AppendStatus.Written);
    }

    [Fact]
    public void One_damaged_copy_costs_nothing_but_the_last_change()
    {
        byte[] file = RawFile.ReadAll(_path);
        file[FirstSlot + 3000] ^= 0x40;
        File.WriteAllBytes(_path, file);
        using Cartridge opened = Cartridge.Open(_path);
        opened.Memory.ShouldNotBeNull();
        opened.MemoryDamage.ShouldBeNull();
    }

    /// <summary>The memory of another cartridge in this file's slots is not this one's.</summary>
    [Fact]
    public void A_memory_belongs_to_its_cartridge()
    {
        string other = _directory.File("other.cartridge");
        Cartridge.Create(other, CartridgeTesting.Spec()).Dispose();
        byte[] file = RawFile.ReadAll(_path);
        RawFile.ReadAll(other).AsSpan(FirstSlot, 2 * 16384).CopyTo(file.AsSpan(FirstSlot));
        File.WriteAllBytes(_path, file);
        using Cartridge opened = Cartridge.Open(_path);
        opened.Memory.ShouldBeNull();
    }

    /// <summary>After a crash the reference must not be one that was given out for other data.</summary>
    [Fact]
    public void A_reference_never_stands_for_two_contents()
    {
        string copy = _directory.File("copy.cartridge");
        var given = new Dictionary<uint, long>();
        for (int round = 0; round < 5; round++)
        {
            using (Cartridge cartridge = Cartridge.Open(_path))
            {
                ITapeMedium medium = cartridge;
                cartridge.Append(cartridge.EndOfData, CartridgeTesting.Block(round, 100));
                uint reference = cartridge.Memory!.ReferenceOf(medium.ContentStamp);
                given.TryAdd(reference, cartridge.EndOfData).ShouldBeTrue();
                cartridge.SaveMemory(isDurable: true);
                // Written after the reference was given out, and then the power goes.
                cartridge.Append(cartridge.EndOfData, CartridgeTesting.Block(round, 100));
                cartridge.Sync();
                File.WriteAllBytes(copy, RawFile.ReadAll(_path));
            }

            File.Copy(copy, _path, overwrite: true);
            File.Delete(Cartridge.IndexPathOf(_path));
        }
    }

    [Fact]
    public void Initialising_takes_what_is_about_partitions_and_leaves_the_rest()
    {
        using Cartridge cartridge = Cartridge.Open(_path);
        Set(cartridge, "label");
        cartridge.Memory!.Set(0x080C, 0, 0, new byte[70]);
        cartridge.Memory.Set(0x080C, 1, 0, new byte[70]);
        int free = cartridge.Memory.HostFreeBytes;
        cartridge.Memory.NoteInitialization();
        cartridge.Memory.InitializationCount.ShouldBe(2u);
        cartridge.Memory.TryGet(0x080C, 0, out _).ShouldBeFalse();
        cartridge.Memory.TryGet(0x080C, 1, out _).ShouldBeFalse();
        cartridge.Memory.HostFreeBytes.ShouldBe(free + 2 * 78);
        Get(cartridge).ShouldBe("label");
    }

    [Fact]
    public void Any_bytes_in_a_slot_are_told_from_a_memory()
    {
        var random = new Random(1);
        byte[] file = RawFile.ReadAll(_path);
        for (int i = 0; i < 200; i++)
        {
            byte[] broken = [.. file];
            for (int n = random.Next(1, 8); n > 0; n--)
                broken[FirstSlot + random.Next(2 * 16384)] ^= (byte)(1 << random.Next(8));
            File.WriteAllBytes(_path, broken);
            using Cartridge opened = Cartridge.Open(_path, readOnly: true);
            (opened.Memory is null).ShouldBe(opened.MemoryDamage is not null);
        }
    }
}
