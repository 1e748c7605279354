namespace Capstan.Conformance.Loopback;

/// <summary>docs/targets.md shows what was measured last, of every target.</summary>
public sealed class PageTests
{
    [Fact]
    public void ThePageOfTargetsIsCurrent()
    {
        if (Measured.IsRegenerating)
            Measured.WritePage();
        Measured.CurrentPage().ShouldBe(Measured.Page(), "run the checks of any target with CAPSTAN_REGENERATE=1, and commit docs/targets.md");
    }
}
