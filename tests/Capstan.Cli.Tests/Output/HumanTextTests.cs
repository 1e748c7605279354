namespace Capstan.Cli.Tests.Output;

public class HumanTextTests
{
    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(1023, "1023 B")]
    [InlineData(1024, "1.0 KiB")]
    [InlineData(1_610_612_736, "1.5 GiB")]
    [InlineData(1_048_575, "1.0 MiB")]
    [InlineData(18_000_000_000_000, "16.4 TiB")]
    [InlineData(long.MaxValue, "8.0 EiB")]
    public void Sizes(long bytes, string text) => HumanText.Size(bytes).ShouldBe(text);

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
