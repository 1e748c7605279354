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

    /// <summary>FORMAT MEDIUM (IBM LTO-9, half height). With IMMED the drive answers at once.</summary>
    public int FormatSeconds { get; init; } = 3240;

    public int VerifySeconds { get; init; } = 104_880;

    /// <summary>SEND DIAGNOSTIC.</summary>
    public int SelfTestSeconds { get; init; } = 2100;

    /// <summary>READ BUFFER waits while a drive makes its dump.</summary>
    public int ReadBufferSeconds { get; init; } = 480;

    internal static TimeSpan Of(int seconds) => TimeSpan.FromSeconds(seconds);
}
