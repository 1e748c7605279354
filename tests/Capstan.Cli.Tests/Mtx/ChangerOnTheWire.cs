using System.Buffers.Binary;
using System.Text.Json;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Cli.Tests.Mtx;

/// <summary>
/// The changer that mtx's answers were recorded on, byte by byte (SMC-3, SPC-4), in the state that a recording begins with. Keeps the
/// MOVE MEDIUM and EXCHANGE MEDIUM that it was sent.
/// </summary>
internal sealed class ChangerOnTheWire : IScsiTransport
{
    private sealed class Place
    {
        public int Type;
        public bool IsFull;
        public byte[]? Tag;
        public byte[]? Alternate;
        public int? Source;
    }

    private const int Transport = 1, Storage = 2, Mail = 3, Drive = 4;

    private readonly SortedDictionary<int, Place> _places = [];
    private readonly (int First, int Count)[] _ranges = new (int, int)[5];
    private readonly bool _hasTags;

    /// <summary>Sense that the next MOVE MEDIUM is refused with; null to carry it out.</summary>
    private byte[]? _nextSense;

    public ChangerOnTheWire(JsonElement state, JsonElement? sense)
    {
        foreach ((string name, int type) in new[] { ("transport", Transport), ("storage", Storage), ("mail", Mail), ("drives", Drive) })
        {
            JsonElement range = state.GetProperty(name);
            _ranges[type] = (range[0].GetInt32(), range[1].GetInt32());
            for (int i = 0; i < _ranges[type].Count; i++)
                _places.Add(_ranges[type].First + i, new Place { Type = type });
        }

        _hasTags = state.GetProperty("tags").GetBoolean();
        foreach (JsonElement element in state.GetProperty("elements").EnumerateArray())
        {
            Place place = _places[element.GetProperty("address").GetInt32()];
            place.IsFull = element.GetProperty("full").GetBoolean();
            place.Tag = Bytes(element, "tag");
            place.Alternate = Bytes(element, "alternate");
            place.Source = element.TryGetProperty("source", out JsonElement source) ? source.GetInt32() : null;
        }

        if (sense is { } said)
            _nextSense = Sense(said[0].GetByte(), said[1].GetByte(), said[2].GetByte());
    }

    public List<string> Moves { get; } = [];

    public string Name => "/dev/fake";

    public int MaxTransferBytes => 1 << 20;

    public void Dispose()
    {
    }

    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        byte[] bytes = cdb.Span.ToArray();
        byte[]? refused = null;
        byte[] answer = [];
        switch (bytes[0])
        {
            case 0x00 or 0x07 or 0x2B:
                break;
            case 0x12 when (bytes[1] & 1) == 0:
                answer = [8, 0x80, 5, 2, 91, 0, 0, 0, .. "ACME    ROBO-9000       1.23"u8, .. new byte[60]];
                break;
            case 0x1A when (bytes[2] & 0x3F) == 0x1D:
                answer = [23, 0, 0, 0, 0x1D, 0x12, .. Word(_ranges[Transport]), .. Word(_ranges[Storage]), .. Word(_ranges[Mail]), .. Word(_ranges[Drive]), 0, 0];
                break;
            case 0xB8 when (bytes[1] & 0x10) == 0 || _hasTags:
                answer = Status(bytes);
                break;
            case 0xA5:
                Moves.Add(Convert.ToHexStringLower(bytes.AsSpan(4, 4)));
                refused = _nextSense ?? Move(At(bytes, 4), At(bytes, 6));
                _nextSense = null;
                break;
            case 0xA6:
                Moves.Add(Convert.ToHexStringLower(bytes.AsSpan(4, 6)));
                refused = Exchange(At(bytes, 4), At(bytes, 6), At(bytes, 8));
                break;
            case 0x12 or 0x1A or 0xB8:
                refused = Sense(5, 0x24, 0);
                break;
            default:
                refused = Sense(5, 0x20, 0);
                break;
        }

        if (refused is not null)
        {
            refused.CopyTo(sense);
            return new ScsiCompletion(ScsiStatus.CheckCondition, refused.Length, data.Length);
        }

        int length = Math.Min(answer.Length, data.Length);
        if (data.Direction == DataDirection.FromDevice)
            answer.AsSpan(0, length).CopyTo(data.FromDeviceBuffer);
        return new ScsiCompletion(ScsiStatus.Good, 0, data.Length - length);
    }

    private byte[]? Move(int from, int to)
    {
        if (!_places.TryGetValue(from, out Place? source) || !_places.TryGetValue(to, out Place? destination))
            return Sense(5, 0x21, 1);
        if (!source.IsFull)
            return Sense(5, 0x3B, 0x0E);
        if (from != to && destination.IsFull)
            return Sense(5, 0x3B, 0x0D);
        if (from != to)
            Carry(source, from, destination);
        return null;
    }

    private byte[]? Exchange(int from, int to, int next)
    {
        if (!_places.TryGetValue(from, out Place? source) || !_places.TryGetValue(to, out Place? first) || !_places.TryGetValue(next, out Place? second))
            return Sense(5, 0x21, 1);
        if (!source.IsFull || !first.IsFull)
            return Sense(5, 0x3B, 0x0E);
        if (next != from && second.IsFull)
            return Sense(5, 0x3B, 0x0D);
        var hand = new Place();
        Carry(source, from, hand);
        Carry(first, to, second);
        (first.IsFull, first.Tag, first.Source) = (true, hand.Tag, hand.Source);
        return null;
    }

    private static void Carry(Place source, int address, Place destination)
    {
        (destination.IsFull, destination.Tag, destination.Source) = (true, source.Tag, source.Type is Storage or Mail ? address : source.Source);
        (source.IsFull, source.Tag, source.Source) = (false, null, null);
    }

    private byte[] Status(byte[] cdb)
    {
        bool withTags = (cdb[1] & 0x10) != 0;
        bool withAlternates = withTags && _places.Values.Any(static place => place.Alternate is not null);
        int type = cdb[1] & 0x0F, first = At(cdb, 2), count = At(cdb, 4);
        var pages = new List<byte>();
        int told = 0, lowest = 0;
        foreach (IGrouping<int, KeyValuePair<int, Place>> page in _places.Where(pair => (type == 0 || pair.Value.Type == type) && pair.Key >= first).GroupBy(static pair => pair.Value.Type))
        {
            byte[][] descriptors = [.. page.Take(count - told).Select(pair => Describe(pair.Key, pair.Value, withTags, withAlternates))];
            if (descriptors.Length == 0)
                continue;
            lowest = told == 0 ? page.First().Key : Math.Min(lowest, page.First().Key);
            told += descriptors.Length;
            int length = descriptors.Length * descriptors[0].Length;
            pages.AddRange([(byte)page.Key, (byte)((withTags ? 0x80 : 0) | (withAlternates ? 0x40 : 0)), 0, (byte)descriptors[0].Length, 0, .. Three(length)]);
            pages.AddRange(descriptors.SelectMany(static descriptor => descriptor));
        }

        byte[] all = [.. Word((lowest, told)), 0, .. Three(pages.Count), .. pages];
        return all[..Math.Min(all.Length, (cdb[7] << 16) | (cdb[8] << 8) | cdb[9])];
    }

    private static byte[] Describe(int address, Place place, bool withTags, bool withAlternates)
    {
        var bytes = new List<byte>(new byte[12])
        {
            [0] = (byte)(address >> 8),
            [1] = (byte)address,
            [2] = (byte)(0x08 | (place.IsFull ? 1 : 0)),
        };
        if (place.Source is { } source)
            (bytes[9], bytes[10], bytes[11]) = (0x80, (byte)(source >> 8), (byte)source);
        if (withTags)
            bytes.AddRange([.. place.Tag ?? new byte[32], 0, 0, 0, 0]);
        if (withAlternates)
            bytes.AddRange([.. place.Alternate ?? new byte[32], 0, 0, 0, 0]);
        return [.. bytes];
    }

    private static byte[]? Bytes(JsonElement element, string name) =>
        element.TryGetProperty(name, out JsonElement hex) ? Convert.FromHexString(hex.GetString()!) : null;

    private static byte[] Sense(byte key, byte asc, byte ascq) => [0x70, 0, key, 0, 0, 0, 0, 10, 0, 0, 0, 0, asc, ascq, 0, 0, 0, 0];

    private static byte[] Word((int First, int Count) range) => [(byte)(range.First >> 8), (byte)range.First, (byte)(range.Count >> 8), (byte)range.Count];

    private static byte[] Three(int value) => [(byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static int At(byte[] cdb, int offset) => BinaryPrimitives.ReadUInt16BigEndian(cdb.AsSpan(offset));
}
