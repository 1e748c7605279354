using CsCheck;

namespace Capstan.Scsi.Tests;

/// <summary>SSC-4 8.2.3, 8.2.7 and annex A.</summary>
public class TapeAlertTests
{
    [Fact]
    public void All_64_flags_are_there_in_order_with_advice()
    {
        TapeAlertFlag.All.Count.ShouldBe(64);
        TapeAlertFlag.All.Select(flag => flag.Number).ShouldBe(Enumerable.Range(1, 64));
        TapeAlertFlag.All.ShouldAllBe(flag => flag.Name.Length > 0 && flag.Meaning.EndsWith('.') && flag.Advice.EndsWith('.'));
        TapeAlertFlag.All.Select(flag => flag.Name).Distinct().Count().ShouldBe(64);
    }

    // TapeAlert specification 3.0 (T10 02-142r0), table of flags: C critical, W warning, I information.
    [Theory]
    [InlineData(AlertSeverity.Critical, "4 5 6 9 13 14 16 20 22 23 30 31 33 38 40 41 43 44 45 52 53 54")]
    [InlineData(AlertSeverity.Warning, "1 2 3 7 8 15 17 18 21 24 25 26 27 28 29 32 34 35 36 37 39 42 46 50 51")]
    [InlineData(AlertSeverity.Information, "10 11 12 19")]
    public void Severities_are_those_of_the_specification(AlertSeverity severity, string flags)
    {
        foreach (string number in flags.Split(' '))
            TapeAlertFlag.Of(int.Parse(number, System.Globalization.CultureInfo.InvariantCulture)).Severity.ShouldBe(severity, number);
    }

    [Theory]
    // Flag 1 is the first bit of the first byte, flag 64 the last bit of the last one.
    [InlineData("12 00 00 0C 00 00 03 08 80 00 00 00 00 00 00 01", "1 64")]
    [InlineData("12 00 00 0C 00 00 03 08 00 80 10 00 00 00 00 00", "9 20")]
    // 2Eh: a parameter a flag; what is not there is not set.
    [InlineData("2E 00 00 0F 00 03 40 01 01 00 14 40 01 01 00 15 40 01 00", "3 20")]
    // A code that is no flag.
    [InlineData("2E 00 00 0A 00 41 40 01 01 00 40 40 01 01", "64")]
    public void Both_pages_give_the_flags(string hex, string expected)
    {
        LogPage.TryDecode(Hex.Bytes(hex), out LogPage page).ShouldBeTrue();
        TapeAlertSet.TryDecode(page, out TapeAlertSet set).ShouldBeTrue();
        string.Join(' ', set.Numbers()).ShouldBe(expected);
    }

    [Fact]
    public void Other_pages_give_none()
    {
        LogPage.TryDecode(Hex.Bytes("02 00 00 08 00 00 60 04 00 00 00 01"), out LogPage page).ShouldBeTrue();
        TapeAlertSet.TryDecode(page, out _).ShouldBeFalse();
    }

    [Fact]
    public void A_bitmap_survives_the_wire() => Gen.ULong.Sample(bits =>
    {
        byte[] bitmap = new byte[8];
        new TapeAlertSet(bits).WriteBitmap(bitmap);
        return TapeAlertSet.OfBitmap(bitmap).Bits == bits;
    });
}
