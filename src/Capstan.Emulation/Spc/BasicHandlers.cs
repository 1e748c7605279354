using System.Collections.Immutable;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

internal readonly struct TestUnitReadyHandler<TUnit> : ICommandHandler<TUnit, TestUnitReady> where TUnit : LogicalUnit
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TUnit unit, in TestUnitReady command, ref CommandContext context) => context.Good();
}

internal readonly struct RequestSenseHandler<TUnit> : ICommandHandler<TUnit, RequestSense> where TUnit : LogicalUnit
{
    public static CommandNeeds Needs => CommandNeeds.Unattended;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TUnit unit, in RequestSense command, ref CommandContext context)
    {
        Span<byte> sense = stackalloc byte[SenseData.MaxEncodedLength];
        int length = (unit.TakePendingSense(context.Nexus) with { IsDescriptorFormat = command.DescriptorFormat }).Encode(sense);
        context.Return(sense[..length], command.AllocationLength);
    }
}

internal readonly struct ReportLunsHandler<TUnit> : ICommandHandler<TUnit, ReportLuns> where TUnit : LogicalUnit
{
    public static CommandNeeds Needs => CommandNeeds.Unattended;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TUnit unit, in ReportLuns command, ref CommandContext context)
    {
        Span<byte> answer = stackalloc byte[16];
        // 01h asks for well known logical units, of which there are none.
        ImmutableArray<ulong> luns = command.SelectReport is 0x00 or 0x02 ? [0] : [];
        int length = new LunList(luns).WriteTo(answer);
        context.Return(answer[..length], command.AllocationLength);
    }
}
