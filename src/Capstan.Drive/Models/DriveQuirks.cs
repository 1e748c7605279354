namespace Capstan.Drive.Models;

/// <summary>What a drive lacks that SSC asks of every drive, and that the driver can do without. Data of a model.</summary>
[Flags]
public enum DriveQuirks
{
    None = 0,

    /// <summary>
    /// READ POSITION answers, but always the same, and there is no LOCATE: positions are counted from the beginning of the
    /// tape, and LOCATE becomes REWIND and SPACE. That another host moved the tape cannot be noticed then; of this machine's
    /// kernel, see <see cref="TapeDrive.ReportsPosition"/>.
    /// </summary>
    PositionNotReported = 1,

    /// <summary>
    /// READ of a block of another length than asked for: INFORMATION is right, but as many bytes are sent as the lengths
    /// differ by. So a short block is whole when it is at most half as long as the buffer, and cut otherwise.
    /// </summary>
    ReadResidualWrong = 2,

    /// <summary>WORMM of the Medium Configuration mode page is set whatever the cartridge is: it says nothing.</summary>
    WormModeAlwaysSet = 4,
}
