using System.Text;
using Capstan.Backup.Framing;
using Capstan.Drive;

namespace Capstan.Backup.Media;

/// <summary>What stands at the beginning of a tape.</summary>
/// <param name="Label">Set for a Capstan tape.</param>
/// <param name="Foreign">What the tape looks like when it is not ours; null when it is ours or blank.</param>
/// <param name="IsLabelled">Whether it begins with a Capstan label, also with one that cannot be read.</param>
public readonly record struct MediaIdentity(MediaLabel? Label, string? Foreign, bool IsLabelled = false)
{
    public bool IsBlank => Label is null && Foreign is null;
}

/// <summary>Tells whose tape is in the drive, by its first blocks.</summary>
public static class MediaReader
{
    /// <summary>Goes to the beginning of partition 0, where labels and backups are, reads the label, and leaves the tape behind it. Writes nothing.</summary>
    /// <exception cref="TapeException">The drive or the medium failed.</exception>
    public static MediaIdentity Identify(TapeDrive drive)
    {
        ArgumentNullException.ThrowIfNull(drive);
        drive.ChangePartition(0);
        drive.Rewind();
        using var buffer = drive.RentBuffer();
        Span<byte> bytes = buffer.Memory.Span;
        ReadOutcome outcome = ReadFirst(drive, bytes);
        return outcome.Kind switch
        {
            ReadKind.EndOfData => JudgeBlank(drive),
            ReadKind.Filemark => new MediaIdentity(null, "it begins with a filemark"),
            // The path may carry less than a block of ours: its beginning tells as much.
            ReadKind.Overlength => Judge(bytes, outcome.Length),
            _ => Judge(bytes[..outcome.Length]),
        };
    }

    /// <summary>
    /// A drive that cannot find the first block says BLANK CHECK as it does of a new tape, and a label on a tape that only looked so would
    /// cost everything on it. Where data end elsewhere than at the beginning, it is not blank.
    /// </summary>
    private static MediaIdentity JudgeBlank(TapeDrive drive)
    {
        long end = 0;
        try
        {
            end = drive.LocateEndOfData().ObjectId;
        }
        catch (TapeMediumException)
        {
            // A tape that was never written to has no end-of-data mark, and drives say so (BLANK CHECK 14/03).
        }

        drive.Rewind();
        return end == 0 ? default : new MediaIdentity(null, $"it reads as blank at its beginning, and its data end at object {end}", IsLabelled: true);
    }

    /// <summary>Where drive and host adapter contradict each other on how much came, a read with the drive's length settles it.</summary>
    private static ReadOutcome ReadFirst(TapeDrive drive, Span<byte> buffer)
    {
        try
        {
            return drive.Read(buffer);
        }
        catch (TapeLengthException e) when (e.ToldLengthBytes is { } told && told < buffer.Length)
        {
            drive.Rewind();
            return drive.Read(buffer[..told]);
        }
    }

    /// <summary>Judges the first block of a tape.</summary>
    internal static MediaIdentity Judge(ReadOnlySpan<byte> block) => Judge(block, block.Length);

    /// <summary>Judges the first block by its beginning.</summary>
    /// <param name="beginning">All of the block, or as much as was read of it.</param>
    /// <param name="blockLength">Of the whole block.</param>
    private static MediaIdentity Judge(ReadOnlySpan<byte> beginning, int blockLength)
    {
        if (blockLength != BlockHeader.BlockLength || !BlockHeader.TryDecode(beginning, out BlockHeader header))
            return new MediaIdentity(null, GuessForeign(beginning, blockLength));
        ReadOnlySpan<byte> payload = beginning.Slice(BlockHeader.Length, Math.Min(header.PayloadLength, beginning.Length - BlockHeader.Length));
        if (!ContentHeader.TryDecode(payload, out ContentHeader content))
            return new MediaIdentity(null, GuessForeign(beginning, blockLength));
        if (content.Kind is ContentKind.ProxmoxLabel or ContentKind.ProxmoxMediaSetLabel)
            return new MediaIdentity(null, "it is a tape of Proxmox Backup Server");
        bool isLabel = content.Kind == ContentKind.Label;
        if (!isLabel || payload.Length < ContentHeader.Length + content.HeaderLength)
            return new MediaIdentity(null, "it begins with a block stream that is no Capstan label", isLabel);
        MediaLabel? label = MediaLabel.TryParse(payload.Slice(ContentHeader.Length, content.HeaderLength).ToArray());
        return new MediaIdentity(label, label is null ? "its Capstan label is damaged" : null, IsLabelled: true);
    }

    private static string GuessForeign(ReadOnlySpan<byte> block, int blockLength)
    {
        if (block.StartsWith("VOL1"u8))
        {
            return block.Length >= 80 && block.Slice(24, 4).SequenceEqual("LTFS"u8)
                ? "it is an LTFS tape"
                : $"it has an ANSI label, volume {Encoding.ASCII.GetString(block.Slice(4, Math.Min(6, block.Length - 4))).Trim()}";
        }

        if (block.Length >= 512 && block.Slice(257, 5).SequenceEqual("ustar"u8))
            return "it begins with a tar archive";
        if (block.Length >= 28 && block.Slice(12, 4).SequenceEqual("BB02"u8))
            return "it is a Bacula or Bareos tape";
        if (block.StartsWith("070701"u8) || block.StartsWith("070702"u8) || block.StartsWith("070707"u8))
            return "it begins with a cpio archive";
        if (block.StartsWith("AMANDA"u8))
            return "it is an Amanda tape";
        return block.StartsWith("TAPE"u8)
            ? "it is a Microsoft Tape Format tape"
            : $"it begins with a block of {blockLength} bytes that no Capstan wrote";
    }
}
