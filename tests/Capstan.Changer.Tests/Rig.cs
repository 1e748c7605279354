using Capstan.Scsi;
using Capstan.Transport;
using Capstan.Transport.Decorators;

namespace Capstan.Changer.Tests;

/// <summary>A changer over prepared answers.</summary>
internal sealed class Rig : IDisposable
{
    public static readonly ScriptedReply Good = new();

    /// <summary>
    /// INQUIRY, its serial number, ready, no list of commands, the addresses of the elements: captured from an STK L700 changer that mhvtl
    /// emulates. One hand at 1, slots 1000 to 1007, mail slots 10 and 11, drives 500 and 501.
    /// </summary>
    public static readonly ScriptedReply[] Opening =
        [Capture("changer-inquiry"), Capture("changer-inquiry-vpd-80"), Good, Check("05/20/00"), Capture("changer-mode-sense-1d")];

    private readonly ScriptedTransport _transport;
    private readonly int _opening;

    private Rig(ScriptedReply[] opening, ScriptedReply[] replies)
    {
        _transport = new ScriptedTransport([.. opening, .. replies]);
        Changer = MediaChanger.Open(_transport, Clock, Progress);
        _opening = _transport.Commands.Count;
    }

    public InstantTime Clock { get; } = new();

    public Heard Progress { get; } = new();

    public MediaChanger Changer { get; }

    /// <summary>What was sent after opening, in hexadecimal.</summary>
    public string[] Sent => [.. _transport.Commands.Skip(_opening).Select(static cdb => Convert.ToHexString(cdb.Span))];

    public static Rig Opened(params ScriptedReply[] replies) => new(Opening, replies);

    public static Rig OpeningWith(params ScriptedReply[] replies) => new([], replies);

    public static ScriptedReply Data(params byte[] bytes) => new() { Data = bytes };

    public static ScriptedReply Capture(string name)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "fixtures", "hex", name + ".hex");
        return Data(Convert.FromHexString(string.Concat(File.ReadLines(path).Where(static line => !line.StartsWith('#'))).Replace(" ", "", StringComparison.Ordinal)));
    }

    /// <summary>CHECK CONDITION with fixed sense data (SPC-5 4.4.3), laid out by hand; "KEY/ASC/ASCQ" in hexadecimal.</summary>
    public static ScriptedReply Check(string code) => new(ScsiStatus.CheckCondition) { Sense = OddTransport.Sense(code) };

    /// <summary>
    /// Element status data of one element (SMC-3 6.11), laid out by hand: header, page header, 12 bytes, the tag, four bytes of an identifier.
    /// </summary>
    public static ScriptedReply Element(ElementType type, ushort address, string? barcode, ushort? source = null, string? exception = null)
    {
        var bytes = new byte[8 + 8 + 52];
        (bytes[0], bytes[1], bytes[3], bytes[7]) = ((byte)(address >> 8), (byte)address, 1, 60);
        (bytes[8], bytes[9], bytes[11], bytes[15]) = ((byte)type, 0x80, 52, 52);
        (bytes[16], bytes[17]) = ((byte)(address >> 8), (byte)address);
        bytes[18] = (byte)((barcode is null ? 0 : 1) | 0x08 | (exception is null ? 0 : 0x04));
        if (exception is not null)
            (bytes[20], bytes[21]) = (Convert.ToByte(exception[..2], 16), Convert.ToByte(exception[3..], 16));
        if (source is { } from)
            (bytes[25], bytes[26], bytes[27]) = (0x80, (byte)(from >> 8), (byte)from);
        System.Text.Encoding.ASCII.GetBytes((barcode ?? "").PadRight(32)).CopyTo(bytes, 28);
        return Data(bytes);
    }

    public void ShouldBeDone() => _transport.Remaining.ShouldBe(0);

    public void Dispose() => Changer.Dispose();
}

internal sealed class Heard : IProgress<ChangerProgress>
{
    public List<ChangerProgress> Reports { get; } = [];

    public void Report(ChangerProgress value) => Reports.Add(value);
}
