using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Pages;

namespace Capstan.Cli.Commands;

/// <summary>Pages as text, and page codes as people write them.</summary>
internal static class PageText
{
    private const int NameWidth = 58;

    /// <summary>A page code in hexadecimal: 17, 17h, 0x17.</summary>
    public static bool TryParse(string text, byte maximum, out byte code)
    {
        ReadOnlySpan<char> digits = text.AsSpan().Trim();
        if (digits.StartsWith("0x", StringComparison.OrdinalIgnoreCase))
            digits = digits[2..];
        else if (digits.EndsWith("h", StringComparison.OrdinalIgnoreCase))
            digits = digits[..^1];
        return byte.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out code) && code <= maximum;
    }

    public static string Code(int page, int subpage) => subpage == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{page:X2}h")
        : string.Create(CultureInfo.InvariantCulture, $"{page:X2}h/{subpage:X2}h");

    public static string Value(PageValue value, string? unit)
    {
        string text = value.IsHex ? Spaced(value.Text!) : value.ToString();
        return unit is null || value.Number is null ? text : $"{text} {unit}";
    }

    public static void WriteParameter(PageParameter parameter, TextWriter text)
    {
        string code = string.Create(CultureInfo.InvariantCulture, $"  {parameter.Code:x4}  ");
        string name = parameter.Name ?? (parameter.Code >= 0x8000 ? "(vendor-specific)" : "(without a name)");
        if (parameter.Fields.Count == 0)
        {
            text.WriteLine(Row(code + name, Value(parameter.Value, parameter.Unit)));
            return;
        }

        text.WriteLine(code + name);
        foreach (PageField field in parameter.Fields)
            text.WriteLine(Row("          " + field.Name, Value(field.Value, field.Unit)));
    }

    public static void WriteField(PageField field, TextWriter text) => text.WriteLine(Row("  " + field.Name, Value(field.Value, field.Unit)));

    /// <summary>Sixteen bytes a line, as sg3_utils reads them.</summary>
    public static void WriteHex(string hex, TextWriter text, string indentation = "")
    {
        for (int i = 0; i < hex.Length; i += 32)
            text.WriteLine(indentation + Spaced(hex.Substring(i, Math.Min(32, hex.Length - i))));
    }

    public static OperationException Usage(string message) => new(ExitStatus.Usage, message);

    private static string Row(string name, string value) => $"{name.PadRight(NameWidth)} {value}".TrimEnd();

    private static string Spaced(string hex) => string.Join(' ', hex.Chunk(2).Select(pair => new string(pair)));
}
