namespace Capstan.Conformance.Ssc;

/// <summary>SPACE(16) (SSC-4 7.12).</summary>
public abstract class Space16Conformance(ITargetFixture fixture) : SpaceConformance(fixture)
{
    /// <inheritdoc/>
    protected override string Command => "Space16";

    /// <inheritdoc/>
    protected override string Clause => "SSC-4 7.12";

    [Fact]
    public void CountsBeyondTwentyFourBits() =>
        Check("SSC-4 7.12: COUNT has 64 bits; SPC-4 4.5.3: VALID is 0 where four bytes cannot hold the residue", device =>
            SpaceFrom(device, 4, 0, -0x1_0000_0001, "0/00/01 FM", 3));

    /// <inheritdoc/>
    protected override Reply Space(TargetDevice device, int code, long count)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.Send($"91 {code:X2} 0000 {count:X16} 00000000");
    }
}
