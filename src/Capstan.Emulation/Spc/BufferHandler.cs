using System.Globalization;
using System.Text;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation.Spc;

/// <summary>The drive's buffers: 01h is the drive's dump (what LTO drives keep for their maker), 00h may be written and read.</summary>
internal sealed class DriveBuffers
{
    internal const byte Scratch = 0x00;
    internal const byte Dump = 0x01;
    internal const int ScratchBytes = 4096;
    internal const int EchoBytes = 4096;

    /// <summary>Offsets are multiples of two to the power of this.</summary>
    internal const byte DumpBoundary = 9;

    private const int DumpUnit = 4096;

    internal byte[] ScratchData { get; } = new byte[ScratchBytes];

    /// <summary>What the last WRITE BUFFER in echo mode wrote; null before.</summary>
    internal byte[]? Echo { get; set; }

    /// <summary>Made when its length is asked for, and kept for the reads that follow.</summary>
    internal byte[]? LastDump { get; private set; }

    /// <summary>What a drive of IBM or HPE puts there only its maker can read. This one writes text, padded with zeros.</summary>
    internal byte[] TakeDump(TapeDriveUnit unit)
    {
        var text = new StringBuilder();
        void Line(string name, object? value) => text.Append(CultureInfo.InvariantCulture, $"{name}: {value}\n");
        Line("CAPSTAN VIRTUAL DRIVE DUMP", 1);
        Line("drive", $"{unit.Identity.Vendor} {unit.Identity.Product} {unit.Identity.Revision} {unit.Identity.SerialNumber}");
        Line("timestamp", unit.Clock.Milliseconds);
        Line("medium", unit.Medium);
        Line("cartridge", unit.Cartridge?.Barcode ?? "-");
        Line("partition", unit.Partition);
        Line("position", unit.Position);
        Line("block length", unit.BlockLengthBytes);
        Line("buffered mode", unit.BufferedMode);
        Line("bytes from host", unit.Counters.BytesFromHost);
        Line("bytes to host", unit.Counters.BytesToHost);
        Line("registrations", unit.Reservations.Keys.Count);
        Line("diagnosis", unit.Diagnosis ?? "-");
        byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
        return LastDump = [.. bytes, .. new byte[DumpUnit - bytes.Length % DumpUnit]];
    }
}

/// <summary>READ BUFFER and WRITE BUFFER.</summary>
internal readonly struct BufferHandler : ICommandHandler<ReadBuffer>, ICommandHandler<WriteBuffer>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 480;

    public static void Execute(TapeDriveUnit unit, in ReadBuffer command, ref CommandContext context)
    {
        DriveBuffers buffers = unit.Buffers;
        switch (command.Mode)
        {
            case BufferMode.Data when command.BufferId == DriveBuffers.Dump && command.OffsetBytes % (1 << DriveBuffers.DumpBoundary) != 0:
                context.Refuse(ReadBuffer.OffsetBytesField);
                break;
            case BufferMode.Data when command.BufferId == DriveBuffers.Dump:
                ReturnFrom(buffers.LastDump ?? buffers.TakeDump(unit), command, ref context);
                break;
            case BufferMode.Data when command.BufferId == DriveBuffers.Scratch:
                ReturnFrom(buffers.ScratchData, command, ref context);
                break;
            case BufferMode.Data:
                context.Refuse(ReadBuffer.BufferIdField);
                break;
            case BufferMode.Descriptor:
                Describe(Descriptor(unit, command.BufferId), command.AllocationLength, ref context);
                break;
            case BufferMode.Echo when buffers.Echo is null:
                // SPC-4 6.18.8: nobody wrote one.
                context.Check(SenseKey.IllegalRequest, SenseCode.CommandSequenceError);
                break;
            case BufferMode.Echo:
                context.Return(buffers.Echo, command.AllocationLength);
                break;
            case BufferMode.EchoDescriptor:
                Describe(new BufferDescriptor(0, DriveBuffers.EchoBytes), command.AllocationLength, ref context);
                break;
            default:
                context.Refuse(ReadBuffer.ModeField);
                break;
        }
    }

    public static void Execute(TapeDriveUnit unit, in WriteBuffer command, ref CommandContext context)
    {
        int length = command.ParameterListLength;
        if (context.DataOut.Length < length)
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
        else if (command.Mode == BufferMode.Echo && length <= DriveBuffers.EchoBytes)
        {
            unit.Buffers.Echo = context.DataOut[..length].ToArray();
            context.Good(length);
        }
        else if (command.Mode == BufferMode.Data && command.BufferId != DriveBuffers.Scratch)
            context.Refuse(WriteBuffer.BufferIdField);
        else if (command.Mode == BufferMode.Data && command.OffsetBytes > DriveBuffers.ScratchBytes)
            context.Refuse(WriteBuffer.OffsetBytesField);
        else if (command.Mode is BufferMode.Echo || command.Mode == BufferMode.Data && length > DriveBuffers.ScratchBytes - command.OffsetBytes)
            context.Refuse(WriteBuffer.ParameterListLengthField);
        else if (command.Mode == BufferMode.Data)
        {
            context.DataOut[..length].CopyTo(unit.Buffers.ScratchData.AsSpan(command.OffsetBytes));
            context.Good(length);
        }
        else
            context.Refuse(WriteBuffer.ModeField);
    }

    private static BufferDescriptor Descriptor(TapeDriveUnit unit, byte id) => id switch
    {
        DriveBuffers.Scratch => new BufferDescriptor(0, DriveBuffers.ScratchBytes),
        DriveBuffers.Dump => new BufferDescriptor(DriveBuffers.DumpBoundary, unit.Buffers.TakeDump(unit).Length),
        // SPC-4 6.18.5: of a buffer that is not there the descriptor is zeros.
        _ => default,
    };

    private static void Describe(BufferDescriptor descriptor, int allocationLength, ref CommandContext context)
    {
        Span<byte> answer = stackalloc byte[BufferDescriptor.Length];
        descriptor.WriteTo(answer);
        context.Return(answer, allocationLength);
    }

    private static void ReturnFrom(byte[] buffer, in ReadBuffer command, ref CommandContext context)
    {
        if (command.OffsetBytes > buffer.Length)
            context.Refuse(ReadBuffer.OffsetBytesField);
        else
            context.Return(buffer.AsSpan(command.OffsetBytes), command.AllocationLength);
    }
}
