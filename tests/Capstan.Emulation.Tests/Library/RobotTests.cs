using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Ssc;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;
using Capstan.Transport;
using CsCheck;

namespace Capstan.Emulation.Tests.Library;

/// <summary>What the robot does to slots and drives, from one process and from another.</summary>
public sealed class RobotTests : IDisposable
{
    private const int Slot1 = 0x1000, Slot2 = 0x1001, Slot4 = 0x1003, Mail = 0x10, Drive1 = 0x100, Drive2 = 0x101;

    private readonly TestDirectory _directory = new();
    private readonly byte[] _sense = new byte[252];
    private readonly string _path;

    public RobotTests()
    {
        _path = _directory.File("library");
        VirtualLibrary.Create(_path, new LibraryOptions
        {
            CartridgeCount = 3,
            Changer = VirtualChangerModel.Find("ibm-ts3200"),
            StorageElements = 4,
            ImportExportElements = 1,
            MoreDrives = [VirtualDriveModel.Default],
            CapacityBytes = 50_000_000,
        });
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_new_library_has_its_cartridges_in_slots()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path, drive: null);
        Contents(library).ShouldBe($"{Slot1}:CAP001L9 {Slot2}:CAP002L9 {Slot2 + 1}:CAP003L9");
        library.LoadedIn(0).ShouldBeNull();
        library.LoadedIn(1).ShouldBeNull();
    }

    /// <summary>By these pages a program finds the drive in the library without asking the changer (SSC-4 8.5.5, 8.5.6).</summary>
    [Fact]
    public void A_drive_says_which_changer_serves_it_and_where()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path, drive: null);
        using IScsiTransport drive = library.OpenDrive(drive: 1);
        Page(0xB3).ShouldBe("01B3000A" + Convert.ToHexString(System.Text.Encoding.ASCII.GetBytes(library.ChangerIdentity!.SerialNumber)));
        Page(0xB4).ShouldBe("01B400020101");

        string Page(byte page)
        {
            var answer = new byte[64];
            ScsiCompletion completion = drive.Execute(Cdb.Of(new Inquiry(page, 64)), DataTransfer.FromDevice(answer), _sense, TimeSpan.Zero);
            completion.Status.ShouldBe(ScsiStatus.Good);
            return Convert.ToHexString(answer, 0, 64 - (completion.Residual ?? 0));
        }
    }

    [Fact]
    public void A_cartridge_goes_through_a_drive_and_keeps_what_was_written()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path, drive: null);
        using IScsiTransport drive = library.OpenDrive(drive: 1);
        Drain(drive);
        Send(drive, new TestUnitReady()).ShouldBe("2/3A/00");
        library.Move(Slot2, Drive2).ShouldBeNull();
        Send(drive, new TestUnitReady()).ShouldBe("6/28/00");
        Send(drive, new TestUnitReady()).ShouldBe("");
        library.LoadedIn(1).ShouldBe("CAP002L9");
        Write(drive, 300, 2);
        library.Move(Drive2, Slot4).ShouldBeNull();
        Send(drive, new TestUnitReady()).ShouldBe("2/3A/00");
        Send(drive, new LoadUnload(Load: true)).ShouldBe("2/3A/00");
        library.Move(Slot4, Drive1).ShouldBeNull();
        using IScsiTransport other = library.OpenDrive();
        Drain(other);
        Read(other, 300).ShouldBe(300);
        Contents(library).ShouldBe($"{Drive1}:CAP002L9<{Slot4} {Slot1}:CAP001L9 {Slot2 + 1}:CAP003L9");
    }

    [Fact]
    public void What_cannot_be_moved_stays_where_it_is()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path, drive: null);
        string before = Contents(library);
        Text(library.Move(Slot4, Mail)).ShouldBe("5/3B/0E");
        Text(library.Move(Slot1, Slot2)).ShouldBe("5/3B/0D");
        Text(library.Move(Slot1, 0x1004)).ShouldBe("5/21/01");
        Text(library.Move(1, Slot4)).ShouldBe("5/21/01");
        Text(library.Exchange(Slot1, Slot4, Mail)).ShouldBe("5/3B/0E");
        Text(library.Exchange(Slot1, Slot2, Slot2 + 1)).ShouldBe("5/3B/0D");
        Contents(library).ShouldBe(before);
        library.Exchange(Slot1, Slot2, Slot1).ShouldBeNull();
        Contents(library).ShouldBe($"{Slot1}:CAP002L9<{Slot2} {Slot2}:CAP001L9<{Slot1} {Slot2 + 1}:CAP003L9");
    }

    [Fact]
    public void A_drive_that_prevents_removal_keeps_its_cartridge()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path, drive: null);
        using IScsiTransport drive = library.OpenDrive();
        library.Move(Slot1, Drive1).ShouldBeNull();
        Drain(drive);
        Send(drive, new PreventAllowMediumRemoval(Prevent: true)).ShouldBe("");
        Text(library.Move(Drive1, Slot1)).ShouldBe("5/53/02");
        library.LoadedIn(0).ShouldBe("CAP001L9");
        Send(drive, new PreventAllowMediumRemoval(Prevent: false)).ShouldBe("");
        library.Move(Drive1, Slot1).ShouldBeNull();
    }

    [Fact]
    public void Two_processes_share_the_robot_but_not_a_tape_in_use()
    {
        using VirtualLibrary one = VirtualLibrary.Open(_path, drive: null);
        using VirtualLibrary two = VirtualLibrary.Open(_path, drive: null);
        using IScsiTransport drive = one.OpenDrive();
        Should.Throw<ScsiTransportException>(() => two.OpenDrive()).Fault.ShouldBe(TransportFault.Busy);
        Drain(drive);
        // The other one brings a tape into the drive of the first.
        two.Move(Slot1, Drive1).ShouldBeNull();
        Send(drive, new TestUnitReady()).ShouldBe("6/28/00");
        Write(drive, 500, 3);
        Text(two.Move(Drive1, Slot1)).ShouldBe("5/53/02");
        // Pushed out, it may be taken, and used in another drive at once.
        Send(drive, new LoadUnload(Load: false)).ShouldBe("");
        two.Move(Drive1, Drive2).ShouldBeNull();
        using (IScsiTransport other = two.OpenDrive(drive: 1))
        {
            Drain(other);
            Read(other, 500).ShouldBe(500);
            Send(other, new LoadUnload(Load: false)).ShouldBe("");
        }
        Send(drive, new LoadUnload(Load: true)).ShouldBe("2/3A/00");
        // Nobody has the second drive any more: the robot has it unloaded.
        one.Move(Drive2, Mail).ShouldBeNull();
        one.TakeOut(Mail).ShouldBe("CAP001L9");
        two.PutIn("CAP001L9", Slot4);
        Contents(one).ShouldBe(Contents(two));
        Contents(one).ShouldBe($"{Slot2}:CAP002L9 {Slot2 + 1}:CAP003L9 {Slot4}:CAP001L9");
    }

    [Fact]
    public void A_loaded_tape_of_a_drive_that_nobody_has_is_unloaded_for_the_robot()
    {
        using (VirtualLibrary library = VirtualLibrary.Open(_path, drive: null))
        {
            library.Move(Slot1, Drive1).ShouldBeNull();
            using IScsiTransport drive = library.OpenDrive();
            Drain(drive);
            Write(drive, 700, 1);
        }
        using VirtualLibrary next = VirtualLibrary.Open(_path, drive: null);
        next.Move(Drive1, Slot1).ShouldBeNull();
        next.Move(Slot1, Drive2).ShouldBeNull();
        using IScsiTransport second = next.OpenDrive(drive: 1);
        Drain(second);
        Read(second, 700).ShouldBe(700);
    }

    [Fact]
    public void An_ejected_tape_waits_for_the_next_process()
    {
        using (VirtualLibrary library = VirtualLibrary.Open(_path, drive: null))
        {
            library.Move(Slot1, Drive1).ShouldBeNull();
            using IScsiTransport drive = library.OpenDrive();
            Drain(drive);
            Send(drive, new LoadUnload(Load: false)).ShouldBe("");
        }
        using VirtualLibrary next = VirtualLibrary.Open(_path);
        next.EjectedCartridge.ShouldBe("CAP001L9");
        using IScsiTransport again = next.OpenDrive();
        Send(again, new LoadUnload(Load: true)).ShouldBe("");
        next.LoadedCartridge.ShouldBe("CAP001L9");
    }

    [Fact]
    public void A_tape_that_went_away_and_came_back_is_threaded_again()
    {
        using VirtualLibrary one = VirtualLibrary.Open(_path, drive: null);
        using VirtualLibrary two = VirtualLibrary.Open(_path, drive: null);
        one.Move(Slot1, Drive1).ShouldBeNull();
        using (IScsiTransport drive = one.OpenDrive())
        {
            Drain(drive);
            Send(drive, new LoadUnload(Load: false)).ShouldBe("");
            // No command in between: the drive does not see the empty element.
            two.Move(Drive1, Slot4).ShouldBeNull();
            two.Move(Slot4, Drive1).ShouldBeNull();
            two.StateOf(0).ShouldBe(MediumState.Loaded);
            Send(drive, new TestUnitReady()).ShouldBe("6/28/00");
            Send(drive, new TestUnitReady()).ShouldBe("");
        }
        one.Dispose();
        // The same when no process has the drive.
        two.Move(Drive1, Slot4).ShouldBeNull();
        two.Move(Slot4, Drive1).ShouldBeNull();
        two.LoadedIn(0).ShouldBe("CAP001L9");
    }

    /// <summary>Any sequence of moves by two processes, against a dictionary.</summary>
    [Fact]
    public void Moves_agree_with_a_model()
    {
        int[] places = [Slot1, Slot2, Slot2 + 1, Slot4, Mail, Drive1, Drive2];
        Gen.Select(Gen.Int[0, 1], Gen.Int[0, places.Length - 1], Gen.Int[0, places.Length - 1], Gen.Int[0, places.Length]).Array[1, 60].Sample(steps =>
        {
            using var directory = new TestDirectory();
            string path = directory.File("library");
            VirtualLibrary.Create(path, new LibraryOptions
            {
                CartridgeCount = 3, Changer = VirtualChangerModel.Find("ibm-ts3200"), StorageElements = 4, ImportExportElements = 1,
                MoreDrives = [VirtualDriveModel.Default], CapacityBytes = 50_000_000, IsSynchronous = false,
            });
            var model = new Dictionary<int, string> { [Slot1] = "CAP001L9", [Slot2] = "CAP002L9", [Slot2 + 1] = "CAP003L9" };
            using VirtualLibrary one = VirtualLibrary.Open(path, drive: null);
            using VirtualLibrary two = VirtualLibrary.Open(path, drive: null);
            foreach ((int who, int from, int to, int third) in steps)
            {
                VirtualLibrary library = who == 0 ? one : two;
                int source = places[from], destination = places[to];
                if (third == places.Length)
                {
                    bool isDone = library.Move(source, destination) is null;
                    isDone.ShouldBe(model.ContainsKey(source) && (source == destination || !model.ContainsKey(destination)));
                    if (isDone && source != destination)
                    {
                        model[destination] = model[source];
                        model.Remove(source);
                    }
                }
                else
                {
                    int last = places[third];
                    bool isDone = library.Exchange(source, destination, last) is null;
                    bool isPossible = source != destination && last != destination && model.ContainsKey(source) && model.ContainsKey(destination)
                        && (last == source || !model.ContainsKey(last));
                    isDone.ShouldBe(isPossible);
                    if (isDone)
                    {
                        (string moved, string displaced) = (model[source], model[destination]);
                        model.Remove(source);
                        model[destination] = moved;
                        model[last] = displaced;
                    }
                }
                foreach (VirtualLibrary view in new[] { one, two })
                {
                    using Inventory.Access inventory = view.EnterInventory();
                    inventory.Elements.ToDictionary(e => e.Key, e => e.Value.Barcode).ShouldBe(model, ignoreOrder: true);
                }
            }
        }, iter: 60);
    }

    /// <summary>The drive has had no command since another process brought the cartridge: the robot asks for what is there, not for what was.</summary>
    [Fact]
    public void A_robot_takes_what_another_process_brought_to_a_drive_that_has_not_looked()
    {
        using VirtualLibrary one = VirtualLibrary.Open(_path, drive: null);
        using VirtualLibrary two = VirtualLibrary.Open(_path, drive: null);
        using IScsiTransport mine = one.OpenDrive();
        Drain(mine);
        two.Move(Slot1, Drive1).ShouldBeNull();
        one.Exchange(Drive1, Slot2, Drive1).ShouldBeNull();
        one.StateOf(0).ShouldBe(MediumState.Loaded);
        Drain(mine);
        Text(two.Move(Drive1, Slot4)).ShouldBe("5/53/02");
        Contents(one).ShouldBe($"{Drive1}:CAP002L9<{Slot2} {Slot2}:CAP001L9<{Slot1} {Slot2 + 1}:CAP003L9");
    }

    /// <summary>What the robot cannot finish it does not begin: the first drive keeps its tape when the second one keeps its own.</summary>
    [Fact]
    public void An_exchange_that_one_drive_refuses_leaves_the_other_one_as_it_is()
    {
        using VirtualLibrary one = VirtualLibrary.Open(_path, drive: null);
        using VirtualLibrary two = VirtualLibrary.Open(_path, drive: null);
        using IScsiTransport mine = one.OpenDrive();
        using IScsiTransport theirs = two.OpenDrive(drive: 1);
        two.Move(Slot1, Drive1).ShouldBeNull();
        one.Move(Slot2, Drive2).ShouldBeNull();
        Drain(theirs);
        Text(one.Exchange(Drive1, Drive2, Drive1)).ShouldBe("5/53/02");
        foreach (VirtualLibrary view in new[] { one, two })
        {
            view.StateOf(0).ShouldBe(MediumState.Loaded);
            view.StateOf(1).ShouldBe(MediumState.Loaded);
        }
        Drain(mine);
        Send(mine, new TestUnitReady()).ShouldBe("");
        Send(theirs, new PreventAllowMediumRemoval(Prevent: true)).ShouldBe("");
        // Nobody has the first drive any more; it stays as it was too, position and all.
        Write(mine, 100, 2);
        mine.Dispose();
        Text(two.Exchange(Drive1, Drive2, Drive1)).ShouldBe("5/53/02");
        one.StateOf(0).ShouldBe(MediumState.Loaded);
    }

    private static string Contents(VirtualLibrary library)
    {
        using Inventory.Access inventory = library.EnterInventory();
        return string.Join(' ', inventory.Elements.Select(e => $"{e.Key}:{e.Value.Barcode}{(e.Value.Source is { } source ? $"<{source}" : "")}"));
    }

    private static string Text(SenseData? sense) => sense is { } data ? $"{(int)data.Key:X}/{data.Code.Asc:X2}/{data.Code.Ascq:X2}" : "";

    private void Drain(IScsiTransport drive)
    {
        while (Send(drive, new TestUnitReady()).StartsWith("6/", StringComparison.Ordinal))
        {
        }
    }

    private string Send<T>(IScsiTransport drive, T command) where T : struct, IScsiCommand<T>
    {
        ScsiCompletion completion = drive.Execute(Cdb.Of(command), DataTransfer.None, _sense, TimeSpan.Zero);
        if (completion.Status == ScsiStatus.Good)
            return "";
        SenseData.TryDecode(_sense.AsSpan(0, completion.SenseLength), out SenseData sense).ShouldBeTrue();
        return Text(sense);
    }

    private void Write(IScsiTransport drive, int length, int count)
    {
        for (int i = 0; i < count; i++)
            drive.Execute(Cdb.Of(new Write6(false, length)), DataTransfer.ToDevice(new byte[length]), _sense, TimeSpan.Zero).Status.ShouldBe(ScsiStatus.Good);
    }

    private int Read(IScsiTransport drive, int length)
    {
        var block = new byte[length];
        ScsiCompletion completion = drive.Execute(Cdb.Of(new Read6(false, false, length)), DataTransfer.FromDevice(block), _sense, TimeSpan.Zero);
        completion.Status.ShouldBe(ScsiStatus.Good);
        return length - (completion.Residual ?? 0);
    }
}
