using System.CommandLine;
using Capstan.Operations;
using Capstan.Operations.Memory;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive memory`, `memory show`, `memory set`, `memory delete`.</summary>
internal static class DriveMemoryCommand
{
    private static readonly TextColumn[] Columns = [new("ID"), new("NAME"), new("VALUE")];

    public static Verb Create(CliEnvironment environment)
    {
        Option<int> partition = Partition();
        Option<string?> saved = Saved();
        return new Verb("memory", "Show what the chip in the cartridge says: capacity, counters, who made it, who uses it. Moves no tape; the tape need not be readable.",
            """
            capstan drive memory
            capstan drive memory show label
            capstan drive memory set label="Offsite 7" pool=monthly
            sg_read_attr --hex /dev/sg3 | capstan drive memory --in -
            """)
        {
            partition, saved, Show(environment), Set(environment), Delete(environment),
        }.Does(environment, (run, parse) =>
        {
            MemoryReport report = parse.GetValue(saved) is { } file
                ? MemoryOperation.Decode(SavedResponse.Read(file).Data, file, [])
                : run.Watch(() => run.Operations.DriveMemory(run.Context, run.Device, Number(parse, partition)));
            run.Report(report, ExitStatus.Success, CliJson.Default.MemoryReport, (report, text) => WriteAll(run, report, text));
        });
    }

    private static Verb Show(CliEnvironment environment)
    {
        Argument<string[]> names = Names("What to show: a name from `capstan drive memory`, or an identifier such as 0803.");
        Option<int> partition = Partition();
        Option<string?> saved = Saved();
        return new Verb("show", "Show single attributes, with their bytes.",
            """
            capstan drive memory show label barcode
            capstan drive memory show 080c --partition 1
            """)
        {
            names, partition, saved,
        }.Does(environment, (run, parse) =>
        {
            string[] wanted = parse.GetValue(names)!;
            MemoryReport report = parse.GetValue(saved) is { } file
                ? MemoryOperation.Decode(SavedResponse.Read(file).Data, file, wanted)
                : run.Watch(() => run.Operations.DriveMemoryShow(run.Context, run.Device, Number(parse, partition), wanted));
            run.Report(report, ExitStatus.Success, CliJson.Default.MemoryReport, WriteDetails);
        });
    }

    private static Verb Set(CliEnvironment environment)
    {
        var assignments = new Argument<string[]>("NAME=VALUE")
        {
            Description = "An attribute that hosts may write, and its value: text, a number, or the bytes after 'hex:'. No value deletes it.",
            Arity = ArgumentArity.OneOrMore,
        };
        Option<int> partition = Partition();
        return new Verb("set", "Set attributes that belong to hosts: label, barcode, pool, host, application and others. All of them or none.",
            """
            capstan drive memory set label="Offsite 7" barcode=CAP001L9
            capstan drive memory set pool=monthly --partition 0
            """)
        {
            assignments, partition,
        }.Does(environment, (run, parse) =>
        {
            MemoryReport report = run.Watch(() =>
                run.Operations.DriveMemorySet(run.Context, run.Device, Number(parse, partition), parse.GetValue(assignments)!));
            run.Report(report, ExitStatus.Success, CliJson.Default.MemoryReport, WriteChanged);
        });
    }

    private static Verb Delete(CliEnvironment environment)
    {
        Argument<string[]> names = Names("What to delete: a name from `capstan drive memory`, or an identifier such as 0803.");
        Option<int> partition = Partition();
        return new Verb("delete", "Delete attributes that belong to hosts.", "capstan drive memory delete pool")
        {
            names, partition,
        }.Does(environment, (run, parse) =>
        {
            string[] wanted = parse.GetValue(names)!;
            MemoryReport report = run.Watch(() => run.Operations.DriveMemoryDelete(run.Context, run.Device, Number(parse, partition), wanted));
            run.Report(report, ExitStatus.Success, CliJson.Default.MemoryReport, (_, text) => text.WriteLine($"deleted: {string.Join(", ", wanted)}"));
        });
    }

    private static Option<int> Partition() => new("--partition")
    {
        Description = "Capacity and coherency are of one partition: of this one, 0 to 3.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    private static Option<string?> Saved() => new("--in")
    {
        Description = "Decode a saved answer to READ ATTRIBUTE instead of asking a drive: binary or hexadecimal, '-' for standard input.",
        HelpName = "FILE",
    };

    private static Argument<string[]> Names(string description) => new("NAME") { Description = description, Arity = ArgumentArity.OneOrMore };

    private static byte Number(ParseResult parse, Option<int> option) => parse.GetValue(option) is var number and >= 0 and <= 255
        ? (byte)number
        : throw new OperationException(ExitStatus.Usage, $"--partition {parse.GetValue(option)}: give a number from 0 to 3.");

    private static void WriteAll(VerbRun run, MemoryReport report, TextWriter text)
    {
        TextTable.Write(run.Output, Columns, report.Attributes.Select(static attribute => new[] { attribute.Id, attribute.Name, Value(attribute) }));
        if (report.Coherency is { IsCurrent: { } isCurrent } note)
        {
            string who = note.LtfsUuid is { } uuid ? $"LTFS volume {uuid}" : "an application";
            text.WriteLine(isCurrent ? $"coherency: {who} made it consistent, and nothing was written since"
                : $"coherency: {who} made it consistent, and something was written since");
        }

        if (report.VolumeLock is { } state && state != "unlocked")
            text.WriteLine($"volume lock: {state}");
    }

    private static void WriteDetails(MemoryReport report, TextWriter text)
    {
        bool isFirst = true;
        foreach (AttributeReport attribute in report.Attributes)
        {
            if (!isFirst)
                text.WriteLine();
            isFirst = false;
            Line(text, "id", attribute.Id);
            Line(text, "name", attribute.Name);
            Line(text, "key", attribute.Key);
            Line(text, "value", Value(attribute));
            Line(text, "belongs to", attribute.Owner + (attribute.ReadOnly ? ", read-only" : ""));
            Line(text, "format", attribute.Format);
            Line(text, "bytes", attribute.Hex);
            if (attribute.Id == "080c" && report.Coherency is { IsCurrent: { } isCurrent })
                Line(text, "current", isCurrent ? "yes: nothing was written since" : "no: something was written since");
        }
    }

    private static void WriteChanged(MemoryReport report, TextWriter text)
    {
        foreach (AttributeReport attribute in report.Attributes)
            text.WriteLine($"{attribute.Key}: {attribute.Value}");
        if (report.Attributes.Count == 0)
            text.WriteLine("deleted");
    }

    private static string Value(AttributeReport attribute) =>
        attribute.Truncated ? $"{attribute.Value} (cut off)" : attribute.Value.Length == 0 ? "-" : attribute.Value;

    private static void Line(TextWriter text, string name, string value) => text.WriteLine($"{name,-10} {value}");
}
