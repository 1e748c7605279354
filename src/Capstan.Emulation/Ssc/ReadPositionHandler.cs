using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

internal readonly struct ReadPositionHandler : ICommandHandler<ReadPosition>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in ReadPosition command, ref CommandContext context)
    {
        ITapeMedium tape = unit.Tape;
        PositionConditions conditions = When(unit.Position == 0, PositionConditions.BeginningOfPartition)
            | When(tape.IsBeyondEarlyWarning(unit.Position), PositionConditions.EndOfPartition)
            | When(unit.Modes.Extension.Value.ProgrammableEarlyWarningMegabytes > 0 && !WriteFailure.IsBeforeProgrammableWarning(unit), PositionConditions.BeyondProgrammableEarlyWarning);
        // What was written since the last synchronisation is in the object buffer: it may be lost.
        long onMedium = Math.Min(unit.Position, tape.DurableObjectCount);
        long objects = unit.Position == tape.EndOfData ? unit.Position - onMedium : 0;
        long first = unit.Position;
        long last = first - objects;
        long bytes = objects == 0 ? 0 : tape.UsedBytesAt(first) - tape.UsedBytesAt(last) - objects * Cartridge.RecordOverheadBytes;
        PositionConditions buffered = conditions | When(objects > 0xFFFFFF, PositionConditions.ObjectCountUnknown);
        Span<byte> answer = stackalloc byte[ExtendedPosition.Length];
        switch (command.Form)
        {
            case PositionForm.Long:
                new LongPosition
                {
                    Conditions = conditions,
                    Partition = (uint)unit.Partition,
                    LogicalObject = (ulong)unit.Position,
                    LogicalFile = (ulong)tape.FileNumberAt(unit.Position),
                }.WriteTo(answer);
                context.Return(answer[..LongPosition.Length], LongPosition.Length);
                break;
            case PositionForm.Extended:
                new ExtendedPosition
                {
                    Conditions = buffered,
                    Partition = (byte)unit.Partition,
                    ObjectsInBuffer = (int)Math.Min(objects, 0xFFFFFF),
                    FirstLogicalObject = (ulong)first,
                    LastLogicalObject = (ulong)last,
                    BytesInBuffer = (ulong)bytes,
                }.WriteTo(answer);
                context.Return(answer[..ExtendedPosition.Length], command.AllocationLength);
                break;
            default:
                bool fits = first <= uint.MaxValue;
                new ShortPosition
                {
                    Conditions = buffered | When(!fits, PositionConditions.Error) | When(bytes > uint.MaxValue, PositionConditions.ByteCountUnknown),
                    Partition = (byte)unit.Partition,
                    FirstLogicalObject = fits ? (uint)first : 0,
                    LastLogicalObject = fits ? (uint)last : 0,
                    ObjectsInBuffer = (int)Math.Min(objects, 0xFFFFFF),
                    BytesInBuffer = (uint)Math.Min(bytes, uint.MaxValue),
                }.WriteTo(answer);
                context.Return(answer[..ShortPosition.Length], ShortPosition.Length);
                break;
        }
    }

    private static PositionConditions When(bool isSo, PositionConditions condition) => isSo ? condition : PositionConditions.None;
}
