using Capstan.Drive.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>What a command of somebody's own came to.</summary>
/// <param name="Status">SAM status.</param>
/// <param name="Sense">Decoded sense data; null without any that can be read.</param>
/// <param name="SenseBytes">Sense data as they came.</param>
/// <param name="TransferredBytes">How much data moved, as far as the path tells.</param>
public sealed record RawCompletion(ScsiStatus Status, SenseData? Sense, byte[] SenseBytes, int TransferredBytes);

public sealed partial class TapeDrive
{
    /// <summary>
    /// Sends a command as it is, once, and judges nothing: for whoever knows what it does. Where the tape stands afterwards, and in which
    /// mode, this object does not know any more.
    /// </summary>
    /// <exception cref="TapeException">The path broke, or refused the command.</exception>
    public RawCompletion ExecuteRaw(in Cdb cdb, DataTransfer data, TimeSpan timeout)
    {
        _nextObjectId = null;
        _endOfDataId = null;
        ForgetFixedBlocks();
        try
        {
            _completion = _transport.Execute(cdb, data, _senseBytes, timeout);
        }
        catch (ScsiTransportException e)
        {
            throw DriveErrors.Transport(Name, CommandTable.TapeDrive.Describe(cdb), e);
        }

        byte[] senseBytes = _completion.Status == ScsiStatus.CheckCondition ? _senseBytes[.._completion.SenseLength] : [];
        SenseData? sense = SenseData.TryDecode(senseBytes, out SenseData decoded) ? decoded : null;
        return new RawCompletion(_completion.Status, sense, senseBytes, Received(data.Length));
    }

    /// <summary>The longest of the drive's own time limits that a command of unknown kind may need.</summary>
    public TimeSpan LongestTimeout => DriveTimeouts.Of(_timeouts.EraseLongSeconds);
}
