using Capstan.Changer;
using Capstan.Scsi;

namespace Capstan.Operations.Changer;

/// <summary>`capstan changer transfer|exchange|import|export`.</summary>
public static class TransferOperation
{
    /// <summary>Moves a cartridge from one place to another, and nothing else.</summary>
    /// <param name="from">A place, or a label.</param>
    /// <param name="to">A place.</param>
    public static ChangerMoveReport Transfer(OperationContext context, string? changer, string from, string to, string? driveDevice, CancellationToken cancellation)
    {
        using ChangerJob job = ChangerJob.OpenAlone(context, changer, cancellation, driveDevice);
        return job.Run("transfer", () =>
        {
            LibraryElement source = job.Resolve(from), destination = job.Resolve(to, byLabel: false);
            if (source.Address == destination.Address)
                return $"{source.Barcode ?? "the cartridge"} is in {destination.Name} already";
            job.Involve(source);
            job.Involve(destination);
            job.RequireFull(source);
            RequireEmpty(job, destination);
            job.Move(source, destination);
            return null;
        });
    }

    /// <summary>Lets two cartridges change places.</summary>
    /// <param name="first">The one: a place, or a label.</param>
    /// <param name="second">The other.</param>
    /// <param name="third">Where the other one goes; null for the place of the first.</param>
    public static ChangerMoveReport Exchange(
        OperationContext context, string? changer, string first, string second, string? third, string? driveDevice, CancellationToken cancellation)
    {
        using ChangerJob job = ChangerJob.OpenAlone(context, changer, cancellation, driveDevice);
        return job.Run("exchange", () =>
        {
            LibraryElement one = job.Resolve(first), other = job.Resolve(second);
            LibraryElement last = third is null ? one : job.Resolve(third, byLabel: false);
            if (one.Address == other.Address || last.Address == other.Address)
                throw new OperationException(ExitStatus.Usage, $"{job.Device}: name two places, and a third one that is neither the second.");
            job.Involve(one);
            job.Involve(other);
            job.RequireFull(one);
            job.RequireFull(other);
            if (last.Address != one.Address)
                RequireEmpty(job, last);
            return job.Exchange(one, other, last);
        });
    }

    /// <summary>Brings cartridges from the mail slots into slots: those that are named, or all.</summary>
    /// <param name="what">Mail slots or labels; empty for every cartridge in a mail slot.</param>
    /// <param name="to">The slot for a single one; null for free ones.</param>
    public static ChangerMoveReport Import(
        OperationContext context, string? changer, IReadOnlyList<string> what, string? to, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(what);
        using ChangerJob job = ChangerJob.OpenAlone(context, changer, cancellation);
        return job.Run("import", () =>
        {
            if (job.Status.MailSlots.Count == 0)
                throw new OperationException(ExitStatus.Device, $"{job.Device}: this library has no mail slots.");
            LibraryElement[] cartridges = what.Count == 0
                ? [.. job.Status.MailSlots.Where(static slot => slot.IsFull)]
                : [.. what.Select(word => job.Resolve(word)).DistinctBy(static element => element.Address)];
            if (cartridges.Length == 0)
                return "there is nothing in the mail slots";
            if (to is not null && cartridges.Length > 1)
                throw new OperationException(ExitStatus.Usage, $"{job.Device}: --to names one slot, and there are {cartridges.Length} cartridges to import. Name one of them.");
            foreach (LibraryElement cartridge in cartridges)
            {
                job.Involve(cartridge);
                job.RequireFull(cartridge);
                if (cartridge.Type != ElementType.ImportExport)
                    throw new OperationException(ExitStatus.Failed, $"{job.Device}: {cartridge.Barcode ?? "the cartridge"} is in {cartridge.Name}, not in a mail slot. `capstan changer transfer` moves it elsewhere.");
            }

            foreach (LibraryElement cartridge in cartridges)
            {
                LibraryElement slot = to is not null ? job.Resolve(to, byLabel: false)
                    : job.FreeSlot() ?? throw job.NoFreeSlot($"importing {cartridge.Barcode ?? "the cartridge"} from {cartridge.Name}");
                RequireEmpty(job, slot);
                job.Move(cartridge, slot);
            }

            return null;
        });
    }

    /// <summary>Brings cartridges to the mail slots, from wherever they are.</summary>
    /// <param name="what">Places or labels.</param>
    /// <param name="to">The mail slot for a single one; null for free ones.</param>
    public static ChangerMoveReport Export(
        OperationContext context, string? changer, IReadOnlyList<string> what, string? to, string? driveDevice, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(what);
        using ChangerJob job = ChangerJob.OpenAlone(context, changer, cancellation, driveDevice);
        return job.Run("export", () =>
        {
            LibraryElement[] exits = ExitsOf(job);
            if (exits.Length == 0)
                throw new OperationException(ExitStatus.Device, $"{job.Device}: this library has no mail slots. Slots that serve as such are named by `capstan config changer update NAME --export-slots N,...`.");
            LibraryElement[] cartridges = [.. what.Select(word => job.Resolve(word)).DistinctBy(static element => element.Address)];
            if (to is not null && cartridges.Length > 1)
                throw new OperationException(ExitStatus.Usage, $"{job.Device}: --to names one mail slot, and there are {cartridges.Length} cartridges to export. Name one of them.");
            foreach (LibraryElement cartridge in cartridges)
            {
                job.Involve(cartridge);
                job.RequireFull(cartridge);
            }

            bool IsOut(LibraryElement element) => exits.Any(exit => exit.Address == element.Address);
            foreach (LibraryElement cartridge in cartridges.Where(cartridge => to is not null || !IsOut(cartridge)))
            {
                LibraryElement exit = to is not null ? job.Resolve(to, byLabel: false)
                    : exits.Select(slot => job.Status.At(slot.Address)!).FirstOrDefault(ChangerJob.IsFree)
                        ?? throw new OperationException(ExitStatus.Device,
                            $"{job.Device}: exporting {cartridge.Barcode ?? "the cartridge"} from {cartridge.Name}: no mail slot is free. Take out what is in them, or `capstan changer import` it.");
                RequireEmpty(job, exit);
                job.Move(cartridge, exit);
            }

            return cartridges.Any(IsOut) && to is null
                ? $"{string.Join(", ", cartridges.Where(IsOut).Select(static cartridge => $"{cartridge.Barcode ?? "a cartridge"} is in {cartridge.Name} already"))}"
                : null;
        });
    }

    /// <summary>Mail slots, and the slots that somebody made exits.</summary>
    private static LibraryElement[] ExitsOf(ChangerJob job) =>
        job.ExportSlots.Count > 0
            ? [.. job.ExportSlots.Select(number => job.Status.Place(number) ?? throw new OperationException(ExitStatus.Usage,
                $"{job.Device}: the configuration names slot {number} among its export slots, and the library has slots 1 to {job.Status.Slots.Count + job.Status.MailSlots.Count}. `capstan config changer update NAME --export-slots N,...` corrects it."))]
            : [.. job.Status.MailSlots];

    private static void RequireEmpty(ChangerJob job, LibraryElement element)
    {
        if (element.IsFull)
            throw new OperationException(ExitStatus.Failed, $"{job.Device}: {element.Name} holds {element.Barcode ?? "a cartridge"} already. `capstan changer status` shows what is where.");
    }
}
