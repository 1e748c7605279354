using System.CommandLine;
using System.Globalization;
using Capstan.Operations;
using Capstan.Operations.Reservations;

namespace Capstan.Cli.Commands;

/// <summary>`capstan drive reserve|release|reservations`.</summary>
internal static class DriveReserveCommand
{
    public static IEnumerable<Verb> Create(CliEnvironment environment) => [Reserve(environment), Release(environment), Show(environment)];

    private static Verb Reserve(CliEnvironment environment)
    {
        Option<string?> key = Key();
        var shared = new Option<bool>("--shared") { Description = "For every host that registers, not for this one alone." };
        Option<bool> legacy = LegacyOption();
        return new Verb("reserve", "Keep a drive that several hosts can reach for this one, until `release` or the drive is switched off.",
            """
            capstan drive reserve --device /dev/sg3
            capstan drive reserve --shared
            capstan drive reserve --legacy
            """)
        {
            key, shared, legacy,
        }.Does(environment, (run, parse) =>
        {
            if (!parse.GetValue(legacy))
                Report(run, run.Watch(() => run.Operations.DriveReserve(run.Context, new ReserveRequest(run.Device, KeyOf(parse.GetValue(key)), parse.GetValue(shared)))));
            else if (parse.GetValue(key) is not null || parse.GetValue(shared))
                throw new OperationException(ExitStatus.Usage, "--legacy goes with neither --key nor --shared: RESERVE knows no keys, and one host.");
            else
                Legacy(run, reserves: true);
        });
    }

    private static Verb Release(CliEnvironment environment)
    {
        Option<string?> key = Key();
        var force = new Option<bool>("--break") { Description = "Take away every host's reservation and registration. They are told." };
        Option<bool> legacy = LegacyOption();
        return new Verb("release", "Give a reserved drive back.",
            """
            capstan drive release --device /dev/sg3
            capstan drive release --break
            """)
        {
            key, force, legacy,
        }.Does(environment, (run, parse) =>
        {
            if (!parse.GetValue(legacy))
                Report(run, run.Watch(() => run.Operations.DriveRelease(run.Context, new ReleaseRequest(run.Device, KeyOf(parse.GetValue(key)), parse.GetValue(force)))));
            else if (parse.GetValue(key) is not null || parse.GetValue(force))
                throw new OperationException(ExitStatus.Usage, "--legacy goes with neither --key nor --break: RELEASE knows no keys, and ends this host's reservation only.");
            else
                Legacy(run, reserves: false);
        });
    }

    private static Verb Show(CliEnvironment environment) =>
        new Verb("reservations", "Tell which hosts are registered with a drive, and which one has reserved it.",
            """
            capstan drive reservations
            capstan drive reservations --device /dev/sg3 --output-format json
            """).Does(environment, (run, _) => Report(run, run.Watch(() => run.Operations.DriveReservations(run.Context, run.Device))));

    private static Option<bool> LegacyOption() => new("--legacy")
    {
        Description = "The older kind (RESERVE and RELEASE of SPC-2), for drives and hosts that know no other.",
    };

    private static void Legacy(VerbRun run, bool reserves)
    {
        LegacyReservationReport report = run.Watch(() => run.Operations.DriveReserveLegacy(run.Context, run.Device, reserves));
        run.Report(report, ExitStatus.Success, CliJson.Default.LegacyReservationReport, static (report, text) =>
            text.WriteLine(report.Action == "reserve" ? $"reserved for this host with {report.Command}" : $"released with {report.Command}"));
    }

    private static void Report(VerbRun run, ReservationReport report) =>
        run.Report(report, ExitStatus.Success, CliJson.Default.ReservationReport, Write);

    private static Option<string?> Key() => new("--key")
    {
        Description = "Reservation key, in hexadecimal. Without it: this host's own, the same every time.",
        HelpName = "HEX",
    };

    private static ulong? KeyOf(string? text)
    {
        if (text is null)
            return null;
        ReadOnlySpan<char> digits = text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text.AsSpan(2) : text;
        return ulong.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong key) && key != 0
            ? key
            : throw new OperationException(ExitStatus.Usage, $"--key {text}: give 1 to 16 hexadecimal digits, not all of them 0.");
    }

    private static void Write(ReservationReport report, TextWriter text)
    {
        string holder = report.Registrants.Any(static one => one.IsOwn && one.IsHolder) ? "this host"
            : report.HolderKey is { } key ? $"key {key}" : "all registered hosts";
        text.WriteLine(report.Reservation is { } kind ? $"reserved: {kind}, held by {holder}" : "not reserved: every host may use the drive");
        foreach (RegistrantReport one in report.Registrants)
        {
            string port = one.Initiator is { } initiator ? $"  {initiator}, drive port {one.TargetPort}" : "";
            text.WriteLine($"registered: {one.Key}{port}{(one.IsHolder ? ", holder" : "")}{(one.IsOwn ? ", this host" : "")}");
        }
    }
}
