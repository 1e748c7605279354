using Capstan.Emulation.Tests.Library.Soak;
using Capstan.Scsi;
using static Capstan.Emulation.Tests.Library.RobotProcesses;

namespace Capstan.Emulation.Tests.Library;

/// <summary>A process that moves cartridges dies in the middle of a move (SIGKILL), again and again.</summary>
public sealed class KilledMoveTests : IDisposable
{
    private static readonly int Kills = Setting("STEPS", 40);

    private readonly RobotProcesses _library = new();
    private readonly Random _random = new(Setting("SEED", 20261123));

    public void Dispose() => _library.Dispose();

    [Fact]
    public void Each_cartridge_is_in_one_place_with_its_data_and_the_next_move_works()
    {
        WriteLabels();
        int before = 0, after = 0;
        SortedDictionary<int, string> contents = Contents();
        for (int kill = 0; kill < Kills; kill++)
        {
            var child = new ChildHost(_library.Path);
            // Drives that the dying process has, with a tape in them, and drives that nobody has.
            foreach (int drive in Enumerable.Range(0, DriveCount).Where(_ => _random.Next(2) == 0))
                child.Open(drive);
            for (int whole = _random.Next(4); whole > 0; whole--)
            {
                byte[] done = SomeMove(contents, out SortedDictionary<int, string> then);
                child.Execute(ILibraryHost.Changer, done, [], 0).Text.ShouldBe("");
                contents = then;
            }
            byte[] cdb = SomeMove(contents, out SortedDictionary<int, string> expected);
            child.KillDuring(ILibraryHost.Changer, cdb, [], TimeSpan.FromMicroseconds(_random.Next(2) == 0 ? _random.Next(400) : _random.Next(4000)));
            SortedDictionary<int, string> found = Contents();
            bool isDone = found.SequenceEqual(expected);
            (isDone || found.SequenceEqual(contents)).ShouldBeTrue($"kill {kill}: {Text(contents)}, then {Convert.ToHexString(cdb)}: {Text(found)}");
            _ = isDone ? after++ : before++;
            contents = found;
            using var next = new LocalHost(_library.Path);
            byte[] again = SomeMove(contents, out contents);
            next.Execute(ILibraryHost.Changer, again, [], 0).Text.ShouldBe("", $"the move after kill {kill}");
            RobotProcesses.Contents(next).ShouldBe(contents);
        }
        TestContext.Current.TestOutputHelper?.WriteLine($"killed before {before} moves were done, and when {after} were");
        ReadLabels(contents);
    }

    /// <summary>MOVE MEDIUM to an empty element, or EXCHANGE MEDIUM of two cartridges, any of them loaded or not.</summary>
    private byte[] SomeMove(SortedDictionary<int, string> contents, out SortedDictionary<int, string> then)
    {
        int[] places = [.. Slots, .. Enumerable.Range(Drive1, DriveCount)];
        int source = contents.Keys.ElementAt(_random.Next(contents.Count));
        then = new(contents);
        if (_random.Next(4) == 0)
        {
            int other = contents.Keys.Where(one => one != source).ElementAt(_random.Next(contents.Count - 1));
            (then[source], then[other]) = (contents[other], contents[source]);
            return Bytes(new ExchangeMedium(0, (ushort)source, (ushort)other, (ushort)source));
        }
        int[] empty = [.. places.Where(place => !contents.ContainsKey(place))];
        // Half of them into drives.
        int[] drives = [.. empty.Where(static place => place >= Drive1 && place < Drive1 + DriveCount)];
        int destination = drives.Length > 0 && _random.Next(2) == 0 ? drives[_random.Next(drives.Length)] : empty[_random.Next(empty.Length)];
        then.Remove(source);
        then.Add(destination, contents[source]);
        return Bytes(new MoveMedium(0, (ushort)source, (ushort)destination));
    }

    private SortedDictionary<int, string> Contents()
    {
        using var host = new LocalHost(_library.Path);
        return RobotProcesses.Contents(host);
    }

    private void WriteLabels()
    {
        using var host = new LocalHost(_library.Path);
        host.Open(0);
        for (int cartridge = 0; cartridge < CartridgeCount; cartridge++)
        {
            Move(host, Slot1 + cartridge, Drive1).Text.ShouldBe("");
            Append(host, 0, BarcodeOf(cartridge), 0);
            Move(host, Drive1, Slot1 + cartridge).Text.ShouldBe("");
        }
    }

    private void ReadLabels(SortedDictionary<int, string> contents)
    {
        contents.Values.ShouldBe(Enumerable.Range(0, CartridgeCount).Select(BarcodeOf), ignoreOrder: true);
        using var host = new LocalHost(_library.Path);
        host.Open(0);
        if (contents.TryGetValue(Drive1, out string? there))
        {
            Verify(host, 0, there, 1);
            Move(host, Drive1, Slots.First(slot => !contents.ContainsKey(slot))).Text.ShouldBe("");
        }
        foreach ((int place, string barcode) in contents.Where(static one => one.Key != Drive1))
        {
            Move(host, place, Drive1).Text.ShouldBe("");
            Verify(host, 0, barcode, 1);
            Move(host, Drive1, place).Text.ShouldBe("");
        }
    }

    private static string Text(SortedDictionary<int, string> contents) => string.Join(' ', contents.Select(static one => $"{one.Key:X}:{one.Value}"));
}
