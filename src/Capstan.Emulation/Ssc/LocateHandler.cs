using Capstan.Emulation.Models;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>LOCATE(10) and LOCATE(16). IMMED changes nothing: the tape arrives at once.</summary>
internal readonly struct LocateHandler : ICommandHandler<Locate10>, ICommandHandler<Locate16>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 2940;

    public static void Execute(TapeDriveUnit unit, in Locate10 command, ref CommandContext context)
    {
        if (command.Partition >= unit.Cartridge!.PartitionCount)
            context.Refuse(Locate10.PartitionField);
        else
            Locate(unit, command.Partition, LocateTarget.LogicalObject(command.LogicalObjectId), ref context);
    }

    public static void Execute(TapeDriveUnit unit, in Locate16 command, ref CommandContext context)
    {
        if (command.Partition >= unit.Cartridge!.PartitionCount)
            context.Refuse(Locate16.PartitionField);
        else
            Locate(unit, command.Partition, command.Target, ref context);
    }

    private static void Locate(TapeDriveUnit unit, int? partition, LocateTarget target, ref CommandContext context)
    {
        if (!unit.TrySyncBeforeMoving(ref context))
            return;
        if (partition is { } other)
            unit.MoveTo(other, unit.Position);
        long endOfData = unit.Tape.EndOfData;
        long position = target.Destination switch
        {
            LocateDestination.LogicalObject => target.Identifier <= (ulong)endOfData ? (long)target.Identifier : -1,
            // SSC-4 4.2.9: a logical file begins behind the filemark that ends the one before it.
            LocateDestination.LogicalFile => FirstObjectOf(unit, target.Identifier),
            _ => unit.Tape.IsTruncated ? -1 : endOfData,
        };
        unit.Position = position < 0 ? endOfData : position;
        if (position < 0)
            context.Check(BlockReader.EndOfData(unit, null));
        else
            context.Good();
    }

    private static long FirstObjectOf(TapeDriveUnit unit, ulong file)
    {
        if (file > 0 && (unit.Quirks & VirtualQuirks.LocateFileOffByOne) != 0)
            file--;
        if (file == 0)
            return 0;
        long filemark = file <= (ulong)unit.Tape.FilemarkCount ? unit.Tape.FindFilemark((long)file - 1) : -1;
        return filemark < 0 ? -1 : filemark + 1;
    }
}
