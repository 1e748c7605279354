using Capstan.Conformance;
using Capstan.Conformance.Targets;
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

    private protected IscsiTarget(string target, string fileName, Declarations declarations, Func<TgtLibrary, IscsiAddress> address)
    {
        Target = target;
        Declarations = declarations;
        _fileName = fileName;
        _address = address;
        Absence = TgtLibrary.Missing ?? MissingLibrary();
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

    public void Dispose()
    {
        Measured.Finish(Target, _fileName);
        _transport?.Dispose();
        _library?.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>What the transport itself says when libiscsi is not there: nothing is listening on this port.</summary>
    private static string? MissingLibrary()
    {
        try
        {
            IscsiTransport.Open(new IscsiAddress(new IscsiPortal("127.0.0.1", 1), "iqn.2026-11.test.capstan:none", 1), new IscsiSettings()).Dispose();
            return null;
        }
        catch (ScsiTransportException e)
        {
            return e.Message.Contains("apt-get install", StringComparison.Ordinal) ? e.Message : null;
        }
    }
}
