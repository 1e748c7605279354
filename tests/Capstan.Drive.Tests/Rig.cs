using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Drive.Tests;

/// <summary>A drive over prepared answers.</summary>
internal sealed class Rig : IDisposable
{
    /// <summary>Captured: IBM ULT3580-TD5, emulated by mhvtl (fixtures/hex/lto5-inquiry.hex).</summary>
    public static readonly byte[] InquiryBytes = HexFile.Read("lto5-inquiry");

    public static readonly ScriptedReply Good = new();

    /// <summary>What a drive that has no logical block protection answers to the question for its mode page, the last one of making it ready.</summary>
    public static readonly ScriptedReply NoProtection = Check("05/24/00");

    private readonly ScriptedTransport _transport;
    private readonly int _opening;

    private Rig(ScriptedReply[] opening, ScriptedReply[] replies, IDeviceNeighbours? neighbours = null)
    {
        _transport = new ScriptedTransport([.. opening, .. replies]);
        Clock = new InstantTime();
        Drive = TapeDrive.Open(_transport, Clock, neighbours);
        _opening = _transport.Commands.Count;
    }

    public TapeDrive Drive { get; }

    public InstantTime Clock { get; }

    /// <summary>What was sent after opening, in hexadecimal.</summary>
    public IEnumerable<string> Sent => _transport.Commands.Skip(_opening).Select(static cdb => Convert.ToHexString(cdb.Span));

    /// <summary>A drive that opened without a hitch, and what it answers from then on.</summary>
    public static Rig Opened(params ScriptedReply[] replies) => new([Data(InquiryBytes), Data(HexFile.Read("lto5-inquiry-vpd-80")), Good], replies);

    /// <summary>The same beside another driver of this machine.</summary>
    public static Rig Beside(IDeviceNeighbours neighbours, params ScriptedReply[] replies) =>
        new([Data(InquiryBytes), Data(HexFile.Read("lto5-inquiry-vpd-80")), Good], replies, neighbours);

    public static Rig OpeningBeside(IDeviceNeighbours neighbours, params ScriptedReply[] replies) => new([], replies, neighbours);

    public static Rig Opening(params ScriptedReply[] replies) => new([], replies);

    /// <summary>A drive that stands at an object and begins to write there.</summary>
    public static Rig Writing(long at, params ScriptedReply[] replies)
    {
        Rig rig = Opened([PositionAt(at), .. replies]);
        rig.Drive.BeginWriting().ObjectId.ShouldBe(at);
        return rig;
    }

    public static ScriptedReply Data(params byte[] bytes) => new() { Data = bytes };

    public static ScriptedReply Check(string code, string flags = "", int? information = null, bool deferred = false, int? residual = null) =>
        new(ScsiStatus.CheckCondition)
        {
            Sense = SenseBytes.Fixed(code, SenseBytes.Flags(flags), information, deferred),
            Residual = residual,
        };

    /// <summary>READ POSITION, long form (SSC-5 table 75): partition 0, object in bytes 8 to 15, file in 16 to 23.</summary>
    public static ScriptedReply PositionAt(long objectId, long file = 0, byte flags = 0)
    {
        var bytes = new byte[32];
        bytes[0] = flags;
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(8), objectId);
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(16), file);
        return Data(bytes);
    }

    public void ShouldBeDone() => _transport.Remaining.ShouldBe(0);

    public void Dispose() => Drive.Dispose();
}

internal static class HexFile
{
    public static byte[] Read(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", name + ".hex");
        return Convert.FromHexString(string.Concat(File.ReadLines(path).Where(static line => !line.StartsWith('#')))
            .Replace(" ", "", StringComparison.Ordinal));
    }
}
