namespace Capstan.Tests;

/// <summary>What a piece of code allocates on the calling thread.</summary>
internal static class Allocation
{
    private const int MaxTries = 5;

    /// <summary>
    /// Bytes that <paramref name="run"/> allocates once it has run before: the fewest of a few tries. The runtime counts in pieces,
    /// and whatever it does on this thread meanwhile (a collection that another test's thread asks for, a method compiled anew)
    /// counts too, once; what the code itself allocates comes back in every try.
    /// </summary>
    internal static long Of(Action run)
    {
        run();
        long fewest = long.MaxValue;
        for (int i = 0; i < MaxTries && fewest != 0; i++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            run();
            fewest = Math.Min(fewest, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        return fewest;
    }
}
