using Capstan.Transport;

namespace Capstan.Conformance;

/// <summary>
/// A logical unit that the conformance classes judge, and what is known of it beforehand. Tests of one target run one after
/// another: there is one tape, and one place on it.
/// </summary>
public interface ITargetFixture
{
    /// <summary>Column of docs/targets.md: <c>VTL</c>, <c>tgt tape, /dev/sg</c>.</summary>
    string Target { get; }

    /// <summary>Why nothing can be tried here; null when the target is there.</summary>
    string? Absence { get; }

    /// <summary>Whether the tape in it may be overwritten. Without it nothing that writes is sent.</summary>
    bool AllowsDataLoss { get; }

    /// <summary>The way to it.</summary>
    IScsiTransport Transport { get; }

    /// <summary>The way of another initiator to the same drive, for reservations; null where there is no other.</summary>
    IScsiTransport? OtherInitiator => null;

    /// <summary>What it is known not to do as the standard says.</summary>
    Declarations Declarations { get; }
}
