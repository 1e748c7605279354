using System.Collections.Immutable;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

internal readonly struct ReportSupportedOperationCodesHandler<TUnit> : ICommandHandler<TUnit, ReportSupportedOperationCodes>
    where TUnit : LogicalUnit
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TUnit unit, in ReportSupportedOperationCodes command, ref CommandContext context)
    {
        bool timeouts = command.ReturnTimeouts && unit.ReportsTimeouts;
        if (command.Options == ReportingOptions.AllCommands)
        {
            var codes = new SupportedOperationCodes(
            [
                .. CommandsOf(unit).Where(row => unit.Has(row.OperationCode, row.ServiceAction)).Select(row => new SupportedCommand(
                    row.OperationCode, row.ServiceAction, (ushort)row.CdbLength, TimeoutsOf(unit, row.OperationCode, row.ServiceAction, timeouts))),
            ]);
            var answer = new byte[codes.Length];
            codes.WriteTo(answer);
            context.Return(answer, command.AllocationLength);
            return;
        }
        if (!IsAskedRight(unit, command, ref context))
            return;
        byte? action = command.Options == ReportingOptions.OneOperationCode ? null : (byte)command.RequestedServiceAction;
        CommandDescriptor? found = command.RequestedServiceAction > byte.MaxValue ? null : Find(unit, command, action);
        var one = found is null || !unit.Has(found.OperationCode, found.ServiceAction)
            ? new SupportedOperationCode(CommandSupport.NotSupported, [])
            : new SupportedOperationCode(
                CommandSupport.Standard, [.. found.UsageData], TimeoutsOf(unit, found.OperationCode, found.ServiceAction, timeouts));
        Span<byte> single = stackalloc byte[64];
        int length = one.WriteTo(single);
        context.Return(single[..length], command.AllocationLength);
    }

    private static CommandSet CommandsOf(TUnit unit) => CommandTable.Of(unit.DeviceType)!;

    private static CommandDescriptor? Find(TUnit unit, in ReportSupportedOperationCodes command, byte? action)
    {
        byte code = command.RequestedOperationCode;
        if (command.Options != ReportingOptions.OneCommand)
            return CommandsOf(unit).Find(code, action);
        // 011b takes any code; without service actions only 0 fits.
        return CommandsOf(unit).HasOperationCode(code, out bool hasActions) && !hasActions
            ? action is 0 ? CommandsOf(unit).Find(code) : null
            : CommandsOf(unit).Find(code, action);
    }

    /// <summary>001b is for codes without service actions, 010b for those with (SPC-4 6.35.1).</summary>
    private static bool IsAskedRight(TUnit unit, in ReportSupportedOperationCodes command, ref CommandContext context)
    {
        if (!CommandsOf(unit).HasOperationCode(command.RequestedOperationCode, out bool hasActions)
            || command.Options == ReportingOptions.OneCommand
            || hasActions == (command.Options == ReportingOptions.OneServiceAction))
            return true;
        context.Refuse(ReportSupportedOperationCodes.ReportingOptionsField);
        return false;
    }

    private static CommandTimeouts? TimeoutsOf(TUnit unit, byte operationCode, byte? serviceAction, bool wanted) =>
        wanted ? new CommandTimeouts(0, unit.TimeoutOf(operationCode, serviceAction)) : null;
}
