using Capstan.Scsi;

namespace Capstan.Emulation;

/// <summary>What each initiator has yet to be told (SAM-5 5.14): one condition for each I_T nexus, by its number.</summary>
internal sealed class UnitAttentions
{
    private SenseCode?[] _waiting = new SenseCode?[1];

    /// <summary>An initiator is there from now on. Number 0 always is.</summary>
    internal void Know(int nexus)
    {
        if (nexus >= _waiting.Length)
            Array.Resize(ref _waiting, nexus + 1);
    }

    internal bool Waits(int nexus) => nexus < _waiting.Length && _waiting[nexus] is not null;

    /// <summary>For every initiator, in the place of what waited.</summary>
    internal void Establish(SenseCode code) => Array.Fill(_waiting, code);

    /// <summary>For every initiator who has nothing else to hear.</summary>
    internal void EstablishIfNone(SenseCode code)
    {
        for (int nexus = 0; nexus < _waiting.Length; nexus++)
            _waiting[nexus] ??= code;
    }

    /// <summary>For one initiator, who hears it unless something else waits.</summary>
    internal void EstablishFor(int nexus, SenseCode code)
    {
        Know(nexus);
        _waiting[nexus] ??= code;
    }

    /// <summary>Tells it, and so ends it.</summary>
    internal SenseCode? Take(int nexus)
    {
        if (!Waits(nexus))
            return null;
        SenseCode? code = _waiting[nexus];
        _waiting[nexus] = null;
        return code;
    }
}
