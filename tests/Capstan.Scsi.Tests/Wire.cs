using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>What every command is held to.</summary>
internal static class Wire
{
    /// <summary>The command encodes to these bytes, they decode to the command, the table of tape drives, or another, knows them and describes them so.</summary>
    public static void ShouldBe<T>(T command, string hex, string description, CommandSet? table = null) where T : struct, IScsiCommand<T>
    {
        table ??= CommandTable.TapeDrive;
        byte[] expected = Hex.Bytes(hex);
        Cdb cdb = Cdb.Of(command);

        Convert.ToHexString(cdb.Span).ShouldBe(Convert.ToHexString(expected));
        T.TryDecode(expected, out T decoded, out _).ShouldBeTrue();
        decoded.ShouldBe(command);
        table.TryFind(expected, out CommandDescriptor? row, out _).ShouldBeTrue();
        row.Name.ShouldBe(T.Name);
        row.CdbLength.ShouldBe(expected.Length);
        table.Describe(cdb).ShouldBe(description);
    }

    public static void ShouldRefuse<T>(string hex, BitField field) where T : struct, IScsiCommand<T>
    {
        T.TryDecode(Hex.Bytes(hex), out T command, out BitField invalid).ShouldBeFalse();
        invalid.ShouldBe(field);
        command.ShouldBe(default);
    }

    public static void RoundTrips<T>(Gen<T> commands) where T : struct, IScsiCommand<T>
    {
        commands.Sample(command =>
        {
            Cdb cdb = Cdb.Of(command);
            return T.TryDecode(cdb.Span, out T decoded, out _) && decoded.Equals(command);
        }, iter: 1000);
    }

    /// <summary>
    /// On any bytes, decoding answers or refuses without throwing, and it accepts no bit that it does not understand: what it accepts
    /// encodes to the same bytes again (<paramref name="canonical"/> clears what the standard says to ignore).
    /// </summary>
    public static void IsTotal<T>(string validHex, Func<byte[], byte[]>? canonical = null) where T : struct, IScsiCommand<T>
    {
        byte[] valid = Hex.Bytes(validHex);
        Gen<byte[]> nearlyValid = Gen.Int[0, (8 * valid.Length) - 1].Array[0, 3].Select(bits =>
        {
            byte[] cdb = [.. valid];
            foreach (int bit in bits) cdb[bit / 8] ^= (byte)(1 << (bit % 8));
            return cdb;
        });
        Gen<byte[]> anything = Gen.Byte.Array[0, 20];
        Gen.OneOf(nearlyValid, nearlyValid, nearlyValid, anything).Sample(bytes => CheckOne<T>(bytes, canonical), iter: 3000);

        // Every single bit once: chance may miss one.
        for (int bit = 0; bit < 8 * valid.Length; bit++)
        {
            byte[] cdb = [.. valid];
            cdb[bit / 8] ^= (byte)(1 << (bit % 8));
            CheckOne<T>(cdb, canonical).ShouldBeTrue($"bit {bit % 8} of byte {bit / 8}");
        }
    }

    /// <summary>What a response writes into a dirty buffer; it must return the length it wrote and touch nothing behind it.</summary>
    public static byte[] Written(Writer write, int length)
    {
        byte[] buffer = new byte[length + 8];
        Array.Fill(buffer, (byte)0xEE);
        write(buffer).ShouldBe(length);
        buffer[length..].ShouldAllBe(b => b == 0xEE);
        return buffer[..length];
    }

    private static bool CheckOne<T>(byte[] bytes, Func<byte[], byte[]>? canonical) where T : struct, IScsiCommand<T>
    {
        if (!T.TryDecode(bytes, out T command, out BitField invalid)) return invalid.Byte <= bytes.Length && invalid.Byte < T.CdbLength;

        byte[] expected = bytes[..T.CdbLength];
        if (canonical is not null) expected = canonical(expected);
        return Cdb.Of(command).Span.SequenceEqual(expected);
    }
}

internal delegate int Writer(Span<byte> data);

internal static class Gens
{
    public static Gen<int> UInt24 { get; } = Gen.OneOf(Gen.Int[0, 0xFFFFFF], Gens.Of(0, 1, 0xFFFFFF));

    public static Gen<ushort> UInt16 { get; } = Gen.OneOf(Gen.UShort, Gens.Of<ushort>(0, 1, 0xFFFF));

    public static Gen<int> Int24 { get; } = Gen.OneOf(Gen.Int[-0x800000, 0x7FFFFF], Gens.Of(0, -1, -0x800000, 0x7FFFFF));

    public static Gen<T> Of<T>(params T[] values) => Gen.Int[0, values.Length - 1].Select(i => values[i]);

    public static Gen<byte?> MaybeByte { get; } = Gen.Select(Gen.Bool, Gen.Byte, (has, value) => has ? value : (byte?)null);

    public static Gen<byte> Bits6 { get; } = Gen.Byte[0, 0x3F];
}
