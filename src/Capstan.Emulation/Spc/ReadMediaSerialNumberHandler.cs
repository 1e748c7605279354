using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

internal readonly struct ReadMediaSerialNumberHandler : ICommandHandler<ReadMediaSerialNumber>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 60;

    public static void Execute(TapeDriveUnit unit, in ReadMediaSerialNumber command, ref CommandContext context)
    {
        Span<byte> answer = stackalloc byte[64];
        // The same number as the cartridge memory has (0401h).
        int length = new MediaSerialNumber(MemoryAttributes.SerialNumberOf(unit.Tape.Identity)).WriteTo(answer);
        context.Return(answer[..length], command.AllocationLength);
    }
}
