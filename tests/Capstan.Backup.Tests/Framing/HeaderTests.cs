using System.Security.Cryptography;
using System.Text;
using Capstan.Backup.Framing;
using CsCheck;

namespace Capstan.Backup.Tests.Framing;

public class HeaderTests
{
    private static byte[] Magic(string name) => SHA256.HashData(Encoding.ASCII.GetBytes(name))[..8];

    [Fact]
    public void Magics_are_hashes_of_their_names()
    {
        BlockHeader.Magic.ToArray().ShouldBe(Magic("Proxmox Tape Block Header v1.0"));
        ContentHeader.Magic.ToArray().ShouldBe(Magic("Proxmox Backup Content Header v1.0"));
        ContentHeader.MagicOf(ContentKind.ProxmoxLabel).ToArray().ShouldBe(Magic("Proxmox Backup Tape Label v1.0"));
        ContentHeader.MagicOf(ContentKind.ProxmoxMediaSetLabel).ToArray().ShouldBe(Magic("Proxmox Backup MediaSet Label v1.0"));
        ContentHeader.MagicOf(ContentKind.Label).ToArray().ShouldBe(Magic("Capstan Tape Label v1.0"));
        ContentHeader.MagicOf(ContentKind.Archive).ToArray().ShouldBe(Magic("Capstan Backup Archive v1.0"));
        ContentHeader.MagicOf(ContentKind.Manifest).ToArray().ShouldBe(Magic("Capstan Backup Manifest v1.0"));
    }

    [Theory]
    [InlineData(BlockFlags.None, 262_128, 0u, "dcbdafcaeba0a528 00 f0ff03 00000000")]
    [InlineData(BlockFlags.EndOfStream, 0, 1u, "dcbdafcaeba0a528 01 000000 01000000")]
    [InlineData(BlockFlags.EndOfStream | BlockFlags.Incomplete, 0x010203, 0xDDCCBBAAu, "dcbdafcaeba0a528 03 030201 aabbccdd")]
    public void Block_header_bytes(BlockFlags flags, int payload, uint sequence, string hex)
    {
        byte[] expected = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        var header = new BlockHeader(flags, payload, sequence);
        var bytes = new byte[16];
        header.Encode(bytes);
        bytes.ShouldBe(expected);
        BlockHeader.TryDecode(expected, out BlockHeader decoded).ShouldBeTrue();
        decoded.ShouldBe(header);
    }

    [Theory]
    [InlineData("dcbdafcaeba0a529 01 010000 00000000")] // magic
    [InlineData("dcbdafcaeba0a528 04 010000 00000000")] // a flag of no version
    [InlineData("dcbdafcaeba0a528 02 010000 00000000")] // incomplete, but not the last
    [InlineData("dcbdafcaeba0a528 00 000000 00000000")] // empty, but not the last
    [InlineData("dcbdafcaeba0a528 01 f1ff03 00000000")] // longer than a block
    [InlineData("dcbdafcaeba0a528 01 010000 000000")] // cut
    public void What_is_no_block_header(string hex) =>
        BlockHeader.TryDecode(Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal)), out _).ShouldBeFalse();

    [Fact]
    public void Content_header_bytes()
    {
        const string hex = "63ee149fcdf29b0c bd8bf3f735279894 00112233445566778899aabbccddeeff 00f15365 00000000 34120000 07 000000";
        byte[] expected = Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal));
        // 6553F100h is 1,700,000,000.
        var header = new ContentHeader(ContentKind.Archive, new Guid("00112233-4455-6677-8899-aabbccddeeff"), 1_700_000_000, 0x1234, 7);
        var bytes = new byte[48];
        Array.Fill(bytes, (byte)0xEE);
        header.Encode(bytes);
        bytes.ShouldBe(expected);
        ContentHeader.TryDecode(expected, out ContentHeader decoded).ShouldBeTrue();
        decoded.ShouldBe(header);
    }

    [Fact]
    public void An_unknown_content_is_told_as_such()
    {
        byte[] bytes = TapeRig.Preamble("0000000000000001", "");
        ContentHeader.TryDecode(bytes, out ContentHeader header).ShouldBeTrue();
        header.Kind.ShouldBe(ContentKind.Unknown);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(65_537)]
    [InlineData(int.MinValue)]
    public void A_header_length_out_of_range_is_no_header(int length)
    {
        byte[] bytes = TapeRig.Preamble("bd8bf3f735279894", "");
        System.Buffers.Binary.BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(40), length);
        ContentHeader.TryDecode(bytes, out _).ShouldBeFalse();
    }

    [Fact]
    public void Decoding_never_throws_and_accepts_only_what_it_would_write()
    {
        byte[] block = TapeRig.Block(1, 1, [1, 2, 3]);
        byte[] content = TapeRig.Preamble("bd8bf3f735279894", "{}");
        Gen.Select(Gen.Int[0, 60], Gen.Int[0, 15], Gen.Byte).Sample((length, at, value) =>
        {
            byte[] b = block[..Math.Min(length, 16)];
            if (at < b.Length)
                b[at] = value;
            bool blockOk = true;
            if (BlockHeader.TryDecode(b, out BlockHeader header))
            {
                var again = new byte[16];
                header.Encode(again);
                blockOk = again.AsSpan().SequenceEqual(b);
            }

            byte[] c = content[..Math.Min(length, content.Length)];
            if (at * 3 < c.Length)
                c[at * 3] = value;
            ContentHeader.TryDecode(c, out ContentHeader found);
            return blockOk && found.HeaderLength is >= 0 and <= 65_536;
        }, iter: 20_000);
    }
}
