using System.Buffers;
using System.Runtime.InteropServices;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <remarks>
/// Logical block protection (SSC-5): four bytes of checksum travel behind each block. The drive compares them before it takes a block, and
/// sends them with each block that is read. Nothing of it is on the tape.
/// </remarks>
public sealed partial class TapeDrive
{
    /// <summary>So often a block goes to the drive when it arrives there damaged, and so often it is read when it arrives here damaged.</summary>
    private const int MaxTransfers = 3;

    /// <summary>The most that <see cref="TailBytes"/> can be.</summary>
    public const int MaxTailBytes = BlockProtection.Length;

    private static readonly ProtectionMethod[] Methods = [ProtectionMethod.Crc32C, ProtectionMethod.ReedSolomon];

    private ProtectionMethod _protection;

    /// <summary>Nothing happened since by which the drive could have left protection.</summary>
    private bool _isProtectionSure;
    private byte[] _staging = [];

    /// <summary>Whether blocks travel with a checksum.</summary>
    public bool IsProtecting => _protection != ProtectionMethod.None;

    /// <summary>What checksum, for people; null where there is none.</summary>
    public string? ProtectionName => _protection switch
    {
        ProtectionMethod.None => null,
        ProtectionMethod.Crc32C => "CRC32C",
        _ => "Reed-Solomon CRC",
    };

    /// <summary>Room that a block needs behind it in its buffer, in bytes: 0 where blocks are not protected.</summary>
    public int TailBytes => IsProtecting ? BlockProtection.Length : 0;

    /// <summary>Somebody had left protection on when the drive was made ready, and it was turned off.</summary>
    public bool WasLeftProtecting { get; private set; }

    /// <summary>How many blocks arrived damaged, at the drive or here, and were sent again.</summary>
    public long DamagedTransfers { get; private set; }

    private bool DependsOnModes => FixedBlockLengthBytes > 0 || IsProtecting;

    /// <summary>
    /// Protects every block from here on, by the method that the drive takes: CRC32C, else Reed-Solomon. Until <see cref="EndProtection"/>
    /// or the end; a drive that was reset meanwhile is told again before the next block. Moves no tape.
    /// </summary>
    /// <exception cref="TapeDeviceException">The drive cannot do it.</exception>
    /// <exception cref="InvalidOperationException">Fixed blocks are in use.</exception>
    public void ProtectBlocks()
    {
        if (IsProtecting)
            return;
        if (FixedBlockLengthBytes > 0)
            throw new InvalidOperationException("End fixed blocks first.");
        if (!Again(ModeSense10.Name, isAbsolute: false, () => TryReadProtection(out _)))
            throw CannotProtect("it has no Control Data Protection mode page (0Ah/F0h)");
        foreach (ProtectionMethod method in Methods)
        {
            if (!Again(ModeSelect10.Name, isAbsolute: false, () => TrySetProtection(method)))
                continue;
            _protection = method;
            _isProtectionSure = true;
            return;
        }

        throw CannotProtect("it takes neither CRC32C nor the Reed-Solomon CRC");
    }

    /// <summary>Blocks without checksums again. Does nothing when they have none.</summary>
    public void EndProtection()
    {
        if (!IsProtecting)
            return;
        _protection = ProtectionMethod.None;
        if (!Again(ModeSelect10.Name, isAbsolute: false, () => TrySetProtection(ProtectionMethod.None)))
            throw CannotEndProtection();
    }

    /// <summary>Writes one block from a buffer of this drive; a checksum goes into the buffer's own tail.</summary>
    /// <param name="buffer">Of <see cref="RentBuffer"/>; the block fills it.</param>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public WriteOutcome Write(IMemoryOwner<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return IsProtecting && buffer is AlignedBuffer aligned && aligned.SpanWithTail.Length >= aligned.Length + TailBytes
            ? Write(aligned.SpanWithTail, aligned.Length)
            : Write(buffer.Memory.Span);
    }

    /// <summary>Writes one block from where it is, with room behind it.</summary>
    /// <param name="space">The block and <see cref="TailBytes"/> bytes; afterwards those hold what they held before.</param>
    /// <param name="lengthBytes">Of the block.</param>
    /// <inheritdoc cref="Write(ReadOnlySpan{byte})"/>
    public WriteOutcome Write(Span<byte> space, int lengthBytes)
    {
        ReadOnlySpan<byte> block = space[..lengthBytes];
        if (!IsProtecting)
            return WriteTransfer(block, block);
        Span<byte> transfer = space[..(lengthBytes + TailBytes)];
        Span<byte> tail = transfer[lengthBytes..];
        uint kept = MemoryMarshal.Read<uint>(tail);
        BlockProtection.Write(_protection, transfer);
        try
        {
            return WriteTransfer(block, transfer);
        }
        finally
        {
            MemoryMarshal.Write(tail, kept);
        }
    }

    /// <summary>Reads the next block into a buffer of this drive.</summary>
    /// <param name="buffer">Of <see cref="RentBuffer"/>.</param>
    /// <inheritdoc cref="Read(Span{byte})"/>
    public ReadOutcome Read(IMemoryOwner<byte> buffer)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        return IsProtecting && buffer is AlignedBuffer aligned && aligned.SpanWithTail.Length >= aligned.Length + TailBytes
            ? Read(aligned.SpanWithTail, aligned.Length)
            : Read(buffer.Memory.Span);
    }

    /// <summary>Reads the next block to where it is wanted. One that arrives damaged is read again.</summary>
    /// <param name="space">Room for the block and <see cref="TailBytes"/> bytes; what is behind the block afterwards means nothing.</param>
    /// <param name="lengthBytes">The longest block that is wanted. Of a longer one the beginning is not proven to be what is on the tape.</param>
    /// <inheritdoc cref="Read(Span{byte})"/>
    public ReadOutcome Read(Span<byte> space, int lengthBytes)
    {
        if (!IsProtecting)
            return ReadTransfer(space[..lengthBytes]);
        Span<byte> transfer = space[..(lengthBytes + TailBytes)];
        for (int read = 1; ; read++)
        {
            ReadOutcome outcome = ReadTransfer(transfer);
            if (IsProven(transfer, ref outcome))
                return outcome;
            PrepareRereading(read);
        }
    }

    private ReadOutcome ReadProtected(Span<byte> buffer)
    {
        ReadOutcome outcome = Read(Stage(buffer.Length), buffer.Length);
        _staging.AsSpan(0, Math.Min(outcome.Length, buffer.Length)).CopyTo(buffer);
        return outcome;
    }

    private WriteOutcome WriteProtected(ReadOnlySpan<byte> block)
    {
        Span<byte> staged = Stage(block.Length);
        block.CopyTo(staged);
        return Write(staged, block.Length);
    }

    /// <summary>Inside a recovery: neither recovered nor read again.</summary>
    private ReadOutcome ReadOnceAsItIs(Span<byte> buffer)
    {
        if (!IsProtecting)
            return ReadOnce(buffer);
        // Not the staging: there lies the block that the recovery is about.
        Span<byte> transfer = new byte[buffer.Length + TailBytes];
        ReadOutcome outcome = ReadOnce(transfer);
        if (!IsProven(transfer, ref outcome))
            throw new TapeCommandException($"{Name}: a block arrived damaged.");
        transfer[..Math.Min(outcome.Length, buffer.Length)].CopyTo(buffer);
        return outcome;
    }

    /// <summary>For callers that have no room behind their block: it is copied.</summary>
    private Span<byte> Stage(int lengthBytes)
    {
        int needed = lengthBytes + BlockProtection.Length;
        if (_staging.Length < needed)
            _staging = GC.AllocateUninitializedArray<byte>(needed, pinned: true);
        return _staging.AsSpan(0, needed);
    }

    /// <summary>Compares a block with its checksum, and takes that out of its length.</summary>
    private bool IsProven(ReadOnlySpan<byte> transfer, ref ReadOutcome outcome)
    {
        if (outcome.Kind is ReadKind.Filemark or ReadKind.EndOfData)
            return true;
        // Of a block longer than the buffer the checksum did not come.
        bool isProven = outcome.Kind == ReadKind.Overlength || BlockProtection.Matches(_protection, transfer[..outcome.Length]);
        outcome = outcome with { Length = Math.Max(0, outcome.Length - TailBytes) };
        return isProven;
    }

    /// <summary>Goes back before a block that arrived damaged.</summary>
    /// <exception cref="TapeReadException">It was read often enough.</exception>
    private void PrepareRereading(int read)
    {
        long behind = _nextObjectId ?? AskPosition().ObjectId;
        long objectId = behind - 1;
        if (read >= MaxTransfers)
        {
            throw new TapeReadException(
                $"{Name}: object {objectId} arrived damaged {read} times: what came does not fit its {ProtectionName}. The tape may be sound: suspect the cable, the host adapter or the memory of this computer. None of it was used.",
                objectId, null);
        }

        DamagedTransfers++;
        _recoveryOptions.Decided?.Invoke($"{Name}: object {objectId} did not fit its {ProtectionName} when it arrived here; it is read again.");
        Locate(objectId);
        // A drive that was reset sends no checksums, and then the end of each block looks like a wrong one.
        _isProtectionSure = false;
    }

    private static bool IsGuardFailure(SenseVerdict verdict, in SenseData sense) =>
        verdict is SenseVerdict.HardwareError or SenseVerdict.Aborted && sense.Code == SenseCode.LogicalBlockGuardCheckFailed;

    private bool IsGuardFailure(SenseVerdict verdict) => IsGuardFailure(verdict, _sense);

    /// <summary>
    /// The drive says that a block arrived damaged and was not taken. When its position says so as well, and the block is here what it was
    /// when its checksum was made, the same is sent once more.
    /// </summary>
    /// <exception cref="TapeWriteException">It is not, or it was sent often enough.</exception>
    private void PrepareResending(long at, ReadOnlySpan<byte> transfer, int sent)
    {
        SenseData sense = _sense;
        if (!BlockProtection.Matches(_protection, transfer))
        {
            _nextObjectId = null;
            throw Suspect(new TapeDeviceException(DeviceFault.HardwareFailure,
                $"{Name}: the block for object {at} changed in this computer's memory while it was written: it does not fit its {ProtectionName} any more, and the drive refused it ({sense})."), sense);
        }

        if (sent >= MaxTransfers || !ReportsPosition)
        {
            _nextObjectId = null;
            throw Suspect(new TapeDeviceException(DeviceFault.HardwareFailure,
                $"{Name}: the block for object {at} arrived damaged at the drive {sent} times, and the drive refused it ({sense}). Suspect the cable or the host adapter.", sense), sense);
        }

        Verify(wasUsed: false);
        DamagedTransfers++;
        _recoveryOptions.Decided?.Invoke($"{Name}: the block for object {at} did not fit its {ProtectionName} when it arrived at the drive, which refused it and stands where it stood; it is sent again.");
    }
}
