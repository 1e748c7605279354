using System.Diagnostics;
using Capstan.Backup.Tests.Archive;
using Capstan.Emulation.Cartridges;
using Capstan.Operations;
using Capstan.Operations.Erasing;
using Capstan.Operations.Tests;

namespace Capstan.Simulation.Tests;

/// <summary>
/// The built program, killed with SIGKILL at seeded moments of `drive format --partitions` and `drive erase`. After each the cartridge opens, every
/// partition is as it was before or as it is to be, and the library takes the next backup.
/// </summary>
/// <remarks>CAPSTAN_TEST_FORMAT_KILLS sets how many (default 24), CAPSTAN_TEST_SEED the seed.</remarks>
public sealed class KilledFormatTests(ITestOutputHelper output)
{
    private static readonly Consent Yes = new(true, null, null, null);

    /// <summary>What is waited for before the program is killed; a random time later.</summary>
    private enum Moment
    {
        Time,

        /// <summary>The file of a new partition is there.</summary>
        PartitionFile,

        /// <summary>Something was written to the file of the first partition.</summary>
        Written,

        /// <summary>A file of an old partition is gone.</summary>
        OldFileGone,
    }

    [Fact]
    public void A_tape_is_as_it_was_or_as_it_is_to_be()
    {
        int kills = Setting("CAPSTAN_TEST_FORMAT_KILLS", 24);
        int seed = Setting("CAPSTAN_TEST_SEED", 20261124);
        output.WriteLine($"{kills} kills, seed {seed} (CAPSTAN_TEST_SEED)");
        var random = new Random(seed);
        int before = 0, after = 0, between = 0;
        for (int kill = 0; kill < kills; kill++)
        {
            int partitions = 1 + random.Next(3);
            bool isErase = random.Next(3) == 0;
            int wanted = isErase ? partitions : 1 + random.Next(4);
            var moment = (Moment)random.Next(4);
            if (moment == Moment.PartitionFile && (isErase || wanted == 1) || moment == Moment.OldFileGone && (isErase || partitions == 1))
                moment = Moment.Written;
            TimeSpan later = moment == Moment.Time ? TimeSpan.FromMilliseconds(random.Next(0, 500)) : TimeSpan.FromMicroseconds(random.Next(4) == 0 ? random.Next(20_000) : random.Next(1_500));
            string what = $"kill {kill} of seed {seed}: {(isErase ? "erase" : $"format --partitions {wanted}")} of {partitions} partitions, {later.TotalMilliseconds} ms after {moment}";
            switch (Kill(isErase, partitions, wanted, moment, later, what))
            {
                case Found.AsBefore:
                    before++;
                    break;
                case Found.AsWanted:
                    after++;
                    break;
                default:
                    between++;
                    break;
            }
        }

        output.WriteLine($"{before} as before, {after} as wanted, {between} with some partitions erased");
        // A run that always came too early, or too late, would prove nothing.
        before.ShouldBeGreaterThan(kills / 10);
        after.ShouldBeGreaterThan(kills / 10);
    }

    private enum Found
    {
        AsBefore,
        AsWanted,

        /// <summary>Erasing goes partition by partition.</summary>
        Between,
    }

    private static Found Kill(bool isErase, int partitions, int wanted, Moment moment, TimeSpan later, string what)
    {
        using var rig = new Rig();
        if (partitions > 1)
            FormatOperation.Run(rig.Context, new FormatRequest(null, partitions, [], false, Waits: false, Yes), CancellationToken.None);
        string tree = Tree(rig, "tree", 3);
        AwaitDrive(rig);
        string id = rig.Backup(tree).Backup.Id;
        long[] ends = FillOthers(rig);
        long formats = FormatCount(rig);

        string[] arguments = isErase ? ["drive", "erase", "--yes"] : ["drive", "format", "--partitions", $"{wanted}", "--yes"];
        using (Process process = KilledProgram.Start(rig.Context.Home, [.. arguments, "--quiet", "--device", "virtual:test"]))
            KilledProgram.KillWhen(process, Trigger(rig, moment, later));

        Found found = Look(rig, isErase, partitions, wanted, ends, formats, what, out bool isFirstWhole);
        if (isFirstWhole)
        {
            CatalogOperations.List(rig.Context).ShouldContain(backup => backup.Id == id && backup.State == "complete", what);
            rig.ShouldRestore(id, tree);
        }

        string next = Tree(rig, "next", 5);
        string appended = rig.Backup(next).Backup.Id;
        rig.ShouldRestore(appended, next);
        if (isFirstWhole)
            rig.ShouldRestore(id, tree);
        using var cartridge = Cartridge.Open(rig.CartridgePath);
        cartridge.Damage.ShouldBeNull(what);
        return found;
    }

    /// <summary>Opens the cartridge as the next process does, and tells what was found.</summary>
    private static Found Look(Rig rig, bool isErase, int partitions, int wanted, long[] ends, long formats, string what, out bool isFirstWhole)
    {
        using (var cartridge = Cartridge.Open(rig.CartridgePath))
        {
            cartridge.Damage.ShouldBeNull(what);
            int count = cartridge.PartitionCount;
            string[] others = [.. OtherFiles(rig).Where(static file => !file.EndsWith(".index", StringComparison.Ordinal))];
            others.Length.ShouldBe(count - 1, $"{what}: {string.Join(", ", others)}");
            bool isFormatted = cartridge.FormatCount != formats;
            count.ShouldBe(isFormatted ? wanted : partitions, what);
            long[] now = [.. Enumerable.Range(0, count).Select(number => cartridge.GetPartition(number).EndOfData)];
            if (isFormatted)
            {
                now.ShouldAllBe(static end => end == 0, what);
                isFirstWhole = false;
                return Found.AsWanted;
            }

            isFirstWhole = now[0] == ends[0];
            for (int number = 1; number < count; number++)
            {
                if (now[number] == ends[number])
                    Content(cartridge.GetPartition(number)).ShouldBe(Bytes(number), what);
            }

            if (now.SequenceEqual(ends))
                return Found.AsBefore;
            // An erase, which begins with the last partition; and a format that is none, for it makes one partition of one.
            (isErase || (wanted == 1 && partitions == 1)).ShouldBeTrue(what);
            int whole = now.Zip(ends).TakeWhile(static pair => pair.First == pair.Second).Count();
            now[whole..].ShouldAllBe(static end => end == 0, what);
            return whole == 0 ? Found.AsWanted : Found.Between;
        }
    }

    private static Func<TimeSpan, bool> Trigger(Rig rig, Moment moment, TimeSpan later)
    {
        string[] old = OtherFiles(rig);
        // Not opened: a lock of ours would be in the program's way.
        DateTime written = File.GetLastWriteTimeUtc(rig.CartridgePath);
        long seen = 0;
        return elapsed =>
        {
            if (seen > 0)
                return Stopwatch.GetElapsedTime(seen) >= later;
            bool isNow = moment switch
            {
                Moment.Time => true,
                Moment.PartitionFile => OtherFiles(rig).Except(old).Any(),
                Moment.OldFileGone => !Array.TrueForAll(old, File.Exists),
                _ => File.GetLastWriteTimeUtc(rig.CartridgePath) != written,
            };
            if (isNow)
                seen = Stopwatch.GetTimestamp();
            return false;
        };
    }

    private static string[] OtherFiles(Rig rig) =>
        Directory.GetFiles(Path.GetDirectoryName(rig.CartridgePath)!, Path.GetFileName(rig.CartridgePath) + ".*.p*");

    /// <summary>A format that nobody waits for keeps the drive busy for a moment.</summary>
    private static void AwaitDrive(Rig rig)
    {
        using Drive.TapeDrive drive = Drive.TapeDrive.Open(Emulation.Library.VirtualLibrary.OpenDrive(rig.LibraryPath, "virtual:test"));
        drive.AwaitEnd(null, CancellationToken.None);
    }

    private static long FormatCount(Rig rig)
    {
        using var cartridge = Cartridge.Open(rig.CartridgePath);
        return cartridge.FormatCount;
    }

    /// <summary>Something in every other partition.</summary>
    /// <returns>Where data end in each.</returns>
    private static long[] FillOthers(Rig rig)
    {
        using var cartridge = Cartridge.Open(rig.CartridgePath);
        for (int number = 1; number < cartridge.PartitionCount; number++)
        {
            cartridge.GetPartition(number).Append(0, Bytes(number)).Status.ShouldBe(AppendStatus.Written);
            cartridge.GetPartition(number).Sync().ShouldBeTrue();
        }

        return [.. Enumerable.Range(0, cartridge.PartitionCount).Select(number => cartridge.GetPartition(number).EndOfData)];
    }

    private static byte[] Content(Cartridge partition)
    {
        byte[] content = new byte[10_000];
        partition.ReadBlock(0, content, out int length).ShouldBe(ReadStatus.Block);
        return content[..length];
    }

    private static byte[] Bytes(int seed)
    {
        byte[] bytes = new byte[1000 + seed];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    private static string Tree(Rig rig, string name, int seed)
    {
        string tree = rig.Tree(name);
        HardTree.Create(tree, seed);
        return tree;
    }

    private static int Setting(string name, int fallback) =>
        int.TryParse(Environment.GetEnvironmentVariable(name), out int value) ? value : fallback;
}
