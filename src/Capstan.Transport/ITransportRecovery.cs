namespace Capstan.Transport;

/// <summary>Makes a broken way to a device whole again. Whoever owns the transport decides when; nothing is ever sent again here.</summary>
/// <remarks>Belongs to the thread that the transport belongs to.</remarks>
public interface ITransportRecovery
{
    /// <summary>
    /// Whether every unit attention condition of the device comes to this transport: nobody shares its I_T nexus. Where the operating
    /// system shares it, the system's own error handling may have heard of a reset and kept it to itself.
    /// </summary>
    bool HearsEveryUnitAttention { get; }

    /// <summary>Tries once to reach the device again; takes seconds at most. True at once where nothing is broken.</summary>
    /// <param name="problem">Why not yet, in words; empty when it succeeded.</param>
    /// <returns>Whether commands can be sent.</returns>
    /// <exception cref="ScsiTransportException">The device will never come back under this transport.</exception>
    bool TryReconnect(out string problem);

    /// <summary>Told what was found out and decided, for whoever keeps a record of the commands.</summary>
    void Remark(string text)
    {
    }
}
