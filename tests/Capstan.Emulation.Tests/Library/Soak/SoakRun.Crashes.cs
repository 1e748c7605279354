using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Library.Soak;

/// <summary>What can go wrong: a process that is killed between two commands, or in the middle of one, and all of them at once.</summary>
internal sealed partial class SoakRun
{
    /// <summary>Between two commands: all that was answered is so.</summary>
    private void Kill()
    {
        ((ChildHost)Host(There)).Kill();
        Killed();
    }

    /// <summary>In the middle of a command: it was carried out, or not, or, where it has parts, the first of them.</summary>
    private void KillInCommand()
    {
        var candidates = new List<LibraryModel> { _model.Clone() };
        LibraryModel after = _model.Clone();
        (int unit, byte[] cdb, byte[] data) = SomeCommand(after, candidates);
        candidates.Add(after);
        TimeSpan delay = TimeSpan.FromMicroseconds(_random.Next(3) == 0 ? _random.Next(3000) : _random.Next(300));
        Note($"  {Convert.ToHexString(cdb)} to {unit}, killed after {delay.TotalMicroseconds} µs");
        ((ChildHost)Host(There)).KillDuring(unit, cdb, data, delay);
        _hosts[There] = null;
        foreach (LibraryModel candidate in candidates)
            candidate.Leave(There, isKilled: true);
        string inventory = Inventory(Host(Here));
        _model = candidates.FirstOrDefault(candidate => candidate.Inventory() == inventory && HasTape(candidate, unit))
            ?? throw new InvalidOperationException($"the library is neither as before nor as after:\n{inventory}");
        string outcome = _model == candidates[0] ? "killed before it was done" : _model == after ? "killed when it was done" : "killed half way";
        _counts[outcome] = _counts.GetValueOrDefault(outcome) + 1;
    }

    /// <summary>A command for the process that will be killed; done to a model, and to copies of it half.</summary>
    private (int Unit, byte[] Cdb, byte[] Data) SomeCommand(LibraryModel after, List<LibraryModel> candidates)
    {
        int[] mine = [.. Enumerable.Range(0, DriveCount).Where(drive => _model.Drives[drive].Owner == There)];
        int choice = _random.Next(10);
        int drive = mine.Length == 0 ? -1 : mine[_random.Next(mine.Length)];
        if (drive >= 0)
        {
            Host(There).Open(drive);
            Settle(Host(There), drive, _model.Drives[drive].Medium);
        }
        if (drive >= 0 && choice < 4 && after.Drives[drive].Medium == MediumState.Loaded)
        {
            TapeObject written = SomeObject();
            LibraryModel cut = _model.Clone();
            if (after.Write(drive, written))
            {
                cut.TapeIn(drive).RemoveRange(cut.Drives[drive].Position, cut.TapeIn(drive).Count - cut.Drives[drive].Position);
                candidates.Add(cut);
            }
            return (drive, WriteOf(written), ContentOf(written));
        }
        if (drive >= 0 && choice < 6 && after.Drives[drive].Medium == MediumState.Loaded)
        {
            if (!after.Drives[drive].IsRemovalPrevented)
                after.Eject(drive);
            return (drive, Bytes(new LoadUnload(Load: false)), []);
        }
        if (drive >= 0 && choice < 7 && after.Drives[drive].Medium == MediumState.Ejected)
        {
            after.Drives[drive].Medium = MediumState.Loaded;
            return (drive, Bytes(new LoadUnload(Load: true)), []);
        }
        _ = Inventory(Host(There));
        int source = SomePlace(full: true), destination = SomePlace(full: false);
        _ = after.Transfer(There, source, destination, null, candidates.Add);
        return (ILibraryHost.Changer, Bytes(new MoveMedium(0, (ushort)source, (ushort)destination)), []);
    }

    /// <summary>Whether what is on the tape of the drive that the command went to is what a model says.</summary>
    private bool HasTape(LibraryModel candidate, int drive)
    {
        if (drive == ILibraryHost.Changer || candidate.Drives[drive].Medium != MediumState.Loaded)
            return true;
        ILibraryHost host = Host(Here);
        host.Open(drive);
        candidate.Drives[drive].Owner = Here;
        try
        {
            Settle(host, drive, MediumState.Loaded);
            List<TapeObject> tape = candidate.TapeIn(drive);
            host.Execute(drive, Bytes(new Rewind()), [], 0).Text.ShouldBe("");
            _ = ReadOn(host, drive, tape, 0, tape.Count + 1);
            candidate.Drives[drive].Position = tape.Count;
            return true;
        }
        catch (ShouldAssertException)
        {
            return false;
        }
    }

    /// <summary>All processes die at once: what is in the files now is all there is. They do not, so the files are copied.</summary>
    private void CrashImage()
    {
        string copy = _directory.File("crashed");
        Copy(_path, copy);
        LibraryModel model = _model.Clone();
        for (int host = 0; host < _hosts.Length; host++)
            model.Leave(host, isKilled: true);
        VerifyTapes(copy, model);
        Directory.Delete(copy, recursive: true);
    }

    private void Killed()
    {
        _hosts[There] = null;
        _model.Leave(There, isKilled: true);
    }

    /// <summary>Reads every cartridge of a library that nobody has open.</summary>
    private void VerifyTapes(string path, LibraryModel model)
    {
        using var host = new LocalHost(path);
        Inventory(host).ShouldBe(model.Inventory());
        for (int drive = 0; drive < DriveCount; drive++)
        {
            host.Open(drive);
            Settle(host, drive, model.Drives[drive].Medium);
            if (model.Drives[drive].Medium == MediumState.Loaded)
                Position(host, drive).ShouldBe(model.Drives[drive].Position);
            host.Execute(drive, Bytes(new PreventAllowMediumRemoval(false)), [], 0).Text.ShouldBe("");
            model.Drives[drive].IsRemovalPrevented = false;
        }
        foreach (string barcode in model.Shelf.ToArray())
        {
            int free = _places.First(place => !model.Elements.ContainsKey(place));
            host.PutIn(barcode, free);
            model.PutIn(barcode, free);
        }
        // The first drive is needed.
        if (model.Elements.ContainsKey(_map.FirstDrive))
            Carry(host, model, _map.FirstDrive, _places.First(place => !model.Elements.ContainsKey(place)));
        foreach ((int address, (string barcode, int? _)) in model.Elements.ToArray())
        {
            Carry(host, model, address, _map.FirstDrive);
            Settle(host, 0, MediumState.Loaded);
            _ = ReadOn(host, 0, model.Tapes[barcode], 0, model.Tapes[barcode].Count + 1);
            Carry(host, model, _map.FirstDrive, address);
        }
        Inventory(host).ShouldBe(model.Inventory());
    }

    private static void Carry(LocalHost host, LibraryModel model, int source, int destination)
    {
        model.Transfer(Here, source, destination, null).ShouldBeTrue();
        AskChanger(host, Bytes(new MoveMedium(0, (ushort)source, (ushort)destination))).Text.ShouldBe("");
    }

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (string file in Directory.GetFiles(from))
        {
            // Not File.Copy, which respects the locks of those who are to have died.
            HostFile.TryOpen(file, Interop.LibC.ReadOnly, out HostFile? source).ShouldBe(0);
            using HostFile opened = source!;
            opened.GetLength(out long length).ShouldBe(0);
            var bytes = new byte[length];
            opened.Read(bytes, 0, out _).ShouldBe(0);
            File.WriteAllBytes(Path.Combine(to, Path.GetFileName(file)), bytes);
        }
        foreach (string directory in Directory.GetDirectories(from))
            Copy(directory, Path.Combine(to, Path.GetFileName(directory)));
    }
}
