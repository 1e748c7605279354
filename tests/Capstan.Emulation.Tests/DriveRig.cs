using Capstan.Emulation.Cartridges;
using Capstan.Emulation.Models;
using Capstan.Emulation.Ssc;
using Capstan.Emulation.Tests.Cartridges;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Emulation.Tests;

/// <summary>What came back from one command.</summary>
internal sealed record Reply(ScsiStatus Status, string Sense, byte[] Data, int Residual);

/// <summary>A drive with a tape, and nothing between the test and its CDBs.</summary>
internal sealed class DriveRig : IDisposable
{
    private readonly TestDirectory _directory;
    private readonly IScsiTransport _transport;
    private readonly byte[] _sense = new byte[ScsiCompletion.SenseBufferLength];

    /// <param name="capacityBytes">Of the tape.</param>
    /// <param name="earlyWarningBytes">Of the tape.</param>
    /// <param name="writeProtected">The tab.</param>
    /// <param name="worm">Write once.</param>
    /// <param name="loaded">False leaves the drive empty.</param>
    /// <param name="onDisk">The tape lies on a disk, not in memory.</param>
    /// <param name="generation">Of drive and tape; LTO-9 when null.</param>
    /// <param name="model">Kind of drive; IBM's of that generation when null.</param>
    /// <param name="quirks">How it departs from the standard, instead of the model's own ways.</param>
    /// <param name="medium">Kind of tape; the newest that the drive writes when null.</param>
    /// <param name="realistic">The drive takes the time of a real one.</param>
    /// <param name="compresses">The drive has compression built in.</param>
    public DriveRig(
        long capacityBytes = 1L << 40, long earlyWarningBytes = 1 << 20, bool writeProtected = false, bool worm = false, bool loaded = true,
        bool onDisk = false, MediumType? generation = null, VirtualDriveModel? model = null, VirtualQuirks? quirks = null, MediumType? medium = null, bool compresses = false, bool realistic = false)
    {
        _directory = new TestDirectory(onDisk);
        model ??= generation is null ? VirtualDriveModel.Default : VirtualDriveModel.For(generation);
        Unit = new TapeDriveUnit(new DeviceIdentity("CAP0000001", model.VendorId, model.Product), model, quirks, Clock) 
        {
            Compression = new DriveCompression { IsBuiltIn = compresses },
            Motion = realistic ? new TapeMotion(model, Clock) : null,
        };
        CartridgePath = _directory.File("CAP001L9.cartridge");
        if (loaded)
        {
            CartridgeSpec spec = CartridgeTesting.Spec(capacityBytes, earlyWarningBytes, worm, writeProtected);
            Unit.Insert(Cartridge.Create(CartridgePath, spec with { Medium = medium ?? generation ?? model.Medium }));
        }
        _transport = new LoopbackTransport(Unit, "virtual:test");
    }

    public TapeDriveUnit Unit { get; }

    public SetClock Clock { get; } = new();

    /// <summary>The tape as the file it is.</summary>
    public Cartridge Tape => (Cartridge)Unit.Cartridge!;

    public string CartridgePath { get; }

    public IScsiTransport Transport => _transport;

    public Reply Send(string cdb, byte[]? dataOut = null, int dataIn = 0)
    {
        var buffer = new byte[dataIn];
        DataTransfer data = dataOut is not null ? DataTransfer.ToDevice(dataOut)
            : dataIn > 0 ? DataTransfer.FromDevice(buffer) : DataTransfer.None;
        ScsiCompletion completion = _transport.Execute(
            Cdb.FromBytes(Convert.FromHexString(cdb.Replace(" ", "", StringComparison.Ordinal))), data, _sense, TimeSpan.FromSeconds(1));
        int transferred = dataIn - completion.Residual!.Value;
        return new Reply(
            completion.Status,
            Convert.ToHexString(_sense, 0, completion.SenseLength),
            dataIn > 0 ? buffer[..transferred] : [],
            completion.Residual.Value);
    }

    /// <summary>Sends a command that must succeed.</summary>
    public byte[] Good(string cdb, byte[]? dataOut = null, int dataIn = 0)
    {
        Reply reply = Send(cdb, dataOut, dataIn);
        reply.Status.ShouldBe(ScsiStatus.Good, $"{cdb}: {reply.Sense}");
        return reply.Data;
    }

    /// <summary>Sends a command that must end with CHECK CONDITION and exactly this fixed format sense.</summary>
    public Reply Check(string cdb, string sense, byte[]? dataOut = null, int dataIn = 0)
    {
        Reply reply = Send(cdb, dataOut, dataIn);
        reply.Status.ShouldBe(ScsiStatus.CheckCondition, cdb);
        reply.Sense.ShouldBe(sense.Replace(" ", "", StringComparison.Ordinal), cdb);
        return reply;
    }

    public void WriteBlock(byte[] block) => Good($"0A00{block.Length:X6}00", block);

    public void WriteFilemarks(int count, bool immediate = false) => Good($"100{(immediate ? 1 : 0)}{count:X6}00");

    public void Rewind() => Good("010000000000");

    /// <summary>READ POSITION, long form: object and file.</summary>
    public (ulong Object, ulong File) Position()
    {
        LongPosition.TryDecode(Good("34060000000000000000", dataIn: 32), out LongPosition position).ShouldBeTrue();
        return (position.LogicalObject, position.LogicalFile);
    }

    /// <summary>Two files of three blocks (100, 200, 300 bytes; 400, 500, 600 bytes), one filemark each, rewound.</summary>
    public DriveRig WithTwoFiles()
    {
        for (int i = 1; i <= 6; i++)
        {
            WriteBlock(CartridgeTesting.Block(i, i * 100));
            if (i % 3 == 0)
                WriteFilemarks(1);
        }
        Rewind();
        return this;
    }

    public void Dispose()
    {
        _transport.Dispose();
        Unit.Dispose();
        _directory.Dispose();
    }
}
