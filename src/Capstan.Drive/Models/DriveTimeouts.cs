using Capstan.Scsi;

namespace Capstan.Drive.Models;

/// <summary>
/// How long each command may take before the transport gives up, in seconds. A timeout makes Linux abort the command and reset
/// the drive, which loses position and keys, so the values are the vendors' own maxima, never shorter.
/// </summary>
public sealed record DriveTimeouts
{
    /// <summary>Commands that do not touch the medium. 150: LOG SENSE and READ ATTRIBUTE wait while a drive retries writing EOD
    /// (LinearTapeFileSystem/ltfs issue 505).</summary>
    public int HousekeepingSeconds { get; init; } = 150;

    public int ReadSeconds { get; init; } = 2340;

    public int WriteSeconds { get; init; } = 1680;

    public int WriteFilemarksSeconds { get; init; } = 1740;

    public int LocateSeconds { get; init; } = 3940;

    public int RewindSeconds { get; init; } = 660;

    /// <summary>LTO-9 characterises a new cartridge inside its first load: up to two hours.</summary>
    public int LoadSeconds { get; init; } = 7920;

    public int UnloadSeconds { get; init; } = 960;

    public int EraseLongSeconds { get; init; } = 166_370;

    public int EraseShortSeconds { get; init; } = 3000;

    public int VerifySeconds { get; init; } = 104_880;

    /// <summary>FORMAT MEDIUM; LTO-9 may characterise the tape again: up to two hours.</summary>
    public int FormatSeconds { get; init; } = 7920;

    public int SelfTestSeconds { get; init; } = 3120;

    public int ReadBufferSeconds { get; init; } = 660;

    public int WriteBufferSeconds { get; init; } = 720;

    public int SetCapacitySeconds { get; init; } = 960;

    /// <summary>
    /// With what a drive reports itself (REPORT SUPPORTED OPERATION CODES with timeouts): that counts, shorter or longer. What it does
    /// not report stays, and nothing gets shorter than a floor: 150 s for commands that do not touch the medium, the table's own value
    /// for LOAD, in which an LTO-9 drive characterises a new tape and of which drives report only the ordinary case, 60 s for the rest.
    /// </summary>
    internal DriveTimeouts With(SupportedOperationCodes reported)
    {
        return this with
        {
            ReadSeconds = Told(ReadSeconds, Read6.OperationCode),
            WriteSeconds = Told(WriteSeconds, Write6.OperationCode),
            WriteFilemarksSeconds = Told(WriteFilemarksSeconds, WriteFilemarks6.OperationCode, WriteFilemarks16.OperationCode),
            // One value for everything that winds.
            LocateSeconds = Told(LocateSeconds, Locate10.OperationCode, Locate16.OperationCode, Space6.OperationCode, Space16.OperationCode),
            RewindSeconds = Told(RewindSeconds, Rewind.OperationCode),
            LoadSeconds = Math.Max(LoadSeconds, Told(LoadSeconds, LoadUnload.OperationCode)),
            UnloadSeconds = Told(UnloadSeconds, LoadUnload.OperationCode),
            EraseLongSeconds = Told(EraseLongSeconds, Erase6.OperationCode),
            SetCapacitySeconds = Told(SetCapacitySeconds, SetCapacity.OperationCode),
            ReadBufferSeconds = Told(ReadBufferSeconds, ReadBuffer.OperationCode),
            WriteBufferSeconds = Told(WriteBufferSeconds, WriteBuffer.OperationCode),
            SelfTestSeconds = Told(SelfTestSeconds, SendDiagnostic.OperationCode),
            VerifySeconds = Told(VerifySeconds, Verify6.OperationCode),
            FormatSeconds = Math.Max(FormatSeconds, Told(FormatSeconds, FormatMedium.OperationCode)),
            HousekeepingSeconds = Math.Max(HousekeepingSeconds, Told(HousekeepingSeconds, LogSense.OperationCode, TestUnitReady.OperationCode, ModeSense10.OperationCode)),
        };

        int Told(int table, params ReadOnlySpan<byte> operationCodes)
        {
            int longest = 0;
            foreach (SupportedCommand command in reported.Commands)
            {
                if (operationCodes.Contains(command.OperationCode) && command.Timeouts is { RecommendedSeconds: > 0 and <= LongestBelieved and var told })
                    longest = Math.Max(longest, (int)told);
            }

            return longest == 0 ? table : Math.Max(longest, Shortest);
        }
    }

    /// <summary>No command of the drive's ends sooner than this.</summary>
    private const int Shortest = 60;

    /// <summary>A week: what is longer is no time but a mistake.</summary>
    private const uint LongestBelieved = 604_800;

    internal static TimeSpan Of(int seconds) => TimeSpan.FromSeconds(seconds);
}
