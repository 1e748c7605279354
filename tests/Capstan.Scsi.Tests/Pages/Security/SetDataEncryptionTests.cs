using System.Collections.Immutable;
using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>Expected bytes: what stenc sends (its own test of the page, tests/scsi.cpp), which follow SSC-4 8.5.3.2.</summary>
public class SetDataEncryptionTests
{
    private const string Key = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF";

    [Fact]
    public void Off() =>
        Encoded(new SetDataEncryption { Scope = EncryptionScope.AllNexuses, ExternalModeCheck = 1, AlgorithmIndex = 1 })
            .ShouldBe("00100010 40 40 00 00 01 00 00 00000000000000 0000".Replace(" ", "", StringComparison.Ordinal));

    [Fact]
    public void On_with_options() =>
        Encoded(new SetDataEncryption
        {
            Scope = EncryptionScope.AllNexuses, ExternalModeCheck = 1, RawMode = 2, ClearOnDemount = true, Encryption = EncryptionMode.Encrypt,
            Decryption = DecryptionMode.Decrypt, AlgorithmIndex = 1, KadFormat = 1, Key = Hex.Bytes(Key),
        }).ShouldBe($"00100030 40 64 02 02 01 00 01 00000000000000 0020 {Key}".Replace(" ", "", StringComparison.Ordinal));

    [Fact]
    public void With_a_key_name()
    {
        var descriptors = new byte[64];
        int length = KeyAssociatedData.Description("Hello world!").WriteTo(descriptors);
        Encoded(new SetDataEncryption
        {
            Scope = EncryptionScope.AllNexuses, ExternalModeCheck = 1, Encryption = EncryptionMode.Encrypt, Decryption = DecryptionMode.Decrypt,
            AlgorithmIndex = 1, KadFormat = 2, Key = Hex.Bytes(Key), Descriptors = descriptors.AsSpan(0, length),
        }).ShouldBe($"00100040 40 40 02 02 01 00 02 00000000000000 0020 {Key} 0000000C 48656C6C6F20776F726C6421".Replace(" ", "", StringComparison.Ordinal));
    }

    [Fact]
    public void Reads_what_stenc_sends()
    {
        byte[] list = Hex.Bytes($"00100040 41 67 02 03 01 00 02 00000000000000 0020 {Key} 0000000C 48656C6C6F20776F726C6421");
        SetDataEncryption.TryDecode(list, out SetDataEncryption page, out _).ShouldBeTrue();
        page.Scope.ShouldBe(EncryptionScope.AllNexuses);
        page.Lock.ShouldBeTrue();
        page.ExternalModeCheck.ShouldBe((byte)1);
        page.RawMode.ShouldBe((byte)2);
        page.ClearOnDemount.ShouldBeTrue();
        page.ClearOnPreempt.ShouldBeTrue();
        page.ClearOnReservationLoss.ShouldBeTrue();
        page.IsSupplemental.ShouldBeFalse();
        page.Encryption.ShouldBe(EncryptionMode.Encrypt);
        page.Decryption.ShouldBe(DecryptionMode.Mixed);
        page.NeedsKey.ShouldBeTrue();
        Convert.ToHexString(page.Key).ShouldBe(Key);
        KeyAssociatedData.TryReadAll(page.Descriptors, out ImmutableArray<KeyAssociatedData> descriptors).ShouldBeTrue();
        descriptors.ShouldHaveSingleItem().ToText().ShouldBe("Hello world!");
    }

    [Theory]
    [InlineData("00100010 40 40 00 00 01 00 00 01000000000000 0000", 11)] // a reserved byte
    [InlineData("00100010 40 40 00 00 01 00 00 00000000000080 0000", 17)]
    [InlineData("00110010 40 40 00 00 01 00 00 00000000000000 0000", 0)] // another page
    [InlineData("00100010 42 40 00 00 01 00 00 00000000000000 0000", 4)] // reserved bits
    public void Refuses_naming_the_byte(string list, int expected)
    {
        SetDataEncryption.TryDecode(Hex.Bytes(list), out _, out BitField? invalid).ShouldBeFalse();
        invalid!.Value.Byte.ShouldBe(expected);
    }

    [Theory]
    [InlineData("00100010 40 40 00 00 01 00 00 00000000000000")] // cut off
    [InlineData("00100011 40 40 00 00 01 00 00 00000000000000 0000")] // PAGE LENGTH says more
    [InlineData("00100010 40 40 02 02 01 00 00 00000000000000 0020")] // KEY LENGTH says more
    public void A_wrong_length_is_nobodys_field(string list)
    {
        SetDataEncryption.TryDecode(Hex.Bytes(list), out _, out BitField? invalid).ShouldBeFalse();
        invalid.ShouldBeNull();
    }

    [Fact]
    public void Its_text_holds_no_key()
    {
        SetDataEncryption.TryDecode(Hex.Bytes($"00100030 40 40 02 02 01 00 00 00000000000000 0020 {Key}"), out SetDataEncryption page, out _).ShouldBeTrue();
        page.ToString().ShouldNotContain("1122", Case.Insensitive);
    }

    [Fact]
    public void Total_over_bytes() =>
        Gen.Byte.Array[0, 120].Sample(bytes =>
        {
            if (bytes.Length > 4)
                (bytes[0], bytes[1], bytes[2], bytes[3]) = (0, 0x10, 0, (byte)(bytes.Length - 4));
            if (SetDataEncryption.TryDecode(bytes, out SetDataEncryption page, out _))
            {
                var again = new byte[page.Length];
                page.WriteTo(again).ShouldBe(bytes.Length);
                again.ShouldBe(bytes);
            }
        });

    private static string Encoded(SetDataEncryption page)
    {
        var data = new byte[page.Length];
        page.WriteTo(data).ShouldBe(data.Length);
        return Convert.ToHexString(data);
    }
}
