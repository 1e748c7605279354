using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>
/// Append-only mode (WRITE MODE 01h of mode page 10h/01h, SSC-4 4.2.22): what is on a tape is overwritten only where that was permitted.
/// </summary>
public sealed partial class TapeDrive
{
    private const int AppendOnlyMode = 1;

    /// <summary>Whether the drive is in append-only mode; null where it knows no such mode (before LTO-5).</summary>
    public bool? ReadAppendOnly() =>
        TryReadExtension(out byte[] page) ? DeviceConfigurationExtension.WriteModeField.Get(page) == AppendOnlyMode : null;

    /// <summary>
    /// Turns the mode on, with the tape at its beginning or none in the drive; or off, with no tape in the drive. Everything else about
    /// either the drive refuses (SSC-4 8.3.8).
    /// </summary>
    /// <exception cref="TapeCommandException">The drive has no such mode, refuses it now, or took the command and does not have it set.</exception>
    public void SetAppendOnly(bool isOn)
    {
        ChangeModes(DeviceConfigurationExtension.PageCode, DeviceConfigurationExtension.SubpageCode, (header, page) =>
        {
            DeviceConfigurationExtension.WriteModeField.Set(page, isOn ? AppendOnlyMode : 0);
            return header;
        });
        if (ReadAppendOnly() != isOn)
            throw new TapeCommandException($"{Name}: the drive took the setting of append-only mode and does not have it.");
    }

    /// <summary>In append-only mode: permits the next write where the tape stands, or the next format, to overwrite. Once.</summary>
    /// <exception cref="TapeCommandException">The drive knows no such mode, or is not in it.</exception>
    public void AllowOverwrite(AllowedOverwrite scope)
    {
        TapePosition position = ReadPosition();
        RunOrThrow(new AllowOverwrite((OverwriteScope)scope, (byte)position.Partition, (ulong)position.ObjectId), DataTransfer.None, _timeouts.HousekeepingSeconds);
    }
}
