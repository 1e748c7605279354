using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Changer;

/// <remarks>
/// A move that was sent may have been carried out whatever the path says of it. What became of it is read from the library; it is sent
/// again only when the library shows every cartridge where it was, after a path that broke, and never after one that only was silent.
/// </remarks>
public sealed partial class MediaChanger
{
    private const int SettlePolls = 3;
    private const int MaxReconnects = 60;
    private static readonly TimeSpan SettlePoll = TimeSpan.FromSeconds(5);

    /// <summary>Moves a cartridge.</summary>
    /// <param name="source">Where it is, as it was read.</param>
    /// <param name="destination">An empty element.</param>
    /// <param name="hand">Element address of the hand; 0 leaves it to the changer.</param>
    /// <exception cref="ChangerException">It was not moved, or nobody can tell: see its Fault.</exception>
    public void Move(LibraryElement source, LibraryElement destination, ushort hand = 0)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(destination);
        string what = $"moving {source.Barcode ?? "the cartridge"} from {source.Name} to {destination.Name}";
        _progress?.Report(new ChangerProgress(what, null, TimeSpan.Zero));
        var moved = new MoveMedium(hand, source.Address, destination.Address);
        Carry(moved, what, Timeouts.MoveSeconds, [new Step(source, destination)]);
    }

    /// <summary>
    /// Moves a cartridge to where another one is, and that one on. Changers without EXCHANGE MEDIUM do it by the moves of
    /// <see cref="PlanExchange"/>.
    /// </summary>
    /// <inheritdoc cref="PlanExchange" path="/param"/>
    /// <returns>The moves that were made, in their order; empty when the changer exchanged them itself.</returns>
    /// <exception cref="ChangerException">Nothing, or not everything, was moved.</exception>
    public IReadOnlyList<(LibraryElement From, LibraryElement To)> Exchange(
        LibraryElement source, LibraryElement first, LibraryElement second, LibraryElement? spare = null)
    {
        if (TryExchange(source, first, second))
            return [];
        IReadOnlyList<(LibraryElement From, LibraryElement To)> moves = PlanExchange(source, first, second, spare);
        foreach ((LibraryElement from, LibraryElement to) in moves)
            Move(from, to);
        return moves;
    }

    /// <summary>EXCHANGE MEDIUM.</summary>
    /// <inheritdoc cref="PlanExchange" path="/param"/>
    /// <returns>False when the changer has no such command, or not between such elements: nothing was moved.</returns>
    /// <exception cref="ChangerException">They were not exchanged, or nobody can tell.</exception>
    public bool TryExchange(LibraryElement source, LibraryElement first, LibraryElement second)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (!MayExchange(source, first))
            return false;
        string what = DescribeExchange(source, first);
        try
        {
            _progress?.Report(new ChangerProgress(what, null, TimeSpan.Zero));
            Carry(new ExchangeMedium(0, source.Address, first.Address, second.Address), what, Timeouts.ExchangeSeconds,
                [new Step(source, first), new Step(first, second)]);
            return true;
        }
        catch (ChangerException e) when (e.Fault == ChangerFault.Unsupported)
        {
            return false;
        }
    }

    /// <summary>The moves that do what EXCHANGE MEDIUM does: three, or two when the other cartridge goes to a third place.</summary>
    /// <param name="source">Where the one is.</param>
    /// <param name="first">Where it goes, and where the other is.</param>
    /// <param name="second">Where the other goes; the source for a simple exchange.</param>
    /// <param name="spare">An empty slot for the way by three moves; null for none.</param>
    /// <exception cref="ChangerException">There is no spare slot, and one is needed.</exception>
    public IReadOnlyList<(LibraryElement From, LibraryElement To)> PlanExchange(
        LibraryElement source, LibraryElement first, LibraryElement second, LibraryElement? spare)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (second.Address != source.Address)
            return [(first, second), (source, first)];
        if (spare is null)
        {
            throw new ChangerException(ChangerFault.Unsupported,
                $"{Name}: {DescribeExchange(source, first)}: this changer has no EXCHANGE MEDIUM, and no slot is free to do it in three moves. Free one.");
        }

        return [(first, spare), (source, first), (spare with { IsFull = true, Barcode = first.Barcode }, second)];
    }

    /// <summary>Brings the hand in front of an element (POSITION TO ELEMENT), so that what follows begins sooner.</summary>
    public void PositionTo(LibraryElement element)
    {
        ArgumentNullException.ThrowIfNull(element);
        RunOrThrow(new PositionToElement(0, element.Address), DataTransfer.None, Timeouts.PositionSeconds, $"bringing the hand to {element.Name}");
    }

    /// <summary>Keeps the mail slots and magazines closed for operators, or lets them be opened again.</summary>
    public void PreventRemoval(bool prevent) =>
        RunOrThrow(new PreventAllowMediumRemoval(prevent), DataTransfer.None, Timeouts.HousekeepingSeconds);

    /// <summary>One cartridge of a command: from where, to where.</summary>
    private readonly record struct Step(LibraryElement From, LibraryElement To);

    private static string DescribeExchange(LibraryElement source, LibraryElement first) =>
        $"exchanging {source.Barcode ?? "the cartridge"} in {source.Name} and {first.Barcode ?? "the cartridge"} in {first.Name}";

    /// <summary>By the mode page of capabilities where it tells; else by trying.</summary>
    private bool MayExchange(LibraryElement source, LibraryElement first) =>
        ReadModePage<DeviceCapabilities>() is not { } capabilities || capabilities.Exchanges.Allows(source.Type, first.Type);

    /// <summary>Sends a command that moves cartridges, and finds out what became of it.</summary>
    private void Carry<TCommand>(in TCommand command, string what, int timeoutSeconds, Step[] steps)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        Cdb cdb = Cdb.Of(command);
        long start = _time.GetTimestamp();
        bool isSentAgain = false;
        for (int attempt = 0; ; attempt++)
        {
            ChangerVerdict verdict;
            try
            {
                verdict = RunOnce<TCommand>(cdb, DataTransfer.None, timeoutSeconds);
            }
            catch (ChangerException e) when (e.Fault == ChangerFault.Lost && !isSentAgain)
            {
                if (FindOut(true, () => IsCarriedOut(what, steps, e)))
                    return;
                isSentAgain = true;
                continue;
            }
            catch (ChangerException e) when (e.Fault == ChangerFault.Lost)
            {
                if (FindOut(true, () => IsCarriedOut(what, steps, e)))
                    return;
                throw new ChangerException(ChangerFault.Lost,
                    $"{Name}: {what}: the way to the changer broke twice. {Where(steps)} {e.Message}", null, e);
            }

            switch (verdict)
            {
                case ChangerVerdict.Done:
                    return;
                case ChangerVerdict.BecomingReady when WaitWhileBecomingReady(start):
                    // Who opened the library for this inventory may have taken cartridges out.
                    SenseData inventorying = _sense;
                    AwaitReady();
                    if (Compare(steps) != Standing.Before)
                        throw ChangerErrors.Sense(Name, TCommand.Name, ChangerVerdict.ContentsChanged, inventorying, what);
                    attempt--;
                    continue;
                case ChangerVerdict.Retry when attempt < MaxRetries:
                    continue;
                case ChangerVerdict.Retry when _completion.Status != ScsiStatus.CheckCondition:
                    throw StaysBusy(TCommand.Name);
                // It was not carried out. Whether it still means the same is for the library to show.
                case ChangerVerdict.ContentsChanged when attempt < MaxRetries:
                    SenseData attention = _sense;
                    if (Compare(steps) == Standing.Before)
                        continue;
                    throw ChangerErrors.Sense(Name, TCommand.Name, verdict, attention, what);
                case ChangerVerdict.Aborted:
                    // How far it came is not told (SPC-4, ABORTED COMMAND).
                    SenseData aborted = _sense;
                    ChangerException abortion = ChangerErrors.Sense(Name, TCommand.Name, verdict, aborted, what);
                    if (FindOut(true, () => IsCarriedOut(what, steps, abortion)))
                        return;
                    if (isSentAgain)
                        throw abortion;
                    isSentAgain = true;
                    continue;
                default:
                    throw Failed(TCommand.Name, verdict, what, steps);
            }
        }
    }

    /// <summary>The error of a move that the changer refused or could not do: what it says of the elements goes before what it said to the command.</summary>
    private ChangerException Failed(string command, ChangerVerdict verdict, string what, Step[] steps)
    {
        SenseData sense = _sense;
        if (Array.TrueForAll(steps, static step => step.From.Type != ElementType.DataTransfer))
            verdict = WithoutDrive(verdict, sense.Code);
        ChangerException error = ChangerErrors.Sense(Name, command, verdict, sense, what);
        if (verdict is not (ChangerVerdict.HardwareError or ChangerVerdict.TapeStuck or ChangerVerdict.LoadFailed or ChangerVerdict.Other))
            return error;
        try
        {
            return FindOut(false, () =>
            {
                LibraryElement? troubled = steps.SelectMany(static step => new[] { step.From, step.To }).Select(ReadElement).FirstOrDefault(static element => element?.Exception is not null);
                return troubled is null ? new ChangerException(error.Fault, $"{error.Message} {Where(steps)}".TrimEnd(), sense)
                    : new ChangerException(ChangerFault.ElementException, $"{ChangerErrors.Exception(Name, troubled, what).Message} {Where(steps)} ({sense})", sense);
            });
        }
        catch (ChangerException)
        {
            // The first error says more.
            return error;
        }
    }

    /// <summary>What is said of a drive means something else where no cartridge was to be taken out of one.</summary>
    private static ChangerVerdict WithoutDrive(ChangerVerdict verdict, SenseCode code) => verdict switch
    {
        // MEDIA LOAD OR EJECT FAILED: then it was the loading.
        ChangerVerdict.TapeStuck => ChangerVerdict.LoadFailed,
        // The hand felt nothing in the slot (Quantum DX-Series Software Interface Guide, appendix B).
        ChangerVerdict.DriveNotUnloaded when code == SenseCode.MediumNotPresent => ChangerVerdict.SourceEmpty,
        ChangerVerdict.DriveNotUnloaded => ChangerVerdict.Other,
        _ => verdict,
    };

    private enum Standing
    {
        Before,
        After,
        Between,
    }

    /// <summary>
    /// After a broken path: reaches the changer again and looks where the cartridges are, until they have come to rest.
    /// </summary>
    /// <returns>True when the command was carried out; false when it was not, and may be sent again.</returns>
    /// <exception cref="ChangerException">It was not carried out and must not be sent again, or nobody can tell.</exception>
    private bool IsCarriedOut(string what, Step[] steps, ChangerException failure)
    {
        bool isSilent = failure.InnerException is ScsiTransportException { Fault: TransportFault.TimedOut };
        Standing standing = Standing.Between;
        try
        {
            Reconnect(failure);
            AwaitReady();
            int unchanged = 0;
            // A robot that is still on its way shows neither the one nor the other.
            long start = _time.GetTimestamp();
            while (true)
            {
                standing = Compare(steps);
                if (standing == Standing.After)
                {
                    _transport.Recovery?.Remark($"{what} was carried out");
                    return true;
                }

                unchanged = standing == Standing.Before ? unchanged + 1 : 0;
                if (unchanged >= SettlePolls || _time.GetElapsedTime(start) > TimeSpan.FromSeconds(Timeouts.MoveSeconds))
                    break;
                _progress?.Report(new ChangerProgress($"finding out what became of {what}", null, _time.GetElapsedTime(start)));
                Wait(SettlePoll, CancellationToken.None);
            }
        }
        catch (ChangerException e)
        {
            throw new ChangerException(ChangerFault.FateUnknown,
                $"{Name}: {what}: {failure.Message.TrimEnd('.')}. Whether it was done cannot be told: {e.Message} `capstan changer status` tells when the library answers again.", null, failure);
        }

        if (standing == Standing.Between)
        {
            throw new ChangerException(ChangerFault.FateUnknown,
                $"{Name}: {what}: {failure.Message.TrimEnd('.')}. The cartridge is neither where it was nor where it was to go. {Where(steps)} Look into the library, then `capstan changer inventory`.", null, failure);
        }

        if (!isSilent)
        {
            _transport.Recovery?.Remark($"{what} was not carried out and is sent again");
            return false;
        }

        // It may still begin: what is slow is not gone.
        throw new ChangerException(ChangerFault.Lost,
            $"{Name}: {what}: {failure.Message.TrimEnd('.')}. It was not done, and not sent a second time. {Where(steps)} `capstan changer status` shows whether the library does it later.", null, failure);
    }

    private void Reconnect(ChangerException failure)
    {
        if (_transport.Recovery is not { } recovery || failure.InnerException is not ScsiTransportException)
            return;
        string problem = "";
        for (int attempt = 0; attempt < MaxReconnects; attempt++)
        {
            try
            {
                if (recovery.TryReconnect(out problem))
                    return;
            }
            catch (ScsiTransportException e)
            {
                throw ChangerErrors.Transport(Name, TestUnitReady.Name, e);
            }

            _progress?.Report(new ChangerProgress("reaching for the changer again", null, TimeSpan.Zero));
            Wait(ReadyPoll, CancellationToken.None);
        }

        throw new ChangerException(ChangerFault.Lost, $"{Name}: the changer cannot be reached: {problem}");
    }

    /// <summary>Where the cartridges of a command are, by the library.</summary>
    private Standing Compare(Step[] steps)
    {
        bool isBefore = true, isAfter = true;
        foreach (Step step in steps)
        {
            LibraryElement? from = ReadElement(step.From), to = ReadElement(step.To);
            if (from is null || to is null)
                return Standing.Between;
            bool isSourceTaken = Array.Exists(steps, other => other.To.Address == step.From.Address);
            bool isDestinationTaken = Array.Exists(steps, other => other.From.Address == step.To.Address);
            isBefore &= Holds(from, step.From.Barcode) && (isDestinationTaken || !to.IsFull);
            isAfter &= Holds(to, step.From.Barcode) && (isSourceTaken || !from.IsFull);
        }

        // Two cartridges without labels look the same in both places.
        return isBefore == isAfter ? Standing.Between : isBefore ? Standing.Before : Standing.After;
    }

    /// <summary>A label that cannot be read now is not held against it.</summary>
    private static bool Holds(LibraryElement element, string? barcode) =>
        element.IsFull && (barcode is null || element.Barcode is null || string.Equals(element.Barcode, barcode, StringComparison.OrdinalIgnoreCase));

    /// <summary>What the library says of the places of a command, in a sentence; empty when it does not answer.</summary>
    private string Where(Step[] steps)
    {
        try
        {
            IEnumerable<LibraryElement> places = steps.SelectMany(static step => new[] { step.From, step.To }).DistinctBy(static element => element.Address);
            return FindOut(false, () => "The library says: " + string.Join(", ", places.Select(place => ReadElement(place) is not { } now ? $"nothing of {place.Name}"
                : $"{now.Name} {(now.IsFull ? $"holds {now.Barcode ?? "a cartridge"}" : "is empty")}")) + ".");
        }
        catch (ChangerException)
        {
            return "";
        }
    }
}
