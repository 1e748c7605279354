using System.Globalization;

namespace Capstan.Emulation.Tests.Library.Soak;

/// <summary>
/// One library of four drives, 20 slots and two mail slots, worked by two processes at once: random moves, loads, writes, reads, ejects,
/// cartridges put in and taken out by hand, and processes that are killed, between two commands or in the middle of one. Beside it an
/// exact model; after each step inventory and drives are compared with it, as both processes see them through CDBs.
/// </summary>
/// <remarks>CAPSTAN_TEST_STEPS sets how many (default 10,000), CAPSTAN_TEST_SEED the seed.</remarks>
public sealed class LibrarySoakTests(ITestOutputHelper output)
{
    [Fact]
    public void A_library_is_what_its_model_says()
    {
        int seed = Setting("CAPSTAN_TEST_SEED", 20261125);
        int steps = Setting("CAPSTAN_TEST_STEPS", 10_000);
        output.WriteLine($"{steps} steps, seed {seed} (CAPSTAN_TEST_STEPS, CAPSTAN_TEST_SEED)");
        using var run = new SoakRun(seed);
        for (int step = 0; step < steps; step++)
        {
            try
            {
                run.Step();
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"step {step} of seed {seed}: {e.Message}\nthe last steps were\n{run.History}", e);
            }
        }
        run.VerifyEverything();
        output.WriteLine(run.Counts);
        // A run in which nothing happened would prove nothing.
        if (steps >= 1000)
            run.Rarest.ShouldBeGreaterThan(0, run.Counts);
    }

    private static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : usual;
}
