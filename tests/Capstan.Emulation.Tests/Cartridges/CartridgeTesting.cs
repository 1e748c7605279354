using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>An object as the tests remember it: null is a filemark.</summary>
internal sealed record Expected(byte[]? Block)
{
    public static Expected Filemark { get; } = new((byte[]?)null);
}

internal static class CartridgeTesting
{
    public static CartridgeSpec Spec(long capacityBytes = 1L << 40, long earlyWarningBytes = 1 << 20, bool worm = false, bool writeProtected = false) =>
        new("CAP001L9", MediumType.Lto9, capacityBytes, earlyWarningBytes, worm, writeProtected);

    /// <summary>A block that no other seed yields.</summary>
    public static byte[] Block(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    public static void Append(this Cartridge cartridge, IEnumerable<Expected> objects)
    {
        foreach (Expected expected in objects)
        {
            AppendResult result = expected.Block is { } block
                ? cartridge.Append(cartridge.EndOfData, block)
                : cartridge.WriteFilemarks(cartridge.EndOfData, 1);
            result.Status.ShouldBe(AppendStatus.Written);
        }
    }

    /// <summary>Has the drive's buffer take every record, in the smallest steps: many of them in a short test.</summary>
    public static void BufferEverything(this Cartridge cartridge)
    {
        cartridge.BufferingThresholdBytes = 0;
        cartridge.BufferStepBytes = 8192;
    }

    /// <summary>Blocks of many sizes with a filemark after every fifth.</summary>
    public static List<Expected> Sample(int count, int seed = 1)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(i => i % 6 == 5 ? Expected.Filemark : new Expected(Block(seed * 1000 + i, random.Next(1, 9000))))];
    }

    /// <summary>Everything that can be asked about the contents agrees with the list.</summary>
    public static void ShouldHold(this Cartridge cartridge, IReadOnlyList<Expected> objects, string because = "")
    {
        cartridge.EndOfData.ShouldBe(objects.Count, because);
        var buffer = new byte[16384];
        long filemarks = 0;
        for (int id = 0; id < objects.Count; id++)
        {
            cartridge.FileNumberAt(id).ShouldBe(filemarks, because);
            ReadStatus status = cartridge.ReadBlock(id, buffer, out int length);
            if (objects[id].Block is { } block)
            {
                status.ShouldBe(ReadStatus.Block, because);
                buffer.AsSpan(0, length).SequenceEqual(block).ShouldBeTrue($"object {id} {because}");
            }
            else
            {
                status.ShouldBe(ReadStatus.Filemark, because);
                cartridge.FindFilemark(filemarks).ShouldBe(id, because);
                filemarks++;
            }
        }
        cartridge.FilemarkCount.ShouldBe(filemarks, because);
        cartridge.FindFilemark(filemarks).ShouldBe(-1, because);
        cartridge.ReadBlock(objects.Count, buffer, out _).ShouldBe(ReadStatus.EndOfData, because);
    }

    public static bool IsSameAs(this Cartridge cartridge, long id, Expected expected)
    {
        var buffer = new byte[16384];
        return cartridge.ReadBlock(id, buffer, out int length) switch
        {
            ReadStatus.Block => expected.Block is { } block && buffer.AsSpan(0, length).SequenceEqual(block),
            ReadStatus.Filemark => expected.Block is null,
            _ => false,
        };
    }
}
