using System.Text.Json;
using System.Text.Json.Serialization;
using Capstan.Scsi;

namespace Capstan.Operations.Pages;

/// <summary>A value from a page: in JSON a number, a string, true or false, or null for what the drive does not know.</summary>
[JsonConverter(typeof(PageValueConverter))]
public readonly record struct PageValue
{
    private readonly decimal _number;
    private readonly Kind _kind;

    internal PageValue(LogValue value)
    {
        _kind = value.Kind switch
        {
            LogValueKind.Number => Kind.Number,
            LogValueKind.Flag => Kind.Flag,
            LogValueKind.Text => Kind.Text,
            LogValueKind.Hex => Kind.Hex,
            _ => Kind.Unknown,
        };
        _number = value.Number ?? (value.Flag == true ? 1 : 0);
        Text = value.Text;
    }

    private enum Kind
    {
        Unknown,
        Number,
        Flag,
        Text,
        Hex,
    }

    /// <summary>A number, exact for 64 bits; null for anything else.</summary>
    public decimal? Number => _kind == Kind.Number ? _number : null;

    /// <summary>True or false; null for anything else.</summary>
    public bool? Flag => _kind == Kind.Flag ? _number != 0 : null;

    /// <summary>Text, or bytes as hexadecimal digits; null for anything else.</summary>
    public string? Text { get; }

    /// <summary>The bytes have no known meaning.</summary>
    public bool IsHex => _kind == Kind.Hex;

    /// <summary>There is no value.</summary>
    public bool IsUnknown => _kind == Kind.Unknown;

    public override string ToString() => _kind switch
    {
        Kind.Number => _number.ToString(System.Globalization.CultureInfo.InvariantCulture),
        Kind.Flag => _number != 0 ? "yes" : "no",
        Kind.Unknown => "not known",
        _ => Text ?? "",
    };
}

/// <summary>Writes a <see cref="PageValue"/> as the JSON value it is.</summary>
public sealed class PageValueConverter : JsonConverter<PageValue>
{
    public override PageValue Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        throw new NotSupportedException("Values of pages are only written.");

    public override void Write(Utf8JsonWriter writer, PageValue value, JsonSerializerOptions options)
    {
        if (value.Number is { } number)
            writer.WriteNumberValue(number);
        else if (value.Flag is { } flag)
            writer.WriteBooleanValue(flag);
        else if (value.Text is { } text)
            writer.WriteStringValue(text);
        else
            writer.WriteNullValue();
    }
}

/// <summary>A part of a parameter, or a field of a page.</summary>
/// <param name="Unit">Of a number: <c>MB</c> (10^6), <c>MiB</c>, <c>h</c>; null for a count.</param>
/// <param name="Partition">Whose value it is, where there is one for each partition.</param>
public sealed record PageField(
    string Name, PageValue Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? Partition)
{
    internal static PageField Of(LogFieldValue field) =>
        new(field.Name, new PageValue(field.Value), field.Unit.Length > 0 ? field.Unit : null, field.Partition);
}

/// <summary>A log parameter.</summary>
/// <param name="Code">PARAMETER CODE.</param>
/// <param name="Name">Null where nobody told what this code means; <paramref name="Hex"/> has its bytes.</param>
/// <param name="Value">Null where <paramref name="Fields"/> has the parts.</param>
/// <param name="Hex">The bytes as they came.</param>
public sealed record PageParameter(
    int Code, string? Name, PageValue Value,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Unit,
    IReadOnlyList<PageField> Fields, string Hex)
{
    internal static PageParameter Of(LogParameterValue parameter) => new(
        parameter.Code, parameter.Name, new PageValue(parameter.Value), parameter.Unit.Length > 0 ? parameter.Unit : null,
        [.. parameter.Fields.Select(PageField.Of)], Convert.ToHexStringLower(parameter.Bytes.Span));
}

/// <summary>A log page.</summary>
/// <param name="Truncated">The page says there is more of it than came.</param>
public sealed record LogPageReport(int Page, int Subpage, string Name, bool Truncated, IReadOnlyList<PageParameter> Parameters);

/// <summary>A page that a drive has, or would not give.</summary>
/// <param name="Refusal">What the drive said; null where it is only listed.</param>
public sealed record LogPageName(int Page, int Subpage, string Name,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Refusal = null);

/// <summary>Log pages.</summary>
/// <param name="Device">Null when a file was decoded.</param>
/// <param name="File">The file that was decoded; null when a drive was asked.</param>
/// <param name="Supported">The pages that the drive lists; empty unless that was asked for.</param>
/// <param name="Pages">Decoded pages.</param>
/// <param name="Refused">Pages that were asked for and not given.</param>
public sealed record LogReport(
    string? Device, string? File, IReadOnlyList<LogPageName> Supported, IReadOnlyList<LogPageReport> Pages, IReadOnlyList<LogPageName> Refused);

/// <summary>One TapeAlert flag.</summary>
/// <param name="Severity">critical, warning, information.</param>
/// <param name="Active">Set in the drive now.</param>
/// <param name="FirstSeen">When Capstan first saw it set, since the last <c>--clear</c>; null when it never did.</param>
/// <param name="LastSeen">When Capstan last saw it set.</param>
/// <param name="Tape">Barcode of the cartridge that was in the drive when it was last seen, where that was known.</param>
public sealed record AlertReport(
    int Flag, string Name, string Severity, string Meaning, string Advice, bool Active,
    DateTimeOffset? FirstSeen, DateTimeOffset? LastSeen, string? Tape);

/// <summary>TapeAlert flags of a drive.</summary>
/// <param name="LogPage">12h, 2Eh: the page that told.</param>
/// <param name="Alerts">Those that are set or were seen, by number; all 64 when that was asked for.</param>
/// <param name="Cleared">How many kept flags were forgotten by <c>--clear</c>.</param>
public sealed record AlertsReport(
    string? Device, string? File, string? Serial, int LogPage, IReadOnlyList<AlertReport> Alerts, int Cleared);

/// <summary>What a volume statistics page says of one partition, in bytes; null where it does not say.</summary>
public sealed record PartitionStatistics(
    int Partition, long? CapacityBytes, long? UsedBytes, long? RemainingBytes, long? FirstEncryptedObject, long? FirstUnencryptedBehind);

/// <summary>Volume statistics (log page 17h).</summary>
/// <param name="Valid">False when the drive has no tape, or could not read its memory: then there is nothing else.</param>
/// <param name="Partitions">By number.</param>
/// <param name="Mounts">The drives that the tape was in, newest first.</param>
/// <param name="Parameters">All of them, those of the partitions included.</param>
public sealed record StatisticsReport(
    string? Device, string? File, bool Valid, IReadOnlyList<PartitionStatistics> Partitions, IReadOnlyList<string> Mounts,
    IReadOnlyList<PageParameter> Parameters);

/// <summary>An answer to INQUIRY.</summary>
/// <param name="Page">The VPD page; null for the standard data.</param>
/// <param name="Hex">The bytes as they came.</param>
public sealed record InquiryPage(int? Page, string Name, IReadOnlyList<PageField> Fields, string Hex);

/// <summary>Standard INQUIRY data and VPD pages.</summary>
/// <param name="Refused">Pages that were asked for and not given.</param>
public sealed record InquiryReport(string? Device, string? File, IReadOnlyList<InquiryPage> Pages, IReadOnlyList<LogPageName> Refused);

/// <summary>What a command of the user's own came to.</summary>
/// <param name="Cdb">In hexadecimal.</param>
/// <param name="Command">In words, as far as it is known.</param>
/// <param name="ScsiStatus">GOOD, CHECK CONDITION and so on.</param>
/// <param name="Sense">In words; null without any.</param>
/// <param name="SenseHex">As it came; null without any.</param>
/// <param name="Bytes">How much data moved.</param>
/// <param name="Data">Data from the drive in hexadecimal; null when it went to a file, or there was none.</param>
/// <param name="To">The file that the data went to.</param>
public sealed record RawCommandReport(
    string Device, string Cdb, string Command, string ScsiStatus, string? Sense, string? SenseHex, int Bytes, string? Data, string? To,
    ExitStatus Status);
