using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

internal readonly struct RewindHandler : ICommandHandler<Rewind>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 600;

    public static void Execute(TapeDriveUnit unit, in Rewind command, ref CommandContext context)
    {
        if (!unit.TrySyncBeforeMoving(ref context))
            return;
        unit.Tape.FreeLeftovers();
        unit.Position = 0;
        context.Good();
    }
}

internal readonly struct LoadUnloadHandler : ICommandHandler<LoadUnload>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 960;

    public static void Execute(TapeDriveUnit unit, in LoadUnload command, ref CommandContext context)
    {
        if (command.EndOfTape)
            context.Refuse(LoadUnload.EndOfTapeField);
        else if (unit.Activity.Sense is { } busy)
            context.Check(busy);
        else if (unit.Medium == MediumState.Empty)
            context.Check(SenseKey.NotReady, SenseCode.MediumNotPresent);
        else if (command.Load)
            Load(unit, command.Hold, ref context);
        else
            Unload(unit, command.Hold, ref context);
    }

    private static void Load(TapeDriveUnit unit, bool hold, ref CommandContext context)
    {
        if (unit.Medium == MediumState.Loaded)
        {
            if (!unit.TrySyncBeforeMoving(ref context))
                return;
            unit.MoveTo(0, 0);
        }
        else if (unit.Medium == MediumState.Ejected && unit.Bay?.TryPullIn() == false)
        {
            context.Check(SenseKey.NotReady, SenseCode.MediumNotPresent);
            return;
        }
        else if (hold)
        {
            unit.Unthread(MediumState.Seated);
        }
        else
        {
            unit.Thread();
        }
        context.Good();
    }

    private static void Unload(TapeDriveUnit unit, bool hold, ref CommandContext context)
    {
        if (unit.Medium == MediumState.Ejected)
        {
            context.Check(SenseKey.NotReady, SenseCode.MediumNotPresent);
            return;
        }
        if (unit.IsRemovalPrevented)
        {
            context.Check(SenseKey.IllegalRequest, SenseCode.MediumRemovalPrevented);
            return;
        }
        if (unit.Cartridge is not null && !unit.TrySyncBeforeMoving(ref context))
            return;
        unit.PushOut(hold ? MediumState.Seated : MediumState.Ejected);
        context.Good();
    }
}

internal readonly struct ReadBlockLimitsHandler : ICommandHandler<ReadBlockLimits>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in ReadBlockLimits command, ref CommandContext context)
    {
        Span<byte> answer = stackalloc byte[ObjectIdLimit.Length];
        int length = command.MaximumLogicalObjectId
            ? new ObjectIdLimit(0xFFFF_FFFF_FFFF).WriteTo(answer)
            : new BlockLimits(0, TapeDriveUnit.MaxBlockBytes, 1).WriteTo(answer);
        context.Return(answer[..length], length);
    }
}

internal readonly struct PreventAllowMediumRemovalHandler : ICommandHandler<PreventAllowMediumRemoval>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in PreventAllowMediumRemoval command, ref CommandContext context)
    {
        unit.IsRemovalPrevented = command.Prevent;
        context.Good();
    }
}
