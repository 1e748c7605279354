using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Raw;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive write` and `capstan drive read`.</summary>
internal static class DriveRawCommand
{
    private const string DefaultBlock = "256K";

    public static Verb Write(CliEnvironment environment)
    {
        var file = File("What to write; '-' or nothing for standard input.");
        var block = new Option<string>("--block-size")
        {
            Description = "Length of every block; the last one is shorter when the input ends in it.",
            HelpName = "SIZE",
            DefaultValueFactory = _ => DefaultBlock,
        };
        var pad = new Option<bool>("--pad") { Description = "Fill the last block up with zeros." };
        var filemarks = new Option<int>("--filemarks")
        {
            Description = "How many to write behind the data, 0 to 255.",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        Option<string> at = At("here: where the tape stands; start: at its beginning; end: at the end of data. Everything behind is lost.", "here", "start", "end");
        var overwrite = new Option<bool>("--overwrite-labelled") { Description = "Write to a tape that Capstan labelled, and so destroy its backups." };
        Option<bool> protect = CommonArguments.Protect();
        Option<bool> encrypted = CommonArguments.Encrypted();
        return new Verb("write", "Write a raw tape file, one block a record: what dd and tar read.",
            """
            tar -b 512 -cf - docs | capstan drive write --at end
            capstan drive write image.raw --block-size 64K --device /dev/sg3
            """)
        {
            file, block, pad, filemarks, at, overwrite, protect, encrypted,
        }.Does(environment, (run, parse) =>
        {
            string name = parse.GetValue(file) ?? RawFiles.Standard;
            int blockLength = BlockLength(parse.GetValue(block)!);
            int marks = parse.GetValue(filemarks);
            if (marks is < 0 or > 255)
                throw Usage($"--filemarks {marks}: give 0 to 255.");
            using Stream source = RawFiles.OpenSource(name);
            var request = new RawWriteRequest(run.Device, source, name == RawFiles.Standard ? "standard input" : name, blockLength,
                parse.GetValue(pad), marks, StartOf(parse.GetValue(at)!), parse.GetValue(overwrite), parse.GetValue(protect), parse.GetValue(encrypted));
            RawReport report = run.Watch(() => run.Operations.DriveWrite(run.Context, request, run.Cancellation));
            run.Report(report, report.Status, CliJson.Default.RawReport, WriteText);
        });
    }

    public static Verb Read(CliEnvironment environment)
    {
        var file = File("Where to; '-' or nothing for standard output (the report then goes to standard error). A directory gets one file for each tape file: 0001, 0002 ...");
        var block = new Option<string>("--block-size")
        {
            Description = "Length of the buffers to begin with; longer blocks are read again with longer ones.",
            HelpName = "SIZE",
            DefaultValueFactory = _ => DefaultBlock,
        };
        var count = new Option<int>("--count") { Description = "How many tape files.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var all = new Option<bool>("--all") { Description = "All tape files up to the end of data." };
        var skip = new Option<int>("--skip") { Description = "Space over N filemarks first.", HelpName = "N" };
        Option<string> at = At("here: from where the tape stands; start: from its beginning.", "here", "start");
        Option<bool> protect = CommonArguments.Protect();
        return new Verb("read", "Read raw tape files with blocks of any length, whoever wrote them.",
            """
            capstan drive read --at start | tar -tvf -
            capstan drive read files/ --all --at start
            capstan drive read image.raw --skip 2 --device /dev/sg3
            """)
        {
            file, block, count, all, skip, at, protect,
        }.Does(UsesStandardOutput(environment, file), (run, parse) =>
        {
            int bufferLength = BlockLength(parse.GetValue(block)!);
            int files = parse.GetValue(count);
            int skipped = parse.GetValue(skip);
            if (files < 1)
                throw Usage($"--count {files}: give 1 or more, or --all.");
            if (skipped < 0)
                throw Usage($"--skip {skipped}: give 0 or more.");
            using RawTarget target = RawFiles.OpenTarget(parse.GetValue(file) ?? RawFiles.Standard);
            var request = new RawReadRequest(run.Device, target, bufferLength, parse.GetValue(all) ? null : files, skipped, StartOf(parse.GetValue(at)!), parse.GetValue(protect));
            RawReport report = run.Watch(() => run.Operations.DriveRead(run.Context, request, run.Cancellation));
            run.Report(report, report.Status, CliJson.Default.RawReport, WriteText);
        });
    }

    /// <summary>Where data goes to standard output, nothing else may.</summary>
    private static Func<ParseResult, CliEnvironment> UsesStandardOutput(CliEnvironment environment, Argument<string?> file) =>
        parse => (parse.GetValue(file) ?? RawFiles.Standard) == RawFiles.Standard
            ? environment with { Output = environment.Error, JsonOutput = environment.JsonError ?? environment.JsonOutput }
            : environment;

    private static Argument<string?> File(string description) => new("FILE") { Description = description, Arity = ArgumentArity.ZeroOrOne };

    private static Option<string> At(string description, params string[] words)
    {
        var option = new Option<string>("--at") { Description = description, HelpName = string.Join('|', words), DefaultValueFactory = _ => "here" };
        option.AcceptOnlyFromAmong(words);
        return option;
    }

    private static RawStart StartOf(string word) => word switch
    {
        "start" => RawStart.Beginning,
        "end" => RawStart.EndOfData,
        _ => RawStart.Here,
    };

    private static int BlockLength(string size) => HumanText.TryParseSize(size, out long bytes) && bytes <= 0xFF_FFFF
        ? (int)bytes
        : throw Usage($"--block-size {size}: give a number with an optional unit, such as 512, 10K or 1M, under 16M.");

    private static void WriteText(RawReport report, TextWriter text)
    {
        bool several = report.Files.Count > 1;
        for (int i = 0; several && i < report.Files.Count; i++)
            text.WriteLine(string.Create(CultureInfo.InvariantCulture, $"file {i + 1}: {Describe(report.Files[i])}, ended by {report.Files[i].EndedBy}"));
        string what = several ? $"{HumanText.Count(report.Files.Count, "file")}, {report.Bytes} bytes in {HumanText.Count(report.Blocks, "block")}"
            : report.Files is [var only] ? $"{Describe(only)}, ended by {only.EndedBy}" : "nothing";
        text.WriteLine($"{report.Action}: {what}, {HumanText.Duration(report.Seconds)} ({HumanText.Rate(report.BytesPerSecond)})");
        if (report.Reason is { } reason)
            text.WriteLine($"reason: {reason}");
        if (report.To is { } position)
            text.WriteLine($"the tape stands at {DriveCommand.Describe(position)}");
    }

    private static string Describe(RawFile file)
    {
        string lengths = file.Blocks == 0 ? ""
            : file.ShortestBlock == file.LongestBlock ? string.Create(CultureInfo.InvariantCulture, $" of {file.LongestBlock} bytes")
            : string.Create(CultureInfo.InvariantCulture, $" of {file.ShortestBlock} to {file.LongestBlock} bytes");
        return string.Create(CultureInfo.InvariantCulture, $"{file.Bytes} bytes in {HumanText.Count(file.Blocks, "block")}{lengths}");
    }

    private static OperationException Usage(string message) => new(ExitStatus.Usage, message);
}
