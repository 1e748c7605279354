using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Modes;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive options`.</summary>
internal static class DriveOptionsCommand
{
    public static Verb Create(CliEnvironment environment)
    {
        var settings = new Argument<string[]>("NAME=VALUE")
        {
            Description = "compression=on|off, block-length=SIZE|variable, buffering=on|off, early-warning=SIZE|off. Without any: show them.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var defaults = new Option<bool>("--defaults") { Description = "Compression on, variable blocks, buffering on, no programmable early warning; what is named beside it counts more." };
        return new Verb("options", "Show or set compression, block length, buffering and programmable early warning of the drive. They last until the drive is switched off or reset.",
            """
            capstan drive options
            capstan drive options compression=off
            capstan drive options block-length=64K buffering=on --device /dev/sg3
            capstan drive options early-warning=20G
            capstan drive options --defaults
            """)
        {
            settings, defaults,
        }.Does(environment, (run, parse) =>
        {
            OptionsRequest request = Parse(run.Device, parse.GetValue(settings) ?? [], parse.GetValue(defaults));
            OptionsReport report = run.Watch(() => run.Operations.DriveOptions(run.Context, request));
            run.Report(report, ExitStatus.Success, CliJson.Default.OptionsReport, Write);
        });
    }

    internal static OptionsRequest Parse(string? device, string[] settings, bool defaults)
    {
        OptionsRequest request = defaults ? new OptionsRequest(device, true, 0, true, 0, IsDefaults: true) : new OptionsRequest(device, null, null, null);
        foreach (string setting in settings)
        {
            int equals = setting.IndexOf('=', StringComparison.Ordinal);
            string name = equals < 0 ? setting : setting[..equals];
            string value = equals < 0 ? "" : setting[(equals + 1)..];
            request = name switch
            {
                "compression" => request with { Compression = OnOff(setting, value) },
                "buffering" => request with { Buffering = OnOff(setting, value) },
                "early-warning" => request with { EarlyWarningMegabytes = EarlyWarning(setting, value), IsDefaults = false },
                "block-length" => request with { BlockLengthBytes = Length(setting, value) },
                _ => throw Usage(setting, "there are compression, block-length, buffering and early-warning"),
            };
        }

        return request;
    }

    private static bool OnOff(string setting, string value) => value switch
    {
        "on" or "1" or "yes" or "true" => true,
        "off" or "0" or "no" or "false" => false,
        _ => throw Usage(setting, "say on or off"),
    };

    private static int Length(string setting, string value)
    {
        if (value is "variable" or "0")
            return 0;
        // 24 bits in the block descriptor.
        return HumanText.TryParseSize(value, out long bytes) && bytes is > 0 and <= 0xFFFFFF
            ? (int)bytes
            : throw Usage(setting, "say variable, or a length such as 64K or 512, at most 16777215 bytes");
    }

    /// <summary>The drive counts in units of 10^6 bytes: a size that is none of them is rounded up, so that the warning does not come late.</summary>
    private static int EarlyWarning(string setting, string value)
    {
        if (value is "off" or "0")
            return 0;
        const int Megabyte = 1_000_000;
        return HumanText.TryParseSize(value, out long bytes) && bytes > 0 && (bytes - 1) / Megabyte < OptionsRequest.LongestEarlyWarningMegabytes
            ? (int)((bytes - 1) / Megabyte) + 1
            : throw Usage(setting, $"say off, or how long before the drive's own early warning: 20G, at most {OptionsRequest.LongestEarlyWarningMegabytes} MB");
    }

    private static OperationException Usage(string setting, string remedy) => new(ExitStatus.Usage, $"{setting}: {remedy}.");

    private static void Write(OptionsReport report, TextWriter text)
    {
        string possible = report is { Compression: false, CompressionPossible: false } ? " (this drive cannot compress)" : "";
        text.WriteLine($"compression   {report.Compression switch { true => "on", false => "off", _ => "this drive does not tell" }}{possible}");
        text.WriteLine($"block-length  {report.BlockLength switch { null => "this drive does not tell", 0 => "variable", { } length => Bytes(length) }}");
        text.WriteLine($"buffering     {(report.Buffering ? "on" : "off")}");
        text.WriteLine($"early-warning {report.EarlyWarningMegabytes switch
        {
            null => "this drive has none that can be set",
            0 => "off",
            { } megabytes => $"{HumanText.Size(megabytes * 1_000_000L)} before the drive's own",
        }}");
    }

    private static string Bytes(int length) => HumanText.BlockLength(length) is var human && human.EndsWith(" B", StringComparison.Ordinal)
        ? human
        : string.Create(CultureInfo.InvariantCulture, $"{human} ({length} bytes)");
}
