using System.Globalization;

namespace Capstan.Cli;

/// <summary>Numbers as people read them. JSON output never goes through here.</summary>
internal static class HumanText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>
    /// <c>512 B</c>, <c>1.5 GB</c>, <c>18.0 TB</c>: powers of 1,000, as on every cartridge and data sheet, so that files, tapes and
    /// rates can be set against each other.
    /// </summary>
    public static string Size(long bytes)
    {
        if (bytes < 1000)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
        double value = bytes;
        int unit = 0;
        // 999.95 would print as 1000.0 of the smaller unit.
        while (value >= 999.95 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary>
    /// <c>1 B</c>, <c>256 KiB</c>, <c>8 MiB</c>: lengths of blocks and transfers are powers of two, and exact; one that is none stays
    /// in bytes.
    /// </summary>
    public static string BlockLength(long bytes)
    {
        if (bytes >= 1 << 20 && bytes % (1 << 20) == 0)
            return string.Create(CultureInfo.InvariantCulture, $"{bytes >> 20} MiB");
        return bytes >= 1 << 10 && bytes % (1 << 10) == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{bytes >> 10} KiB")
            : string.Create(CultureInfo.InvariantCulture, $"{bytes} B");
    }

    /// <summary><c>310.5 MB/s</c>.</summary>
    public static string Rate(double bytesPerSecond) =>
        double.IsFinite(bytesPerSecond) && bytesPerSecond >= 0 ? $"{Size((long)Math.Min(bytesPerSecond, 9e18))}/s" : "-";

    /// <summary><c>0.42 s</c>, <c>8.1 s</c>, <c>2:05</c>, <c>1:02:05</c>.</summary>
    public static string Duration(double seconds)
    {
        if (!double.IsFinite(seconds) || seconds < 0)
            return "-";
        if (seconds < 9.995)
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.00} s");
        if (seconds < 59.95)
            return string.Create(CultureInfo.InvariantCulture, $"{seconds:0.0} s");
        return Clock(TimeSpan.FromSeconds(Math.Round(seconds)));
    }

    /// <summary><c>0:07</c>, <c>2:05</c>, <c>1:02:05</c>: for time left, where parts of a second mean nothing.</summary>
    public static string Clock(TimeSpan time) => time.TotalHours >= 1
        ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
        : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");

    /// <summary><c>1 file</c>, <c>12,345 files</c>.</summary>
    public static string Count(long count, string singular, string? plural = null) =>
        string.Create(CultureInfo.InvariantCulture, $"{count:N0} {(count == 1 ? singular : plural ?? singular + "s")}");

    /// <summary>Files, directories and the rest in one phrase.</summary>
    public static string Entries(long files, long directories, long others)
    {
        string text = Count(files, "file");
        if (directories > 0)
            text += ", " + Count(directories, "directory", "directories");
        if (others > 0)
            text += ", " + Count(others, "other");
        return text;
    }

    /// <summary>Local date and time without parts of a second.</summary>
    public static string Moment(DateTimeOffset moment, TimeProvider time) =>
        TimeZoneInfo.ConvertTime(moment, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>
    /// Reads <c>500M</c>, <c>18TB</c>, <c>64KiB</c>, <c>4096</c>. One letter and the -iB units are powers of 1,024, the -B units powers
    /// of 1,000, as in GNU dd.
    /// </summary>
    public static bool TryParseSize(string text, out long bytes)
    {
        bytes = 0;
        ReadOnlySpan<char> rest = text.AsSpan().Trim();
        int digits = 0;
        while (digits < rest.Length && (char.IsAsciiDigit(rest[digits]) || rest[digits] == '.'))
            digits++;
        if (!decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number))
            return false;
        ReadOnlySpan<char> unit = rest[digits..].Trim();
        if (!TryUnit(unit, out decimal factor))
            return false;
        if (number <= 0 || number > long.MaxValue / factor)
            return false;
        bytes = (long)(number * factor);
        return bytes > 0;
    }

    private static bool TryUnit(ReadOnlySpan<char> unit, out decimal factor)
    {
        factor = 1;
        if (unit.IsEmpty || unit.Equals("B", StringComparison.OrdinalIgnoreCase))
            return true;
        int power = "KMGTP".IndexOf(char.ToUpperInvariant(unit[0]), StringComparison.Ordinal) + 1;
        if (power == 0)
            return false;
        decimal step;
        if (unit.Length == 1 || unit[1..].Equals("iB", StringComparison.OrdinalIgnoreCase))
            step = 1024;
        else if (unit[1..].Equals("B", StringComparison.OrdinalIgnoreCase))
            step = 1000;
        else
            return false;
        for (int i = 0; i < power; i++)
            factor *= step;
        return true;
    }
}
