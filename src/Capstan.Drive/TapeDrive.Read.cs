using Capstan.Drive.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

public sealed partial class TapeDrive
{
    /// <summary>
    /// Reads the next block, whatever its length up to the buffer's.
    /// </summary>
    /// <remarks>
    /// SILI stays 0: with it a drive may cut a longer block to the buffer and answer GOOD (HP LTO manuals, READ). So GOOD means
    /// that the block is exactly as long as the buffer, and every other length comes with ILI and INFORMATION, or not at all.
    /// </remarks>
    /// <exception cref="TapeReadException">The block cannot be read; the tape may stand before or behind it.</exception>
    /// <exception cref="TapeException">Every other failure.</exception>
    public ReadOutcome Read(Span<byte> buffer) => IsProtecting ? ReadProtected(buffer) : ReadTransfer(buffer);

    /// <summary>One transfer: a block, with its checksum where blocks are protected.</summary>
    private ReadOutcome ReadTransfer(Span<byte> buffer)
    {
        while (true)
        {
            long? at = _nextObjectId;
            try
            {
                EnsureProtection();
                return ReadOnce(buffer);
            }
            catch (TapeException e) when (CanRecover(e))
            {
                if (at is null || !TryRecover(Read6.Name, at, e))
                    throw;
            }
        }
    }

    private ReadOutcome ReadOnce(Span<byte> buffer)
    {
        long? at = _nextObjectId;
        _isStreaming = false;
        SenseVerdict verdict = Run(new Read6(Fixed: false, SuppressIncorrectLength: false, buffer.Length),
            DataTransfer.FromDevice(buffer), _timeouts.ReadSeconds);
        switch (verdict)
        {
            // tgt answers so to a short block and to a filemark, without a flag: nothing is said about what was read.
            case SenseVerdict.Done when _completion.Status == ScsiStatus.CheckCondition && _sense.Key == SenseKey.NoSense && _sense.Code == default:
                throw LengthUnknown("CHECK CONDITION with NO SENSE and no flag");
            case SenseVerdict.Done or SenseVerdict.EarlyWarning:
                if (_completion.Residual is { } rest and not 0)
                    throw LengthUnknown($"GOOD status, but {rest} bytes missing");
                _nextObjectId = at + 1;
                return new ReadOutcome(ReadKind.Block, buffer.Length);
            case SenseVerdict.IncorrectLength:
                int length = IncorrectLength(buffer.Length);
                _nextObjectId = at + 1;
                return new ReadOutcome(length > buffer.Length ? ReadKind.Overlength : ReadKind.Block, length);
            case SenseVerdict.Filemark:
                _nextObjectId = at + 1;
                return new ReadOutcome(ReadKind.Filemark, 0);
            case SenseVerdict.EndOfData:
                _endOfDataId = at;
                return new ReadOutcome(ReadKind.EndOfData, 0);
            case SenseVerdict.MediumError or SenseVerdict.EndOfDataMissing:
                SenseData sense = _sense;
                _nextObjectId = null;
                // Where the error happened is asked, not assumed: some drives stop before the block, some behind it.
                long where = at ?? ReadPosition().ObjectId;
                throw new TapeReadException($"{Name}: object {where} cannot be read: {sense}.", where, sense);
            case SenseVerdict.KeyNeeded:
                // SSC-4 4.2.22.3: the tape stays before the block.
                throw DecryptionFailure(at, _sense);
            default:
                _nextObjectId = null;
                throw DriveErrors.Sense(Name, Read6.Name, verdict, _sense);
        }
    }

    /// <summary>The true length of a block that is not as long as the buffer, proven by INFORMATION.</summary>
    private int IncorrectLength(int requested)
    {
        if (_sense.Information is not { } difference)
            throw LengthUnknown("an incorrect-length indication without INFORMATION");
        long length = requested - difference;
        if (length is < 1 or > 0xFF_FFFF || difference == 0)
            throw LengthUnknown($"an incorrect-length indication with INFORMATION {difference}");
        // An adapter that reports a residual must agree with the drive; one that reports 0 or none is known not to count.
        if (_completion.Residual is { } residual and > 0 && residual != Math.Max(difference, 0)
            && !((Model.Quirks & DriveQuirks.ReadResidualWrong) != 0 && (difference < 0 || requested - residual >= length)))
            throw LengthUnknown($"the drive says the block is {length} bytes long, the host adapter says {requested - residual} bytes came", (int)length);
        return (int)length;
    }

    private TapeLengthException LengthUnknown(string what, int? toldLengthBytes = null)
    {
        _nextObjectId = null;
        return new TapeLengthException(
            $"{Name}: the length of a block cannot be told: {what}. The data was not used. The host adapter or its driver is at fault.",
            toldLengthBytes - TailBytes, _sense);
    }
}
