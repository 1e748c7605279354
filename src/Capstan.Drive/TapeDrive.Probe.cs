using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>What the way to a device tells about data that did not come.</summary>
public enum ResidualReport
{
    /// <summary>The true number of missing bytes.</summary>
    Honest,

    /// <summary>None, or 0, whatever came.</summary>
    NotTold,

    /// <summary>A wrong number.</summary>
    Wrong,
}

public sealed partial class TapeDrive
{
    private int? _transferLimitBytes;

    /// <summary>Uses no larger transfers from now on, because larger ones were seen to fail on this path.</summary>
    public void LimitTransfer(int maxBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxBytes, 512);
        _transferLimitBytes = maxBytes;
    }

    /// <summary>
    /// Asks for more INQUIRY data than there is and looks what the path says of the rest: the answer holds its own length
    /// (ADDITIONAL LENGTH, SPC-5 6.7.2). Moves no tape.
    /// </summary>
    public ResidualReport ProbeResidual()
    {
        Span<byte> answer = stackalloc byte[255];
        answer.Clear();
        SenseVerdict verdict = Run(new Inquiry(null, (ushort)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (verdict != SenseVerdict.Done)
            return ResidualReport.NotTold;
        int missing = Math.Max(0, answer.Length - (answer[4] + 5));
        return _completion.Residual is not { } told || (told == 0 && missing > 0) ? ResidualReport.NotTold
            : told == missing ? ResidualReport.Honest
            : ResidualReport.Wrong;
    }
}
