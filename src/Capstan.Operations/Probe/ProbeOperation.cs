using System.Buffers.Binary;
using Capstan.Drive;
using Capstan.Operations.Raw;
using Capstan.Transport;

namespace Capstan.Operations.Probe;

/// <summary>What to measure.</summary>
/// <param name="Write">Also write to the tape, from its beginning: what is on it is lost.</param>
/// <param name="BytesPerStep">How much is written and read for each block length.</param>
public sealed record ProbeRequest(string? Device, bool Write, long BytesPerStep);

/// <summary>One block length on one way.</summary>
/// <param name="WriteBytesPerSecond">0 when it failed.</param>
/// <param name="Problem">What went wrong; null when every byte came back.</param>
public sealed record ProbeStep(int BlockLength, bool DirectIo, double WriteBytesPerSecond, double ReadBytesPerSecond, string? Problem);

/// <summary>What was found.</summary>
/// <param name="MaximumTransferBytes">What the path says it carries.</param>
/// <param name="LargestTransferBytes">What was seen to work; null when nothing could be tried.</param>
/// <param name="DirectIo">safe, unsafe, unavailable, unknown.</param>
/// <param name="Residual">honest, not told, wrong.</param>
/// <param name="RememberedIn">The file that the next open reads.</param>
public sealed record ProbeReport(
    string Device, string PickedBy, string Vendor, string Product, string Serial, string HostAdapter, int MinimumBlockLength, int MaximumBlockLength,
    int MaximumTransferBytes, int? LargestTransferBytes, string DirectIo, string Residual, IReadOnlyList<ProbeStep> Steps, string? RememberedIn);

/// <summary>`capstan drive probe`: measures the way to a drive, and remembers it.</summary>
public static class ProbeOperation
{
    private const int SmallestBlock = 64 << 10;
    private const int SectorBytes = 512;

    /// <exception cref="OperationException">The drive cannot be used, or its tape must not be written to.</exception>
    public static ProbeReport Run(OperationContext context, ProbeRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device, usesFacts: false);
        return Failures.Guard(() => Run(context, request, open, cancellation));
    }

    private static ProbeReport Run(OperationContext context, ProbeRequest request, OpenDrive open, CancellationToken cancellation)
    {
        TapeDrive drive = open.Drive;
        ITransferTuning? tuning = open.Source.Tuning;
        open.RequireAlone(context, request.Write);
        BlockLengthLimits limits = drive.ReadBlockLimits();
        ResidualReport residual = drive.ProbeResidual();
        var steps = new List<ProbeStep>();
        if (request.Write)
        {
            drive.WaitUntilReady(new Readiness(context.Listener), cancellation);
            if (drive.IsWriteProtected)
                throw new OperationException(ExitStatus.Tape, $"{drive.Name}: the tape is write-protected. Nothing was written.");
            RawTape.PrepareLook(drive);
            RawTape.RefuseLabelled(context, open, isAllowed: false);
            MeasureAll(context, request, drive, tuning, limits, steps, cancellation);
            if (residual != ResidualReport.Wrong && ReadShort(drive) is { } seen)
                residual = seen;
            drive.Rewind();
        }

        ProbeStep[] good = [.. steps.Where(static step => step.Problem is null)];
        int? largest = good.Length > 0 ? good.Max(static step => step.BlockLength) : null;
        string direct = steps.Any(static step => step.DirectIo && step.Problem is not null) ? "unsafe"
            : good.Any(static step => step.DirectIo) ? "safe"
            : tuning is { CanDirectIo: true } ? "unknown" : "unavailable";
        string? remembered = null;
        if (largest is { } bytes)
        {
            remembered = DriveFacts.PathOf(context.Home, drive.Identity, tuning?.HostAdapter ?? "");
            new DriveFacts(bytes, direct, Text(residual), context.Time.GetUtcNow()).Save(remembered);
        }

        return new ProbeReport(open.Source.Device, open.Source.PickedBy, drive.Identity.Vendor, drive.Identity.Product, drive.Identity.SerialNumber,
            tuning?.HostAdapter ?? "", limits.Minimum, limits.Maximum, drive.MaxTransferBytes, largest, direct, Text(residual), steps, remembered);
    }

    private static string Text(ResidualReport report) => report switch
    {
        ResidualReport.Honest => "honest",
        ResidualReport.NotTold => "not told",
        _ => "wrong",
    };

    private static void MeasureAll(OperationContext context, ProbeRequest request, TapeDrive drive, ITransferTuning? tuning, BlockLengthLimits limits,
        List<ProbeStep> steps, CancellationToken cancellation)
    {
        int longest = RawTape.LongestBlock(drive, limits);
        // The longest is tried as whole pages: what does not end on one never goes directly.
        var lengths = new SortedSet<int> { longest >= 4096 ? longest & ~0xFFF : longest };
        for (int length = SmallestBlock; length < longest; length *= 2)
            lengths.Add(length);
        foreach (int length in lengths)
        {
            foreach (bool direct in tuning is { CanDirectIo: true } ? (bool[])[false, true] : [false])
            {
                cancellation.ThrowIfCancellationRequested();
                if (tuning is not null)
                    tuning.DirectIo = direct;
                context.Listener.Phase($"blocks of {length} bytes{(direct ? ", direct" : "")}");
                int blocks = (int)Math.Clamp(request.BytesPerStep / length, 2, int.MaxValue);
                ProbeStep step = Measure(context, drive, length, direct, blocks);
                if (step.Problem is not null)
                    step = Measure(context, drive, length, direct, blocks);
                // Refused by the kernel meanwhile: then it was measured the other way a second time.
                if (!direct || step.Problem is not null || tuning is { DirectIo: true })
                    steps.Add(step);
            }
        }
    }

    private static ProbeStep Measure(OperationContext context, TapeDrive drive, int length, bool direct, int blocks)
    {
        using var pool = new AlignedBufferPool(length, 2);
        using AlignedBuffer pattern = pool.Rent();
        using AlignedBuffer back = pool.Rent();
        new Random(length).NextBytes(pattern.Span);
        try
        {
            drive.Rewind();
            drive.BeginWriting();
            long start = context.Time.GetTimestamp();
            for (int i = 0; i < blocks; i++)
            {
                Stamp(pattern.Span, i);
                if (drive.Write(pattern.Span) == WriteOutcome.VolumeFull)
                    throw TooShort(drive, length, blocks);
            }

            if (drive.WriteFilemarks(1) == WriteOutcome.VolumeFull)
                throw TooShort(drive, length, blocks);
            double writing = context.Time.GetElapsedTime(start).TotalSeconds;
            drive.Rewind();
            start = context.Time.GetTimestamp();
            for (int i = 0; i < blocks; i++)
            {
                Stamp(pattern.Span, i);
                if (drive.Read(back.Span) != new ReadOutcome(ReadKind.Block, length) || !back.Span.SequenceEqual(pattern.Span))
                    return new ProbeStep(length, direct, 0, 0, $"block {i} did not come back as it was written");
            }

            double reading = context.Time.GetElapsedTime(start).TotalSeconds;
            double bytes = (double)length * blocks;
            return new ProbeStep(length, direct, bytes / Math.Max(writing, 1e-6), bytes / Math.Max(reading, 1e-6), null);
        }
        catch (TapeException e) when (IsOfTheWay(drive, e))
        {
            return new ProbeStep(length, direct, 0, 0, e.Message);
        }
    }

    /// <summary>Every sector of every block is its own: what a buffer still has of the block before must not pass for this one.</summary>
    private static void Stamp(Span<byte> block, int number)
    {
        for (; block.Length >= sizeof(int); block = block[Math.Min(SectorBytes, block.Length)..])
            BinaryPrimitives.WriteInt32LittleEndian(block, number);
    }

    /// <summary>
    /// Whether a failure says something about transfers, for what is remembered limits every later use. A bad spot on the tape does not, nor
    /// does a drive that is gone. One that answers again may have been reset by chance: a step that fails twice is believed.
    /// </summary>
    private static bool IsOfTheWay(TapeDrive drive, TapeException e) =>
        (e is TapeWriteException { InnerException: TapeException cause } ? cause : e) switch
        {
            TapeReadException => false,
            TapeCommandException => true,
            TapeDeviceException => Answers(drive),
            _ => false,
        };

    private static bool Answers(TapeDrive drive)
    {
        try
        {
            drive.Rewind();
            return true;
        }
        catch (TapeException)
        {
            return false;
        }
    }

    private static OperationException TooShort(TapeDrive drive, int length, int blocks) => new(ExitStatus.TapeFull,
        $"{drive.Name}: the tape is too short for {blocks} blocks of {length} bytes. Nothing is remembered. Use a longer one, or a smaller --size.");

    /// <summary>Reads a block with a buffer that is longer than it: drive and path must agree on what came.</summary>
    private static ResidualReport? ReadShort(TapeDrive drive)
    {
        const int blockBytes = 40_960;
        using var pool = new AlignedBufferPool(65_536, 1);
        using AlignedBuffer buffer = pool.Rent();
        try
        {
            drive.Rewind();
            drive.BeginWriting();
            drive.Write(buffer.Span[..blockBytes]);
            drive.WriteFilemarks(1);
            drive.Rewind();
            return drive.Read(buffer.Span).Length == blockBytes ? null : ResidualReport.Wrong;
        }
        catch (TapeLengthException)
        {
            return ResidualReport.Wrong;
        }
    }
}
