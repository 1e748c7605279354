using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

public sealed partial class TapeDrive
{
    /// <summary>Write protection as the drive last told it; known after <see cref="WaitUntilReady"/>.</summary>
    public bool IsWriteProtected { get; private set; }

    /// <summary>Density code of the loaded medium, 0 when unknown.</summary>
    public byte DensityCode { get; private set; }

    /// <summary>MEDIUM TYPE of the mode parameter header, 0 when unknown.</summary>
    public byte MediumType { get; private set; }

    /// <summary>Mode parameter header and block descriptor; MODE SENSE(10), then (6) where a drive refuses that.</summary>
    private ModeParameterHeader ReadModeHeader()
    {
        Span<byte> answer = stackalloc byte[255];
        answer.Clear();
        ModeHeaderForm form = ModeHeaderForm.Ten;
        SenseVerdict verdict = Run(new ModeSense10(AllPages, 0, false, PageControl.Current, (ushort)answer.Length),
            DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (verdict == SenseVerdict.IllegalRequest)
        {
            form = ModeHeaderForm.Six;
            verdict = Run(new ModeSense6(AllPages, 0, false, PageControl.Current, (byte)answer.Length),
                DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        }

        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, ModeSense10.Name, verdict, _sense);
        return ModeParameters.TryDecode(answer[..Received(answer.Length)], form, out ModeParameters parameters)
            ? parameters.Header
            : throw new TapeCommandException($"{Name}: the drive's mode parameters are malformed.");
    }

    /// <summary>Sets buffered mode and block length, and leaves every mode page as it is.</summary>
    private void WriteModeHeader(ModeParameterHeader header)
    {
        Span<byte> list = stackalloc byte[16];
        int length = header.WriteForSelect(list, ModeHeaderForm.Ten);
        SenseVerdict verdict = Run(new ModeSelect10((ushort)length), DataTransfer.ToDevice(list[..length]), _timeouts.HousekeepingSeconds);
        if (verdict == SenseVerdict.IllegalRequest)
        {
            length = header.WriteForSelect(list, ModeHeaderForm.Six);
            verdict = Run(new ModeSelect6((byte)length), DataTransfer.ToDevice(list[..length]), _timeouts.HousekeepingSeconds);
        }

        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, ModeSelect10.Name, verdict, _sense);
    }

    /// <summary>The drive's own limits for one block; the checksum of a protected one counts as part of it there.</summary>
    public BlockLengthLimits ReadBlockLimits()
    {
        Span<byte> answer = stackalloc byte[6];
        RunOrThrow(new ReadBlockLimits(), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (!BlockLimits.TryDecode(answer, out BlockLimits limits))
            throw new TapeCommandException($"{Name}: the drive's block limits are malformed.");
        return new BlockLengthLimits(limits.MinimumBlockLengthBytes, Math.Max(0, limits.MaximumBlockLengthBytes - TailBytes));
    }

    /// <summary>
    /// Native capacity left and in all, in bytes, of the current partition: log page 31h (LTO tape capacity, MiB).
    /// Null where the drive does not tell. Moves no tape.
    /// </summary>
    public TapeCapacity? ReadCapacity() => Again(LogSense.Name, isAbsolute: false, AskCapacity);

    private TapeCapacity? AskCapacity()
    {
        Span<byte> answer = stackalloc byte[512];
        answer.Clear();
        SenseVerdict verdict;
        try
        {
            verdict = Run(new LogSense(TapeCapacityPage, 0, LogPageControl.Cumulative, 0, (ushort)answer.Length),
                DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.PermissionDenied)
        {
            return null;
        }

        ThrowIfSurprised(LogSense.Name, verdict);
        if (verdict != SenseVerdict.Done || !LogPage.TryDecode(answer[..Received(answer.Length)], out LogPage page))
            return null;
        // 1 and 3 of partition 0, 2 and 4 of partition 1; the page knows no more.
        int partition = _partition ?? 0;
        if (partition > 1)
            return AskPartitions()?.Partitions.ElementAtOrDefault(partition) is { RemainingBytes: { } remains, CapacityBytes: { } capacity } ? new TapeCapacity(remains, capacity) : null;
        long? left = page.TryFind((ushort)(1 + partition), out LogParameter remaining) && remaining.TryGetUnsigned(out ulong r) ? (long)r : null;
        long? total = page.TryFind((ushort)(3 + partition), out LogParameter maximum) && maximum.TryGetUnsigned(out ulong m) ? (long)m : null;
        return left is { } l && total is { } t ? new TapeCapacity(l << 20, t << 20) : null;
    }

    private const byte TapeCapacityPage = 0x31;

    /// <summary>A page of parameters is asked for because some drives refuse page 0; only the header is used.</summary>
    private const byte AllPages = 0x3F;
}

/// <summary>Shortest and longest block, in bytes (READ BLOCK LIMITS).</summary>
public readonly record struct BlockLengthLimits(int Minimum, int Maximum);

/// <summary>Native capacity in bytes.</summary>
public readonly record struct TapeCapacity(long RemainingBytes, long TotalBytes);
