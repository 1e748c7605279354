using Capstan.Emulation.Cartridges;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>What READ(6) and VERIFY(6) share: going through blocks, and what happens when the next object is not the block expected.</summary>
internal static class BlockReader
{
    /// <summary>One block of any length (FIXED=0).</summary>
    /// <param name="unit">The drive.</param>
    /// <param name="requestedBytes">TRANSFER LENGTH or VERIFICATION LENGTH.</param>
    /// <param name="suppressLength">SILI.</param>
    /// <param name="destination">Where the data go; empty to check only.</param>
    /// <param name="context">Is completed.</param>
    internal static void ReadVariable(
        TapeDriveUnit unit, int requestedBytes, bool suppressLength, Span<byte> destination, ref CommandContext context)
    {
        ReadStatus status = Next(unit, destination, out int length);
        if (status != ReadStatus.Block)
        {
            Stop(unit, status, requestedBytes, 0, ref context);
            return;
        }
        unit.Position++;
        // VERIFY transfers nothing, and so nothing travels behind the block.
        ProtectionMethod protection = destination.IsEmpty ? ProtectionMethod.None : TransferProtection.OfReads(unit);
        if (protection != ProtectionMethod.None)
        {
            if (length <= destination.Length)
                TransferProtection.Append(protection, destination, length);
            length += BlockProtection.Length;
        }
        int transferred = Math.Min(length, destination.Length);
        unit.Counters.CountRead(length, unit.RecordedBytes(unit.Position - 1, length), transferred);
        // SSC-4 5.4: with SILI a longer block goes unreported only in variable-block mode.
        if (length == requestedBytes || suppressLength && (length < requestedBytes || unit.BlockLengthBytes == 0))
            context.Good(transferred);
        else
            context.Check(IncorrectLength(requestedBytes - length), transferred);
    }

    /// <summary>So many blocks of the mode parameter's length (FIXED=1).</summary>
    internal static void ReadFixed(TapeDriveUnit unit, int blockCount, Span<byte> destination, ref CommandContext context)
    {
        int blockLength = unit.BlockLengthBytes;
        ProtectionMethod protection = destination.IsEmpty ? ProtectionMethod.None : TransferProtection.OfReads(unit);
        int transferred = 0;
        for (int done = 0; done < blockCount; done++)
        {
            Span<byte> target = destination.IsEmpty ? default : destination.Slice(transferred, blockLength);
            ReadStatus status = Next(unit, target, out int length);
            if (status != ReadStatus.Block)
            {
                Stop(unit, status, blockCount - done, transferred, ref context);
                return;
            }
            unit.Position++;
            if (protection != ProtectionMethod.None)
            {
                if (length <= target.Length)
                    TransferProtection.Append(protection, target, length);
                length += BlockProtection.Length;
            }
            if (length != blockLength)
            {
                // The block of the wrong length is not among those that INFORMATION counts as read.
                context.Check(IncorrectLength(blockCount - done), transferred);
                return;
            }
            transferred += target.Length;
            unit.Counters.CountRead(length, unit.RecordedBytes(unit.Position - 1, length), target.Length);
        }
        context.Good(transferred);
    }

    /// <summary>Reads everything up to behind so many filemarks (VBF of VERIFY), and transfers nothing.</summary>
    internal static void VerifyFilemarks(TapeDriveUnit unit, int count, ref CommandContext context)
    {
        for (int left = count; left > 0;)
        {
            ReadStatus status = Pass(unit);
            if (status == ReadStatus.Filemark)
                left--;
            else if (status != ReadStatus.Block)
            {
                Stop(unit, status, left, 0, ref context);
                return;
            }
        }
        context.Good();
    }

    /// <summary>Reads everything up to the end of data (VTE of VERIFY), which is where the command ends well.</summary>
    internal static void VerifyToEndOfData(TapeDriveUnit unit, ref CommandContext context)
    {
        ReadStatus status;
        do
            status = Pass(unit);
        while (status is ReadStatus.Block or ReadStatus.Filemark);
        if (status == ReadStatus.EndOfData && !unit.Tape.IsTruncated)
            context.Good();
        else
            Stop(unit, status, 0, 0, ref context);
    }

    /// <summary>Behind the next object, when it is a block that can be read or a filemark.</summary>
    private static ReadStatus Pass(TapeDriveUnit unit)
    {
        ReadStatus status = Next(unit, default, out int length);
        if (status is ReadStatus.Block or ReadStatus.Filemark)
            unit.Position++;
        if (status == ReadStatus.Block)
            unit.Counters.CountRead(length, unit.RecordedBytes(unit.Position - 1, length), 0);
        return status;
    }

    private static ReadStatus Next(TapeDriveUnit unit, Span<byte> destination, out int length) =>
        unit.Encryption.Read(unit.Tape, unit.Position, destination, out length);

    private static SenseData IncorrectLength(long information) => new()
    {
        Key = SenseKey.NoSense,
        Code = SenseCode.NoAdditionalSenseInformation,
        IncorrectLengthIndicator = true,
        Information = information,
    };

    /// <summary>Something else than a good block stood at the position.</summary>
    private static void Stop(TapeDriveUnit unit, ReadStatus status, long residue, int transferred, ref CommandContext context)
    {
        switch (status)
        {
            case ReadStatus.Filemark:
                unit.Position++;
                context.Check(
                    new SenseData { Key = SenseKey.NoSense, Code = SenseCode.FilemarkDetected, Filemark = true, Information = residue }, transferred);
                break;
            case ReadStatus.Encrypted:
                // SSC-4 4.2.22.3: the tape stays before the block.
                context.Check(
                    new SenseData { Key = SenseKey.DataProtect, Code = unit.Encryption.Refusal, Information = residue }, transferred);
                break;
            case ReadStatus.Damaged:
                // SSC-4 5.4: after an unrecovered read error the tape stands behind the block.
                unit.Position++;
                context.Check(
                    new SenseData { Key = SenseKey.MediumError, Code = SenseCode.UnrecoveredReadError, Information = residue }, transferred);
                break;
            case ReadStatus.HostError:
                unit.NoteHostError();
                context.Check(
                    new SenseData { Key = SenseKey.HardwareError, Code = SenseCode.InternalTargetFailure, Information = residue }, transferred);
                break;
            default:
                context.Check(EndOfData(unit, residue), transferred);
                break;
        }
    }

    /// <summary>Sense for the end of what is recorded; a truncated cartridge has none.</summary>
    internal static SenseData EndOfData(TapeDriveUnit unit, long? residue) => new()
    {
        Key = SenseKey.BlankCheck,
        Code = unit.Tape.IsTruncated ? SenseCode.EndOfDataNotFound : SenseCode.EndOfDataDetected,
        Information = residue,
    };
}
