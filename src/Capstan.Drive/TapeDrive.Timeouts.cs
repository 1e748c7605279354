using Capstan.Drive.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

public sealed partial class TapeDrive
{
    private const int MostCommands = 1 << 14;

    /// <summary>How long each command may take: the drive's own word where it gives one, the model's table otherwise.</summary>
    public DriveTimeouts Timeouts => _timeouts;

    /// <summary>Whether <see cref="Timeouts"/> are the drive's own.</summary>
    public bool ReportsTimeouts { get; private set; }

    /// <summary>
    /// Asks the drive how long its commands may take (REPORT SUPPORTED OPERATION CODES with RCTD, SPC-4 6.35). One that does not tell keeps
    /// the values of its model. Moves no tape and needs none.
    /// </summary>
    public void LearnTimeouts()
    {
        SupportedOperationCodes? codes = ReadSupportedCommands(withTimeouts: true);
        if (codes is not { } known || !known.Commands.Any(static command => command.Timeouts is { RecommendedSeconds: > 0 }))
            return;
        _timeouts = Model.Timeouts.With(known);
        ReportsTimeouts = true;
    }

    /// <summary>The commands that the drive has; null where it does not tell, or may not be asked.</summary>
    /// <param name="withTimeouts">Also how long each may take.</param>
    public SupportedOperationCodes? ReadSupportedCommands(bool withTimeouts) =>
        Again(ReportSupportedOperationCodes.Name, isAbsolute: false, () => AskSupportedCommands(withTimeouts));

    private SupportedOperationCodes? AskSupportedCommands(bool withTimeouts)
    {
        var answer = new byte[Math.Min(MostCommands, MaxTransferBytes)];
        var command = new ReportSupportedOperationCodes(ReportingOptions.AllCommands, 0, 0, withTimeouts, (uint)answer.Length);
        SenseVerdict verdict = SenseVerdict.Other;
        try
        {
            // A drive that was just opened has nothing to say that anybody waits for.
            for (int attempt = 0; attempt < MaxRetries && (attempt == 0 || verdict is SenseVerdict.DeviceReset or SenseVerdict.MediumChanged); attempt++)
                verdict = Run(command, DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.PermissionDenied)
        {
            return null;
        }

        return verdict == SenseVerdict.Done && SupportedOperationCodes.TryDecode(answer.AsSpan(0, Received(answer.Length)), out SupportedOperationCodes codes) ? codes : null;
    }
}
