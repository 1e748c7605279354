using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>Logical block protection as CDBs and bytes (SSC-4 4.2.27); checksums from RFC 7143 A.4 and ECMA-319.</summary>
public sealed class TransferProtectionTests : IDisposable
{
    /// <summary>MODE SELECT(10), buffered mode 1, page 0Ah/F0h with its bytes 4 to 6.</summary>
    private const string Select = "55 10 000000 0000 0028 00";

    /// <summary>32 zeros and their CRC32C (RFC 7143 A.4).</summary>
    private static readonly byte[] Zeros = [.. new byte[32], 0xAA, 0x36, 0x91, 0x8A];

    private readonly DriveRig _drive = new();

    public void Dispose() => _drive.Dispose();

    [Fact]
    public void A_block_is_taken_with_its_checksum_and_kept_without()
    {
        Protect("0204C0");
        _drive.Good("0A 00 000024 00", Zeros);
        Protect("020480");
        _drive.Rewind();
        // LBP_R is off: the block as it is on the tape.
        _drive.Good("08 00 000020 00", dataIn: 32).ShouldBe(new byte[32]);
        Protect("020440");
        _drive.Rewind();
        _drive.Good("08 00 000024 00", dataIn: 36).ShouldBe(Zeros);
    }

    [Fact]
    public void Reed_Solomon_as_well()
    {
        Protect("0104C0");
        byte[] one = Convert.FromHexString("01" + "38CF3801");
        _drive.Good("0A 00 000005 00", one);
        _drive.Rewind();
        _drive.Good("08 00 000005 00", dataIn: 5).ShouldBe(one);
    }

    /// <summary>HARDWARE ERROR, 10/01 LOGICAL BLOCK GUARD CHECK FAILED; INFORMATION is what was not written.</summary>
    [Fact]
    public void A_block_that_does_not_fit_its_checksum_is_not_taken()
    {
        Protect("0204C0");
        for (int bit = 0; bit < 36 * 8; bit += 7)
        {
            byte[] damaged = [.. Zeros];
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            _drive.Check("0A 00 000024 00", "F000 04 00000024 0A 00000000 1001 00 000000", damaged);
        }

        _drive.Position().ShouldBe((0ul, 0ul));
        _drive.Good("0A 00 000024 00", Zeros);
        _drive.Position().ShouldBe((1ul, 0ul));
    }

    /// <summary>A block has one byte at least.</summary>
    [Fact]
    public void A_checksum_without_a_block_is_refused()
    {
        Protect("0204C0");
        _drive.Check("0A 00 000004 00", "7000 05 00000000 0A 00000000 2400 00 C00002", new byte[4]);
    }

    /// <summary>ILI and INFORMATION count the checksum: requested minus actual.</summary>
    [Theory]
    [InlineData("000028", "F000 20 00000004 0A 00000000 0000 00 000000", 36)]
    [InlineData("000023", "F000 20 FFFFFFFF 0A 00000000 0000 00 000000", 35)]
    [InlineData("000010", "F000 20 FFFFFFEC 0A 00000000 0000 00 000000", 16)]
    public void A_wrong_length_counts_the_checksum(string length, string sense, int transferred)
    {
        _drive.WriteBlock(new byte[32]);
        Protect("0204C0");
        _drive.Rewind();
        Reply reply = _drive.Check($"08 00 {length} 00", sense, dataIn: Convert.ToInt32(length, 16));
        reply.Data.ShouldBe(Zeros[..transferred]);
    }

    [Fact]
    public void Fixed_blocks_have_their_checksums_in_their_length()
    {
        Protect("0204C0");
        // BLOCK LENGTH 36.
        _drive.Good("55 10 000000 0000 0010 00", Convert.FromHexString("0000001000000008" + "7F00000000000024"));
        _drive.Good("0A 01 000002 00", [.. Zeros, .. Zeros]);
        byte[] damaged = [.. Zeros, .. Zeros, .. Zeros];
        damaged[40] ^= 1;
        // One of three was written: two are left.
        _drive.Check("0A 01 000003 00", "F000 04 00000002 0A 00000000 1001 00 000000", damaged);
        _drive.Position().ShouldBe((3ul, 0ul));
        _drive.Rewind();
        _drive.Good("08 01 000003 00", dataIn: 108).ShouldBe([.. Zeros, .. Zeros, .. Zeros]);
    }

    /// <summary>What VERIFY reads it does not transfer.</summary>
    [Fact]
    public void VERIFY_knows_no_checksums()
    {
        _drive.WriteBlock(new byte[32]);
        Protect("0204C0");
        _drive.Rewind();
        _drive.Good("13 00 000020 00");
    }

    /// <summary>Method byte 4, length byte 5 of the page, which lies behind a header of 8 bytes.</summary>
    [Theory]
    [InlineData("0304C0", "80000C")]
    [InlineData("0205C0", "8D000D")]
    [InlineData("0200C0", "8D000D")]
    [InlineData("F004C0", "80000C")]
    public void Other_methods_are_refused(string fields, string pointer) =>
        _drive.Check(Select, $"7000 05 00000000 0A 00000000 2600 00 {pointer}", Page(fields));

    [Fact]
    public void Generations_take_what_they_have()
    {
        Emulation.Ssc.TransferProtection.Takes(4, ProtectionMethod.ReedSolomon).ShouldBeFalse();
        Emulation.Ssc.TransferProtection.Takes(5, ProtectionMethod.ReedSolomon).ShouldBeTrue();
        Emulation.Ssc.TransferProtection.Takes(6, ProtectionMethod.Crc32C).ShouldBeFalse();
        Emulation.Ssc.TransferProtection.Takes(7, ProtectionMethod.Crc32C).ShouldBeTrue();
    }

    [Fact]
    public void A_reset_takes_it_away()
    {
        Protect("0204C0");
        _drive.Unit.Reset(isTold: true);
        _drive.WriteBlock(CartridgeTesting.Block(1, 36));
        _drive.Rewind();
        _drive.Good("08 00 000024 00", dataIn: 36).ShouldBe(CartridgeTesting.Block(1, 36));
    }

    private void Protect(string fields) => _drive.Good(Select, Page(fields));

    private static byte[] Page(string fields) => Convert.FromHexString("0000001000000000" + "4AF0001C" + fields + new string('0', 50));
}
