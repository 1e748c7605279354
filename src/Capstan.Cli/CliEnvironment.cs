using Capstan.Operations;
using Capstan.Operations.Configuration;

namespace Capstan.Cli;

/// <summary>What the front end stands on. <see cref="Composition"/> makes the real one, tests make theirs.</summary>
/// <param name="Home">Where the catalog and the virtual libraries lie.</param>
/// <param name="OpenDrives">Makes the source of drives for one run; takes where to trace commands, or null.</param>
/// <param name="JsonOutput">Standard output, for bytes.</param>
internal sealed record CliEnvironment(
    string Home,
    IOperations Operations,
    Func<TraceFile?, IDriveSource> OpenDrives,
    Func<IVirtualLibraries> Libraries,
    OutputChannel Output,
    Stream JsonOutput,
    OutputChannel Error,
    TimeProvider Time,
    Func<string, string?> Variable)
{
    /// <summary>Looks for drives, for `capstan scan`.</summary>
    public Func<IDeviceScanner> Scanner { get; init; } = static () => throw new InvalidOperationException("no scanner here");

    /// <summary>The configuration file that counts.</summary>
    public Func<string> ConfigurationPath { get; init; } = static () => throw new InvalidOperationException("no configuration here");

    /// <summary>Asks devices what they are, for `capstan config`.</summary>
    public Func<IUnitIdentifier> Units { get; init; } = static () => throw new InvalidOperationException("no devices here");

    /// <summary>Asks a person a question that only yes answers with yes; null where nobody sits at a terminal.</summary>
    public Func<string, CancellationToken, bool>? Ask { get; init; }

    /// <summary>Standard error, for bytes: where a document goes when data has standard output.</summary>
    public Stream? JsonError { get; init; }

    /// <summary>Tells how long a run may go on without a sign of life on a terminal.</summary>
    public TimeSpan ProgressDelay { get; init; } = TimeSpan.FromMilliseconds(300);

    /// <summary>Between two lines of progress where nobody watches.</summary>
    public TimeSpan ProgressLineInterval { get; init; } = TimeSpan.FromSeconds(5);
}
