using System.Globalization;

namespace Capstan.Scsi;

/// <summary>A decoded value: a number, a text, yes or no, or not known.</summary>
public readonly record struct LogValue
{
    private readonly decimal _number;
    private readonly string? _text;

    private LogValue(LogValueKind kind, decimal number, string? text)
    {
        Kind = kind;
        _number = number;
        _text = text;
    }

    public LogValueKind Kind { get; }

    /// <summary>Of a <see cref="LogValueKind.Number"/>; exact for 64 bits, with or without a sign.</summary>
    public decimal? Number => Kind == LogValueKind.Number ? _number : null;

    /// <summary>Of a <see cref="LogValueKind.Text"/> or <see cref="LogValueKind.Hex"/>.</summary>
    public string? Text => _text;

    /// <summary>Of a <see cref="LogValueKind.Flag"/>.</summary>
    public bool? Flag => Kind == LogValueKind.Flag ? _number != 0 : null;

    /// <summary>The device has no number to give (all bits of the field are ones, or the standard's word for it).</summary>
    public static LogValue Unknown => default;

    public static LogValue Of(decimal number) => new(LogValueKind.Number, number, null);

    public static LogValue Of(bool flag) => new(LogValueKind.Flag, flag ? 1 : 0, null);

    public static LogValue Of(string text) => new(LogValueKind.Text, 0, text);

    /// <summary>Bytes whose meaning is not known.</summary>
    public static LogValue OfBytes(ReadOnlySpan<byte> bytes) => new(LogValueKind.Hex, 0, Convert.ToHexStringLower(bytes));

    public override string ToString() => Kind switch
    {
        LogValueKind.Number => _number.ToString(CultureInfo.InvariantCulture),
        LogValueKind.Flag => _number != 0 ? "yes" : "no",
        LogValueKind.Unknown => "not known",
        _ => _text ?? "",
    };
}

/// <summary>What a <see cref="LogValue"/> is.</summary>
public enum LogValueKind
{
    Unknown,
    Number,
    Text,
    Flag,

    /// <summary>Bytes, as hexadecimal digits.</summary>
    Hex,
}

/// <summary>A part of a parameter: a field, or the value for one partition.</summary>
/// <param name="Name">As the standard or the vendor calls it, in words.</param>
/// <param name="Value">What it says.</param>
/// <param name="Unit">Of a number: <c>MB</c>, <c>h</c>, <c>%</c>; empty for a count.</param>
/// <param name="Partition">The partition that it is about; null for all others.</param>
public sealed record LogFieldValue(string Name, LogValue Value, string Unit = "", int? Partition = null);

/// <summary>One decoded log parameter.</summary>
/// <param name="Code">PARAMETER CODE.</param>
/// <param name="Name">Null when nobody told what this code means in this page.</param>
/// <param name="Value">Unknown where <paramref name="Fields"/> has the parts.</param>
/// <param name="Unit">Of a number.</param>
/// <param name="Fields">The parts of a parameter that is no single value; empty otherwise.</param>
/// <param name="Bytes">PARAMETER VALUE as it came.</param>
public sealed record LogParameterValue(
    ushort Code, string? Name, LogValue Value, string Unit, IReadOnlyList<LogFieldValue> Fields, ReadOnlyMemory<byte> Bytes);

/// <summary>One decoded log page.</summary>
/// <param name="Page">PAGE CODE.</param>
/// <param name="Subpage">SUBPAGE CODE.</param>
/// <param name="Name">In words; "vendor-specific page" where it is not known.</param>
/// <param name="IsTruncated">PAGE LENGTH promises more than there is, or the last parameter is cut off.</param>
/// <param name="Parameters">In the device's order.</param>
/// <param name="Length">Bytes that the page takes, header included: the next page of the same file begins there.</param>
public sealed record DecodedLogPage(byte Page, byte Subpage, string Name, bool IsTruncated, IReadOnlyList<LogParameterValue> Parameters, int Length)
{
    /// <summary>The parameter with this code, or null.</summary>
    public LogParameterValue? Find(ushort code) => Parameters.FirstOrDefault(parameter => parameter.Code == code);
}
