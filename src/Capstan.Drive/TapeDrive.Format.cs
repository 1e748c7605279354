using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>What destroys everything on a tape. Each returns when it has begun; <see cref="AwaitEnd"/> waits for the end.</summary>
public sealed partial class TapeDrive
{
    /// <summary>A partition size that means what is left of the tape.</summary>
    private const ushort RestOfTape = 0xFFFF;

    /// <summary>So often a running operation is asked for while it is new, and later: an erase takes hours.</summary>
    private static readonly TimeSpan EarlyPoll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LatePoll = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Early = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Makes where the tape stands the end of data, to the end of the partition. Short: an end of data is recorded, and what was behind it
    /// cannot be read any more but is still on the tape. Long: it is overwritten, which takes as long as writing the tape; the drive
    /// answers at once and goes on by itself, also when this program ends.
    /// </summary>
    /// <exception cref="TapeMediumException">Write-protected, or write-once.</exception>
    public void Erase(bool isLong)
    {
        ForgetTape();
        RunOrThrow(new Erase6(isLong, Immediate: isLong), DataTransfer.None, _timeouts.EraseShortSeconds);
    }

    /// <summary>Formats the tape, which must stand at the beginning of partition 0. The drive answers at once and goes on by itself.</summary>
    /// <param name="format">Default and DefaultThenPartition have an LTO-9 drive measure the tape anew, for up to two hours; Partition does not.</param>
    /// <exception cref="TapeCommandException">The drive cannot format; LTO-4 and older.</exception>
    /// <exception cref="TapeMediumException">Write-protected, or write-once.</exception>
    public void Format(TapeFormat format)
    {
        ForgetTape();
        _partition = 0;
        RunOrThrow(new FormatMedium((MediumFormat)format, Immediate: true), DataTransfer.None, _timeouts.FormatSeconds);
    }

    /// <summary>Says what partitions the next <see cref="Format"/> with Partition makes. Nothing happens to the tape yet.</summary>
    /// <param name="sizesBytes">One a partition; null for what is left, at most once. Rounded to what the drive counts in. Empty: as many as <paramref name="count"/> says, of sizes that the drive chooses.</param>
    /// <param name="count">How many partitions, 1 to what <see cref="ReadPartitions"/> tells.</param>
    /// <returns>The sizes as the drive was told; null for what is left.</returns>
    /// <exception cref="TapeCommandException">Not such partitions.</exception>
    /// <exception cref="TapeDeviceException">The drive has no partitions at all.</exception>
    public IReadOnlyList<long?> RequestPartitions(int count, IReadOnlyList<long?> sizesBytes)
    {
        ArgumentNullException.ThrowIfNull(sizesBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (!TryReadPartitionPage(out MediumPartition page))
            throw new TapeDeviceException(DeviceFault.Unsupported, $"{Name}: this drive ({Identity.Vendor} {Identity.Product}) cannot make partitions: it has no Medium Partition mode page (11h).");
        page = page with
        {
            ParametersSaveable = false,
            AdditionalPartitionsDefined = (byte)(count - 1),
            FixedDataPartitions = false,
            SelectDataPartitions = sizesBytes.Count == 0,
            InitiatorDefinedPartitions = sizesBytes.Count > 0,
        };
        long?[] told = [];
        if (sizesBytes.Count > 0)
        {
            page = page with { PartitionSizeUnit = 3, PartitionUnits = UnitsFor(sizesBytes, page) };
            long unit = UnitOf(page);
            ushort[] sizes = [.. sizesBytes.Select(size => size is { } bytes ? (ushort)Math.Clamp((bytes + unit / 2) / unit, 1, RestOfTape - 1) : RestOfTape)];
            told = [.. sizes.Select(size => size == RestOfTape ? (long?)null : size * unit)];
            page = page with
            {
                PartitionSize0 = sizes[0],
                PartitionSize1 = sizes.ElementAtOrDefault(1),
                PartitionSize2 = sizes.ElementAtOrDefault(2),
                PartitionSize3 = sizes.ElementAtOrDefault(3),
            };
        }

        WritePartitionPage(page);
        return told;
    }

    /// <summary>
    /// Asks whether the drive still does what it was told with IMMED. It says so as "not ready", or is ready and says so when it is asked for
    /// sense data (SPC-4 5.6). Never waits.
    /// </summary>
    public DriveReadiness PollOperation()
    {
        DriveReadiness ready = TestReady();
        if (ready.State != DriveState.Ready)
            return ready;
        Span<byte> answer = stackalloc byte[252];
        SenseVerdict verdict = Run(new RequestSense(DescriptorFormat: false, (byte)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (verdict != SenseVerdict.Done || !SenseData.TryDecode(answer[..Received(answer.Length)], out SenseData sense))
            return ready;
        bool isBusy = sense.Key == SenseKey.NoSense && (sense.Code == SenseCode.EraseOperationInProgress || sense.Code == SenseCode.OperationInProgress);
        return isBusy ? new DriveReadiness(DriveState.BecomingReady, sense.Progress / 65536.0, sense.ToString()) : ready;
    }

    /// <summary>Waits until the drive has done what it was told with IMMED. Cancelling ends the waiting, not what the drive does.</summary>
    /// <exception cref="OperationCanceledException">Cancelled; the drive goes on.</exception>
    /// <exception cref="TapeException">It failed.</exception>
    public void AwaitEnd(IProgress<DriveReadiness>? progress, CancellationToken cancellation)
    {
        long start = _time.GetTimestamp();
        while (PollOperation() is { State: not DriveState.Ready } now)
        {
            if (now.State != DriveState.BecomingReady)
                throw DriveErrors.Sense(Name, TestUnitReady.Name, SensePolicy.Judge(_sense), _sense);
            progress?.Report(now);
            Wait(_time.GetElapsedTime(start) < Early ? EarlyPoll : LatePoll, cancellation);
        }
    }

    /// <summary>
    /// Shortens the tape to a part of its length, for faster searching; everything on it is gone. The tape must stand at the beginning of
    /// partition 0.
    /// </summary>
    /// <param name="proportion">Greater than 0, 1 for all of it.</param>
    public void SetCapacity(double proportion)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(proportion);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(proportion, 1);
        ForgetTape();
        RunOrThrow(new SetCapacity((ushort)Math.Max(1, Math.Round(proportion * ushort.MaxValue))), DataTransfer.None, _timeouts.SetCapacitySeconds);
    }

    /// <summary>What was on the tape is not there any more.</summary>
    private void ForgetTape()
    {
        _nextObjectId = null;
        _endOfDataId = null;
        _isStreaming = false;
        _hasBuffered = false;
    }

    /// <summary>The drive's own unit where every size can be said in it, else the finest one in which the largest can.</summary>
    private static int UnitsFor(IReadOnlyList<long?> sizesBytes, in MediumPartition page)
    {
        const int gigabytes = 9;
        long largest = sizesBytes.Max() ?? 0;
        int units = page.PartitionSizeUnit == 3 ? page.PartitionUnits : gigabytes;
        while (units < 15 && largest / Power(units) >= RestOfTape)
            units++;
        return units;
    }

    private void WritePartitionPage(in MediumPartition page)
    {
        // Buffered mode and block length go along, as they are.
        ModeParameterHeader header = ReadModeHeader() with { WriteProtected = false, MediumType = 0 };
        if (header.BlockDescriptor is { } block)
            header = header with { BlockDescriptor = block with { DensityCode = KeepDensity } };
        Span<byte> list = stackalloc byte[64];
        int length = header.WriteForSelect(list, ModeHeaderForm.Ten);
        length += page.WriteTo(list[length..]);
        RunOrThrow(new ModeSelect10((ushort)length), DataTransfer.ToDevice(list[..length]), _timeouts.HousekeepingSeconds);
    }
}

/// <summary>What a format makes (FORMAT of FORMAT MEDIUM, SSC-4 7.2).</summary>
public enum TapeFormat
{
    /// <summary>One partition, as from the factory.</summary>
    Default = MediumFormat.Default,

    /// <summary>The partitions that <see cref="TapeDrive.RequestPartitions"/> asked for.</summary>
    Partition = MediumFormat.Partition,

    /// <summary>Both, one after the other.</summary>
    DefaultThenPartition = MediumFormat.DefaultThenPartition,
}

/// <summary>What an append-only drive is to let through, once (SSC-4 7.1).</summary>
public enum AllowedOverwrite
{
    /// <summary>Takes a permission back.</summary>
    Nothing = OverwriteScope.Disabled,

    /// <summary>The next write, where the tape stands.</summary>
    Here = OverwriteScope.CurrentPosition,

    /// <summary>The next format.</summary>
    Format = OverwriteScope.Format,
}
