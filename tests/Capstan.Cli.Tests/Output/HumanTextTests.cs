namespace Capstan.Cli.Tests.Output;

public class HumanTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.0 kB")]
    [InlineData(1_610_612_736, "1.6 GB")]
    [InlineData(999_949, "999.9 kB")]
    [InlineData(999_950, "1.0 MB")]
    [InlineData(18_000_000_000_000, "18.0 TB")]
    [InlineData(long.MaxValue, "9.2 EB")]
    public void Sizes(long bytes, string text) => HumanText.Size(bytes).ShouldBe(text);

    [Theory]
    [InlineData(1, "1 B")]
    [InlineData(1000, "1000 B")]
    [InlineData(65_536, "64 KiB")]
    [InlineData(1_049_600, "1025 KiB")]
    [InlineData(8_388_608, "8 MiB")]
    [InlineData(16_777_215, "16777215 B")]
    public void Lengths_of_blocks(long bytes, string text) => HumanText.BlockLength(bytes).ShouldBe(text);

    [Theory]
    [InlineData("4096", 4096)]
    [InlineData("500M", 524_288_000)]
    [InlineData("1.5GiB", 1_610_612_736)]
    [InlineData("18TB", 18_000_000_000_000)]
    [InlineData("64 kib", 65_536)]
    [InlineData("7b", 7)]
    public void Sizes_that_are_understood(string text, long bytes)
    {
        HumanText.TryParseSize(text, out long parsed).ShouldBeTrue();
        parsed.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("0")]
    [InlineData("-5")]
    [InlineData("1.2.3")]
    [InlineData("5X")]
    [InlineData("5Mi")]
    [InlineData("99999999999P")]
    public void Sizes_that_are_not(string text) => HumanText.TryParseSize(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0.004, "0.00 s")]
    [InlineData(8.1, "8.10 s")]
    [InlineData(9.996, "10.0 s")]
    [InlineData(59.96, "1:00")]
    [InlineData(125, "2:05")]
    [InlineData(3725, "1:02:05")]
    [InlineData(400_000, "111:06:40")]
    [InlineData(double.NaN, "-")]
    public void Durations(double seconds, string text) => HumanText.Duration(seconds).ShouldBe(text);
}
