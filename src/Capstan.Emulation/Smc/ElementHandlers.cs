using Capstan.Scsi;

namespace Capstan.Emulation.Smc;

/// <summary>An inventory that is always true has nothing to look up.</summary>
internal readonly struct InitializeElementStatusHandler
    : ICommandHandler<MediaChangerUnit, InitializeElementStatus>, ICommandHandler<MediaChangerUnit, InitializeElementStatusWithRange>,
      ICommandHandler<MediaChangerUnit, InitializeElementStatusWithRangeE7h>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 1800;

    public static void Execute(MediaChangerUnit unit, in InitializeElementStatus command, ref CommandContext context) => context.Good();

    public static void Execute(MediaChangerUnit unit, in InitializeElementStatusWithRange command, ref CommandContext context) => context.Good();

    public static void Execute(MediaChangerUnit unit, in InitializeElementStatusWithRangeE7h command, ref CommandContext context) => context.Good();
}

internal readonly struct PositionToElementHandler : ICommandHandler<MediaChangerUnit, PositionToElement>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 300;

    public static void Execute(MediaChangerUnit unit, in PositionToElement command, ref CommandContext context)
    {
        if (command.Invert)
            context.Refuse(PositionToElement.InvertField);
        else if (!MoveMediumHandler.IsHand(unit, command.TransportElementAddress))
            MoveMediumHandler.RefuseAddress(PositionToElement.TransportElementAddressField, ref context);
        else if (unit.Library.Elements.TypeOf(command.DestinationElementAddress) is null or ElementType.MediumTransport)
            MoveMediumHandler.RefuseAddress(PositionToElement.DestinationElementAddressField, ref context);
        else if (unit.Library.RobotFails)
            context.Check(SenseKey.HardwareError, SenseCode.MechanicalPositioningError);
        else
            context.Good();
    }
}

internal readonly struct ChangerPreventAllowHandler : ICommandHandler<MediaChangerUnit, PreventAllowMediumRemoval>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(MediaChangerUnit unit, in PreventAllowMediumRemoval command, ref CommandContext context)
    {
        if (command.Prevent)
            unit.Prevent(context.Nexus);
        else
            unit.Allow(context.Nexus);
        context.Good();
    }
}
