using System.Collections.Immutable;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

/// <summary>Who is registered, and who holds the drive: persistent reservations (SPC-4 5.13) and those of RESERVE (SPC-2 5.5.1).</summary>
/// <remarks>Initiators are numbers of I_T nexuses. Both kinds last until power off and do not survive it.</remarks>
internal sealed class Reservations
{
    /// <summary>What LTO drives have: exclusive access, for one or for registrants.</summary>
    internal static ImmutableArray<ReservationType> Types { get; } =
        [ReservationType.ExclusiveAccess, ReservationType.ExclusiveAccessRegistrantsOnly, ReservationType.ExclusiveAccessAllRegistrants];

    private readonly SortedDictionary<int, ulong> _keys = [];
    private int _holder;

    /// <summary>Called when a persistent reservation ends, in whatever way: keys that go with it go (SSC-4 8.5.3.2.4, CKORL).</summary>
    internal Action Lost { get; set; } = static () => { };

    /// <summary>Called when a persistent reservation is preempted (CKORP).</summary>
    internal Action Preempted { get; set; } = static () => { };

    /// <summary>PRGENERATION.</summary>
    internal uint Generation { get; private set; }

    /// <summary>Of the persistent reservation; None when there is none.</summary>
    internal ReservationType Type { get; private set; }

    /// <summary>Who holds the drive by RESERVE; null when nobody does.</summary>
    internal int? ReservedBy { get; set; }

    internal IReadOnlyDictionary<int, ulong> Keys => _keys;

    internal bool HasRegistrants => _keys.Count > 0;

    internal bool IsHeld => Type != ReservationType.None;

    private bool IsForAll => Type == ReservationType.ExclusiveAccessAllRegistrants;

    /// <summary>Key of the holder; 0 where all registrants hold it.</summary>
    internal ulong HolderKey => IsHeld && !IsForAll ? _keys.GetValueOrDefault(_holder) : 0;

    internal ulong? KeyOf(int nexus) => _keys.TryGetValue(nexus, out ulong key) ? key : null;

    internal bool IsHolder(int nexus) => IsHeld && (IsForAll ? _keys.ContainsKey(nexus) : _holder == nexus);

    internal ImmutableArray<Registration> Registrations => [.. _keys.Select(one => new Registration(
        one.Value, IsHolder(one.Key), IsHolder(one.Key) ? Type : ReservationType.None, false, 1, Registration.SasTransportId(AddressOf(one.Key))))];

    /// <summary>A locally assigned NAA address (SPC-5 7.7.6.6.4).</summary>
    private static ulong AddressOf(int nexus) => 0x3000_0000_0000_0001UL + (ulong)nexus;

    /// <summary>Whether somebody else's reservation forbids a command (SPC-4 table 66, SSC-4 table 14; RESERVE: SPC-2 5.5.1).</summary>
    internal bool Forbids(int nexus, ReadOnlySpan<byte> cdb)
    {
        // SPC-2 5.5.1: while RESERVE holds the drive, PERSISTENT RESERVE IN and OUT conflict, whoever sends them.
        if (ReservedBy is { } other && (other != nexus || cdb[0] is 0x5E or 0x5F))
            return !PassesReserve(cdb);
        if (!IsHeld || IsHolder(nexus))
            return false;
        // The other two types let in whoever has registered.
        bool isMember = Type != ReservationType.ExclusiveAccess && _keys.ContainsKey(nexus);
        return !isMember && !PassesPersistent(cdb);
    }

    /// <summary>INQUIRY, REPORT LUNS, REQUEST SENSE, LOG SENSE, RELEASE without effect, and freeing the cartridge.</summary>
    private static bool PassesReserve(ReadOnlySpan<byte> cdb) =>
        cdb[0] is 0x12 or 0xA0 or 0x03 or 0x4D or 0x17 or 0x57 || FreesCartridge(cdb);

    /// <summary>
    /// TEST UNIT READY, REQUEST SENSE, READ BLOCK LIMITS, INQUIRY, REPORT DENSITY SUPPORT, LOG SENSE, REPORT LUNS, READ MEDIA SERIAL NUMBER,
    /// REPORT SUPPORTED OPERATION CODES and TASK MANAGEMENT FUNCTIONS, REPORT TIMESTAMP; PERSISTENT RESERVE IN and OUT have rules of their own,
    /// as RESERVE and RELEASE have.
    /// </summary>
    private static bool PassesPersistent(ReadOnlySpan<byte> cdb) => cdb[0] switch
    {
        0x00 or 0x03 or 0x05 or 0x12 or 0x44 or 0x4D or 0xA0 or 0xAB or 0x5E or 0x5F or 0x16 or 0x17 or 0x56 or 0x57 => true,
        0xA3 => (cdb[1] & 0x1F) is 0x0C or 0x0D or 0x0F,
        _ => FreesCartridge(cdb),
    };

    /// <summary>PREVENT ALLOW MEDIUM REMOVAL with PREVENT 0.</summary>
    private static bool FreesCartridge(ReadOnlySpan<byte> cdb) => cdb[0] == 0x1E && cdb.Length > 4 && (cdb[4] & 0x03) == 0;

    internal void Register(int nexus, ulong key)
    {
        _keys[nexus] = key;
        Generation++;
    }

    /// <summary>REGISTER with key 0. A reservation of who goes ends; others who are registered hear of it where they took part.</summary>
    internal void Unregister(int nexus, UnitAttentions attentions)
    {
        bool ends = IsForAll ? _keys.Count == 1 : IsHolder(nexus);
        _keys.Remove(nexus);
        Generation++;
        if (ends)
            Release(nexus, attentions);
    }

    internal void Reserve(int nexus, ReservationType type)
    {
        _holder = nexus;
        Type = type;
    }

    /// <summary>Ends the reservation; where registrants took part in it they are told (SPC-4 5.13.11.2).</summary>
    internal void Release(int nexus, UnitAttentions attentions)
    {
        bool isShared = Type != ReservationType.ExclusiveAccess;
        Type = ReservationType.None;
        Lost();
        if (isShared)
            Tell(attentions, _keys.Keys.Where(other => other != nexus), SenseCode.ReservationsReleased);
    }

    internal void Clear(int nexus, UnitAttentions attentions)
    {
        Tell(attentions, _keys.Keys.Where(other => other != nexus), SenseCode.ReservationsPreempted);
        bool wasHeld = IsHeld;
        _keys.Clear();
        Type = ReservationType.None;
        Generation++;
        if (wasHeld)
            Lost();
    }

    /// <summary>Takes away the registrations of a key, and the reservation with them where that key holds it.</summary>
    /// <param name="nexus">Who does it.</param>
    /// <param name="victim">The key; 0 for all others where all registrants hold the reservation.</param>
    /// <param name="type">Of the reservation that takes the place of the one that is taken.</param>
    /// <param name="attentions">Who has to be told.</param>
    /// <returns>False when nobody has this key.</returns>
    internal bool Preempt(int nexus, ulong victim, ReservationType type, UnitAttentions attentions)
    {
        bool takes = IsHeld && (IsForAll ? victim == 0 : HolderKey == victim);
        int[] victims = [.. _keys.Where(one => one.Key != nexus && (one.Value == victim || takes && IsForAll)).Select(static one => one.Key)];
        if (victims.Length == 0 && !takes)
            return false;
        foreach (int one in victims)
            _keys.Remove(one);
        Tell(attentions, victims, SenseCode.RegistrationsPreempted);
        Generation++;
        if (!takes)
            return true;
        Preempted();
        Lost();
        if (Type != type)
            Tell(attentions, _keys.Keys.Where(other => other != nexus), SenseCode.ReservationsReleased);
        Reserve(nexus, type);
        return true;
    }

    /// <summary>Power off.</summary>
    internal void Forget()
    {
        _keys.Clear();
        Type = ReservationType.None;
        ReservedBy = null;
        Generation = 0;
    }

    /// <summary>As it was.</summary>
    internal void Restore(IEnumerable<KeyValuePair<int, ulong>> keys, ReservationType type, int holder, uint generation, int? reservedBy)
    {
        foreach ((int nexus, ulong key) in keys)
            _keys[nexus] = key;
        Type = Types.Contains(type) && _keys.ContainsKey(holder) ? type : ReservationType.None;
        _holder = holder;
        Generation = generation;
        ReservedBy = reservedBy;
    }

    internal int Holder => _holder;

    private static void Tell(UnitAttentions attentions, IEnumerable<int> nexuses, SenseCode code)
    {
        foreach (int nexus in nexuses)
            attentions.EstablishFor(nexus, code);
    }
}
