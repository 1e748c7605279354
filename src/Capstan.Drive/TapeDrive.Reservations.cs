using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>Persistent reservations: keeping a drive for one host, or for some (SPC-4 5.13).</summary>
public sealed partial class TapeDrive
{
    private const int ReservationAnswerBytes = 8192;

    /// <summary>Who may use the drive. Moves nothing, and passes a reservation of others.</summary>
    /// <exception cref="TapeCommandException">The drive has no persistent reservations (<see cref="TapeCommandException.IsUnsupported"/>).</exception>
    public DriveReservations ReadReservations()
    {
        byte[] answer = new byte[ReservationAnswerBytes];
        if (!ReservationKeys.TryDecode(Ask(ReservationQuestion.ReadKeys, answer), out ReservationKeys keys))
            throw Malformed();
        if (!ReservationHolder.TryDecode(Ask(ReservationQuestion.ReadReservation, answer), out ReservationHolder holder))
            throw Malformed();
        ReservationCapabilities? capabilities = AskOptional(ReservationQuestion.ReportCapabilities, answer) is { Length: > 0 } told
            && ReservationCapabilities.TryDecode(told, out ReservationCapabilities can) ? can : null;
        ReservationFullStatus? status = AskOptional(ReservationQuestion.ReadFullStatus, answer) is { Length: > 0 } full
            && ReservationFullStatus.TryDecode(full, out ReservationFullStatus who) ? who : null;
        bool isHeld = holder.Type != ReservationType.None;
        bool isForAll = holder.Type is ReservationType.ExclusiveAccessAllRegistrants or ReservationType.WriteExclusiveAllRegistrants;
        return new DriveReservations(
            [.. keys.Keys], isHeld ? NameOf(holder.Type) : null, isHeld && !isForAll ? holder.Key : null, keys.Generation,
            status is { } s ? [.. s.Registrations.Select(static one => new DriveRegistrant(one.Key, one.HoldsReservation, one.Initiator, one.TargetPort))] : null,
            capabilities is { Types.IsDefaultOrEmpty: false } c ? [.. c.Types.Select(NameOf)] : [], capabilities?.SurvivesPowerLoss);
    }

    /// <summary>Registers a key for this host, whatever was registered before, and reserves the drive.</summary>
    /// <param name="key">Not 0.</param>
    /// <exception cref="TapeDeviceException">Another host has it reserved (Busy).</exception>
    /// <exception cref="TapeCommandException">The drive has no such reservations.</exception>
    public void Reserve(ulong key, ReservationScope scope = ReservationScope.Holder)
    {
        ArgumentOutOfRangeException.ThrowIfZero(key);
        Change(ReservationAction.RegisterAndIgnoreExistingKey, ReservationType.None, new ReservationParameters(0, key));
        Change(ReservationAction.Reserve, TypeOf(scope), new ReservationParameters(key, 0));
    }

    /// <summary>Ends the reservation of this host, where it has one, and its registration.</summary>
    /// <param name="key">The key that was registered.</param>
    /// <exception cref="TapeDeviceException">This host is not registered with that key (Busy).</exception>
    public void ReleaseReservation(ulong key)
    {
        byte[] answer = new byte[ReservationAnswerBytes];
        if (!ReservationHolder.TryDecode(Ask(ReservationQuestion.ReadReservation, answer), out ReservationHolder holder))
            throw Malformed();
        // Of who does not hold it, nothing is released and that is no error (SPC-4 5.13.11.2).
        if (holder.Type != ReservationType.None)
            Change(ReservationAction.Release, holder.Type, new ReservationParameters(key, 0));
        Change(ReservationAction.Register, ReservationType.None, new ReservationParameters(key, 0));
    }

    /// <summary>Ends every reservation and registration, also those of other hosts, which are told.</summary>
    /// <param name="key">Not 0: who takes something away has to register first.</param>
    public void ClearReservations(ulong key)
    {
        ArgumentOutOfRangeException.ThrowIfZero(key);
        Change(ReservationAction.RegisterAndIgnoreExistingKey, ReservationType.None, new ReservationParameters(0, key));
        Change(ReservationAction.Clear, ReservationType.None, new ReservationParameters(key, 0));
    }

    /// <summary>
    /// Reserves the drive for this host as drives did it before persistent reservations: RESERVE(10), and RESERVE(6) where the drive lacks
    /// that. It ends with a reset, and over iSCSI with the session (SPC-2 5.5.1).
    /// </summary>
    /// <returns>The command that did it.</returns>
    /// <exception cref="TapeDeviceException">Another host has it, or somebody is registered for persistent reservations (Busy).</exception>
    /// <exception cref="TapeCommandException">The drive has neither command.</exception>
    public string ReserveLegacy() => TenOrSix(Reserve10.Name, Reserve6.Name,
        () => Run(new Reserve10(), DataTransfer.None, _timeouts.HousekeepingSeconds),
        () => Run(new Reserve6(), DataTransfer.None, _timeouts.HousekeepingSeconds));

    /// <summary>Ends what <see cref="ReserveLegacy"/> made. Of another host's it does nothing, and that is no error.</summary>
    /// <returns>The command that did it.</returns>
    /// <exception cref="TapeDeviceException">Somebody is registered for persistent reservations (Busy).</exception>
    /// <exception cref="TapeCommandException">The drive has neither command.</exception>
    public string ReleaseLegacy() => TenOrSix(Release10.Name, Release6.Name,
        () => Run(new Release10(), DataTransfer.None, _timeouts.HousekeepingSeconds),
        () => Run(new Release6(), DataTransfer.None, _timeouts.HousekeepingSeconds));

    private string TenOrSix(string ten, string six, Func<SenseVerdict> sendTen, Func<SenseVerdict> sendSix)
    {
        string command = ten;
        SenseVerdict verdict = Persist(sendTen);
        if (verdict == SenseVerdict.IllegalRequest && _sense.Code == SenseCode.InvalidCommandOperationCode)
        {
            command = six;
            verdict = Persist(sendSix);
        }

        return verdict == SenseVerdict.Done ? command : throw DriveErrors.Sense(Name, command, verdict, _sense);
    }

    private void Change(ReservationAction action, ReservationType type, ReservationParameters parameters)
    {
        byte[] list = new byte[ReservationParameters.Length];
        parameters.WriteTo(list);
        SenseVerdict verdict = Persist(() => Run(new PersistentReserveOut(action, type), DataTransfer.ToDevice(list), _timeouts.HousekeepingSeconds));
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, PersistentReserveOut.Name, verdict, _sense);
    }

    private ReadOnlySpan<byte> Ask(ReservationQuestion question, byte[] answer)
    {
        SenseVerdict verdict = Question(question, answer);
        return verdict == SenseVerdict.Done
            ? answer.AsSpan(0, Received(answer.Length))
            : throw DriveErrors.Sense(Name, PersistentReserveIn.Name, verdict, _sense);
    }

    /// <summary>Empty where the drive does not answer this one.</summary>
    private ReadOnlySpan<byte> AskOptional(ReservationQuestion question, byte[] answer) =>
        Question(question, answer) == SenseVerdict.Done ? answer.AsSpan(0, Received(answer.Length)) : default;

    private SenseVerdict Question(ReservationQuestion question, byte[] answer)
    {
        answer.AsSpan().Clear();
        return Persist(() => Run(new PersistentReserveIn(question, (ushort)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds));
    }

    /// <summary>A command that has nothing to do with the tape: what was reset or changed meanwhile is no reason against it.</summary>
    private static SenseVerdict Persist(Func<SenseVerdict> send)
    {
        SenseVerdict verdict = SenseVerdict.Other;
        for (int attempt = 0; attempt < MaxRetries; attempt++)
        {
            verdict = send();
            if (verdict is not (SenseVerdict.DeviceReset or SenseVerdict.MediumChanged))
                break;
        }

        return verdict;
    }

    private TapeCommandException Malformed() => new($"{Name}: the drive's answer to PERSISTENT RESERVE IN is malformed.");

    private static ReservationType TypeOf(ReservationScope scope) => scope switch
    {
        ReservationScope.Registrants => ReservationType.ExclusiveAccessRegistrantsOnly,
        ReservationScope.AllRegistrants => ReservationType.ExclusiveAccessAllRegistrants,
        _ => ReservationType.ExclusiveAccess,
    };

    /// <summary>As SPC-4 table 64 has it.</summary>
    private static string NameOf(ReservationType type) => type switch
    {
        ReservationType.WriteExclusive => "write exclusive",
        ReservationType.ExclusiveAccess => "exclusive access",
        ReservationType.WriteExclusiveRegistrantsOnly => "write exclusive, registrants only",
        ReservationType.ExclusiveAccessRegistrantsOnly => "exclusive access, registrants only",
        ReservationType.WriteExclusiveAllRegistrants => "write exclusive, all registrants",
        ReservationType.ExclusiveAccessAllRegistrants => "exclusive access, all registrants",
        _ => $"type {(int)type:X}h",
    };
}
