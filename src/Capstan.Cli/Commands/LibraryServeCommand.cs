using System.CommandLine;
using Capstan.Operations;

namespace Capstan.Cli.Commands;

/// <summary><c>capstan library serve</c>: a virtual drive becomes a device of this machine.</summary>
internal static class LibraryServeCommand
{
    public static Verb Create(CliEnvironment environment)
    {
        var name = new Argument<string>("NAME")
        {
            Description = "Of the library.",
            DefaultValueFactory = _ => DriveName.DefaultLibrary,
        };
        var cartridge = new Option<string?>("--cartridge")
        {
            Description = "Put this cartridge in first; 'null' is one that throws away what is written, to measure the way to a drive.",
            HelpName = "BARCODE",
        };
        var stacker = new Option<bool>("--stacker")
        {
            Description = "When a cartridge is unloaded, put the next one in, as an autoloader does.",
        };
        return new Verb("serve", "Hand a virtual drive to the running kernel as /dev/sgN and /dev/stN, until Ctrl-C. Needs root and Linux with LIO.",
            """
            capstan library serve test
            capstan library serve test --cartridge CAP002L9 --stacker
            capstan library serve --cartridge null
            """)
        {
            name, cartridge, stacker,
        }.Does(environment, (run, parse) =>
        {
            string library = parse.GetRequiredValue(name);
            if (!DriveName.IsLibraryName(library))
                throw new OperationException(ExitStatus.Usage, $"'{library}' is no name of a library: `capstan library list` shows those that exist.");
            var request = new ServeRequest(library, parse.GetValue(cartridge), parse.GetValue(stacker));
            ServedDriveView served = run.Libraries.Serve(request, view => Announce(run, view), run.Listener, run.Cancellation);
            run.Report(served, ExitStatus.Success, CliJson.Default.ServedDriveView, (view, text) =>
                text.WriteLine($"virtual:{view.Library} is no device of this machine any more"));
        });
    }

    /// <summary>Whoever waits for the device reads this line at once.</summary>
    private static void Announce(VerbRun run, ServedDriveView view)
    {
        if (run.Json is not null)
        {
            run.Listener.Note(Sentence(view));
            return;
        }
        run.Text.WriteLine(Sentence(view));
        run.Text.Flush();
    }

    private static string Sentence(ServedDriveView view)
    {
        string nodes = (view.Device, view.Tape) switch
        {
            ({ } generic, { } tape) => $"{generic} and {tape}",
            ({ } generic, null) => $"{generic} (`modprobe st` gives it a tape node)",
            (null, { } tape) => $"{tape} (`modprobe sg` gives it a node for capstan)",
            _ => "a device without nodes (`modprobe -a sg st` gives them)",
        };
        return $"virtual:{view.Library} is {nodes}, {(view.Cartridge is { } cartridge ? "with cartridge " + cartridge : "without a cartridge")}; Ctrl-C or SIGTERM takes it back";
    }
}
