using Capstan.Drive.Models;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>Very high frequency data of log page 11h (ADC-3 6.1.2.2): what the drive is doing now.</summary>
/// <param name="Bytes">The four bytes, the first one the most significant.</param>
public readonly record struct DriveActivity(uint Bytes)
{
    /// <summary>DINIT: the rest is valid.</summary>
    public bool IsValid => Bit(24);

    /// <summary>DEVICE ACTIVITY: 0 for none, 0Bh for calibrating; <see cref="DeviceActivityText"/> has them in words.</summary>
    public byte Code => (byte)(Bytes >> 8);

    /// <summary>CRQRD: it must be cleaned now.</summary>
    public bool CleaningRequired => Bit(25);

    /// <summary>CRQST: it wants to be cleaned.</summary>
    public bool CleaningRequested => Bit(26);

    /// <summary>WRTP: the cartridge in it is write-protected.</summary>
    public bool IsWriteProtected => Bit(27);

    /// <summary>PAMR: removal of the cartridge is prevented.</summary>
    public bool IsRemovalPrevented => Bit(31);

    /// <summary>MPRSNT: there is a cartridge.</summary>
    public bool HasMedium => Bit(20);

    /// <summary>MOUNTED: its tape is threaded and can be used.</summary>
    public bool IsMounted => Bit(16);

    private bool Bit(int number) => (Bytes >> number & 1) != 0;
}

public sealed partial class TapeDrive
{
    /// <summary>How long a command that only looks may take, in seconds: a drive that moves for hours must not hold up who asks.</summary>
    public const int BriefSeconds = 20;

    /// <summary>
    /// Opens a drive for somebody who only looks, whatever it is doing: no command that waits for the tape is sent, and none may take longer
    /// than <see cref="BriefSeconds"/>.
    /// </summary>
    /// <inheritdoc cref="Open"/>
    public static TapeDrive OpenToLook(IScsiTransport transport, TimeProvider? time = null, IDeviceNeighbours? neighbours = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        var drive = new TapeDrive(transport, time ?? TimeProvider.System) { _neighbours = neighbours };
        try
        {
            drive.Identify();
            drive._timeouts = drive._timeouts with { HousekeepingSeconds = BriefSeconds };
            return drive;
        }
        catch
        {
            drive.Dispose();
            throw;
        }
    }

    /// <summary>What the drive is doing; null when it does not tell. Never waits for the tape.</summary>
    public DriveActivity? ReadActivity()
    {
        Span<byte> answer = stackalloc byte[512];
        answer.Clear();
        SenseVerdict verdict = SenseVerdict.Other;
        // Unit attentions are told first, one a command.
        for (int attempt = 0; attempt < MaxRetries && (attempt == 0 || verdict is SenseVerdict.DeviceReset or SenseVerdict.MediumChanged); attempt++)
        {
            verdict = Run(new LogSense(DeviceStatusPage, 0, LogPageControl.Cumulative, 0, (ushort)answer.Length),
                DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        }

        return verdict == SenseVerdict.Done && LogPage.TryDecode(answer[..Received(answer.Length)], out LogPage page) && page.Page == DeviceStatusPage
            && page.TryFind(0x0000, out LogParameter parameter) && parameter.Value.Length >= 4
                ? new DriveActivity(System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(parameter.Value))
                : null;
    }

    /// <summary>What REQUEST SENSE tells, above all how far a long operation has got; null when the drive does not answer it. Never waits.</summary>
    public SenseData? RequestSenseData()
    {
        Span<byte> answer = stackalloc byte[ScsiCompletion.SenseBufferLength];
        answer.Clear();
        SenseVerdict verdict = Run(new RequestSense(false, (byte)Math.Min(answer.Length, byte.MaxValue)), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        return verdict == SenseVerdict.Done && SenseData.TryDecode(answer[..Received(answer.Length)], out SenseData sense) ? sense : null;
    }
}
