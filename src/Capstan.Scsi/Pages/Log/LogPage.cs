using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// LOG SENSE parameter data (SPC-4 7.3.2), read in place. Iterating gives the log parameters; pages that are plain lists (the supported
/// pages, 00h) are read from <see cref="Body"/>.
/// </summary>
// byte 0    7 DS   6 SPF   5:0 PAGE CODE
// byte 1    SUBPAGE CODE
// byte 2-3  PAGE LENGTH
// byte 4-n  log parameters
public readonly ref struct LogPage
{
    /// <summary>In bytes.</summary>
    public const int HeaderLength = 4;

    internal static readonly BitField DsField = BitField.Bit(0, 7);
    internal static readonly BitField SpfField = BitField.Bit(0, 6);
    internal static readonly BitField PageCodeField = new(Byte: 0, High: 5, Low: 0);

    private LogPage(byte page, byte subpage, bool disableSave, ReadOnlySpan<byte> body, bool isTruncated)
    {
        Page = page;
        Subpage = subpage;
        DisableSave = disableSave;
        Body = body;
        IsTruncated = isTruncated;
    }

    /// <summary>PAGE CODE, 0 to 3Fh.</summary>
    public byte Page { get; }

    /// <summary>SUBPAGE CODE; 0 without SPF.</summary>
    public byte Subpage { get; }

    /// <summary>DS: the page is not saved.</summary>
    public bool DisableSave { get; }

    /// <summary>What follows the header, as far as PAGE LENGTH and the buffer reach.</summary>
    public ReadOnlySpan<byte> Body { get; }

    /// <summary>PAGE LENGTH says there is more than the buffer holds.</summary>
    public bool IsTruncated { get; }

    /// <summary>Reads the header; false when it is not there whole.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out LogPage page)
    {
        page = default;
        if (data.Length < HeaderLength) return false;

        int pageLength = BinaryPrimitives.ReadUInt16BigEndian(data[2..]);
        ReadOnlySpan<byte> body = data[HeaderLength..];
        page = new(
            (byte)PageCodeField.Get(data),
            SpfField.IsSet(data) ? data[1] : (byte)0,
            DsField.IsSet(data),
            body[..Math.Min(body.Length, pageLength)],
            body.Length < pageLength);
        return true;
    }

    /// <summary>Finds a parameter by its code.</summary>
    public bool TryFind(ushort code, out LogParameter parameter)
    {
        foreach (LogParameter candidate in this)
        {
            if (candidate.Code != code) continue;
            parameter = candidate;
            return true;
        }

        parameter = default;
        return false;
    }

    /// <summary>
    /// The parameters in the device's order; one that is cut off ends the iteration, and so do zeros behind the last one: some drives
    /// answer with PAGE LENGTH for more than there is.
    /// </summary>
    public Enumerator GetEnumerator() => new(Body);

    /// <summary>Behind the last whole parameter there is the beginning of another one.</summary>
    public bool HasPartialParameter
    {
        get
        {
            Enumerator parameters = GetEnumerator();
            while (parameters.MoveNext())
            {
            }

            return parameters.HasRest;
        }
    }

    /// <summary>Walks the parameters without allocating.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<byte> _rest;
        private bool _hasBegun;

        internal Enumerator(ReadOnlySpan<byte> body)
        {
            _rest = body;
            Current = default;
        }

        public LogParameter Current { get; private set; }

        internal readonly bool HasRest => _rest.ContainsAnyExcept((byte)0);

        public bool MoveNext()
        {
            // Parameter code 0000h without a value, and not the first one: padding.
            if (_hasBegun && _rest is [0, 0, 0, 0, ..]) return false;
            if (_rest.Length < LogParameter.HeaderLength || _rest.Length < LogParameter.HeaderLength + _rest[3]) return false;

            int length = LogParameter.HeaderLength + _rest[3];
            Current = new(BinaryPrimitives.ReadUInt16BigEndian(_rest), _rest[2], _rest[LogParameter.HeaderLength..length]);
            _rest = _rest[length..];
            _hasBegun = true;
            return true;
        }
    }
}

/// <summary>One log parameter (SPC-4 7.3.2.2), in place.</summary>
// byte 0-1  PARAMETER CODE
// byte 2    7 DU   5 TSD   4 ETC   3:2 TMC   1:0 FORMAT AND LINKING
// byte 3    PARAMETER LENGTH
// byte 4-n  PARAMETER VALUE
public readonly ref struct LogParameter
{
    internal const int HeaderLength = 4;

    internal LogParameter(ushort code, byte control, ReadOnlySpan<byte> value)
    {
        Code = code;
        Control = control;
        Value = value;
    }

    public ushort Code { get; }

    /// <summary>The parameter control byte; its low two bits are <see cref="LogParameterFormat"/>.</summary>
    public byte Control { get; }

    public LogParameterFormat Format => (LogParameterFormat)(Control & 0x03);

    public ReadOnlySpan<byte> Value { get; }

    /// <summary>The value as an unsigned big-endian number; false when it is empty or longer than 8 bytes.</summary>
    public bool TryGetUnsigned(out ulong value)
    {
        value = 0;
        if (Value.Length is 0 or > 8) return false;

        foreach (byte b in Value) value = (value << 8) | b;
        return true;
    }
}

/// <summary>FORMAT AND LINKING of a log parameter (SPC-4 7.3.2.2.2.5).</summary>
public enum LogParameterFormat : byte
{
    BoundedDataCounter = 0,
    AsciiList = 1,
    UnboundedCounter = 2,
    BinaryList = 3,
}
