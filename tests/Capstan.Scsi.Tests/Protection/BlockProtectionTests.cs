using Capstan.Tests;
using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>Known answers from outside: RFC 7143 A.4 (CRC32C), and the sequence of primes that CERN's tape software checks both methods with.</summary>
public class BlockProtectionTests
{
    /// <summary>2 to 157.</summary>
    private const string FirstPrimes = "020305070B0D1113171D1F25292B2F353B3D4347494F53596165676B6D717F8389" + "8B95979D";

    /// <summary>163 to 251.</summary>
    private const string MorePrimes = "A3A7ADB3B5BFC1C5C7D3DFE3E5E9EFF1FB";

    /// <summary>RFC 7143 A.4 "CRC Examples" (RFC 3720 B.4); the CRC in the order in which it is transmitted.</summary>
    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000", "AA36918A")]
    [InlineData("FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF", "43ABA862")]
    [InlineData("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F", "4E79DD46")]
    [InlineData("1F1E1D1C1B1A191817161514131211100F0E0D0C0B0A09080706050403020100", "5CDB3F11")]
    [InlineData("01C00000000000000000000000000000140000000000040000000014000000182800000000000000" + "0200000000000000", "563A96D9")]
    public void CRC32C_as_in_iSCSI(string block, string information) => Information(ProtectionMethod.Crc32C, block).ShouldBe(information);

    /// <summary>cern-cta/CTA common/CRCTest.cpp: the register E8174F48h, sent low byte first.</summary>
    [Theory]
    [InlineData(FirstPrimes, "484F17E8")]
    public void CRC32C_of_primes(string block, string information) => Information(ProtectionMethod.Crc32C, block).ShouldBe(information);

    /// <summary>cern-cta/CTA common/CRCTest.cpp: 733D4DCAh and 754ED37Eh, high byte first.</summary>
    [Theory]
    [InlineData(FirstPrimes, "733D4DCA")]
    [InlineData(FirstPrimes + MorePrimes, "754ED37E")]
    [InlineData("0000000000000000", "00000000")]
    [InlineData("01", "38CF3801")]
    [InlineData("FF", "763F76FF")]
    [InlineData("40", "A6ADA640")]
    public void Reed_Solomon_as_in_ECMA_319(string block, string information) => Information(ProtectionMethod.ReedSolomon, block).ShouldBe(information);

    [Fact]
    public void A_register_can_be_continued()
    {
        byte[] first = Hex.Bytes(FirstPrimes);
        byte[] more = Hex.Bytes(MorePrimes);
        ReedSolomonCrc.Continue(ReedSolomonCrc.Of(first), more).ShouldBe(0x754ED37Eu);
        Castagnoli.Continue(Castagnoli.Continue(uint.MaxValue, first), more).ShouldBe(~Castagnoli.Of([.. first, .. more]));
    }

    /// <summary>Every length up to several steps of the widest register, and at every alignment: the same as one bit after the other.</summary>
    [Fact]
    public void Every_way_of_computing_gives_the_same()
    {
        var bytes = new byte[4200];
        new Random(3).NextBytes(bytes);
        for (int length = 0; length <= 4100; length += length < 1100 ? 1 : 97)
        {
            ReadOnlySpan<byte> block = bytes.AsSpan(length % 64, length);
            uint expected = CastagnoliByBits(block);
            (~Castagnoli.ContinueByWords(uint.MaxValue, block)).ShouldBe(expected, $"words, {length}");
            Castagnoli.Of(block).ShouldBe(expected, $"{length}");
            if (System.Runtime.Intrinsics.X86.Pclmulqdq.IsSupported && length >= 64)
            {
                ReadOnlySpan<byte> rest = block;
                uint register = Castagnoli.ContinueByLanes(uint.MaxValue, ref rest);
                (~Castagnoli.ContinueByWords(register, rest)).ShouldBe(expected, $"lanes, {length}");
            }

            if (System.Runtime.Intrinsics.X86.Pclmulqdq.V512.IsSupported && length >= 256)
            {
                ReadOnlySpan<byte> rest = block;
                uint register = Castagnoli.ContinueByVectors(uint.MaxValue, ref rest);
                (~Castagnoli.ContinueByWords(register, rest)).ShouldBe(expected, $"vectors, {length}");
            }

            ReedSolomonCrc.Of(block).ShouldBe(ReedSolomonByBytes(block), $"{length}");
        }
    }

    [Fact]
    public void Every_flipped_bit_is_found()
    {
        foreach (ProtectionMethod method in new[] { ProtectionMethod.Crc32C, ProtectionMethod.ReedSolomon })
        {
            var block = new byte[300 + BlockProtection.Length];
            new Random(5).NextBytes(block);
            BlockProtection.Write(method, block);
            BlockProtection.Matches(method, block).ShouldBeTrue();
            for (int bit = 0; bit < 8 * block.Length; bit++)
            {
                block[bit / 8] ^= (byte)(1 << (bit % 8));
                BlockProtection.Matches(method, block).ShouldBeFalse($"{method}, bit {bit}");
                block[bit / 8] ^= (byte)(1 << (bit % 8));
            }
        }
    }

    [Fact]
    public void Total_over_bytes() => Gen.Select(Gen.Byte, Gen.Byte.Array[0, 40]).Sample((method, bytes) =>
    {
        bool matches = BlockProtection.Matches((ProtectionMethod)method, bytes);
        return !matches || (bytes.Length > BlockProtection.Length && BlockProtection.IsKnown((ProtectionMethod)method));
    });

    [Fact]
    public void A_block_allocates_nothing()
    {
        var block = new byte[65536 + BlockProtection.Length];
        foreach (ProtectionMethod method in new[] { ProtectionMethod.Crc32C, ProtectionMethod.ReedSolomon })
        {
            Allocation.Of(() =>
            {
                BlockProtection.Write(method, block);
                BlockProtection.Matches(method, block);
            }).ShouldBe(0);
        }
    }

    private static string Information(ProtectionMethod method, string hex)
    {
        byte[] block = Hex.Bytes(hex);
        var whole = new byte[block.Length + BlockProtection.Length];
        block.CopyTo(whole, 0);
        BlockProtection.Write(method, whole);
        BlockProtection.Matches(method, whole).ShouldBeTrue();
        return Convert.ToHexString(whole, block.Length, BlockProtection.Length);
    }

    /// <summary>The definition: RFC 7143 13.1, reflected, one bit after the other.</summary>
    private static uint CastagnoliByBits(ReadOnlySpan<byte> bytes)
    {
        uint register = uint.MaxValue;
        foreach (byte one in bytes)
        {
            register ^= one;
            for (int bit = 0; bit < 8; bit++)
                register = (register >> 1) ^ ((register & 1) * 0x82F63B78);
        }

        return ~register;
    }

    /// <summary>The definition: division by x^4 + 38h x^3 + CFh x^2 + 38h x + 1, the coefficients of the table of IBM's LTO SCSI Reference.</summary>
    private static uint ReedSolomonByBytes(ReadOnlySpan<byte> bytes)
    {
        uint register = 0;
        foreach (byte one in bytes)
        {
            int factor = (int)(register >> 24) ^ one;
            register <<= 8;
            uint step = 0x38CF3801;
            for (int bit = 0; bit < 8; bit++)
            {
                if ((factor & (1 << bit)) != 0)
                    register ^= step;
                // Each of the four coefficients times x in GF(256).
                uint carries = (step >> 7) & 0x01010101;
                step = ((step & 0x7F7F7F7F) << 1) ^ (carries * 0x1D);
            }
        }

        return register;
    }
}
