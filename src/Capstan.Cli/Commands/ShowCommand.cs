using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

internal static class ShowCommand
{
    public static Command Create(CliEnvironment environment)
    {
        var id = CommonArguments.BackupId();
        return new Verb("show", "List what is in a backup, and what could not be saved as it should be.",
            """
            capstan show latest
            capstan show 1a2b3c4d --output-format json-pretty
            """)
        {
            id,
        }.Does(environment, (run, parse) =>
        {
            string backup = parse.GetRequiredValue(id);
            if (run.Json is { } json)
                ShowJson(run, json, backup);
            else
                ShowText(run, backup);
        });
    }

    private static void ShowJson(VerbRun run, JsonDocumentWriter json, string id)
    {
        BackupSummary summary = run.Operations.Show(run.Context, id,
            entry => Write(json.Element("entries"), entry),
            problem => JsonSerializer.Serialize(json.Element("problems"), problem, CliJson.Default.PathProblem));
        // Readers need not care whether an array is empty or missing.
        json.EnsureArray("entries");
        json.EnsureArray("problems");
        json.Member("backup", summary, CliJson.Default.BackupSummary);
    }

    private static void Write(Utf8JsonWriter json, EntryLine entry)
    {
        json.WriteStartObject();
        WriteName(json, "path"u8, "path_base64"u8, entry.RawPath.Span, entry.Path);
        json.WriteString("kind"u8, entry.Kind);
        json.WriteString("state"u8, entry.State);
        json.WriteNumber("mode"u8, entry.Mode & 0xFFF);
        json.WriteNumber("uid"u8, entry.Uid);
        json.WriteNumber("gid"u8, entry.Gid);
        json.WriteNumber("size"u8, entry.Size);
        json.WriteString("modified"u8, entry.Modified);
        if (entry.LinkTarget is { } target)
            WriteName(json, "link_target"u8, "link_target_base64"u8, entry.RawLinkTarget.Span, target);
        if (entry.Hash is { } hash)
            json.WriteString("xxh128"u8, hash);
        json.WriteNumber("object_id"u8, entry.ObjectId);
        json.WriteEndObject();
    }

    /// <summary>The name itself where JSON can hold it; otherwise escaped, with its bytes beside.</summary>
    private static void WriteName(Utf8JsonWriter json, ReadOnlySpan<byte> member, ReadOnlySpan<byte> base64Member, ReadOnlySpan<byte> raw, string escaped)
    {
        if (Utf8.IsValid(raw))
        {
            json.WriteString(member, raw);
            return;
        }

        json.WriteString(member, escaped);
        json.WriteBase64String(base64Member, raw);
    }

    private static void ShowText(VerbRun run, string id)
    {
        TextWriter text = run.Text;
        var line = new StringBuilder(256);
        bool hasProblems = false;
        BackupSummary summary = run.Operations.Show(run.Context, id,
            entry =>
            {
                line.Clear();
                Append(line, entry, run.Time);
                text.WriteLine(line);
            },
            problem =>
            {
                if (!hasProblems)
                    text.WriteLine("\nproblems:");
                hasProblems = true;
                text.WriteLine(ConsoleListener.Describe(problem.Path, problem.Text));
            });
        text.Flush();
        run.Listener.Note($"backup {summary.Id} of {HumanText.Moment(summary.Started, run.Time)} is {summary.State}: "
            + $"{HumanText.Entries(summary.Files, summary.Directories, summary.Others)}, {HumanText.Size(summary.ContentBytes)}, "
            + $"{HumanText.Count(summary.Problems, "problem")}, on {(summary.Tapes.Count == 0 ? "no tape" : "tape " + string.Join(", ", summary.Tapes))}");
        if (summary.Encrypted)
            run.Listener.Note($"encrypted by the drive{(summary.Key is { } key ? $", with the key '{key}'" : "")}: it is read with that key in the drive");
        foreach (PartSummary part in summary.Parts)
            run.Listener.Note($"tape {part.Tape}: file {part.FileNumber}, {HumanText.Count(part.Blocks, "block")} from object {part.FirstObjectId} on");
    }

    /// <summary>As `tar -tv` prints it: mode, owner, size, time, name, link.</summary>
    internal static void Append(StringBuilder line, EntryLine entry, TimeProvider time)
    {
        AppendMode(line, entry.Kind, entry.Mode);
        CultureInfo invariant = CultureInfo.InvariantCulture;
        int start = line.Length;
        line.Append(invariant, $" {entry.Uid}/{entry.Gid}");
        // Owner and size share one column, so that long owners push only long sizes.
        Span<char> size = stackalloc char[20];
        entry.Size.TryFormat(size, out int digits, default, invariant);
        line.Append(' ', Math.Max(1, 24 - (line.Length - start) - digits)).Append(size[..digits]);
        line.Append(invariant, $" {TimeZoneInfo.ConvertTime(entry.Modified, time.LocalTimeZone):yyyy-MM-dd HH:mm:ss} ");
        line.Append(entry.Path);
        if (entry.Kind == "directory" && !entry.Path.EndsWith('/'))
            line.Append('/');
        if (entry.LinkTarget is { } target)
            line.Append(entry.Kind == "hardlink" ? " link to " : " -> ").Append(target);
        if (entry.State != "ok")
            line.Append(" [").Append(entry.State).Append(']');
    }

    private static void AppendMode(StringBuilder line, string kind, uint mode)
    {
        line.Append(kind switch
        {
            "directory" => 'd',
            "symlink" => 'l',
            "hardlink" => 'h',
            "chardev" => 'c',
            "blockdev" => 'b',
            "fifo" => 'p',
            _ => '-',
        });
        // st_mode's order, highest bit first: three of read, write, execute; set-uid, set-gid and sticky take the place of x.
        ReadOnlySpan<char> letters = "rwxrwxrwx";
        for (int i = 0; i < 9; i++)
        {
            bool set = (mode & (0x100u >> i)) != 0;
            bool special = i % 3 == 2 && (mode & (0x800u >> (i / 3))) != 0;
            char letter = i == 8 ? 't' : 's';
            line.Append(special ? (set ? letter : char.ToUpperInvariant(letter)) : set ? letters[i] : '-');
        }
    }
}
