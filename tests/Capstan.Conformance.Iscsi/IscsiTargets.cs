using Capstan.Conformance;
using Capstan.Conformance.Targets;
using Capstan.Tests;
using Capstan.Transport;
using Capstan.Transport.Iscsi;

[assembly: AssemblyFixture(typeof(Capstan.Conformance.Iscsi.IscsiTapeTarget))]
[assembly: AssemblyFixture(typeof(Capstan.Conformance.Iscsi.IscsiChangerTarget))]
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace Capstan.Conformance.Iscsi;

/// <summary>The tape drive of tgt, in user space: no kernel driver takes part.</summary>
public sealed class IscsiTapeTarget() : IscsiTarget("tgt tape, iscsi", "tgt-tape-iscsi", TgtTape.Declared(), library => library.Tape);

/// <summary>The media changer of tgt, in user space.</summary>
public sealed class IscsiChangerTarget() : IscsiTarget("tgt changer, iscsi", "tgt-changer-iscsi", TgtChanger.Declared(), library => library.Changer);

/// <summary>A logical unit of a tgtd that lives as long as the tests.</summary>
public abstract class IscsiTarget : ITargetFixture, IDisposable
{
    private readonly string _fileName;
    private readonly Func<TgtLibrary, IscsiAddress> _address;
    private TgtLibrary? _library;
    private IscsiTransport? _transport;
    private IscsiTransport? _other;

    private protected IscsiTarget(string target, string fileName, Declarations declarations, Func<TgtLibrary, IscsiAddress> address)
    {
        Target = target;
        Declarations = declarations;
        _fileName = fileName;
        _address = address;
        Absence = TgtDaemon.Missing ?? IscsiLibrary.Look().Problem;
    }

    /// <inheritdoc/>
    public string Target { get; }

    /// <inheritdoc/>
    public string? Absence { get; }

    /// <inheritdoc/>
    public bool AllowsDataLoss => true;

    /// <inheritdoc/>
    public Declarations Declarations { get; }

    /// <inheritdoc/>
    public IScsiTransport Transport => _transport ??= IscsiTransport.Open(_address(_library ??= new TgtLibrary()), new IscsiSettings());

    /// <inheritdoc/>
    public IScsiTransport? OtherInitiator => _other ??= IscsiTransport.Open(
        _address(_library ??= new TgtLibrary()), new IscsiSettings { InitiatorName = "iqn.2026-11.internal.capstan:conformance-other" });

    public void Dispose()
    {
        Measured.Finish(Target, _fileName);
        _other?.Dispose();
        _transport?.Dispose();
        _library?.Dispose();
        GC.SuppressFinalize(this);
    }
}
