using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Tests.Library.Soak;
using Capstan.Transport;
using static Capstan.Emulation.Tests.Library.RobotProcesses;

namespace Capstan.Emulation.Tests.Library;

/// <summary>Cartridges come and go by hand: each whole or not at all, whoever dies or does the same meanwhile.</summary>
public sealed class ShelfTests : IDisposable
{
    private readonly TestDirectory _directory = new();
    private readonly string _path;

    public ShelfTests()
    {
        _path = _directory.File("library");
        VirtualLibrary.Create(_path, new LibraryOptions
        {
            CartridgeCount = 1, Changer = VirtualChangerModel.Find("generic"), StorageElements = 20, CapacityBytes = 1_000_000, IsSynchronous = false,
        });
    }

    public void Dispose() => _directory.Dispose();

    /// <summary>What a process leaves that dies while it makes or copies a cartridge is none, and does not get into the next one.</summary>
    [Fact]
    public void What_was_not_finished_is_no_cartridge_and_in_nobodys_way()
    {
        foreach (string left in new[] { "ABC001L9.cartridge.new", "ABC001L9.cartridge.new.index", "ABC001L9.cartridge.new-1-1", "ABC001L9.cartridge.2.1", "ABC001L9.cartridge.index" })
            File.WriteAllBytes(Path.Combine(_path, "cartridges", left), [1, 2, 3]);
        using VirtualLibrary library = VirtualLibrary.Open(_path, drive: null);
        library.ListCartridges().Select(static one => one.Barcode).ShouldBe(["CAP001L9"]);
        library.AddCartridge("ABC001L9");
        library.ListCartridges().Select(static one => $"{one.Barcode} {one.Fault}").ShouldBe(["ABC001L9 ", "CAP001L9 "]);
        Directory.GetFiles(Path.Combine(_path, "cartridges"), "ABC001L9.cartridge.*").Select(Path.GetFileName).ShouldBeSubsetOf(["ABC001L9.cartridge", "ABC001L9.cartridge.index"]);
        library.DeleteCartridge("ABC001L9");
        Directory.GetFiles(Path.Combine(_path, "cartridges"), "ABC*").ShouldBeEmpty();
    }

    [Fact]
    public async Task Many_are_made_at_once_and_of_one_label_there_is_one()
    {
        VirtualLibrary[] libraries = [.. Enumerable.Range(0, 8).Select(_ => VirtualLibrary.Open(_path, drive: null))];
        string[] results = await Task.WhenAll(libraries.Select((library, number) => Task.Run(
            () =>
            {
                library.InsertIntoSlot(Made(library, $"ABC00{number}L9"));
                try
                {
                    return Made(library, "SAME01L9");
                }
                catch (LibraryException)
                {
                    return "refused";
                }
            }, TestContext.Current.CancellationToken)));
        results.Count(static result => result == "SAME01L9").ShouldBe(1);
        libraries[0].ListCartridges().Where(static one => one.Fault is null).Select(static one => one.Barcode)
            .ShouldBe([.. Enumerable.Range(0, 8).Select(static number => $"ABC00{number}L9"), "CAP001L9", "SAME01L9"]);
        libraries[0].ListPlaces().Count(static place => place.Barcode?.StartsWith("ABC", StringComparison.Ordinal) == true).ShouldBe(8);
        Array.ForEach(libraries, static library => library.Dispose());

        static string Made(VirtualLibrary library, string barcode)
        {
            library.AddCartridge(barcode);
            return barcode;
        }
    }

    [Fact]
    public void An_imported_cartridge_has_what_was_on_it_and_a_second_one_of_its_label_is_refused()
    {
        string other = _directory.File("other");
        VirtualLibrary.Create(other, new LibraryOptions
        {
            CartridgeCount = 2, Changer = VirtualChangerModel.Find("generic"), StorageElements = 4, CapacityBytes = 1_000_000, IsSynchronous = false,
        });
        using (var host = new LocalHost(other))
        {
            host.Open(0);
            Move(host, Slot1 + 1, Drive1).Text.ShouldBe("");
            Append(host, 0, "CAP002L9", 0);
            Append(host, 0, "CAP002L9", 1);
            Move(host, Drive1, Slot1 + 1).Text.ShouldBe("");
        }
        string file = Path.Combine(other, "cartridges", "CAP002L9.cartridge");
        using (VirtualLibrary library = VirtualLibrary.Open(_path, drive: null))
        {
            library.ImportCartridge(file).ShouldBe("CAP002L9");
            Should.Throw<LibraryException>(() => library.ImportCartridge(file)).Message.ShouldContain("There is a cartridge CAP002L9");
            library.InsertIntoSlot("CAP002L9", 5);
            Directory.GetFiles(Path.Combine(_path, "cartridges"), "*.new*").ShouldBeEmpty();
        }
        using var here = new LocalHost(_path);
        here.Open(0);
        Move(here, Slot1 + 4, Drive1).Text.ShouldBe("");
        Verify(here, 0, "CAP002L9", 2);
    }

    /// <summary>An interrupted creation is done again; cartridges with data on them, whose library.json was lost, are left alone.</summary>
    [Fact]
    public void A_new_library_does_not_take_the_place_of_tapes_with_data()
    {
        File.Delete(Path.Combine(_path, "library.json"));
        var options = new LibraryOptions { CartridgeCount = 1, Changer = VirtualChangerModel.Find("generic"), StorageElements = 4, CapacityBytes = 1_000_000, IsSynchronous = false };
        File.WriteAllBytes(Path.Combine(_path, "cartridges", "ABC002L9.cartridge"), new byte[100]);
        VirtualLibrary.Create(_path, options);
        using (var host = new LocalHost(_path))
        {
            host.Open(0);
            Move(host, Slot1, Drive1).Text.ShouldBe("");
            Append(host, 0, "CAP001L9", 0);
            RobotProcesses.Contents(host).Values.ShouldBe(["CAP001L9"]);
        }
        File.Move(Path.Combine(_path, "library.json"), Path.Combine(_path, "kept"));
        Should.Throw<LibraryException>(() => VirtualLibrary.Create(_path, options)).Message.ShouldContain("CAP001L9.cartridge has data on it");
        File.Move(Path.Combine(_path, "kept"), Path.Combine(_path, "library.json"));
        using var again = new LocalHost(_path);
        again.Open(0);
        Verify(again, 0, "CAP001L9", 1);
    }

    /// <summary>The only drive of a library without a robot may take any cartridge at any moment: none is thrown away under it.</summary>
    [Fact]
    public void Nothing_is_thrown_away_while_another_process_has_the_only_drive()
    {
        string path = _directory.File("small");
        VirtualLibrary.Create(path, new LibraryOptions { CartridgeCount = 2, CapacityBytes = 1_000_000, IsSynchronous = false });
        using VirtualLibrary library = VirtualLibrary.Open(path, drive: null);
        using (VirtualLibrary.Open(path))
            Should.Throw<ScsiTransportException>(() => library.DeleteCartridge("CAP002L9")).Fault.ShouldBe(TransportFault.Busy);
        library.DeleteCartridge("CAP002L9");
        Should.Throw<LibraryException>(() => library.DeleteCartridge("CAP001L9")).Message.ShouldContain("take it out first");
    }
}
