using Capstan.Changer;
using Capstan.Scsi;

namespace Capstan.Operations.Changer;

/// <summary>`capstan changer load|unload`.</summary>
public static class LoadOperation
{
    /// <summary>
    /// Brings a cartridge into a drive, wherever it is: in a slot, a mail slot, another drive. What is in the way goes back to where it
    /// came from first.
    /// </summary>
    /// <param name="what">Its label, or the number of its slot.</param>
    /// <param name="drive">Number of the drive, from 0.</param>
    /// <param name="driveDevice">The way to the drive, for a changer that does not tell which drives it has; null for none.</param>
    public static ChangerMoveReport Load(
        OperationContext context, string? changer, string what, int drive, string? driveDevice, CancellationToken cancellation)
    {
        using ChangerJob job = ChangerJob.OpenAlone(context, changer, cancellation, driveDevice);
        return job.Run("load", () =>
        {
            LibraryElement target = job.Drive(drive);
            LibraryElement source = job.Resolve(what);
            job.RequireFull(source);
            return Load(job, source, target);
        });
    }

    /// <summary>Takes the cartridge out of a drive: to a slot that is named, to where it came from, or to a free one.</summary>
    /// <param name="to">Slot, or null.</param>
    /// <param name="from">Number of the drive.</param>
    public static ChangerMoveReport Unload(
        OperationContext context, string? changer, string? to, int from, string? driveDevice, CancellationToken cancellation)
    {
        using ChangerJob job = ChangerJob.OpenAlone(context, changer, cancellation, driveDevice);
        return job.Run("unload", () =>
        {
            LibraryElement drive = job.Drive(from);
            job.RequireFull(drive);
            if (to is not null)
            {
                LibraryElement wanted = job.Resolve(to, byLabel: false);
                if (wanted.IsFull)
                    throw new OperationException(ExitStatus.Failed, $"{job.Device}: {wanted.Name} holds {wanted.Barcode ?? "a cartridge"} already. Without a slot the cartridge goes where it came from, or to a free one.");
                job.Move(drive, wanted);
                return null;
            }

            return PutBack(job, drive);
        });
    }

    internal static string? Load(ChangerJob job, LibraryElement source, LibraryElement target)
    {
        if (source.Address == target.Address)
            return $"{source.Barcode ?? "the cartridge"} is in {target.Name} already";
        job.Involve(source);
        job.Involve(target);
        if (target.IsFull)
        {
            if (job.HomeOf(target) is null && source.Type != ElementType.DataTransfer)
            {
                // There is no room but the slot that gets free.
                return job.Exchange(source, target, source);
            }

            PutBack(job, target);
            target = job.Status.At(target.Address)!;
        }

        if (source.Type == ElementType.DataTransfer && job.Changer.ReadModePage<DeviceCapabilities>() is { } can
            && !can.Moves.Allows(ElementType.DataTransfer, ElementType.DataTransfer))
        {
            LibraryElement rest = job.HomeOf(source) ?? throw job.NoFreeSlot($"moving {source.Barcode ?? "the cartridge"} from {source.Name} to {target.Name}");
            job.Move(source, rest);
            source = job.Status.At(rest.Address)!;
        }

        job.Move(source, target);
        return null;
    }

    /// <summary>To where it came from, or to a free slot.</summary>
    internal static string? PutBack(ChangerJob job, LibraryElement drive)
    {
        job.Involve(drive);
        LibraryElement home = job.HomeOf(drive) ?? throw job.NoFreeSlot($"unloading {drive.Barcode ?? "the cartridge"} from {drive.Name}");
        job.Move(drive, home);
        return drive.Source is { } source && source != home.Address && job.Status.At(source) is { } taken
            ? taken.Type == ElementType.Storage
                ? $"{taken.Name}, where it came from, {(taken.IsFull ? "is taken" : "cannot be used")}: it went to {home.Name}"
                : $"it came from {taken.Name}, and went to {home.Name}"
            : null;
    }
}
