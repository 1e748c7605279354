using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

/// <summary>PERSISTENT RESERVE IN and OUT (SPC-4 5.13).</summary>
internal readonly struct PersistentReserveHandler<TUnit> : ICommandHandler<TUnit, PersistentReserveIn>, ICommandHandler<TUnit, PersistentReserveOut>
    where TUnit : LogicalUnit
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TUnit unit, in PersistentReserveIn command, ref CommandContext context)
    {
        Reservations all = unit.Reservations;
        Span<byte> answer = stackalloc byte[2048];
        int length = command.Question switch
        {
            ReservationQuestion.ReadKeys => new ReservationKeys(all.Generation, [.. all.Keys.Values]).WriteTo(answer),
            ReservationQuestion.ReadReservation => new ReservationHolder(all.Generation, all.Type, all.HolderKey).WriteTo(answer),
            // ALLOW COMMANDS 001b: TEST UNIT READY passes; nothing is said of others.
            ReservationQuestion.ReportCapabilities => new ReservationCapabilities { AllowCommands = 1, Types = Reservations.Types }.WriteTo(answer),
            _ => new ReservationFullStatus(all.Generation, all.Registrations).WriteTo(answer),
        };
        context.Return(answer[..length], command.AllocationLength);
    }

    public static void Execute(TUnit unit, in PersistentReserveOut command, ref CommandContext context)
    {
        if (command.ParameterListLength != ReservationParameters.Length)
        {
            context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
            return;
        }
        if (!ReservationParameters.TryDecode(context.DataOut, out ReservationParameters parameters))
        {
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
            return;
        }
        if (parameters.NamesInitiators)
            context.RefuseParameter(ReservationParameters.NamesInitiatorsField.Byte, ReservationParameters.NamesInitiatorsField.High);
        else if (parameters.AllTargetPorts)
            context.RefuseParameter(ReservationParameters.AllTargetPortsField.Byte, ReservationParameters.AllTargetPortsField.High);
        else if (parameters.SurvivesPowerLoss)
            context.RefuseParameter(ReservationParameters.SurvivesPowerLossField.Byte, ReservationParameters.SurvivesPowerLossField.High);
        else if (command.Action is ReservationAction.Register or ReservationAction.RegisterAndIgnoreExistingKey)
            Register(unit, command.Action, parameters, ref context);
        else if (unit.Reservations.KeyOf(context.Nexus) != parameters.Key)
            context.Conflict();
        else if (NamesType(command.Action) && command.Scope != 0)
            context.Refuse(PersistentReserveOut.ScopeField);
        else if (NamesType(command.Action) && !Reservations.Types.Contains(command.Type))
            context.Refuse(PersistentReserveOut.TypeField);
        else
            Act(unit, command, parameters, ref context);
        if (context.Status == ScsiStatus.Good)
            context.Took(ReservationParameters.Length);
    }

    private static bool NamesType(ReservationAction action) => action != ReservationAction.Clear;

    private static void Register(TUnit unit, ReservationAction action, in ReservationParameters parameters, ref CommandContext context)
    {
        Reservations all = unit.Reservations;
        int nexus = context.Nexus;
        ulong? own = all.KeyOf(nexus);
        if (action == ReservationAction.Register && parameters.Key != (own ?? 0))
        {
            context.Conflict();
            return;
        }
        if (parameters.ActionKey != 0)
            all.Register(nexus, parameters.ActionKey);
        else if (own is not null)
            all.Unregister(nexus, unit.Attentions);
        context.Good();
    }

    private static void Act(TUnit unit, in PersistentReserveOut command, in ReservationParameters parameters, ref CommandContext context)
    {
        Reservations all = unit.Reservations;
        int nexus = context.Nexus;
        switch (command.Action)
        {
            case ReservationAction.Reserve when all.IsHeld && !(all.IsHolder(nexus) && all.Type == command.Type):
                context.Conflict();
                return;
            case ReservationAction.Reserve:
                all.Reserve(nexus, command.Type);
                break;
            case ReservationAction.Release when all.IsHolder(nexus) && all.Type != command.Type:
                context.Check(SenseKey.IllegalRequest, SenseCode.InvalidReleaseOfPersistentReservation);
                return;
            case ReservationAction.Release:
                // Not the holder: nothing to do (SPC-4 5.13.11.2).
                if (all.IsHolder(nexus))
                    all.Release(nexus, unit.Attentions);
                break;
            case ReservationAction.Clear:
                all.Clear(nexus, unit.Attentions);
                break;
            case ReservationAction.Preempt or ReservationAction.PreemptAndAbort
                when parameters.ActionKey == 0 && all.Type != ReservationType.ExclusiveAccessAllRegistrants:
                context.RefuseParameter(8);
                return;
            default:
                if (!all.Preempt(nexus, parameters.ActionKey, command.Type, unit.Attentions))
                {
                    context.Conflict();
                    return;
                }
                break;
        }
        context.Good();
    }
}

/// <summary>RESERVE and RELEASE (SPC-2): only where nobody uses persistent reservations (SPC-4 5.13.3).</summary>
internal readonly struct ReserveHandler<TUnit>
    : ICommandHandler<TUnit, Reserve6>, ICommandHandler<TUnit, Reserve10>, ICommandHandler<TUnit, Release6>, ICommandHandler<TUnit, Release10>
    where TUnit : LogicalUnit
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TUnit unit, in Reserve6 command, ref CommandContext context) => Reserve(unit, ref context);

    public static void Execute(TUnit unit, in Reserve10 command, ref CommandContext context) => Reserve(unit, ref context);

    public static void Execute(TUnit unit, in Release6 command, ref CommandContext context) => Release(unit, ref context);

    public static void Execute(TUnit unit, in Release10 command, ref CommandContext context) => Release(unit, ref context);

    private static void Reserve(TUnit unit, ref CommandContext context)
    {
        if (unit.Reservations.HasRegistrants)
        {
            context.Conflict();
            return;
        }
        unit.Reservations.ReservedBy = context.Nexus;
        context.Good();
    }

    private static void Release(TUnit unit, ref CommandContext context)
    {
        if (unit.Reservations.HasRegistrants)
        {
            context.Conflict();
            return;
        }
        // Somebody else's is left alone, and that is no error.
        if (unit.Reservations.ReservedBy == context.Nexus)
            unit.Reservations.ReservedBy = null;
        context.Good();
    }
}
