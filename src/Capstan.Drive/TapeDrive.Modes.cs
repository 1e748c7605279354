using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>An answer to MODE SENSE.</summary>
/// <param name="Data">Header, block descriptor and pages, as long as MODE DATA LENGTH says and as much as came.</param>
/// <param name="Form">Of the 6-byte or the 10-byte command.</param>
public readonly record struct ModeAnswer(byte[] Data, ModeHeaderForm Form);

/// <summary>Changes a mode page before it goes back to the drive.</summary>
/// <param name="header">As the drive gave it; what comes back is sent.</param>
/// <param name="page">The whole page with its header, current values; empty when no page was asked for.</param>
public delegate ModeParameterHeader ModeEdit(ModeParameterHeader header, Span<byte> page);

public sealed partial class TapeDrive
{
    private const int LongestModeAnswer = 4096;

    /// <summary>Mode pages as the drive has them: MODE SENSE(10), then (6) where a drive refuses that. Moves no tape and sets nothing.</summary>
    /// <param name="page">PAGE CODE; 3Fh for all.</param>
    /// <param name="subpage">SUBPAGE CODE; FFh for all.</param>
    /// <param name="control">Current, changeable, default or saved values.</param>
    /// <exception cref="TapeCommandException">The drive does not have the page, or these values of it.</exception>
    public ModeAnswer ReadModes(byte page, byte subpage = 0, PageControl control = PageControl.Current)
    {
        var answer = new byte[LongestModeAnswer];
        SenseVerdict verdict = Run(new ModeSense10(page, subpage, false, control, LongestModeAnswer), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (verdict == SenseVerdict.Done)
            return new ModeAnswer(answer[..Math.Min(Received(answer.Length), 2 + (answer[0] << 8 | answer[1]))], ModeHeaderForm.Ten);
        if (verdict == SenseVerdict.IllegalRequest)
        {
            verdict = Run(new ModeSense6(page, subpage, false, control, byte.MaxValue), DataTransfer.FromDevice(answer.AsSpan(0, byte.MaxValue)),
                _timeouts.HousekeepingSeconds);
            if (verdict == SenseVerdict.Done)
                return new ModeAnswer(answer[..Math.Min(Received(byte.MaxValue), 1 + answer[0])], ModeHeaderForm.Six);
        }

        throw DriveErrors.Sense(Name, ModeSense10.Name, verdict, _sense);
    }

    /// <summary>
    /// Changes mode parameters and leaves everything else as the drive has it: the page is read, edited and sent back whole, unknown
    /// bits included. MODE SELECT(10), then (6) where a drive refuses that.
    /// </summary>
    /// <param name="page">PAGE CODE; null to change only the header.</param>
    /// <param name="subpage">SUBPAGE CODE.</param>
    /// <param name="edit">The change.</param>
    /// <exception cref="TapeCommandException">The drive does not have the page, or refuses the values.</exception>
    public void ChangeModes(byte? page, byte subpage, ModeEdit edit)
    {
        ArgumentNullException.ThrowIfNull(edit);
        ModeAnswer answer = ReadModes(page ?? AllPages, subpage);
        if (!ModeParameters.TryDecode(answer.Data, answer.Form, out ModeParameters parameters))
            throw new TapeCommandException($"{Name}: the drive's mode parameters are malformed.");
        Span<byte> edited = [];
        if (page is { } code)
        {
            if (!parameters.TryFind(code, subpage, out ModePage found))
                throw new TapeCommandException($"{Name}: the drive's answer to {ModeSense10.Name} lacks the page that was asked for.");
            edited = found.Bytes.ToArray();
        }

        ModeParameterHeader header = edit(parameters.Header, edited);
        // PS, MODE DATA LENGTH, MEDIUM TYPE and write protection are reserved in MODE SELECT (SPC-4 7.5.5 and 7.5.7), and 7Fh keeps the density.
        if (!edited.IsEmpty)
            edited[0] &= 0x7F;
        header = header with
        {
            WriteProtected = false,
            MediumType = 0,
            BlockDescriptor = header.BlockDescriptor is { } block ? block with { DensityCode = KeepDensity } : null,
        };
        SendModes(header, edited, answer.Form);
    }

    private void SendModes(ModeParameterHeader header, ReadOnlySpan<byte> page, ModeHeaderForm form)
    {
        var list = new byte[header.LengthIn(ModeHeaderForm.Ten) + page.Length];
        SenseVerdict verdict = SenseVerdict.IllegalRequest;
        if (form == ModeHeaderForm.Ten)
        {
            page.CopyTo(list.AsSpan(header.WriteForSelect(list, ModeHeaderForm.Ten)));
            verdict = Run(new ModeSelect10((ushort)list.Length), DataTransfer.ToDevice(list), _timeouts.HousekeepingSeconds);
            // Only a drive that does not know the command is asked with the other: one that refuses a value refuses it again.
            if (verdict == SenseVerdict.IllegalRequest && _sense.Code != SenseCode.InvalidCommandOperationCode)
                throw DriveErrors.Sense(Name, ModeSelect10.Name, verdict, _sense);
        }

        if (verdict == SenseVerdict.IllegalRequest)
        {
            int length = header.WriteForSelect(list, ModeHeaderForm.Six);
            page.CopyTo(list.AsSpan(length));
            length += page.Length;
            verdict = Run(new ModeSelect6((byte)length), DataTransfer.ToDevice(list.AsSpan(0, length)), _timeouts.HousekeepingSeconds);
        }

        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, ModeSelect10.Name, verdict, _sense);
    }
}
