using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

internal readonly struct Write6Handler : ICommandHandler<Write6>
{
    public static CommandNeeds Needs => CommandNeeds.Medium;

    public static uint TimeoutSeconds => 1500;

    public static void Execute(TapeDriveUnit unit, in Write6 command, ref CommandContext context)
    {
        if (command.Fixed && unit.BlockLengthBytes == 0)
        {
            context.Refuse(Write6.FixedField);
            return;
        }
        if (!command.Fixed && command.TransferLength > TapeDriveUnit.MaxBlockBytes)
        {
            context.Refuse(Write6.TransferLengthField);
            return;
        }
        int blockLength = command.Fixed ? unit.BlockLengthBytes : command.TransferLength;
        int blockCount = command.Fixed ? command.TransferLength : 1;
        if (context.DataOut.Length < (long)blockLength * blockCount)
        {
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
            return;
        }
        if (unit.IsTapeProtected)
        {
            context.Check(SenseKey.DataProtect, SenseCode.WriteProtected);
            return;
        }
        if (command.TransferLength == 0)
        {
            context.Good();
            return;
        }
        // A block has one byte at least, and its checksum comes on top.
        if (blockLength <= TransferProtection.TailBytes(TransferProtection.OfWrites(unit)))
            context.Refuse(Write6.TransferLengthField);
        else if (unit.MayUseKey(ref context) && unit.Overwriting.MayWrite(unit, ref context))
            Write(unit, blockLength, blockCount, command.Fixed, ref context);
    }

    private static void Write(TapeDriveUnit unit, int blockLength, int blockCount, bool isFixed, ref CommandContext context)
    {
        ReadOnlySpan<byte> data = context.DataOut;
        ProtectionMethod protection = TransferProtection.OfWrites(unit);
        int tail = TransferProtection.TailBytes(protection);
        bool earlyWarning = false;
        bool wasAhead = WriteFailure.IsBeforeProgrammableWarning(unit);
        int done = 0;
        for (; done < blockCount; done++)
        {
            ReadOnlySpan<byte> transfer = data.Slice(done * blockLength, blockLength);
            if (tail > 0 && !BlockProtection.Matches(protection, transfer))
            {
                context.Check(TransferProtection.Failure(isFixed ? blockCount - done : blockLength), done * blockLength);
                return;
            }
            ReadOnlySpan<byte> block = transfer[..^tail];
            if (!unit.Encryption.MayAppend(block))
            {
                context.Check(new SenseData
                {
                    Key = SenseKey.DataProtect,
                    Code = SenseCode.IncorrectEncryptionParameters,
                    Information = isFixed ? blockCount - done : blockLength,
                }, done * blockLength);
                return;
            }
            ReadOnlySpan<byte> packed = unit.Compression.IsBuiltIn && unit.Modes.Compression.Value.CompressionEnabled ? unit.Compression.Pack(block) : default;
            AppendResult result = unit.Encryption.Append(unit.Tape, unit.Position, block, packed);
            if (result.Status != AppendStatus.Written)
            {
                WriteFailure.Complete(unit, result.Status, isFixed ? blockCount - done : blockLength, done * blockLength, ref context);
                return;
            }
            unit.Position++;
            unit.MarkDirty();
            unit.Counters.CountWrite(blockLength, unit.RecordedBytes(unit.Position - 1, blockLength));
            earlyWarning = result.EarlyWarning;
        }
        if (unit.BufferedMode == 0 && !unit.TrySync())
        {
            context.Check(unit.HostFailure() with { Information = isFixed ? blockCount : blockLength }, done * blockLength);
            return;
        }
        if (earlyWarning)
            context.Check(WriteFailure.EarlyWarning, done * blockLength);
        else if (wasAhead && !WriteFailure.IsBeforeProgrammableWarning(unit))
            context.Check(WriteFailure.ProgrammableEarlyWarning, done * blockLength);
        else
            context.Good(done * blockLength);
    }
}
