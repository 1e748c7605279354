using Capstan.Scsi;

namespace Capstan.Emulation.Smc;

/// <summary>
/// The buffers of a changer, for initiators that test the way to it: 256 bytes each (Dell PowerVault TL2000/TL4000 SCSI reference, READ BUFFER and
/// WRITE BUFFER; IBM's TS3100 and TS3200 are the same machines).
/// </summary>
internal sealed class ChangerBuffers
{
    internal const int Bytes = 256;

    internal byte[] Data { get; } = new byte[Bytes];

    /// <summary>What the last WRITE BUFFER in echo mode wrote, and who sent it; null before.</summary>
    internal (int Nexus, byte[] Data)? Echo { get; set; }

    /// <summary>Who has written an echo since the reset, and may be told that it is gone.</summary>
    internal HashSet<int> Writers { get; } = [];

    internal void Reset()
    {
        Data.AsSpan().Clear();
        Echo = null;
        Writers.Clear();
    }
}

/// <summary>READ BUFFER and WRITE BUFFER of a changer. No firmware is taken: modes that download any are refused, as are a maker's own ones.</summary>
internal readonly struct ChangerBufferHandler : ICommandHandler<MediaChangerUnit, ReadBuffer>, ICommandHandler<MediaChangerUnit, WriteBuffer>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 480;

    public static void Execute(MediaChangerUnit unit, in ReadBuffer command, ref CommandContext context)
    {
        ChangerBuffers buffers = unit.Buffers;
        if (command.Mode is not (BufferMode.Data or BufferMode.Descriptor or BufferMode.Echo or BufferMode.EchoDescriptor))
            context.Refuse(ReadBuffer.ModeField);
        else if (command.Mode is BufferMode.Data or BufferMode.Descriptor && command.BufferId != 0)
            context.Refuse(ReadBuffer.BufferIdField);
        else if (command.Mode is BufferMode.Data or BufferMode.Descriptor && command.OffsetBytes != 0)
            context.Refuse(ReadBuffer.OffsetBytesField);
        else if (command.Mode == BufferMode.Data)
            context.Return(buffers.Data, command.AllocationLength);
        else if (command.Mode == BufferMode.Descriptor)
            context.Return([0x00, 0x00, ChangerBuffers.Bytes >> 8, ChangerBuffers.Bytes & 0xFF], command.AllocationLength);
        else if (command.Mode == BufferMode.EchoDescriptor)
            // EBOS: who finds the echo of another initiator is told so.
            context.Return([0x01, 0x00, ChangerBuffers.Bytes >> 8, ChangerBuffers.Bytes & 0xFF], command.AllocationLength);
        else if (buffers.Echo is not { } echo || !buffers.Writers.Contains(context.Nexus))
            context.Check(SenseKey.IllegalRequest, SenseCode.CommandSequenceError);
        else if (echo.Nexus != context.Nexus)
            context.Check(SenseKey.IllegalRequest, SenseCode.EchoBufferOverwritten);
        else
            context.Return(echo.Data, command.AllocationLength);
    }

    public static void Execute(MediaChangerUnit unit, in WriteBuffer command, ref CommandContext context)
    {
        int length = command.ParameterListLength;
        if (command.Mode is not (BufferMode.Data or BufferMode.Echo))
            context.Refuse(WriteBuffer.ModeField);
        else if (command.Mode == BufferMode.Data && command.BufferId != 0)
            context.Refuse(WriteBuffer.BufferIdField);
        else if (command.Mode == BufferMode.Data && command.OffsetBytes > ChangerBuffers.Bytes)
            context.Refuse(WriteBuffer.OffsetBytesField);
        else if (length > ChangerBuffers.Bytes - (command.Mode == BufferMode.Data ? command.OffsetBytes : 0))
            context.Refuse(WriteBuffer.ParameterListLengthField);
        else if (context.DataOut.Length < length)
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
        else
        {
            if (command.Mode == BufferMode.Data)
                context.DataOut[..length].CopyTo(unit.Buffers.Data.AsSpan(command.OffsetBytes));
            else
            {
                unit.Buffers.Echo = (context.Nexus, context.DataOut[..length].ToArray());
                _ = unit.Buffers.Writers.Add(context.Nexus);
            }
            context.Good(length);
        }
    }
}
