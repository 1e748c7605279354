using Capstan.Conformance;
using Capstan.Emulation.Library;
using Capstan.Transport;

[assembly: AssemblyFixture(typeof(Capstan.Conformance.Loopback.LoopbackTarget))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Capstan.Conformance.Loopback;

/// <summary>The virtual tape library in this process, with a small tape in memory.</summary>
public sealed class LoopbackTarget : ITargetFixture, IDisposable
{
    private readonly string _directory = Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"capstan-conformance-{Guid.NewGuid():N}");

    private readonly VirtualLibrary _library;

    public LoopbackTarget()
    {
        VirtualLibrary.Create(_directory, new LibraryOptions
        {
            CartridgeCount = 1,
            CapacityBytes = 64 << 20,
            EarlyWarningBytes = 4 << 20,
            IsSynchronous = false,
        });
        _library = VirtualLibrary.Open(_directory);
        Transport = _library.OpenDrive("virtual:conformance");
    }

    /// <inheritdoc/>
    public string Target => "VTL";

    /// <inheritdoc/>
    public string? Absence => null;

    /// <inheritdoc/>
    public bool AllowsDataLoss => true;

    /// <inheritdoc/>
    public IScsiTransport Transport { get; }

    /// <inheritdoc/>
    public Declarations Declarations { get; } = Declarations.None;

    public void Dispose()
    {
        Transport.Dispose();
        _library.Dispose();
        Directory.Delete(_directory, recursive: true);
        Measured.Finish(Target, "vtl");
    }
}
