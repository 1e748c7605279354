using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Ssc;

/// <summary>What a Set Data Encryption page may hold, and how long it holds.</summary>
public sealed partial class EncryptionTests
{
    // Byte 15 of the sense: SKSV, parameter list, bit pointer; then the byte in error.
    [Theory]
    [InlineData("scope", "8F 0004")]
    [InlineData("encryption", "80 0006")]
    [InlineData("decryption", "80 0007")]
    [InlineData("index", "80 0008")]
    [InlineData("no key", "80 0012")]
    [InlineData("short key", "80 0012")]
    [InlineData("rdmc", "8D 0005")]
    [InlineData("sdk", "8B 0005")]
    [InlineData("ckorp", "89 0005")]
    [InlineData("ckorl", "88 0005")]
    [InlineData("long u-kad", "80 0036")]
    [InlineData("nonce", "80 0034")]
    [InlineData("order", "80 0039")]
    [InlineData("cut kad", "80 0034")]
    [InlineData("reserved", "80 000B")]
    public void Bad_parameters_are_pointed_at(string what, string pointer)
    {
        string page = what switch
        {
            "scope" => Page(scope: 0x60),
            "encryption" => Page(encryption: 3),
            "decryption" => Page(decryption: 4),
            "index" => Page(index: 0),
            "no key" => Page(hasKey: false),
            "short key" => "0010 0020 40 40 02 02 01 00 00 00000000000000 0010 00112233445566778899AABBCCDDEEFF".Replace(" ", "", StringComparison.Ordinal),
            "rdmc" => Page(flags: 0x50),
            "sdk" => Page(flags: 0x48),
            "ckorp" => Page(flags: 0x42),
            "ckorl" => Page(flags: 0x41),
            "long u-kad" => Page(kads: "00000021" + new string('4', 66)),
            "nonce" => Page(kads: "0200000C" + new string('4', 24)),
            "order" => Page(kads: "0100000155" + "0000000155"),
            "cut kad" => Page(kads: "000000055555"),
            _ => Page().Remove(22, 2).Insert(22, "01"),
        };
        ShouldRefuse(page, $"70 00 05 00000000 0A 00000000 2600 00 {pointer}");
        ReadStatus().KeyInstanceCounter.ShouldBe(0u);
    }

    [Fact]
    public void A_list_of_the_wrong_length_is_one() =>
        _drive.Check("B5 20 0010 0000 00000014 0000", "70 00 05 00000000 0A 00000000 1A00 00 000000", Convert.FromHexString("00100011" + new string('0', 32)));

    [Fact]
    public void The_key_goes_with_the_volume_when_it_should()
    {
        Set(Page(flags: 0x44));
        _drive.Good("1B 00 0000 00 00");
        ReadStatus().Encryption.ShouldBe(EncryptionMode.Disable);
        _drive.Good("1B 00 0000 01 00");
        _drive.Send("00 00 000000 00");
        Set(Page(flags: 0x40));
        _drive.Good("1B 00 0000 00 00");
        ReadStatus().Encryption.ShouldBe(EncryptionMode.Encrypt);
        // Without a volume there is nothing to go with.
        ShouldRefuse(Page(flags: 0x44), "70 00 05 00000000 0A 00000000 2600 00 8A 0005");
    }

    [Fact]
    public void A_reset_takes_the_key()
    {
        Set(Page());
        _drive.Unit.Reset();
        _drive.Check("00 00 000000 00", "70 00 06 00000000 0A 00000000 2903 00 000000");
        ReadStatus().Encryption.ShouldBe(EncryptionMode.Disable);
    }

    [Fact]
    public void Another_nexus_that_changes_the_parameters_is_told_of()
    {
        Set(Page());
        SetDataEncryption.TryDecode(Convert.FromHexString(Page(key: 0x77)), out SetDataEncryption other, out _).ShouldBeTrue();
        _drive.Unit.SetEncryption(nexus: 1, other);
        _drive.Check("00 00 000000 00", "70 00 06 00000000 0A 00000000 2A11 00 000000");
        ReadStatus().KeyInstanceCounter.ShouldBe(2u);
    }

    [Fact]
    public void Parameters_of_a_nexus_stay_its_own()
    {
        Set(Page(scope: 0x20));
        SetDataEncryption.TryDecode(Convert.FromHexString(Page(key: 0x77)), out SetDataEncryption other, out _).ShouldBeTrue();
        _drive.Unit.SetEncryption(nexus: 1, other);
        ReadStatus().ShouldSatisfyAllConditions(page => page.NexusScope.ShouldBe(EncryptionScope.Local), page => page.KeyInstanceCounter.ShouldBe(1u));
        // PUBLIC: from now on what is for all nexuses.
        Set(Page(scope: 0x00, hasKey: false));
        ReadStatus().ShouldSatisfyAllConditions(page => page.NexusScope.ShouldBe(EncryptionScope.AllNexuses), page => page.KeyInstanceCounter.ShouldBe(2u));
    }

    [Fact]
    public void A_locked_nexus_does_nothing_under_a_key_of_somebody_else()
    {
        Set(Page(scope: 0x41));
        SetDataEncryption.TryDecode(Convert.FromHexString(Page(key: 0x77)), out SetDataEncryption other, out _).ShouldBeTrue();
        _drive.Unit.SetEncryption(nexus: 1, other);
        _drive.Send("00 00 000000 00");
        _drive.Check("0A 00 000064 00", "70 00 07 00000000 0A 00000000 2A13 00 000000", new byte[100]);
        Set(Page());
        _drive.WriteBlock(new byte[100]);
    }
}
