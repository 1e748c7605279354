using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>
/// Programmable early warning (PEWS of mode page 10h/01h, SSC-4 4.2.4.5): the drive says once, while writing, that the end comes near, as
/// long before its own early warning as it was asked to. Nothing is lost by it: what was written with it is on the tape.
/// </summary>
public sealed partial class TapeDrive
{
    /// <summary>The largest value of PEWS, in units of 10^6 bytes.</summary>
    public const int LongestEarlyWarningMegabytes = 0xFFFF;

    /// <summary>How long before early warning the programmable one comes, in units of 10^6 bytes; 0 for never; null where the drive knows none (before LTO-5).</summary>
    public int? ReadProgrammableEarlyWarning() => TryReadExtension(out byte[] page)
        ? page[DeviceConfigurationExtension.ProgrammableEarlyWarningMegabytesField.Byte] << 8
            | page[DeviceConfigurationExtension.ProgrammableEarlyWarningMegabytesField.Byte + 1]
        : null;

    /// <summary>Sets it; it lasts until the drive is switched off or reset.</summary>
    /// <param name="megabytes">In units of 10^6 bytes, 0 (never) to <see cref="LongestEarlyWarningMegabytes"/>.</param>
    /// <exception cref="ArgumentOutOfRangeException">Outside of that.</exception>
    /// <exception cref="TapeCommandException">The drive knows none, or took the command and does not have it set.</exception>
    public void SetProgrammableEarlyWarning(int megabytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(megabytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(megabytes, LongestEarlyWarningMegabytes);
        ChangeModes(DeviceConfigurationExtension.PageCode, DeviceConfigurationExtension.SubpageCode, (header, page) =>
        {
            int at = DeviceConfigurationExtension.ProgrammableEarlyWarningMegabytesField.Byte;
            page[at] = (byte)(megabytes >> 8);
            page[at + 1] = (byte)megabytes;
            return header;
        });
        if (ReadProgrammableEarlyWarning() != megabytes)
            throw new TapeCommandException($"{Name}: the drive took the setting of programmable early warning and does not have it.");
    }

    /// <summary>Mode page 10h/01h; false where the drive has none.</summary>
    private bool TryReadExtension(out byte[] bytes)
    {
        bytes = [];
        try
        {
            ModeAnswer answer = ReadModes(DeviceConfigurationExtension.PageCode, DeviceConfigurationExtension.SubpageCode);
            if (!ModeParameters.TryDecode(answer.Data, answer.Form, out ModeParameters parameters)
                || !parameters.TryFind(DeviceConfigurationExtension.PageCode, DeviceConfigurationExtension.SubpageCode, out ModePage page)
                || page.Bytes.Length < DeviceConfigurationExtension.ProgrammableEarlyWarningMegabytesField.Byte + 2)
                return false;
            bytes = page.Bytes.ToArray();
            return true;
        }
        catch (TapeCommandException e) when (e.IsUnsupported)
        {
            return false;
        }
    }
}
