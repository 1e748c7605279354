using Capstan.Scsi;

namespace Capstan.Changer;

/// <summary>
/// How long each command may take before the transport gives up, in seconds. A timeout makes the system abort the command, and nobody
/// knows then where the cartridge is: the values are generous, and what a changer reports of itself can only make them longer.
/// </summary>
public sealed record ChangerTimeouts
{
    /// <summary>Commands that move nothing.</summary>
    public int HousekeepingSeconds { get; init; } = 150;

    /// <summary>READ ELEMENT STATUS: some changers look into elements first whose status they do not know.</summary>
    public int StatusSeconds { get; init; } = 600;

    /// <summary>
    /// MOVE MEDIUM. From a drive it may wait until that has rewound and unloaded its tape (up to 16 minutes by the drives' own tables), and
    /// 5 minutes are the least that software for libraries allows.
    /// </summary>
    public int MoveSeconds { get; init; } = 1200;

    /// <summary>EXCHANGE MEDIUM: two moves.</summary>
    public int ExchangeSeconds { get; init; } = 2400;

    /// <summary>POSITION TO ELEMENT.</summary>
    public int PositionSeconds { get; init; } = 300;

    /// <summary>INITIALIZE ELEMENT STATUS, with range or without: a large library looks into each of its slots.</summary>
    public int InitializeSeconds { get; init; } = 7200;

    /// <summary>How long an inventory that the changer takes by itself is waited for (02/04/01).</summary>
    public int BecomingReadySeconds { get; init; } = 1800;

    /// <summary>With what a changer reports itself (REPORT SUPPORTED OPERATION CODES with timeouts, SPC-4 6.35), where that is longer.</summary>
    internal ChangerTimeouts With(SupportedOperationCodes reported)
    {
        return this with
        {
            StatusSeconds = Told(StatusSeconds, ReadElementStatus.OperationCode),
            MoveSeconds = Told(MoveSeconds, MoveMedium.OperationCode),
            ExchangeSeconds = Told(ExchangeSeconds, ExchangeMedium.OperationCode),
            PositionSeconds = Told(PositionSeconds, PositionToElement.OperationCode),
            InitializeSeconds = Told(InitializeSeconds,
                InitializeElementStatus.OperationCode, InitializeElementStatusWithRange.OperationCode, InitializeElementStatusWithRangeE7h.OperationCode),
            HousekeepingSeconds = Told(HousekeepingSeconds, TestUnitReady.OperationCode, ModeSense10.OperationCode, ModeSense6.OperationCode),
        };

        int Told(int table, params ReadOnlySpan<byte> operationCodes)
        {
            int longest = table;
            foreach (SupportedCommand command in reported.Commands)
            {
                if (operationCodes.Contains(command.OperationCode) && command.Timeouts is { RecommendedSeconds: > 0 and <= LongestBelieved and var told })
                    longest = Math.Max(longest, (int)told);
            }

            return longest;
        }
    }

    /// <summary>A day: what is longer is no time but a mistake.</summary>
    private const uint LongestBelieved = 86_400;
}
