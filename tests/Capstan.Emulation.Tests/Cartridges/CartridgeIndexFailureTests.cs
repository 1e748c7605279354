using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Tests.Cartridges;

/// <summary>A page of the index is damaged, and the host refuses what making it anew takes: the tape itself must not suffer for it.</summary>
public sealed class CartridgeIndexFailureTests : IDisposable
{
    // More than the index holds in memory: 16 pages of 255 entries.
    private const int Objects = 5000;

    private readonly TestDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Overwriting_is_refused_and_the_tape_stays_whole()
    {
        string path = _directory.File("refused.cartridge");
        using (Cartridge cartridge = Damaged(path))
        {
            cartridge.Append(10, new byte[100]).Status.ShouldBe(AppendStatus.HostError);
            cartridge.EraseFrom(20).ShouldBe(AppendStatus.HostError);
            cartridge.WriteFilemarks(30, 1).Status.ShouldBe(AppendStatus.HostError);
            cartridge.EndOfData.ShouldBe(Objects);
            cartridge.GetObject(10, out _).ShouldBe(ReadStatus.HostError);
        }
        using Cartridge again = Cartridge.Open(path);
        ShouldBeWhole(again, Objects);
    }

    [Fact]
    public void Appending_and_reading_go_on_when_the_host_works_again()
    {
        string path = _directory.File("again.cartridge");
        using (Cartridge cartridge = Damaged(path))
        {
            cartridge.GetObject(10, out _).ShouldBe(ReadStatus.HostError);
            cartridge.Index.File.Faults = null;
            cartridge.Append(Objects, new byte[100]).Status.ShouldBe(AppendStatus.Written);
            ShouldBeWhole(cartridge, Objects + 1);
        }
        using Cartridge again = Cartridge.Open(path);
        ShouldBeWhole(again, Objects + 1);
    }

    private static Cartridge Damaged(string path)
    {
        Cartridge cartridge = Cartridge.Create(path, CartridgeTesting.Spec());
        cartridge.WriteFilemarks(0, Objects).Status.ShouldBe(AppendStatus.Written);
        cartridge.Sync().ShouldBeTrue();
        using (var index = new FileStream(Cartridge.IndexPathOf(path), FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            // The page of objects 0 to 254.
            index.Position = 4096 + 100;
            index.Write("damaged"u8);
        }
        cartridge.Index.File.Faults = new Refuses();
        return cartridge;
    }

    private static void ShouldBeWhole(Cartridge cartridge, int objects)
    {
        cartridge.Damage.ShouldBeNull();
        cartridge.EndOfData.ShouldBe(objects);
        for (int id = 0; id < objects; id++)
        {
            cartridge.GetObject(id, out ObjectInfo info).ShouldBe(id < Objects ? ReadStatus.Filemark : ReadStatus.Block);
            info.FileNumber.ShouldBe(Math.Min(id, Objects));
        }
        if (objects > Objects)
            cartridge.ReadBlock(Objects, new byte[100], out _).ShouldBe(ReadStatus.Block);
    }

    private sealed class Refuses : IHostFaults
    {
        public int OnWrite(long offset, int length) => 5;

        public int OnSync() => 0;
    }
}
