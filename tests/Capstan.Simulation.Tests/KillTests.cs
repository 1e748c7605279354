using System.Diagnostics;
using Capstan.Backup.Tests.Archive;
using Capstan.Operations;
using Capstan.Operations.Tests;

namespace Capstan.Simulation.Tests;

/// <summary>
/// The built program, killed with SIGKILL at seeded moments of a backup. After each: what had been acknowledged restores
/// byte-exact, the catalog agrees with the tape, and the next backup appends.
/// </summary>
/// <remarks>CAPSTAN_TEST_KILLS sets how many (default 200), CAPSTAN_TEST_SEED the seed.</remarks>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int SegmentLength = 25;

    [Fact]
    public void Nothing_acknowledged_is_lost_when_the_program_is_killed()
    {
        int kills = Setting("CAPSTAN_TEST_KILLS", 200);
        int seed = Setting("CAPSTAN_TEST_SEED", 20261122);
        output.WriteLine($"{kills} kills, seed {seed} (CAPSTAN_TEST_SEED)");
        var random = new Random(seed);
        var ends = new Tally();
        for (int done = 0; done < kills; done += SegmentLength)
            Segment(random, Math.Min(SegmentLength, kills - done), ends);

        output.WriteLine(ends.ToString());
        // A run in which the program was always too quick, or always killed before it began, would prove nothing.
        ends.InTheMiddle.ShouldBeGreaterThan(kills / 4);
    }

    /// <summary>One library with a series of kills, and at its end a look at everything on the tape.</summary>
    private static void Segment(Random random, int kills, Tally ends)
    {
        using var rig = new Rig();
        string tree = rig.Tree("tree");
        Fill(tree, random, 120);
        var kept = new Dictionary<string, string> { [rig.Backup(tree).Backup.Id] = Snapshot(rig, tree) };
        // Killed between the last filemark and the catalog: the next look at the tape finds it whole.
        var doubtful = new Dictionary<string, string>();
        for (int i = 0; i < kills; i++)
        {
            File.WriteAllBytes(Path.Combine(tree, $"changing{i % 3}"), Bytes(random, random.Next(1, 400_000)));
            string plan = KillOnce(rig, tree, random, ends);
            string note = $"after kill {i} ({plan})";

            Agrees(rig, kept, doubtful, tree, note);
            string id = rig.Backup(tree).Backup.Id;
            kept[id] = Snapshot(rig, tree);
            Restores(rig, id, kept[id], note);
            Restores(rig, kept.Keys.ElementAt(random.Next(kept.Count)), null, note, kept);
        }

        foreach ((string id, string copy) in kept)
            Restores(rig, id, copy, "at the end");
        string before = Listing(rig);
        File.Delete(rig.Context.CatalogPath);
        CatalogOperations.Rebuild(rig.Context, null, CancellationToken.None);
        Listing(rig).ShouldBe(before, "a catalog made from the tape alone lists the same backups");
    }

    /// <summary>
    /// Every backup that was acknowledged is in the catalog as complete. The killed one is there as interrupted or not at all,
    /// unless it had come to its end on the tape: then it is complete, now or after the next append, and has to restore.
    /// </summary>
    private static void Agrees(Rig rig, Dictionary<string, string> kept, Dictionary<string, string> doubtful, string tree, string note)
    {
        HashSet<string> listed = [];
        foreach (BackupSummary backup in CatalogOperations.List(rig.Context))
        {
            listed.Add(backup.Id);
            if (kept.ContainsKey(backup.Id))
            {
                backup.State.ShouldBe("complete", note);
                continue;
            }

            backup.State.ShouldBeOneOf(["interrupted", "complete"], note);
            if (!doubtful.TryGetValue(backup.Id, out string? copy))
                doubtful[backup.Id] = copy = Snapshot(rig, tree);
            if (backup.State == "complete")
                kept[backup.Id] = copy;
        }

        kept.Keys.ShouldAllBe(id => listed.Contains(id), note);
    }

    private static string Listing(Rig rig) => string.Join('\n', CatalogOperations.List(rig.Context)
        .Where(backup => backup.State == "complete")
        .Select(backup => $"{backup.Uuid} {backup.Files} {backup.ContentBytes} {backup.ArchiveBytes}").Order(StringComparer.Ordinal));

    private static void Restores(Rig rig, string id, string? copy, string note, Dictionary<string, string>? kept = null)
    {
        string target = rig.NewPath("out");
        RestoreReport report = rig.Restore(id, target);
        report.Problems.ShouldBeEmpty(note);
        TreeComparer.Compare(copy ?? kept![id], Directory.GetDirectories(target + Path.GetDirectoryName(rig.Tree("tree")))[0]).ShouldBeEmpty(note);
        Posix.Run("rm", "-rf", target);
    }

    /// <summary>A copy to compare with later, with times and links.</summary>
    private static string Snapshot(Rig rig, string tree)
    {
        string copy = rig.NewPath("copy-" + Guid.NewGuid().ToString("N"));
        Posix.Run("cp", "-a", tree, copy);
        return copy;
    }

    /// <summary>Starts a backup and kills it after a time, or when the cartridge has grown by a number of bytes.</summary>
    private static string KillOnce(Rig rig, string tree, Random random, Tally ends)
    {
        bool byBytes = random.Next(3) > 0;
        long growth = random.NextInt64(0, 5 << 20);
        int milliseconds = random.Next(0, 600);
        string plan = byBytes ? $"at {growth} bytes" : $"at {milliseconds} ms";
        long start = new FileInfo(rig.CartridgePath).Length;

        using Process process = KilledProgram.Start(rig.Context.Home, "backup", tree, "--quiet", "--device", "virtual:test");
        var watch = Stopwatch.StartNew();
        while (!process.HasExited && watch.ElapsedMilliseconds < 60_000)
        {
            long grownSoFar = byBytes ? new FileInfo(rig.CartridgePath).Length - start : 0;
            if (byBytes ? grownSoFar >= growth : watch.ElapsedMilliseconds >= milliseconds)
                break;
            // Bytes come quickly once they come. Before that the program starts, and shall have the processor.
            if (grownSoFar > 0)
                Thread.SpinWait(200);
            else
                Thread.Sleep(1);
        }

        bool ended = process.HasExited;
        process.Kill();
        process.WaitForExit();
        long grown = new FileInfo(rig.CartridgePath).Length - start;
        ends.Count(ended, grown > 0);
        return $"{plan}, {grown} bytes were written, {(ended ? "it had ended" : "killed")}";
    }

    private static void Fill(string tree, Random random, int files)
    {
        for (int i = 0; i < files; i++)
        {
            string directory = Directory.CreateDirectory(Path.Combine(tree, $"d{i % 10}")).FullName;
            File.WriteAllBytes(Path.Combine(directory, $"f{i}"), Bytes(random, random.Next(0, i % 20 == 0 ? 400_000 : 20_000)));
        }
    }

    private static byte[] Bytes(Random random, int length)
    {
        byte[] bytes = new byte[length];
        random.NextBytes(bytes);
        return bytes;
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : fallback;

    private sealed class Tally
    {
        private int _ended, _beforeWriting;

        public int InTheMiddle { get; private set; }

        public void Count(bool ended, bool wrote)
        {
            if (ended)
                _ended++;
            else if (wrote)
                InTheMiddle++;
            else
                _beforeWriting++;
        }

        public override string ToString() => $"killed while writing {InTheMiddle}, before writing {_beforeWriting}, after the end {_ended}";
    }
}
