using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Pages;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive raw`.</summary>
internal static class DriveCdbCommand
{
    private const int DefaultTimeoutSeconds = 300;
    private const int MaximumCdb = 16;
    private const int MaximumOutputBytes = 64 << 20;

    public static Verb Create(CliEnvironment environment)
    {
        var cdb = new Argument<string[]>("CDB") { Description = "The command's bytes in hexadecimal: 6, 10, 12 or 16 of them.", Arity = ArgumentArity.OneOrMore };
        var read = new Option<string?>("--in") { Description = "How many bytes the drive may send.", HelpName = "N" };
        var write = new Option<string?>("--out") { Description = "Data for the drive: a file, binary or in hexadecimal; '-' for standard input.", HelpName = "FILE" };
        var to = new Option<string?>("--to") { Description = "Where the drive's data go, as they are; without it they are printed in hexadecimal.", HelpName = "FILE" };
        var timeout = new Option<int>("--timeout")
        {
            Description = "How long the command may take, in seconds. A drive whose command times out is reset.",
            HelpName = "S",
            DefaultValueFactory = _ => DefaultTimeoutSeconds,
        };
        return new Verb("raw", "Send a SCSI command of your own. It is sent as it is: it may move, overwrite or erase the tape, or change the drive.",
            """
            capstan drive raw 00 00 00 00 00 00
            capstan drive raw 4d 00 51 00 00 00 00 02 00 00 --in 512
            capstan drive raw 12 01 80 00 ff 00 --in 255 --to serial.bin
            """)
        {
            cdb, read, write, to, timeout,
        }.Does(environment, (run, parse) =>
        {
            byte[] bytes = Bytes(parse.GetValue(cdb)!);
            int expected = RawCommandOperation.CdbLengthOf(bytes[0]);
            if (bytes.Length > MaximumCdb || bytes.Length < 6 || (expected > 0 && bytes.Length != expected))
            {
                throw PageText.Usage(string.Create(CultureInfo.InvariantCulture,
                    $"A command with operation code {bytes[0]:X2}h has {(expected > 0 ? expected.ToString(CultureInfo.InvariantCulture) : "6 to 16")} bytes, and these are {bytes.Length}. Nothing was sent."));
            }

            if (parse.GetValue(read) is not null && parse.GetValue(write) is not null)
                throw PageText.Usage("Data go one way: give --in or --out. Nothing was sent.");
            if (parse.GetValue(to) is not null && parse.GetValue(read) is null)
                throw PageText.Usage("--to needs --in: how many bytes the drive may send. Nothing was sent.");
            int seconds = parse.GetValue(timeout);
            if (seconds is < 1 or > 1_000_000)
                throw PageText.Usage($"--timeout {seconds}: give 1 to 1000000 seconds. Nothing was sent.");
            ReadOnlyMemory<byte>? data = null;
            if (parse.GetValue(write) is { } file)
                data = SavedResponse.Read(file, "--out", MaximumOutputBytes).Data;
            var request = new RawCommandRequest(run.Device, bytes, Length(parse.GetValue(read)), data, parse.GetValue(to), TimeSpan.FromSeconds(seconds));
            RawCommandReport report = run.Watch(() => run.Operations.DriveRaw(run.Context, request));
            run.Report(report, report.Status, CliJson.Default.RawCommandReport, Write);
        });
    }

    private static byte[] Bytes(string[] words)
    {
        var bytes = new List<byte>();
        foreach (string word in words.SelectMany(static word => word.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries)))
        {
            string digits = word.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? word[2..] : word;
            if (digits.Length == 1)
                digits = "0" + digits;
            try
            {
                bytes.AddRange(Convert.FromHexString(digits));
            }
            catch (FormatException)
            {
                throw PageText.Usage($"'{word}' is not a byte in hexadecimal. Nothing was sent.");
            }
        }

        return bytes.Count > 0 ? [.. bytes] : throw PageText.Usage("There is no command. Nothing was sent.");
    }

    private static int Length(string? text)
    {
        if (text is null)
            return 0;
        return HumanText.TryParseSize(text, out long bytes) && bytes <= int.MaxValue
            ? (int)bytes
            : throw PageText.Usage($"--in {text}: give the number of bytes, such as 252 or 64K. Nothing was sent.");
    }

    private static void Write(RawCommandReport report, TextWriter text)
    {
        text.WriteLine($"command  {report.Command}");
        text.WriteLine($"status   {report.ScsiStatus}");
        if (report.Sense is { } sense)
            text.WriteLine($"sense    {sense}");
        if (report.SenseHex is { } hex)
            PageText.WriteHex(hex, text, "         ");
        if (report.Bytes > 0)
            text.WriteLine($"data     {HumanText.Count(report.Bytes, "byte")}{(report.To is { } file ? $" in {file}" : "")}");
        if (report.Data is { } data)
            PageText.WriteHex(data, text);
    }
}
