using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>The drive's self-test, its dump for the maker, and its clock.</summary>
public sealed partial class TapeDrive
{
    /// <summary>Where LTO drives of IBM and HPE keep their dump.</summary>
    public const byte DumpBufferId = 0x01;

    private const int DumpChunkBytes = 64 << 10;

    /// <summary>An offset boundary of FFh: only offset 0 can be read (SPC-4 6.18.5).</summary>
    private const byte OnlyWhole = 0xFF;

    /// <summary>The default self-test. It may take minutes, and moves no tape.</summary>
    /// <exception cref="TapeDeviceException">It failed: the drive says what it found.</exception>
    /// <exception cref="TapeCommandException">The drive has no self-test.</exception>
    public void SelfTest()
    {
        SenseVerdict verdict = Persist(() => Run(new SendDiagnostic(SelfTest: true), DataTransfer.None, _timeouts.SelfTestSeconds));
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, SendDiagnostic.Name, verdict, _sense);
    }

    /// <summary>Reads a buffer of the drive whole, in pieces.</summary>
    /// <param name="bufferId">Which; <see cref="DumpBufferId"/>.</param>
    /// <param name="take">Gets the pieces in order.</param>
    /// <param name="total">Told how long it is before the first piece.</param>
    /// <returns>Bytes read; 0 where the drive has no such buffer, or nothing in it.</returns>
    /// <exception cref="TapeCommandException">The drive has no such command.</exception>
    public long ReadDump(byte bufferId, Action<ReadOnlyMemory<byte>> take, Action<long>? total = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(take);
        byte[] answer = new byte[BufferDescriptor.Length];
        SenseVerdict verdict = Persist(() => Run(new ReadBuffer(BufferMode.Descriptor, bufferId, 0, answer.Length), DataTransfer.FromDevice(answer), _timeouts.ReadBufferSeconds));
        if (verdict != SenseVerdict.Done || !BufferDescriptor.TryDecode(answer.AsSpan(0, Received(answer.Length)), out BufferDescriptor descriptor))
            throw DriveErrors.Sense(Name, ReadBuffer.Name, verdict, _sense);
        total?.Invoke(descriptor.CapacityBytes);
        int chunkBytes = ChunkOf(descriptor);
        byte[] chunk = new byte[chunkBytes];
        long done = 0;
        while (done < descriptor.CapacityBytes)
        {
            cancellation.ThrowIfCancellationRequested();
            int wanted = (int)Math.Min(chunkBytes, descriptor.CapacityBytes - done);
            int offset = (int)done;
            verdict = Persist(() => Run(new ReadBuffer(BufferMode.Data, bufferId, offset, wanted), DataTransfer.FromDevice(chunk.AsSpan(0, wanted)), _timeouts.ReadBufferSeconds));
            if (verdict != SenseVerdict.Done)
                throw DriveErrors.Sense(Name, ReadBuffer.Name, verdict, _sense);
            int got = Received(wanted);
            // A drive may have less to give than it said; without an end this would go on for ever.
            if (got == 0)
                break;
            take(chunk.AsMemory(0, got));
            done += got;
        }

        return done;
    }

    private int ChunkOf(in BufferDescriptor descriptor)
    {
        int most = Math.Min(MaxTransferBytes, descriptor.CapacityBytes);
        if (descriptor.OffsetBoundary == OnlyWhole)
            return Math.Max(1, most);
        // Every piece begins at a multiple of the boundary.
        long boundary = descriptor.OffsetBoundary < 24 ? 1L << descriptor.OffsetBoundary : 1L << 24;
        return (int)Math.Min(Math.Max(1, most), Math.Max(boundary, DumpChunkBytes / boundary * boundary));
    }

    /// <summary>The drive's clock.</summary>
    /// <exception cref="TapeCommandException">It has none.</exception>
    public DriveTimestamp ReadTimestamp()
    {
        byte[] answer = new byte[TimestampData.Length];
        SenseVerdict verdict = Persist(() => Run(new ReportTimestamp((uint)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds));
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, ReportTimestamp.Name, verdict, _sense);
        if (!TimestampData.TryDecode(answer.AsSpan(0, Received(answer.Length)), out TimestampData data))
            throw new TapeCommandException($"{Name}: the drive's answer to REPORT TIMESTAMP is malformed.");
        bool isTime = data.Origin != TimestampOrigin.PowerOn && data.Milliseconds <= DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();
        return new DriveTimestamp(isTime ? DateTimeOffset.FromUnixTimeMilliseconds(data.Milliseconds) : null,
            isTime ? null : TimeSpan.FromMilliseconds(data.Milliseconds), data.Milliseconds);
    }

    /// <summary>Sets the drive's clock. It counts on until the drive is switched off.</summary>
    /// <param name="time">1970 and later.</param>
    /// <exception cref="TapeCommandException">It cannot be set.</exception>
    public void SetTimestamp(DateTimeOffset time)
    {
        byte[] list = new byte[TimestampData.Length];
        new TimestampData(time.ToUnixTimeMilliseconds()).WriteListTo(list);
        SenseVerdict verdict = Persist(() => Run(new SetTimestamp((uint)list.Length), DataTransfer.ToDevice(list), _timeouts.HousekeepingSeconds));
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, Scsi.SetTimestamp.Name, verdict, _sense);
    }

    /// <summary>The manufacturer's number of the cartridge; empty where it has none, null where the drive does not tell.</summary>
    public string? ReadMediaSerialNumber()
    {
        byte[] answer = new byte[256];
        SenseVerdict verdict;
        try
        {
            verdict = Run(new ReadMediaSerialNumber((uint)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.PermissionDenied)
        {
            return null;
        }

        ThrowIfSurprised(Scsi.ReadMediaSerialNumber.Name, verdict);
        return verdict == SenseVerdict.Done && MediaSerialNumber.TryDecode(answer.AsSpan(0, Received(answer.Length)), out MediaSerialNumber number)
            ? number.SerialNumber
            : null;
    }
}
