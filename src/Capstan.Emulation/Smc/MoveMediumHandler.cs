using Capstan.Emulation.Library;
using Capstan.Scsi;

namespace Capstan.Emulation.Smc;

internal readonly struct MoveMediumHandler : ICommandHandler<MediaChangerUnit, MoveMedium>, ICommandHandler<MediaChangerUnit, ExchangeMedium>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 600;

    public static void Execute(MediaChangerUnit unit, in MoveMedium command, ref CommandContext context)
    {
        if (command.Invert)
            context.Refuse(MoveMedium.InvertField);
        else if (IsHand(unit, command.TransportElementAddress))
            Complete(unit.Library.Move(command.SourceAddress, command.DestinationAddress), ref context);
        else
            RefuseAddress(MoveMedium.TransportElementAddressField, ref context);
    }

    public static void Execute(MediaChangerUnit unit, in ExchangeMedium command, ref CommandContext context)
    {
        if (command.InvertFirst || command.InvertSecond)
            context.Refuse(command.InvertFirst ? ExchangeMedium.InvertFirstField : ExchangeMedium.InvertSecondField);
        else if (IsHand(unit, command.TransportElementAddress))
            Complete(unit.Library.Exchange(command.SourceAddress, command.FirstDestinationAddress, command.SecondDestinationAddress), ref context);
        else
            RefuseAddress(ExchangeMedium.TransportElementAddressField, ref context);
    }

    /// <summary>0 leaves the choice to the changer (SMC-3 6.6).</summary>
    internal static bool IsHand(MediaChangerUnit unit, int address) => address == 0 || address == unit.Library.Elements.FirstTransport;

    internal static void RefuseAddress(BitField field, ref CommandContext context) => context.Check(new SenseData
    {
        Key = SenseKey.IllegalRequest,
        Code = SenseCode.InvalidElementAddress,
        FieldPointer = FieldPointer.To(field, inCdb: true),
    });

    private static void Complete(SenseData? refusal, ref CommandContext context)
    {
        if (refusal is { } sense)
            context.Check(sense);
        else
            context.Good();
    }
}
