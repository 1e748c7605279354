using Capstan.Conformance;
using Capstan.Emulation.Library;
using Capstan.Tests;
using Capstan.Transport;

[assembly: AssemblyFixture(typeof(Capstan.Conformance.Loopback.LoopbackTarget))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Capstan.Conformance.Loopback;

/// <summary>The virtual tape library in this process, with a small tape in memory.</summary>
public sealed class LoopbackTarget : ITargetFixture, IDisposable
{
    private readonly TestDirectory _directory = new();

    private readonly VirtualLibrary _library;

    public LoopbackTarget()
    {
        VirtualLibrary.Create(_directory.File("library"), new LibraryOptions
        {
            CartridgeCount = 1,
            CapacityBytes = 64 << 20,
            EarlyWarningBytes = 4 << 20,
            IsSynchronous = false,
        });
        _library = VirtualLibrary.Open(_directory.File("library"));
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
        _directory.Dispose();
        Measured.Finish(Target, "vtl");
    }
}
