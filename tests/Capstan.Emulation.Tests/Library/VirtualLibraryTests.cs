using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Library;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Library;

public class VirtualLibraryTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly byte[] _sense = new byte[252];
    private readonly string _path;

    public VirtualLibraryTests()
    {
        _path = _directory.File("library");
        VirtualLibrary.Create(_path, new LibraryOptions { CartridgeCount = 3 });
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_new_library_has_its_first_cartridge_loaded()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path);
        library.LoadedCartridge.ShouldBe("CAP001L9");
        library.Drive.SerialNumber.Length.ShouldBe(10);
        IReadOnlyList<CartridgeListing> all = library.ListCartridges();
        all.Select(c => c.Barcode).ShouldBe(["CAP001L9", "CAP002L9", "CAP003L9"]);
        all.ShouldAllBe(c => c.CapacityBytes == 18_000_000_000_000 && c.UsedBytes == 0 && c.Fault == null && !c.IsWriteProtected);
        all.Single(c => c.IsInDrive).Barcode.ShouldBe("CAP001L9");
        Should.Throw<LibraryException>(() => VirtualLibrary.Open(_directory.File("nowhere"))).Message.ShouldContain("holds no virtual library");
    }

    [Fact]
    public void A_library_without_sync_stays_one_and_keeps_its_data()
    {
        using var disk = new TestDirectory(onDisk: true);
        string path = disk.File("scratch");
        VirtualLibrary.Create(path, new LibraryOptions { CartridgeCount = 1, IsSynchronous = false });
        byte[] block = CartridgeTesting.Block(5, 300_000);
        for (int round = 0; round < 2; round++)
        {
            using VirtualLibrary library = VirtualLibrary.Open(path);
            library.IsSynchronous.ShouldBeFalse();
            using IScsiTransport drive = library.OpenDrive();
            // The first answer of a drive that was switched on is its unit attention.
            drive.Execute(Cdb.Of(new TestUnitReady()), DataTransfer.None, _sense, TimeSpan.Zero);
            for (int i = 0; i < 20; i++)
                drive.Execute(Cdb.Of(new Write6(false, block.Length)), DataTransfer.ToDevice(block), _sense, TimeSpan.Zero).Status.ShouldBe(ScsiStatus.Good);
            drive.Execute(Cdb.Of(new WriteFilemarks6(1, Immediate: false)), DataTransfer.None, _sense, TimeSpan.Zero).Status.ShouldBe(ScsiStatus.Good);
        }
        using Cartridge cartridge = Cartridge.Open(System.IO.Path.Combine(path, "cartridges", "CAP001L9.cartridge"), isSynchronous: false);
        cartridge.EndOfData.ShouldBe(42);
        cartridge.DurableObjectCount.ShouldBe(42);
        var back = new byte[block.Length];
        cartridge.ReadBlock(40, back, out _).ShouldBe(ReadStatus.Block);
        back.ShouldBe(block);
    }

    [Fact]
    public void A_second_creation_is_refused() =>
        Should.Throw<LibraryException>(() => VirtualLibrary.Create(_path)).Message.ShouldContain("already");

    [Fact]
    public void The_next_process_goes_on_where_the_last_one_left_the_tape()
    {
        string serial;
        using (VirtualLibrary library = VirtualLibrary.Open(_path))
        using (IScsiTransport drive = library.OpenDrive())
        {
            serial = library.Drive.SerialNumber;
            // Power on.
            Send(drive, new TestUnitReady()).ShouldBe("06/29/00");
            Write(drive, 100, 1);
            Write(drive, 200, 2);
            Send(drive, new WriteFilemarks6(1, false)).ShouldBe("");
            Send(drive, new Locate10(1)).ShouldBe("");
            SendOut(drive, new ModeSelect6(12), Convert.FromHexString("000000080000000000000200")).ShouldBe("");
        }
        using (IScsiTransport drive = VirtualLibrary.OpenDrive(_path, "virtual:test"))
        {
            Send(drive, new TestUnitReady()).ShouldBe("");
            Position(drive).ShouldBe(1ul);
            drive.Name.ShouldBe("virtual:test");
            Span<byte> mode = stackalloc byte[12];
            drive.Execute(Cdb.Of(new ModeSense6(0, 0, false, PageControl.Current, 12)), DataTransfer.FromDevice(mode), _sense, TimeSpan.Zero);
            Convert.ToHexString(mode).ShouldBe("0B9800086000000000000200");
        }
        using VirtualLibrary again = VirtualLibrary.Open(_path);
        again.Drive.SerialNumber.ShouldBe(serial);
    }

    [Fact]
    public void After_a_process_that_died_the_drive_powers_on()
    {
        using (VirtualLibrary library = VirtualLibrary.Open(_path))
        {
            using IScsiTransport drive = library.OpenDrive();
            Send(drive, new TestUnitReady());
            Write(drive, 100, 1);
            Send(drive, new WriteFilemarks6(1, false)).ShouldBe("");
            Position(drive).ShouldBe(2ul);
            // What kill -9 leaves behind: the state that was stored while running.
            File.Copy(System.IO.Path.Combine(_path, "drive.json"), _directory.File("killed.json"));
        }
        File.Copy(_directory.File("killed.json"), System.IO.Path.Combine(_path, "drive.json"), overwrite: true);
        using VirtualLibrary next = VirtualLibrary.Open(_path);
        using IScsiTransport again = next.OpenDrive();
        Send(again, new TestUnitReady()).ShouldBe("06/29/00");
        Position(again).ShouldBe(0ul);
        Send(again, new Locate10(2)).ShouldBe("");
    }

    /// <summary>The file is not waited for: a power cut may leave it empty.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("{\"version\": 1, \"isCl")]
    public void A_torn_drive_state_costs_the_place_of_the_tape_and_not_the_library(string left)
    {
        VirtualLibrary.Open(_path).Dispose();
        File.WriteAllText(System.IO.Path.Combine(_path, "drive.json"), left);
        using VirtualLibrary library = VirtualLibrary.Open(_path);
        library.LoadedCartridge.ShouldBeNull();
        library.InsertCartridge("CAP001L9");
        using IScsiTransport drive = library.OpenDrive();
        Send(drive, new TestUnitReady()).ShouldBe("06/29/00");
        Send(drive, new TestUnitReady()).ShouldBe("");
    }

    /// <summary>As on a full disk: no new file can be made beside the old one.</summary>
    [Fact]
    public void Where_the_drive_state_cannot_be_replaced_it_is_overwritten()
    {
        VirtualLibrary.Open(_path).Dispose();
        File.CreateSymbolicLink(System.IO.Path.Combine(_path, "drive.json.new"), System.IO.Path.Combine(_path, "missing", "file"));
        using (VirtualLibrary library = VirtualLibrary.Open(_path))
        using (IScsiTransport drive = library.OpenDrive())
        {
            while (Send(drive, new TestUnitReady()) != "")
                ;
            Write(drive, 100, 1);
        }
        using VirtualLibrary next = VirtualLibrary.Open(_path);
        using IScsiTransport again = next.OpenDrive();
        Send(again, new TestUnitReady()).ShouldBe("");
        Position(again).ShouldBe(1ul);
    }

    [Fact]
    public void Only_one_process_has_it_and_the_other_hears_which()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path);
        var busy = Should.Throw<ScsiTransportException>(() => VirtualLibrary.Open(_path));
        busy.Fault.ShouldBe(TransportFault.Busy);
        busy.Message.ShouldContain($"process {Environment.ProcessId}");
        using IScsiTransport drive = library.OpenDrive();
        Should.Throw<ScsiTransportException>(() => library.OpenDrive()).Fault.ShouldBe(TransportFault.Busy);
    }

    [Fact]
    public void Cartridges_are_exchanged_when_the_drive_let_go()
    {
        using (VirtualLibrary library = VirtualLibrary.Open(_path))
        {
            using IScsiTransport drive = library.OpenDrive();
            Send(drive, new TestUnitReady());
            Write(drive, 100, 1);
            Should.Throw<LibraryException>(() => library.InsertCartridge("CAP002L9")).Message.ShouldContain("holds CAP001L9");
            Send(drive, new LoadUnload(Load: false)).ShouldBe("");
            library.EjectedCartridge.ShouldBe("CAP001L9");
            library.LoadedCartridge.ShouldBeNull();
            Should.Throw<LibraryException>(() => library.InsertCartridge("CAP009L9"));
            Should.Throw<LibraryException>(() => library.InsertCartridge("../library"));
            library.InsertCartridge("CAP002L9");
            Send(drive, new TestUnitReady()).ShouldBe("06/28/00");
            Send(drive, new TestUnitReady()).ShouldBe("");
            SendIn(drive, new Read6(false, false, 100), 100).ShouldBe("08/00/05");
        }
        using VirtualLibrary next = VirtualLibrary.Open(_path);
        next.LoadedCartridge.ShouldBe("CAP002L9");
        next.EjectedCartridge.ShouldBeNull();
        next.ListCartridges()[0].UsedBytes.ShouldBe(164);
    }

    [Fact]
    public void An_ejected_cartridge_stays_in_the_slot_and_can_be_loaded_by_the_next_process()
    {
        using (IScsiTransport drive = VirtualLibrary.OpenDrive(_path, "a"))
        {
            Send(drive, new TestUnitReady());
            Send(drive, new LoadUnload(Load: false)).ShouldBe("");
        }
        using IScsiTransport next = VirtualLibrary.OpenDrive(_path, "b");
        Send(next, new TestUnitReady()).ShouldBe("02/3A/00");
        Send(next, new LoadUnload(Load: true)).ShouldBe("");
        Send(next, new TestUnitReady()).ShouldBe("06/28/00");
        Send(next, new TestUnitReady()).ShouldBe("");
    }

    [Fact]
    public void Write_protection_is_set_in_the_drive_and_on_the_shelf()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path);
        using IScsiTransport drive = library.OpenDrive();
        Send(drive, new TestUnitReady());
        library.SetWriteProtect("CAP001L9", true);
        library.SetWriteProtect("CAP003L9", true);
        library.ListCartridges().Select(c => c.IsWriteProtected).ShouldBe([true, false, true]);
        Send(drive, new WriteFilemarks6(1, false)).ShouldBe("07/27/00");
        library.SetWriteProtect("CAP001L9", false);
        Send(drive, new WriteFilemarks6(1, false)).ShouldBe("");
    }

    [Fact]
    public void A_damaged_cartridge_in_the_drive_leaves_the_library_usable()
    {
        string cartridge = System.IO.Path.Combine(_path, "cartridges", "CAP001L9.cartridge");
        File.WriteAllText(cartridge, "nonsense");
        using VirtualLibrary library = VirtualLibrary.Open(_path);
        library.Diagnosis.ShouldBe($"{cartridge}: not a cartridge file");
        library.ListCartridges()[0].Fault.ShouldBe($"{cartridge}: not a cartridge file");
        using IScsiTransport drive = library.OpenDrive();
        Send(drive, new TestUnitReady()).ShouldBe("06/29/00");
        Send(drive, new TestUnitReady()).ShouldBe("03/31/00");
        Send(drive, new LoadUnload(Load: false)).ShouldBe("");
        library.InsertCartridge("CAP002L9");
        Send(drive, new TestUnitReady()).ShouldBe("06/28/00");
        Send(drive, new TestUnitReady()).ShouldBe("");
    }

    [Fact]
    public void A_discarding_tape_leaves_the_cartridges_as_they_were()
    {
        using (VirtualLibrary library = VirtualLibrary.Open(_path))
        {
            using (IScsiTransport drive = library.OpenDrive())
            {
                Send(drive, new TestUnitReady()).ShouldBe("06/29/00");
                Write(drive, 1000, 1);
            }
            library.InsertDiscardingTape();
            using IScsiTransport other = library.OpenDrive();
            Send(other, new TestUnitReady()).ShouldBe("06/28/00");
            Write(other, 2000, 2);
            Write(other, 2000, 3);
            Position(other).ShouldBe(2ul);
        }
        using VirtualLibrary again = VirtualLibrary.Open(_path);
        again.LoadedCartridge.ShouldBe("CAP001L9");
        again.ListCartridges()[0].UsedBytes.ShouldBe(1000 + Cartridge.RecordOverheadBytes);
        using IScsiTransport back = again.OpenDrive();
        Position(back).ShouldBe(0ul);
    }

    [Fact]
    public void A_stacker_goes_on_to_the_next_cartridge_and_stops_behind_the_last()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path);
        using IScsiTransport drive = library.OpenDrive();
        library.InsertNextCartridge().ShouldBeFalse();
        foreach (string barcode in (string[])["CAP002L9", "CAP003L9"])
        {
            Send(drive, new TestUnitReady());
            Send(drive, new LoadUnload(Load: false)).ShouldBe("");
            library.InsertNextCartridge().ShouldBeTrue();
            library.LoadedCartridge.ShouldBe(barcode);
            Send(drive, new TestUnitReady()).ShouldStartWith("06/2");
        }
        Send(drive, new LoadUnload(Load: false)).ShouldBe("");
        library.InsertNextCartridge().ShouldBeFalse();
        library.EjectedCartridge.ShouldBe("CAP003L9");
    }

    [Fact]
    public void A_drive_that_is_served_is_not_opened_beside()
    {
        using VirtualLibrary library = VirtualLibrary.Open(_path);
        _ = library.BeginServing();
        Should.Throw<ScsiTransportException>(() => library.OpenDrive()).Fault.ShouldBe(TransportFault.Busy);
        Should.Throw<ScsiTransportException>(() => library.BeginServing()).Fault.ShouldBe(TransportFault.Busy);
        library.EndServing();
        library.OpenDrive().Dispose();
    }

    private void Write(IScsiTransport drive, int length, int seed) =>
        SendOut(drive, new Write6(false, length), CartridgeTesting.Block(seed, length)).ShouldBe("");

    private ulong Position(IScsiTransport drive)
    {
        var data = new byte[32];
        drive.Execute(Cdb.Of(new ReadPosition(PositionForm.Long)), DataTransfer.FromDevice(data), _sense, TimeSpan.Zero).Status.ShouldBe(ScsiStatus.Good);
        LongPosition.TryDecode(data, out LongPosition position).ShouldBeTrue();
        return position.LogicalObject;
    }

    private string Send<TCommand>(IScsiTransport drive, in TCommand command) where TCommand : struct, IScsiCommand<TCommand> =>
        Text(drive.Execute(Cdb.Of(command), DataTransfer.None, _sense, TimeSpan.Zero));

    private string SendOut<TCommand>(IScsiTransport drive, in TCommand command, byte[] data) where TCommand : struct, IScsiCommand<TCommand> =>
        Text(drive.Execute(Cdb.Of(command), DataTransfer.ToDevice(data), _sense, TimeSpan.Zero));

    private string SendIn<TCommand>(IScsiTransport drive, in TCommand command, int length) where TCommand : struct, IScsiCommand<TCommand> =>
        Text(drive.Execute(Cdb.Of(command), DataTransfer.FromDevice(new byte[length]), _sense, TimeSpan.Zero));

    private string Text(ScsiCompletion completion) =>
        completion.Status == ScsiStatus.Good ? "" : $"{_sense[2] & 0x0F:X2}/{_sense[12]:X2}/{_sense[13]:X2}";
}
