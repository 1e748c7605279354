using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Movement;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive rewind|fsf|bsf|fsfm|bsfm|fsr|bsr|asf|eod|seek|retension|weof|tell|lock|unlock`.</summary>
internal static class DriveMoveCommand
{
    public static IEnumerable<Verb> Create(CliEnvironment environment) =>
    [
        Move(environment, TapeMove.Rewind, "Rewind the tape to its beginning."),
        Move(environment, TapeMove.Fsf, "Forward over COUNT filemarks; stands behind the last one, at the beginning of a file."),
        Move(environment, TapeMove.Bsf, "Back over COUNT filemarks; stands before the last one passed, at the end of a file."),
        Move(environment, TapeMove.Fsfm, "Forward over COUNT filemarks; stands before the last one, at the end of a file."),
        Move(environment, TapeMove.Bsfm, "Back over COUNT filemarks; stands behind the last one passed, at the beginning of a file."),
        Move(environment, TapeMove.Fsr, "Forward over COUNT blocks; a filemark ends it, and the tape stands behind that."),
        Move(environment, TapeMove.Bsr, "Back over COUNT blocks; a filemark ends it, and the tape stands before that."),
        Move(environment, TapeMove.Asf, "To the beginning of file COUNT, counted from 0.", defaultCount: null),
        Move(environment, TapeMove.Eod, "To the end of data, where appending begins."),
        Move(environment, TapeMove.Seek, "To logical object COUNT, as `capstan drive tell` counts; filemarks count too.", defaultCount: null),
        Move(environment, TapeMove.Retension, "Wind the tape to its end and back, which evens its tension."),
        Weof(environment),
        Tell(environment),
        Lock(environment, "lock", "Lock the cartridge in the drive: neither its button nor `eject` gives it out.", true),
        Lock(environment, "unlock", "Free the cartridge again.", false),
    ];

    private static Verb Move(CliEnvironment environment, TapeMove move, string description, long? defaultCount = 1)
    {
        string name = MoveOperation.NameOf(move);
        bool takesCount = MoveOperation.TakesCount(move);
        Argument<long>? count = takesCount ? Count(defaultCount) : null;
        Option<int?>? partition = move != TapeMove.Seek ? null
            : new Option<int?>("--partition") { Description = "In this partition. Without it: in the one where the tape stands.", HelpName = "N" };
        string example = !takesCount ? $"capstan drive {name}" : $"capstan drive {name} {(move == TapeMove.Seek ? "1042" : "2")}";
        Verb verb = new Verb(name, description, example).Does(environment, (run, parse) =>
        {
            int? inPartition = partition is null ? null : parse.GetValue(partition);
            if (inPartition is < 0 or > byte.MaxValue)
                throw new OperationException(ExitStatus.Usage, $"--partition {inPartition}: give 0 or more.");
            var request = new MoveRequest(run.Device, move, count is null ? 1 : NotNegative(parse.GetValue(count)), inPartition);
            MoveReport report = run.Watch(() => run.Operations.DriveMove(run.Context, request, run.Cancellation));
            run.Report(report, report.Status, CliJson.Default.MoveReport, (report, text) => Write(run, report, text));
        });
        if (count is not null)
            verb.Add(count);
        if (partition is not null)
            verb.Add(partition);
        return verb;
    }

    private static Verb Weof(CliEnvironment environment)
    {
        Argument<long> count = Count(1);
        var overwrite = new Option<bool>("--overwrite-labelled") { Description = "Also where that cuts a tape that Capstan labelled, and so destroys backups." };
        return new Verb("weof", "Write COUNT filemarks where the tape stands. What stood behind is lost. 0 only empties the drive's buffer.", "capstan drive weof\ncapstan drive weof 2 --device /dev/sg3")
        {
            count, overwrite,
        }.Does(environment, (run, parse) =>
        {
            long filemarks = NotNegative(parse.GetValue(count));
            if (filemarks > WeofOperation.MaxCount)
                throw new OperationException(ExitStatus.Usage, $"COUNT {filemarks}: one command writes {WeofOperation.MaxCount} filemarks at most.");
            var request = new WeofRequest(run.Device, (int)filemarks, parse.GetValue(overwrite));
            MoveReport report = run.Watch(() => run.Operations.DriveWeof(run.Context, request, run.Cancellation));
            run.Report(report, report.Status, CliJson.Default.MoveReport, (report, text) => Write(run, report, text));
        });
    }

    private static Verb Tell(CliEnvironment environment)
    {
        var saved = new Option<string?>("--in")
        {
            Description = "Decode a saved answer to READ POSITION instead of asking a drive: binary or hexadecimal, '-' for standard input.",
            HelpName = "FILE",
        };
        return new Verb("tell", "Tell where the tape stands, and what is in the drive's buffer. Moves nothing.",
            """
            capstan drive tell
            sg_raw -r 32 /dev/sg3 34 06 00 00 00 00 00 00 00 00 2>&1 | capstan drive tell --in -
            """)
        {
            saved,
        }.Does(environment, (run, parse) =>
        {
            TellReport report = parse.GetValue(saved) is { } file
                ? TellOperation.Decode(SavedResponse.Read(file).Data, file)
                : run.Watch(() => run.Operations.DriveTell(run.Context, run.Device, run.Cancellation));
            run.Report(report, report.Status, CliJson.Default.TellReport, (report, text) => WriteTell(run, report, text));
        });
    }

    private static Verb Lock(CliEnvironment environment, string name, string description, bool locks) =>
        new Verb(name, description, $"capstan drive {name}").Does(environment, (run, _) =>
        {
            LockReport report = run.Watch(() => run.Operations.DriveLock(run.Context, run.Device, locks));
            run.Report(report, ExitStatus.Success, CliJson.Default.LockReport,
                static (report, text) => text.WriteLine(report.Locked ? "the cartridge is locked in the drive" : "the cartridge is free"));
        });

    private static Argument<long> Count(long? defaultCount)
    {
        var count = new Argument<long>("COUNT")
        {
            Description = defaultCount is null ? "Where to." : "How many.",
            Arity = defaultCount is null ? ArgumentArity.ExactlyOne : ArgumentArity.ZeroOrOne,
        };
        if (defaultCount is { } value)
            count.DefaultValueFactory = _ => value;
        return count;
    }

    private static long NotNegative(long count) => count >= 0 ? count
        : throw new OperationException(ExitStatus.Usage, string.Create(CultureInfo.InvariantCulture, $"COUNT {count}: give 0 or more; the verb says in which direction."));

    private static void Write(VerbRun run, MoveReport report, TextWriter text)
    {
        string where = report.Position is { } position ? DriveCommand.Describe(position) : "this drive does not tell where its tape stands";
        string count = report.Count is { } n ? string.Create(CultureInfo.InvariantCulture, $" {n}") : "";
        text.WriteLine($"{report.Action}{count}: {where}");
        if (report.Reason is { } reason)
            run.Listener.Problem("", reason);
    }

    private static void WriteTell(VerbRun run, TellReport report, TextWriter text)
    {
        if (report.Position is { } position)
            Line(text, "position", DriveCommand.Describe(position));
        if (report.BeyondProgrammableEarlyWarning)
            Line(text, "end", "beyond programmable early warning");
        if (report.ObjectsInBuffer is { } objects)
        {
            string bytes = report.BytesInBuffer is { } b ? string.Create(CultureInfo.InvariantCulture, $", {b} bytes") : "";
            Line(text, "buffer", string.Create(CultureInfo.InvariantCulture, $"{objects} {(objects == 1 ? "object" : "objects")}{bytes}"));
        }

        if (report.FirstBufferedObject is { } first && first != report.Position?.ObjectId)
            Line(text, "on tape", string.Create(CultureInfo.InvariantCulture, $"what is before object {first}"));
        Line(text, "forms", string.Join(", ", report.Forms));
        if (report.Reason is { } reason)
            run.Listener.Problem("", reason);
    }

    private static void Line(TextWriter text, string name, string value) => text.WriteLine($"{name,-10} {value}");
}
