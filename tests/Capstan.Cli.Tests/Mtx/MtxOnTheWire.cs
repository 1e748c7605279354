using Capstan.Operations;

namespace Capstan.Cli.Tests.Mtx;

/// <summary>The whole program on a changer of a test, and on nothing else.</summary>
internal static class MtxOnTheWire
{
    public static int Run(ChangerOnTheWire changer, TextWriter output, TextWriter error, string[] args, string? variable = null)
    {
        var environment = new CliEnvironment(
            Path.Combine(Path.GetTempPath(), "capstan-no-such-home"), new RealOperations(() => throw new NotSupportedException()), _ => new Source(changer, variable),
            () => throw new NotSupportedException(), new OutputChannel(output, false, 100), new MemoryStream(), new OutputChannel(error, false, 100), TimeProvider.System,
            static _ => null);
        return CommandLine.Run(environment, args);
    }

    private sealed class Source(ChangerOnTheWire changer, string? variable) : IDriveSource
    {
        public OpenedDrive Open(string? device, IOperationListener listener) => throw new OperationException(ExitStatus.Device, $"{device} is no drive");

        public OpenedChanger OpenChanger(string? name, bool isAlone, IOperationListener listener) => name == "/dev/nothing"
            ? throw new OperationException(ExitStatus.Device, "/dev/nothing: there is no such device.")
            : new OpenedChanger(changer, name ?? variable ?? "virtual:main/changer", "--changer", () => []);
    }
}
