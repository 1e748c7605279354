using System.Globalization;
using System.Text;

namespace Capstan.Transport;

/// <summary>Who has a lock.</summary>
/// <param name="ProcessId">Of the process.</param>
/// <param name="Command">Its command line, cut to a readable length; empty when it is not known.</param>
/// <param name="Since">When it took the lock; null when it is not known.</param>
public sealed record LockHolder(int ProcessId, string Command, DateTimeOffset? Since)
{
    private const int LongestCommand = 100;
    private const string NativeSuffix = "-native";

    /// <summary>What a lock file holds at most, in bytes.</summary>
    public const int LongestText = 1024;

    /// <summary>This process.</summary>
    public static LockHolder Self(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        string[] words = Environment.GetCommandLineArgs();
        // Where the program lies, and that it was compiled ahead of time, tells nobody anything.
        words[0] = System.IO.Path.GetFileNameWithoutExtension(words[0]);
        if (words[0].EndsWith(NativeSuffix, StringComparison.Ordinal))
            words[0] = words[0][..^NativeSuffix.Length];
        return new LockHolder(Environment.ProcessId, Printable(string.Join(' ', words)), time.GetUtcNow());
    }

    /// <summary>Three lines: process, time, command.</summary>
    public byte[] Encode() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{ProcessId}\n{Since:O}\n{Command}\n"));

    /// <summary>What stands in a lock file; null for what is no such text.</summary>
    public static LockHolder? Decode(ReadOnlySpan<byte> text)
    {
        string[] lines = Encoding.UTF8.GetString(text).Split('\n');
        if (!int.TryParse(lines[0].Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int process) || process <= 0)
            return null;
        DateTimeOffset? since = lines.Length > 1
            && DateTimeOffset.TryParseExact(lines[1], "O", CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out DateTimeOffset time) ? time : null;
        return new LockHolder(process, lines.Length > 2 ? Printable(lines[2]) : "", since);
    }

    /// <summary><c>process 4711 (capstan backup docs) since 2026-11-23 11:20:31</c>, in local time.</summary>
    public string Describe(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        string who = string.Create(CultureInfo.InvariantCulture, $"process {ProcessId}");
        if (Command.Length > 0)
            who += $" ({Command})";
        return Since is { } since ? string.Create(CultureInfo.InvariantCulture, $"{who} since {TimeZoneInfo.ConvertTime(since, time.LocalTimeZone):yyyy-MM-dd HH:mm:ss}") : who;
    }

    /// <summary>What a process calls itself is not trusted to be printable.</summary>
    private static string Printable(string text)
    {
        var plain = new StringBuilder(LongestCommand);
        foreach (char letter in text)
        {
            if (plain.Length == LongestCommand)
                return plain.Append("...").ToString();
            plain.Append(char.IsControl(letter) ? '?' : letter);
        }

        return plain.ToString();
    }
}
