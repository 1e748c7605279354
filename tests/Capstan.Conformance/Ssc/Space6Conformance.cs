namespace Capstan.Conformance.Ssc;

/// <summary>SPACE(6) (SSC-4 6.6).</summary>
public abstract class Space6Conformance(ITargetFixture fixture) : SpaceConformance(fixture)
{
    /// <inheritdoc/>
    protected override string Command => "Space6";

    /// <inheritdoc/>
    protected override string Clause => "SSC-4 6.6";

    /// <inheritdoc/>
    protected override Reply Space(TargetDevice device, int code, long count)
    {
        ArgumentNullException.ThrowIfNull(device);
        return device.Space(code, (int)count);
    }
}
