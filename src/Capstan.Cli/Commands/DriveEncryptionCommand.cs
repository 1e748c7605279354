using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Encryption;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive encryption`.</summary>
internal static class DriveEncryptionCommand
{
    public static Verb Create(CliEnvironment environment) =>
        new("encryption", "Encryption in the drive: give it a key, take it away, see what it has. Moves no tape.",
            """
            capstan drive encryption status
            capstan drive encryption on --key-file offsite.key
            """)
        {
            Status(environment),
            Set(environment, "on", EncryptionChoice.On, "Encrypt what is written, and read only what this key decrypts."),
            Set(environment, "mixed", EncryptionChoice.Mixed, "Encrypt what is written; read what this key decrypts, and what is in clear."),
            Set(environment, "rawread", EncryptionChoice.RawRead, "Read encrypted blocks as they are on the tape, without a key. What is written is in clear."),
            Set(environment, "off", EncryptionChoice.Off, "Take the key away: what is written is in clear, and encrypted blocks cannot be read."),
            Generate(environment),
        };

    private static Verb Status(CliEnvironment environment)
    {
        var file = new Option<string?>("--in")
        {
            Description = "Decode a saved answer to SECURITY PROTOCOL IN instead of asking a drive; '-' for standard input.",
            HelpName = "FILE",
        };
        return new Verb("status", "Tell what is set in the drive, and whether the block that comes next is encrypted. Moves no tape.",
            """
            capstan drive encryption status
            capstan drive encryption status --in spin-0020.hex
            """)
        {
            file,
        }.Does(environment, (run, parse) =>
        {
            EncryptionReport report = parse.GetValue(file) is { } name ? Decode(name) : run.Operations.DriveEncryptionStatus(run.Context, run.Device);
            run.Report(report, ExitStatus.Success, CliJson.Default.EncryptionReport, WriteReport);
        });
    }

    private static Verb Set(CliEnvironment environment, string name, EncryptionChoice choice, string description)
    {
        bool needsKey = choice is EncryptionChoice.On or EncryptionChoice.Mixed;
        var keyFile = new Option<string?>("--key-file")
        {
            Description = "File with the key: 32 bytes, or 64 hexadecimal digits and in a second line what it is called. Closed to others.",
            HelpName = "FILE",
        };
        var keyInput = new Option<bool>("--key-stdin") { Description = "Read the key from standard input." };
        var called = new Option<string?>("--description")
        {
            Description = "What the key is called. Stored in clear with every block (U-KAD), so that who needs the key knows which.",
            HelpName = "TEXT",
        };
        var scope = new Option<string>("--scope")
        {
            Description = "all: for every host and program that uses the drive; local: for this host's path to it.",
            DefaultValueFactory = _ => "all",
        };
        scope.AcceptOnlyFromAmong("all", "local");
        var clear = new Option<bool>("--clear-on-unload") { Description = "The drive forgets the key when the tape is unloaded." };
        var raw = new Option<bool>("--allow-raw-read") { Description = "What is written may be read raw (rawread) by who has not the key." };
        var verb = new Verb(name, description, needsKey ? $"capstan drive encryption {name} --key-file offsite.key --description \"offsite 2026\"" : $"capstan drive encryption {name}") { scope };
        if (needsKey)
        {
            foreach (Option option in (Option[])[keyFile, keyInput, called, clear, raw])
                verb.Add(option);
        }

        return verb.Does(environment, (run, parse) =>
        {
            using ReadKey? key = needsKey ? ReadKey(run, parse.GetValue(keyFile), parse.GetValue(keyInput)) : null;
            var request = new EncryptionRequest(
                run.Device, choice, key, needsKey ? Described(parse.GetValue(called)) : null, parse.GetValue(scope) == "local",
                needsKey && parse.GetValue(clear), needsKey && parse.GetValue(raw));
            run.Report(run.Operations.DriveEncryptionSet(run.Context, request), ExitStatus.Success, CliJson.Default.EncryptionReport, WriteReport);
        });
    }

    private static Verb Generate(CliEnvironment environment)
    {
        var file = new Argument<string>("FILE") { Description = "A file that does not exist; only its owner will be able to read it." };
        var called = new Option<string?>("--description") { Description = "What the key is called.", HelpName = "TEXT" };
        return new Verb("generate-key", "Make a key of 256 random bits. Keep a copy of it: without it the tapes are lost.",
            "capstan drive encryption generate-key offsite.key --description \"offsite 2026\"")
        {
            file, called,
        }.Does(environment, (run, parse) =>
        {
            string name = parse.GetValue(file)!;
            string? description = Described(parse.GetValue(called));
            KeyFile.Generate(name, description);
            run.Report(new KeyFileReport(name, description), ExitStatus.Success, CliJson.Default.KeyFileReport, static (report, text) =>
                text.WriteLine($"{report.File}: a new key. Keep a copy of it apart from the tapes: without it they cannot be read."));
        });
    }

    private static ReadKey ReadKey(VerbRun run, string? file, bool fromInput)
    {
        if (file is not null == fromInput)
            throw new OperationException(ExitStatus.Usage, "Give the key with --key-file FILE or with --key-stdin, not with both.");
        if (file is not null)
            return KeyFile.Read(file, text => run.Context.Listener.Problem("", text));
        using Stream input = new FileDescriptorSource(StandardStreams.Input);
        return KeyFile.Read(input, "standard input");
    }

    private static string? Described(string? text)
    {
        if (string.IsNullOrEmpty(text))
            return null;
        return text.AsSpan().ContainsAnyExceptInRange(' ', '~')
            ? throw new OperationException(ExitStatus.Usage, "--description: a key description is printable ASCII.")
            : text;
    }

    private static EncryptionReport Decode(string file)
    {
        SavedResponse response = SavedResponse.Read(file);
        return EncryptionOperation.Decode(response.Data, response.Device) ?? throw new OperationException(ExitStatus.Failed,
            $"{file}: this is no answer about tape encryption: pages 0000h, 0001h, 0010h, 0012h, 0020h and 0021h of SECURITY PROTOCOL IN, protocol 20h, are understood.");
    }

    private static void WriteReport(EncryptionReport report, TextWriter text)
    {
        if (report.Device is { } device)
            Line(text, "drive", report.Drive is { } drive ? $"{device}: {drive}" : device);
        else if (report.Drive is { } saved)
            Line(text, "drive", saved);
        if (report.Pages is { } pages)
            Line(text, "pages", string.Join(", ", pages.Select(static page => $"{page:X4}h")));
        if (report.Settings is { } settings)
            WriteSettings(settings, text);
        if (report.NextBlock is { } next)
            Line(text, "next block", $"object {next.ObjectId}: {next.State}{Named(next.Key)}{(next.IsProtectedFromRawRead ? ", not to be read raw" : "")}");
        else if (report.Device is not null)
            Line(text, "next block", "no tape, or the drive cannot tell");
        foreach (AlgorithmReport algorithm in report.Algorithms)
        {
            Line(text, "algorithm", string.Create(CultureInfo.InvariantCulture,
                $"{algorithm.Index}: {algorithm.Name}, keys of {algorithm.KeyBits} bits, descriptions of {algorithm.MaximumDescriptionBytes} bytes{(algorithm.IsUsable ? "" : ", not usable here")}"));
        }

        if (report is { Device: null, Settings: null, NextBlock: null, Management: null, Pages: null, Algorithms: [] })
            Line(text, "algorithm", "none");
        if (report is { Device: null, Management: { } management })
            Line(text, "can set", Abilities(management).Any() ? string.Join(", ", Abilities(management)) : "nothing");
    }

    private static void WriteSettings(EncryptionSettingsReport settings, TextWriter text)
    {
        Line(text, "writing", settings.Encryption switch
        {
            "on" => "encrypted" + (settings.ProtectsFromRawRead ? ", not to be read raw" : ""),
            "external" => "what the host encrypted",
            "off" => "in clear",
            _ => settings.Encryption,
        });
        Line(text, "reading", settings.Decryption switch
        {
            "on" => "only what the key decrypts",
            "mixed" => "what the key decrypts, and what is in clear",
            "raw" => "encrypted blocks as they are on the tape",
            "off" => "only what is in clear",
            _ => settings.Decryption,
        });
        string whose = settings.Scope switch
        {
            "all" => "for all hosts",
            "local" => "for this host",
            _ => "none of this host's own",
        };
        // Reading raw takes no key either.
        if (settings is { Encryption: "off", Decryption: "off" or "raw" })
            Line(text, "key", "none");
        else
            Line(text, "key", string.Create(CultureInfo.InvariantCulture, $"{(settings.Key is null ? "no name" : $"'{settings.Key}'")}, {whose}, counter {settings.KeyCount}"));
        Line(text, "tape", settings.TapeHasEncryptedBlocks ? "holds encrypted blocks" : "holds no encrypted blocks that the drive knows of");
    }

    private static IEnumerable<string> Abilities(ManagementReport management)
    {
        if (management.ForAll)
            yield return "for all hosts";
        if (management.ForOne)
            yield return "for one host";
        if (management.Lock)
            yield return "lock";
        if (management.ClearOnUnload)
            yield return "clear on unload";
        if (management.ClearOnPreempt)
            yield return "clear on preempted reservation";
        if (management.ClearOnReservationLoss)
            yield return "clear on lost reservation";
    }

    private static string Named(string? key) => key is null ? "" : $", key '{key}'";

    private static void Line(TextWriter text, string name, string value) => text.WriteLine($"{name,-10} {value}");
}

/// <summary>A key file that was made.</summary>
internal sealed record KeyFileReport(string File, string? Description);
