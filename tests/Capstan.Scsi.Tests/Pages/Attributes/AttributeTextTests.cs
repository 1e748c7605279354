using System.Text;

namespace Capstan.Scsi.Tests;

public class AttributeTextTests
{
    [Theory]
    [InlineData(0x00, "4D7573696B2020200000", "Musik")]
    [InlineData(0x81, "4DC3BC6C6C2020", "Müll")]
    [InlineData(0x81, "4DC3BC6C6C00416C74", "Müll")]
    [InlineData(0x01, "4DFC6C6C20", "Müll")]
    [InlineData(0x05, "BCD8E0", "Мир")]
    [InlineData(0x07, "C1E2", "Αβ")]
    [InlineData(0x80, "004D00FC006C006C00200000", "Müll")]
    [InlineData(0x00, "4DFF0A", @"M\xff\x0a")]
    [InlineData(0x81, "1B5B324A", @"\x1b[2J")]
    [InlineData(0x7F, "4142", "AB")]
    [InlineData(0x00, "4DC3BC6C6C", "Müll")]
    [InlineData(0x0A, "4142", "AB")]
    public void Text_in_every_code(byte localization, string hex, string text) => AttributeText.Decode(Hex.Bytes(hex), localization).ShouldBe(text);

    [Theory]
    [InlineData("AB", 0x00, 2, "4142")]
    [InlineData("AB", 0x00, 1, null)]
    [InlineData("Ü", 0x00, 8, null)]
    [InlineData("Ü", 0x01, 8, "DC")]
    [InlineData("Ü", 0x81, 2, "C39C")]
    [InlineData("Ü", 0x81, 1, null)]
    [InlineData("\ud800", 0x81, 8, null)]
    [InlineData("Ü", 0x05, 8, null)]
    public void Text_into_a_field(string text, byte localization, int length, string? hex) =>
        AttributeText.Encode(text, localization, length).ShouldBe(hex is null ? null : Hex.Bytes(hex));

    [Theory]
    [InlineData(0x0406, "20240131", "2024-01-31")]
    [InlineData(0x0406, "20241331", "20241331")]
    [InlineData(0x0804, "202401312359", "2024-01-31 23:59")]
    [InlineData(0x0804, "never       ", "never")]
    public void Dates(ushort id, string ascii, string text) =>
        AttributeText.Describe(id, Encoding.ASCII.GetBytes(ascii), AttributeFormat.Ascii, 0).ShouldBe(text);

    [Theory]
    [InlineData(0x0002, "8000000000000001", "1, 64")]
    [InlineData(0x0224, "FFFFFFFFFFFFFFFF", "none")]
    [InlineData(0x0224, "0000000000000010", "16")]
    [InlineData(0x0408, "01", "cleaning")]
    [InlineData(0x0408, "80", "write once (WORM)")]
    [InlineData(0x0408, "33", "33h")]
    [InlineData(0x0409, "0032", "50")]
    [InlineData(0x040B, "5E60", "5Eh 60h")]
    [InlineData(0x0805, "81", "UTF-8")]
    [InlineData(0x0805, "05", "ISO 8859-5")]
    [InlineData(0x0805, "70", "70h")]
    [InlineData(0x1623, "01", "locked")]
    [InlineData(0x1623, "03", "permanently locked")]
    [InlineData(0x1000, "0102", "0102")]
    [InlineData(0x0003, "010203040506070809", "010203040506070809")]
    [InlineData(0x1400, "DEAD", "dead")]
    public void Numbers(ushort id, string hex, string text) => AttributeText.Describe(id, Hex.Bytes(hex), AttributeFormat.Binary, 0).ShouldBe(text);

    /// <summary>LTFS Format Specification 2.4, annex "Volume Coherency Information": 70 bytes, version 1 of LTFS's own part.</summary>
    private const string LtfsCoherency =
        "08" + "0000000000000025" + "0000000000000002" + "0000000000000005" + "002B"
        + "4C54465300" + "34653166343261362D303763652D346539372D626364312D39633338316234663163353200" + "01";

    [Fact]
    public void Coherency_of_LTFS()
    {
        VolumeCoherency.TryDecode(Hex.Bytes(LtfsCoherency), out VolumeCoherency coherency).ShouldBeTrue();
        coherency.Reference.ShouldBe(0x25UL);
        coherency.Count.ShouldBe(2UL);
        coherency.SetIdentifier.ShouldBe(5UL);
        coherency.LtfsUuid.ShouldBe("4e1f42a6-07ce-4e97-bcd1-9c381b4f1c52");
        coherency.LtfsVersion.ShouldBe((byte)1);
        AttributeText.Describe(0x080C, Hex.Bytes(LtfsCoherency), AttributeFormat.Binary, 0)
            .ShouldBe("LTFS volume 4e1f42a6-07ce-4e97-bcd1-9c381b4f1c52, count 2, set 5, volume change reference 0000000000000025h");
    }

    [Fact]
    public void Coherency_of_others()
    {
        VolumeCoherency.TryDecode(Hex.Bytes("04000000210000000000000007000000000000000900021234"), out VolumeCoherency coherency).ShouldBeTrue();
        coherency.Reference.ShouldBe(0x21UL);
        coherency.LtfsUuid.ShouldBeNull();
        coherency.ApplicationInformation.ShouldBe([0x12, 0x34]);
        VolumeCoherency.TryDecode(Hex.Bytes("04000000210000000000000007000000000000000900031234"), out _).ShouldBeFalse();
        VolumeCoherency.TryDecode(Hex.Bytes("FF000000210000000000000007000000000000000900021234"), out _).ShouldBeFalse();
    }

    [Fact]
    public void A_device_at_load_survives_the_wire()
    {
        byte[] value = Encoding.ASCII.GetBytes("IBM     10WT012345".PadRight(40));
        DeviceAtLoad.TryDecode(value, out DeviceAtLoad device).ShouldBeTrue();
        device.ShouldBe(new DeviceAtLoad("IBM", "10WT012345"));
        byte[] written = new byte[40];
        device.WriteTo(written);
        written.ShouldBe(value);
        DeviceAtLoad.TryDecode(new byte[40], out _).ShouldBeFalse();
    }

    /// <summary>SPC-4 tables 443 and 444: fifteen counters of 6 and of 4 bytes.</summary>
    [Theory]
    [InlineData(0x0340, 6)]
    [InlineData(0x0341, 4)]
    public void Usage_history(ushort id, int width)
    {
        byte[] value = new byte[15 * width];
        for (int i = 0; i < 15; i++) value[((i + 1) * width) - 1] = (byte)(i + 1);
        AttributeText.Describe(id, value, AttributeFormat.Binary, 0).ShouldBe(
            "this load 1 MiB written (2 retries), 3 read (4); load before 5 (6), 7 (8); since format 9 (10), 11 (12); 13 loads, 14 changes of partition, 15 initialisations");
        AttributeText.Describe(id, value.AsSpan(1), AttributeFormat.Binary, 0).ShouldBe(Convert.ToHexStringLower(value.AsSpan(1)));
    }

    [Fact]
    public void Identifiers_of_36_characters()
    {
        byte[] guid = Encoding.ASCII.GetBytes("4e1f42a6-07ce-4e97-bcd1-9c381b4f1c52");
        AttributeText.Describe(0x0820, guid, AttributeFormat.Binary, 0).ShouldBe("4e1f42a6-07ce-4e97-bcd1-9c381b4f1c52");
        AttributeText.Describe(0x0820, [1, 2], AttributeFormat.Binary, 0).ShouldBe("0102");
        AttributeText.Describe(0x0225, Hex.Bytes("FFFFFFFFFFFFFFFE"), AttributeFormat.Binary, 0).ShouldBe("unknown");
    }
}
