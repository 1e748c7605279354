using System.Globalization;
using Tomlyn.Syntax;

namespace Capstan.Operations.Configuration;

/// <summary>Makes a configuration of a text, or a list of everything that is wrong in it.</summary>
public static class ConfigurationReader
{
    /// <summary>Total: whatever the text is, there is an answer, and the same one each time.</summary>
    /// <param name="path">For the result.</param>
    /// <param name="text">What stands in the file.</param>
    /// <param name="problems">In the order of the lines; the configuration is of use only when there is none.</param>
    public static CapstanConfiguration Read(string path, string text, out IReadOnlyList<ConfigurationProblem> problems)
    {
        ConfigurationTree tree = ConfigurationTree.Parse(text);
        var reader = new Run(tree);
        CapstanConfiguration configuration = reader.Build(path);
        problems = [.. tree.Problems.OrderBy(problem => problem.Line).ThenBy(problem => problem.Column)];
        return configuration;
    }

    /// <summary>One reading.</summary>
    private sealed class Run(ConfigurationTree tree)
    {
        private readonly Dictionary<string, SourceSpan> _seen = new(StringComparer.Ordinal);
        private readonly List<Table> _tables = [];

        internal CapstanConfiguration Build(string path)
        {
            foreach (Header header in tree.Headers)
                Open(header);
            foreach (Leaf leaf in tree.Leaves)
                Take(leaf);
            foreach (Table table in _tables)
                RequireKeys(table);
            var changers = _tables.Where(table => table.Rule.Kind == ConfigurationSchema.Changer).ToList();
            foreach (Table drive in _tables.Where(table => table.Rule.Kind == ConfigurationSchema.Drive))
                CheckPlace(drive, changers);
            return new CapstanConfiguration(path)
            {
                Drives = [.. Of(ConfigurationSchema.Drive).Select(table => new ConfiguredDrive(
                    table.Name, table.Text(ConfigurationSchema.Device) ?? "", table.Text(ConfigurationSchema.Serial), table.Text(ConfigurationSchema.Vendor),
                    table.Text(ConfigurationSchema.Product), table.Text(ConfigurationSchema.Changer), (int?)(table[ConfigurationSchema.ChangerDrive] as long?)))],
                Changers = [.. Of(ConfigurationSchema.Changer).Select(table => new ConfiguredChanger(
                    table.Name, table.Text(ConfigurationSchema.Device) ?? "", table.Text(ConfigurationSchema.Serial), table.Text(ConfigurationSchema.Vendor),
                    table.Text(ConfigurationSchema.Product),
                    [.. (table[ConfigurationSchema.ExportSlots] as IReadOnlyList<long> ?? []).Select(slot => (int)slot)],
                    table[ConfigurationSchema.EjectBeforeUnload] is true))],
                Libraries = [.. Of(ConfigurationSchema.Library).Select(table => new ConfiguredLibrary(table.Name, table.Text(ConfigurationSchema.PathKey) ?? ""))],
                Portals = Of(ConfigurationSchema.Scan).FirstOrDefault()?[ConfigurationSchema.Portals] as IReadOnlyList<string> ?? [],
            };
        }

        private IEnumerable<Table> Of(string kind) => _tables.Where(table => table.Rule.Kind == kind);

        private void Open(Header header)
        {
            if (header.Path is [ConfigurationTree.Damaged, ..])
                return;
            string name = string.Join('.', header.Path);
            if (header.IsArray)
            {
                Problem(header.Span, name, $"two brackets make a list, and there is none here; write [{Quoted(header.Path)}]");
                return;
            }

            if (FindRule(header.Path, header.Span) is not { } rule)
                return;
            int expected = rule.HasNames ? 2 : 1;
            if (header.Path.Count > expected)
                Problem(header.Span, name, $"a table of this kind has no tables in it; one is [{(rule.HasNames ? rule.Kind + ".NAME" : rule.Kind)}]");
            else if (header.Path.Count == expected && IsNew("[" + string.Join('\0', header.Path), header.Span, name, "this table"))
                _ = TableOf(rule, header.Path, header.Span);
        }

        private void Take(Leaf leaf)
        {
            if (leaf.Path is [ConfigurationTree.Damaged, ..])
                return;
            string key = string.Join('.', leaf.Path);
            if (leaf.Path.Count == 1)
            {
                LoneKey(leaf, key);
                return;
            }

            // What is wrong with the header was told there.
            TableRule? rule = leaf.Table > 0 ? ConfigurationSchema.Table(leaf.Path[0]) : FindRule(leaf.Path, leaf.KeySpan);
            if (rule is null)
                return;
            int depth = rule.HasNames ? 2 : 1;
            if (leaf.Path.Count <= depth)
            {
                Problem(leaf.KeySpan, key, $"a name is missing: the header is [{rule.Kind}.NAME]");
                return;
            }

            if (leaf.Path.Count > depth + 1)
            {
                if (leaf.Table <= depth)
                    Problem(leaf.KeySpan, key, $"a value of {rule.Kind} has no parts; known are {Known(rule)}");
                return;
            }

            if (TableOf(rule, [.. leaf.Path.Take(depth)], leaf.KeySpan) is not { } table)
                return;
            string word = leaf.Path[^1];
            if (rule.Key(word) is not { } keyRule)
            {
                Problem(leaf.KeySpan, key, NearestWord.Of(word, rule.Keys.Select(known => known.Name)) is { } near
                    ? $"there is no such key; '{near}' is meant, perhaps"
                    : $"there is no such key; known are {Known(rule)}");
                return;
            }

            if (!IsNew(string.Join('\0', leaf.Path), leaf.KeySpan, key, "this key"))
                return;
            table.Places[word] = leaf.KeySpan;
            if (Value(leaf.Value, keyRule.Kind) is not { } value)
            {
                Problem(leaf.Value.Span, key, $"it is {Describe(leaf.Value)}, and has to be {ConfigurationSchema.Describe(keyRule.Kind)}; for example {word} = {keyRule.Example}");
                return;
            }

            if (keyRule.Check?.Invoke(value) is { } problem)
                Problem(leaf.Value.Span, key, problem);
            table.Values[word] = value;
        }

        private void LoneKey(Leaf leaf, string key)
        {
            string? kind = ConfigurationSchema.Tables.FirstOrDefault(table => table.Key(key) is not null)?.Kind;
            Problem(leaf.KeySpan, key, kind is null
                ? $"there is no such key; known are the tables {Kinds()}"
                : $"it stands below no header; put [{(kind == ConfigurationSchema.Scan ? kind : kind + ".NAME")}] above it");
        }

        private TableRule? FindRule(IReadOnlyList<string> path, SourceSpan span)
        {
            if (ConfigurationSchema.Table(path[0]) is { } rule)
                return rule;
            Problem(span, string.Join('.', path), NearestWord.Of(path[0], ConfigurationSchema.Tables.Select(table => table.Kind)) is { } near
                ? $"there is no table '{path[0]}'; '{near}' is meant, perhaps"
                : $"there is no table '{path[0]}'; known are {Kinds()}");
            return null;
        }

        /// <summary>The table of a name, made at its first mention; null when it cannot have that name, which is told once.</summary>
        private Table? TableOf(TableRule rule, IReadOnlyList<string> path, SourceSpan span)
        {
            string name = rule.HasNames ? path[1] : "";
            if (_tables.FirstOrDefault(known => known.Rule == rule && known.Name == name) is { } table)
                return table;
            if (rule.HasNames && !ConfiguredName.IsValid(name))
            {
                if (_seen.TryAdd("bad" + string.Join('\0', path), span))
                    Problem(span, string.Join('.', path), $"'{name}' is no name: {ConfiguredName.Rule}");
                return null;
            }

            table = new Table(rule, name, span);
            _tables.Add(table);
            return table;
        }

        private void RequireKeys(Table table)
        {
            // A key whose line is no TOML was told there.
            foreach (KeyRule key in table.Rule.Keys.Where(key => key.IsRequired && !table.Places.ContainsKey(key.Name)))
            {
                if (!tree.Problems.Any(problem => problem.Key == key.Name))
                    Problem(table.Span, table.FullName, $"'{key.Name}' is missing; for example {key.Name} = {key.Example}");
            }
        }

        private void CheckPlace(Table drive, List<Table> changers)
        {
            string? changer = drive.Text(ConfigurationSchema.Changer);
            if (changer is not null && ConfiguredName.IsValid(changer) && changers.All(known => known.Name != changer))
            {
                Problem(drive.Places[ConfigurationSchema.Changer], $"{drive.FullName}.{ConfigurationSchema.Changer}",
                    NearestWord.Of(changer, changers.Select(known => known.Name)) is { } near
                        ? $"there is no changer '{changer}'; '{near}' is meant, perhaps"
                        : $"there is no changer '{changer}'; a table [changer.{changer}] describes it");
            }

            if (drive[ConfigurationSchema.ChangerDrive] is not long number)
                return;
            SourceSpan span = drive.Places[ConfigurationSchema.ChangerDrive];
            string key = $"{drive.FullName}.{ConfigurationSchema.ChangerDrive}";
            if (changer is null && !drive.Places.ContainsKey(ConfigurationSchema.Changer))
                Problem(span, key, "of which changer? `changer = \"NAME\"` is missing");
            else if (_tables.TakeWhile(table => table != drive).FirstOrDefault(other => other.Rule == drive.Rule
                && other.Text(ConfigurationSchema.Changer) == changer && other[ConfigurationSchema.ChangerDrive] is long taken && taken == number
                && (other.Text(ConfigurationSchema.Serial) is null || other.Text(ConfigurationSchema.Serial) != drive.Text(ConfigurationSchema.Serial))) is { } holder)
                Problem(span, key, string.Create(CultureInfo.InvariantCulture, $"drive '{holder.Name}' has that place already; a changer counts its drives from 0"));
        }

        private bool IsNew(string identity, SourceSpan span, string key, string what)
        {
            if (_seen.TryAdd(identity, span))
                return true;
            Problem(span, key, string.Create(CultureInfo.InvariantCulture, $"{what} stands in line {_seen[identity].Start.Line + 1} already; it may stand there once"));
            return false;
        }

        private void Problem(SourceSpan span, string? key, string text) =>
            tree.Problems.Add(new ConfigurationProblem(span.Start.Line + 1, span.Start.Column + 1, key, text));

        private static string Known(TableRule rule) => string.Join(", ", rule.Keys.Select(key => key.Name));

        private static string Kinds() =>
            string.Join(", ", ConfigurationSchema.Tables.Select(table => table.HasNames ? $"[{table.Kind}.NAME]" : $"[{table.Kind}]"));

        private static string Quoted(IReadOnlyList<string> path) => string.Join('.', path.Select(ConfigurationText.Key));
    }

    private static object? Value(ValueSyntax syntax, ValueKind kind) => (kind, syntax) switch
    {
        (ValueKind.Text, StringValueSyntax text) => text.Value ?? "",
        (ValueKind.Number, IntegerValueSyntax number) => number.Value,
        (ValueKind.Flag, BooleanValueSyntax flag) => flag.Value,
        (ValueKind.Numbers, ArraySyntax array) => Items(array).All(item => item is IntegerValueSyntax)
            ? (IReadOnlyList<long>)[.. Items(array).Cast<IntegerValueSyntax>().Select(item => item.Value)] : null,
        (ValueKind.Texts, ArraySyntax array) => Items(array).All(item => item is StringValueSyntax)
            ? (IReadOnlyList<string>)[.. Items(array).Cast<StringValueSyntax>().Select(item => item.Value ?? "")] : null,
        _ => null,
    };

    private static IEnumerable<ValueSyntax?> Items(ArraySyntax array) => array.Items.Select(item => item.Value);

    private static string Describe(ValueSyntax value) => value switch
    {
        StringValueSyntax => "a text",
        IntegerValueSyntax => "a number",
        FloatValueSyntax => "a number with a fraction",
        BooleanValueSyntax => "true or false",
        DateTimeValueSyntax => "a date or time",
        ArraySyntax => "a list",
        _ => "something else",
    };

    /// <summary>A table of the file, put together from wherever its keys stand.</summary>
    private sealed record Table(TableRule Rule, string Name, SourceSpan Span)
    {
        internal Dictionary<string, object> Values { get; } = new(StringComparer.Ordinal);

        internal Dictionary<string, SourceSpan> Places { get; } = new(StringComparer.Ordinal);

        internal string FullName => Rule.HasNames ? $"{Rule.Kind}.{Name}" : Rule.Kind;

        internal object? this[string key] => Values.GetValueOrDefault(key);

        internal string? Text(string key) => this[key] as string;
    }
}
