using Capstan.Emulation.Library;
using Capstan.Emulation.Models;
using Capstan.Emulation.Smc;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests.Library;

/// <summary>What every device server has, as changers have it: buffers, mode parameters that come back, conditions for each initiator.</summary>
public sealed class ChangerServiceTests : IDisposable
{
    private const int Slot1 = 0x1000;

    private readonly TestDirectory _directory = new();
    private readonly SetClock _clock = new();
    private readonly byte[] _sense = new byte[252];
    private readonly VirtualLibrary _library;
    private readonly MediaChangerUnit _unit;
    private readonly LoopbackTransport _one;
    private readonly LoopbackTransport _two;

    public ChangerServiceTests()
    {
        string path = Create("ibm-ts3200");
        _library = VirtualLibrary.Open(path, _clock, drive: null);
        _unit = new MediaChangerUnit(_library);
        _one = new LoopbackTransport(_unit, "one");
        _two = new LoopbackTransport(_unit, "two", nexus: 1);
        Drain();
    }

    public void Dispose()
    {
        _two.Dispose();
        _one.Dispose();
        _library.Dispose();
        _directory.Dispose();
    }

    /// <summary>Dell PowerVault TL2000/TL4000 SCSI reference, READ BUFFER and WRITE BUFFER: 256 bytes, buffer 0, modes 2, 3, Ah, Bh.</summary>
    [Fact]
    public void Data_that_was_written_to_the_buffer_is_read_from_it()
    {
        Send(_one, "3C 03 00 000000 000004 00", dataIn: 4).ShouldBe("00000100");
        Send(_one, "3B 02 00 000000 000003 00", "AABBCC").ShouldBe("");
        Send(_one, "3B 02 00 0000FE 000002 00", "DDEE").ShouldBe("");
        // Another initiator sees the same.
        string all = Send(_two, "3C 02 00 000000 000100 00", dataIn: 256);
        all[..8].ShouldBe("AABBCC00");
        all[^6..].ShouldBe("00DDEE");
        Send(_one, "3C 02 00 000000 000002 00", dataIn: 2).ShouldBe("AABB");
        // Over the end, another buffer, an offset where reading has none.
        Send(_one, "3B 02 00 0000FF 000002 00", "DDEE").ShouldBe("5/24/00");
        Send(_one, "3B 02 01 000000 000001 00", "DD").ShouldBe("5/24/00");
        Send(_one, "3C 02 01 000000 000001 00", dataIn: 1).ShouldBe("5/24/00");
        Send(_one, "3C 02 00 000001 000001 00", dataIn: 1).ShouldBe("5/24/00");
        // Firmware, and what only its maker knows.
        Send(_one, "3B 05 00 000000 000001 00", "DD").ShouldBe("5/24/00");
        Send(_one, "3C 01 00 000000 000001 00", dataIn: 1).ShouldBe("5/24/00");
    }

    [Fact]
    public void An_echo_is_its_initiators()
    {
        // EBOS, 256 bytes.
        Send(_one, "3C 0B 00 000000 000004 00", dataIn: 4).ShouldBe("01000100");
        Send(_one, "3C 0A 00 000000 000004 00", dataIn: 4).ShouldBe("5/2C/00", "nobody wrote one");
        Send(_one, "3B 0A 00 000000 000003 00", "010203").ShouldBe("");
        Send(_one, "3C 0A 00 000000 000010 00", dataIn: 16).ShouldBe("010203");
        Send(_two, "3C 0A 00 000000 000010 00", dataIn: 16).ShouldBe("5/2C/00", "this one wrote none");
        Send(_two, "3B 0A 00 000000 000001 00", "FF").ShouldBe("");
        Send(_one, "3C 0A 00 000000 000010 00", dataIn: 16).ShouldBe("5/3F/0F", "overwritten");
        Send(_one, "3B 0A 00 000000 000101 00", new string('0', 514)).ShouldBe("5/24/00");
    }

    /// <summary>Only of makers whose reference describes them.</summary>
    [Theory]
    [InlineData("generic", true)]
    [InlineData("ibm-3584", false)]
    [InlineData("hpe-msl", false)]
    [InlineData("quantum-scalar-i500", false)]
    public void Not_every_changer_has_buffers(string model, bool has)
    {
        using VirtualLibrary library = VirtualLibrary.Open(Create(model), drive: null);
        using IScsiTransport changer = library.OpenChanger();
        Send(changer, "3C 03 00 000000 000004 00", dataIn: 4).ShouldBe(has ? "00000100" : "5/20/00");
    }

    /// <summary>What MODE SENSE told is taken back; what differs is pointed at (IBM TS4500 SCSI reference, mode page 1Fh: 5/2600).</summary>
    [Theory]
    [InlineData("1D")]
    [InlineData("1F")]
    [InlineData("3F")]
    public void Mode_parameters_that_are_as_they_are_may_be_sent(string page)
    {
        byte[] told = Convert.FromHexString(Send(_one, $"1A 08 {page} 00 FF 00", dataIn: 255));
        // MODE DATA LENGTH is reserved in MODE SELECT.
        told[0] = 0;
        string list = Convert.ToHexString(told);
        Send(_one, $"15 10 00 00 {told.Length:X2} 00", list).ShouldBe("");
        Send(_two, "00 00 00 00 00 00").ShouldBe("", "nothing changed");
        told[^1] ^= 0x01;
        Send(_one, $"15 10 00 00 {told.Length:X2} 00", Convert.ToHexString(told)).ShouldBe("5/26/00");
        // SKSV, in the parameter list; the byte.
        Convert.ToHexString(_sense, 15, 3).ShouldBe($"80{told.Length - 1:X4}");
    }

    /// <summary>Dell PowerVault TL2000/TL4000 SCSI reference, "About the Not Ready Condition": initializing 02/04/01, and when it is over 06/28/00.</summary>
    [Fact]
    public void Who_waited_for_the_inventory_hears_that_it_is_over()
    {
        _library.Fail(new LibraryFailure(LibraryFailureKind.Inventory, Count: 60));
        Send(_one, "00 00 00 00 00 00").ShouldBe("2/04/01");
        _clock.Advance(59);
        Send(_two, "00 00 00 00 00 00").ShouldBe("2/04/01");
        _clock.Advance(1);
        Send(_two, "00 00 00 00 00 00").ShouldBe("6/28/00");
        Send(_two, "00 00 00 00 00 00").ShouldBe("");
        Send(_one, "00 00 00 00 00 00").ShouldBe("6/28/00");
        Send(_one, "00 00 00 00 00 00").ShouldBe("");
        // Ended by hand, and seen by a path that was opened in the middle of it.
        _library.Fail(new LibraryFailure(LibraryFailureKind.Inventory, Count: 60));
        using IScsiTransport late = _library.OpenChanger();
        _library.Repair(LibraryFailureKind.Inventory);
        Send(late, "00 00 00 00 00 00").ShouldBe("6/28/00");
        Send(late, "00 00 00 00 00 00").ShouldBe("");
    }

    [Fact]
    public void A_search_is_its_initiators()
    {
        var template = new byte[40];
        new VolumeTagTemplate("CAP002*").WriteTo(template);
        // SEND VOLUME TAG, translate primary, without sequence numbers.
        Send(_one, "B6 00 0000 00 05 0000 0028 00 00", Convert.ToHexString(template)).ShouldBe("");
        Send(_two, "B5 00 0000 FFFF 00 001000 00 00", dataIn: 4096).ShouldBe("5/2C/00");
        Send(_one, "B5 00 0000 FFFF 00 001000 00 00", dataIn: 4096)[4..8].ShouldBe("0001");
    }

    /// <summary>SPC-2 5.5.1 and SPC-4 5.13: what moves or locks something is for the holder; what only looks is for everybody (IBM TS4500: no conflict for READ ELEMENT STATUS).</summary>
    [Fact]
    public void A_reservation_keeps_the_robot_for_its_holder()
    {
        const string move = "A5 00 0000 1000 1003 0000 00 00", back = "A5 00 0000 1003 1000 0000 00 00", status = "B8 00 0000 FFFF 00 000008 00 00";
        Send(_one, "16 00 00 00 00 00").ShouldBe("");
        foreach (string kept in new[] { move, "2B 00 0000 1000 0000 00 00", "07 00 00 00 00 00", "1E 00 00 00 01 00", "16 00 00 00 00 00", "B6 00 0000 00 05 0000 0000 00 00" })
            Send(_two, kept).ShouldBe("conflict", kept);
        foreach (string open in new[] { "12 00 00 0000 00", "1E 00 00 00 00 00", "17 00 00 00 00 00" })
            Send(_two, open).ShouldBe("", open);
        Send(_two, status, dataIn: 8).Length.ShouldBe(16);
        Send(_one, move).ShouldBe("");
        Send(_one, "17 00 00 00 00 00").ShouldBe("");
        Send(_two, back).ShouldBe("");
        // REGISTER with key 1, RESERVE exclusive access; then the other one preempts.
        Send(_one, "5F 00 00 00 00 0000 00 18 00", "0000000000000000" + "0000000000000001" + "0000000000000000").ShouldBe("");
        Send(_one, "5F 01 03 00 00 0000 00 18 00", "0000000000000001" + "0000000000000000" + "0000000000000000").ShouldBe("");
        Send(_two, move).ShouldBe("conflict");
        Send(_two, status, dataIn: 8).Length.ShouldBe(16);
        _unit.Reset();
        Send(_two, move).ShouldBe("conflict", "a reset does not end it, and a conflict comes before the unit attention");
        Send(_two, "00 00 00 00 00 00").ShouldBe("6/29/03");
        Send(_two, "5F 00 00 00 00 0000 00 18 00", "0000000000000000" + "0000000000000002" + "0000000000000000").ShouldBe("");
        Send(_two, "5F 04 03 00 00 0000 00 18 00", "0000000000000002" + "0000000000000001" + "0000000000000000").ShouldBe("");
        Send(_two, move).ShouldBe("");
        Send(_one, back).ShouldBe("conflict");
    }

    private string Create(string model)
    {
        string path = _directory.File("library-" + model);
        VirtualLibrary.Create(path, new LibraryOptions
        {
            CartridgeCount = 3, Changer = VirtualChangerModel.Find(model), StorageElements = 4, CapacityBytes = 50_000_000, IsSynchronous = false,
        });
        return path;
    }

    private void Drain()
    {
        foreach (IScsiTransport initiator in new[] { _one, _two })
        {
            while (Send(initiator, "00 00 00 00 00 00").StartsWith("6/", StringComparison.Ordinal))
            {
            }
        }
    }

    /// <summary>The data in hex, or what was refused.</summary>
    private string Send(IScsiTransport initiator, string cdb, string? dataOut = null, int dataIn = 0)
    {
        var answer = new byte[dataIn];
        DataTransfer data = dataOut is not null ? DataTransfer.ToDevice(Convert.FromHexString(dataOut)) : dataIn > 0 ? DataTransfer.FromDevice(answer) : DataTransfer.None;
        ScsiCompletion completion = initiator.Execute(Cdb.FromBytes(Convert.FromHexString(cdb.Replace(" ", "", StringComparison.Ordinal))), data, _sense, TimeSpan.Zero);
        return completion.Status == ScsiStatus.ReservationConflict ? "conflict" : completion.Status == ScsiStatus.Good ? Convert.ToHexString(answer, 0, dataIn - (dataIn > 0 ? completion.Residual!.Value : 0))
            : $"{_sense[2] & 0x0F:X}/{_sense[12]:X2}/{_sense[13]:X2}";
    }
}
