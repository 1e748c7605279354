using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Builds a log page in a buffer, parameter by parameter. Parameters go in by ascending code.</summary>
public ref struct LogPageWriter
{
    /// <summary>TSD: the device does not save the parameter. The usual control bits of tape counters.</summary>
    public const byte TargetSaveDisabled = 0x20;

    private readonly Span<byte> _data;

    private int _length = LogPage.HeaderLength;

    /// <param name="data">Where the page goes; a page that does not fit throws.</param>
    /// <param name="page">PAGE CODE, 0 to 3Fh.</param>
    /// <param name="subpage">SUBPAGE CODE; not 0 sets SPF.</param>
    public LogPageWriter(Span<byte> data, byte page, byte subpage = 0)
    {
        _data = data;
        data[..LogPage.HeaderLength].Clear();
        LogPage.SpfField.Set(data, subpage != 0);
        LogPage.PageCodeField.Set(data, page);
        data[1] = subpage;
        Page = page;
        Subpage = subpage;
    }

    /// <summary>PAGE CODE.</summary>
    public byte Page { get; }

    /// <summary>SUBPAGE CODE.</summary>
    public byte Subpage { get; }

    /// <summary>Adds a parameter of at most 255 bytes.</summary>
    public void Add(ushort code, byte control, scoped ReadOnlySpan<byte> value)
    {
        Span<byte> parameter = _data.Slice(_length, LogParameter.HeaderLength + value.Length);
        BinaryPrimitives.WriteUInt16BigEndian(parameter, code);
        parameter[2] = control;
        parameter[3] = checked((byte)value.Length);
        value.CopyTo(parameter[LogParameter.HeaderLength..]);
        _length += parameter.Length;
    }

    /// <summary>Adds a number in 1 to 8 bytes. A counter that outgrew its bytes stays at their largest value (SPC-4 7.3.2.2.2.2).</summary>
    public void AddUnsigned(ushort code, byte control, ulong value, int lengthBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(lengthBytes, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(lengthBytes, 8);
        value = Math.Min(value, ulong.MaxValue >> (64 - (8 * lengthBytes)));
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, value);
        Add(code, control, bytes[(8 - lengthBytes)..]);
    }

    /// <summary>Adds bytes as they are: for pages that are plain lists.</summary>
    public void AddRaw(scoped ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(_data[_length..]);
        _length += bytes.Length;
    }

    /// <summary>Writes PAGE LENGTH and returns the whole page's length in bytes.</summary>
    public readonly int Finish()
    {
        BinaryPrimitives.WriteUInt16BigEndian(_data[2..], checked((ushort)(_length - LogPage.HeaderLength)));
        return _length;
    }
}
