using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>SPACE(6) and SPACE(16): blocks, filemarks, end of data. Nothing is read: the index knows.</summary>
internal readonly struct SpaceHandler : ICommandHandler<Space6>, ICommandHandler<Space16>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 2940;

    public static void Execute(TapeDriveUnit unit, in Space6 command, ref CommandContext context) =>
        Space(unit, command.Code, command.Count, Space6.CodeField, ref context);

    public static void Execute(TapeDriveUnit unit, in Space16 command, ref CommandContext context) =>
        Space(unit, command.Code, command.Count, Space16.CodeField, ref context);

    private static void Space(TapeDriveUnit unit, SpaceCode code, long count, BitField codeField, ref CommandContext context)
    {
        if (code == SpaceCode.SequentialFilemarks)
        {
            context.Refuse(codeField);
            return;
        }
        if (!unit.TrySyncBeforeMoving(ref context))
            return;
        switch (code)
        {
            case SpaceCode.EndOfData:
                unit.Position = unit.Tape.EndOfData;
                if (unit.Tape.IsTruncated)
                    context.Check(BlockReader.EndOfData(unit, null));
                else
                    context.Good();
                break;
            case SpaceCode.LogicalBlocks when count >= 0:
                BlocksForward(unit, count, ref context);
                break;
            case SpaceCode.LogicalBlocks:
                BlocksBackward(unit, Magnitude(count), ref context);
                break;
            default:
                if (count >= 0)
                    FilemarksForward(unit, count, ref context);
                else
                    FilemarksBackward(unit, Magnitude(count), ref context);
                break;
        }
    }

    private static void BlocksForward(TapeDriveUnit unit, long count, ref CommandContext context)
    {
        ITapeMedium tape = unit.Tape;
        long filemark = tape.FindFilemark(tape.FileNumberAt(unit.Position));
        long blocks = (filemark < 0 ? tape.EndOfData : filemark) - unit.Position;
        if (count <= blocks)
        {
            unit.Position += count;
            context.Good();
        }
        else if (filemark >= 0)
        {
            // SSC-4 6.6: the tape stops behind the filemark that it ran into.
            unit.Position = filemark + 1;
            context.Check(FilemarkMet(count - blocks));
        }
        else
        {
            unit.Position = tape.EndOfData;
            context.Check(BlockReader.EndOfData(unit, count - blocks));
        }
    }

    private static void BlocksBackward(TapeDriveUnit unit, long count, ref CommandContext context)
    {
        ITapeMedium tape = unit.Tape;
        long fileNumber = tape.FileNumberAt(unit.Position);
        long filemark = fileNumber == 0 ? -1 : tape.FindFilemark(fileNumber - 1);
        long blocks = unit.Position - filemark - 1;
        if (count <= blocks)
        {
            unit.Position -= count;
            context.Good();
        }
        else if (filemark >= 0)
        {
            unit.Position = filemark;
            context.Check(FilemarkMet(count - blocks));
        }
        else
        {
            unit.Position = 0;
            context.Check(BeginningMet(count - blocks));
        }
    }

    private static void FilemarksForward(TapeDriveUnit unit, long count, ref CommandContext context)
    {
        ITapeMedium tape = unit.Tape;
        long passed = tape.FileNumberAt(unit.Position);
        long ahead = tape.FilemarkCount - passed;
        if (count > ahead)
        {
            unit.Position = tape.EndOfData;
            context.Check(BlockReader.EndOfData(unit, count - ahead));
            return;
        }
        if (count > 0)
            unit.Position = tape.FindFilemark(passed + count - 1) + 1;
        context.Good();
    }

    private static void FilemarksBackward(TapeDriveUnit unit, long count, ref CommandContext context)
    {
        ITapeMedium tape = unit.Tape;
        long passed = tape.FileNumberAt(unit.Position);
        if (count > passed)
        {
            unit.Position = 0;
            context.Check(BeginningMet(count - passed));
            return;
        }
        unit.Position = tape.FindFilemark(passed - count);
        context.Good();
    }

    private static SenseData FilemarkMet(long residue) =>
        new() { Key = SenseKey.NoSense, Code = SenseCode.FilemarkDetected, Filemark = true, Information = residue };

    private static SenseData BeginningMet(long residue) => new()
    {
        Key = SenseKey.NoSense,
        Code = SenseCode.BeginningOfPartitionMediumDetected,
        EndOfMedium = true,
        Information = residue,
    };

    private static long Magnitude(long negative) => negative == long.MinValue ? long.MaxValue : -negative;
}
