using System.Globalization;
using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Ssc;
using Capstan.Emulation.Tests.Library.Soak;
using Capstan.Scsi;

namespace Capstan.Emulation.Tests.Library;

/// <summary>A library of three drives that processes work, and what every cartridge has on its tape: its own label, block by block.</summary>
internal sealed class RobotProcesses : IDisposable
{
    internal const int Slot1 = 0x1000, SlotCount = 10, Mail1 = 0x10, MailCount = 2, Drive1 = 0x100, DriveCount = 3, CartridgeCount = 6;

    private readonly TestDirectory _directory = new();

    public RobotProcesses()
    {
        Path = _directory.File("library");
        VirtualLibrary.Create(Path, new LibraryOptions
        {
            CartridgeCount = CartridgeCount, Changer = VirtualChangerModel.Find("generic"), StorageElements = SlotCount, ImportExportElements = MailCount,
            MoreDrives = [.. Enumerable.Repeat(VirtualDriveModel.Default, DriveCount - 1)], CapacityBytes = 1_000_000, IsSynchronous = false,
        });
    }

    internal string Path { get; }

    internal static int[] Slots { get; } = [.. Enumerable.Range(Slot1, SlotCount), .. Enumerable.Range(Mail1, MailCount)];

    /// <summary>For longer runs: <c>CAPSTAN_TEST_SEED</c>, <c>CAPSTAN_TEST_STEPS</c>.</summary>
    internal static int Setting(string name, int usual) =>
        int.TryParse(Environment.GetEnvironmentVariable("CAPSTAN_TEST_" + name), NumberStyles.None, CultureInfo.InvariantCulture, out int value) ? value : usual;

    internal static string BarcodeOf(int cartridge) => $"CAP{cartridge + 1:D3}L9";

    public void Dispose() => _directory.Dispose();

    /// <summary>READ ELEMENT STATUS of everything: which element holds which cartridge, and which the hand.</summary>
    internal static SortedDictionary<int, string> Contents(ILibraryHost host)
    {
        Answer answer = Ask(host, ILibraryHost.Changer, new ReadElementStatus(ElementType.All, 0, ushort.MaxValue, 16384, VolumeTags: true), 16384);
        answer.Text.ShouldBe("");
        return new(ElementStatusData.Decode(answer.Data).Elements.Where(static element => element.IsFull)
            .ToDictionary(static element => (int)element.Address, static element => element.PrimaryVolumeTag?.Text ?? ""));
    }

    internal static Answer Move(ILibraryHost host, int source, int destination) =>
        Ask(host, ILibraryHost.Changer, new MoveMedium(0, (ushort)source, (ushort)destination));

    /// <summary>Adds a block to the tape in a drive that this process has open.</summary>
    internal static void Append(ILibraryHost host, int drive, string barcode, int number)
    {
        Settle(host, drive);
        Ask(host, drive, new Space6(SpaceCode.EndOfData, 0)).Text.ShouldBe("");
        byte[] block = Block(barcode, number);
        host.Execute(drive, Bytes(new Write6(false, block.Length)), block, 0).Text.ShouldBe("");
    }

    /// <summary>The tape has these blocks and no other.</summary>
    internal static void Verify(ILibraryHost host, int drive, string barcode, int blocks)
    {
        Settle(host, drive);
        Ask(host, drive, new Rewind()).Text.ShouldBe("");
        for (int number = 0; number < blocks; number++)
            Ask(host, drive, new Read6(false, false, 64), 64).Data.ShouldBe(Block(barcode, number), $"block {number} of {barcode}");
        Ask(host, drive, new Read6(false, false, 64), 64).Text.ShouldBe("8/00/05", $"{barcode} ends there");
    }

    /// <summary>Hears what waits to be told, of a loaded tape.</summary>
    internal static void Settle(ILibraryHost host, int drive)
    {
        string text;
        for (int tries = 0; (text = Ask(host, drive, new TestUnitReady()).Text) != "" && tries < 5; tries++)
            text.ShouldStartWith("6/");
        text.ShouldBe("");
    }

    internal static Answer Ask<T>(ILibraryHost host, int unit, T command, int dataInBytes = 0) where T : struct, IScsiCommand<T> =>
        host.Execute(unit, Bytes(command), [], dataInBytes);

    internal static byte[] Bytes<T>(T command) where T : struct, IScsiCommand<T> => Cdb.Of(command).Span.ToArray();

    private static byte[] Block(string barcode, int number) => System.Text.Encoding.ASCII.GetBytes($"{barcode} block {number:D6}");
}
