using System.Buffers.Binary;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

/// <summary>What went through a buffer of the drive and came back as it was.</summary>
/// <param name="IsEcho">Through the echo buffer, which is there for that; else through data buffer 00h.</param>
/// <param name="BufferBytes">How much it holds.</param>
/// <param name="Patterns">How many patterns.</param>
/// <param name="Bytes">Length of each.</param>
public readonly record struct BufferCheck(bool IsEcho, int BufferBytes, int Patterns, int Bytes);

/// <summary>A diagnostic page as the drive gave it.</summary>
public sealed record DiagnosticPage(byte Code, byte[] Data);

/// <summary>Tests of the way to the drive and back, and what the drive tells of its own tests.</summary>
public sealed partial class TapeDrive
{
    private const int LongestPatternBytes = 64 << 10;
    private const int EchoCapacityMask = 0x1FFF;
    private const int DiagnosticAnswerBytes = 16 << 10;

    /// <summary>
    /// Writes patterns to a buffer of the drive and reads them back: the way to the drive, both directions, without a tape. WRITE BUFFER in
    /// echo mode, or in data mode to buffer 00h where the drive has no echo buffer; no other mode of it is ever sent.
    /// </summary>
    /// <exception cref="TapeDeviceException">Other bytes came back (HardwareFailure).</exception>
    /// <exception cref="TapeCommandException">The drive has no buffer that can be written.</exception>
    public BufferCheck CheckBuffer()
    {
        byte[] answer = new byte[BufferDescriptor.Length];
        int echo = TryDescribe(BufferMode.EchoDescriptor, answer, out BufferDescriptor descriptor) ? descriptor.CapacityBytes & EchoCapacityMask : 0;
        if (echo > 0)
            return Exchange(BufferMode.Echo, echo);
        int data = TryDescribe(BufferMode.Descriptor, answer, out descriptor) ? descriptor.CapacityBytes : 0;
        if (data == 0)
            throw DriveErrors.Sense(Name, ReadBuffer.Name, SenseVerdict.IllegalRequest, _sense);
        // What waits there for the tape goes to it first.
        SenseVerdict verdict = Persist(() => Run(new WriteFilemarks6(0, Immediate: false), DataTransfer.None, _timeouts.WriteFilemarksSeconds));
        return verdict is SenseVerdict.Done or SenseVerdict.EarlyWarning or SenseVerdict.NoMedium or SenseVerdict.NeedsLoad or SenseVerdict.WriteProtected
            ? Exchange(BufferMode.Data, data)
            : throw DriveErrors.Sense(Name, WriteFilemarks6.Name, verdict, _sense);
    }

    private bool TryDescribe(BufferMode mode, byte[] answer, out BufferDescriptor descriptor)
    {
        SenseVerdict verdict = Persist(() => Run(new ReadBuffer(mode, 0, 0, answer.Length), DataTransfer.FromDevice(answer), _timeouts.ReadBufferSeconds));
        if (verdict is not (SenseVerdict.Done or SenseVerdict.IllegalRequest))
            throw DriveErrors.Sense(Name, ReadBuffer.Name, verdict, _sense);
        descriptor = default;
        return verdict == SenseVerdict.Done && BufferDescriptor.TryDecode(answer.AsSpan(0, Received(answer.Length)), out descriptor);
    }

    private BufferCheck Exchange(BufferMode mode, int capacity)
    {
        int length = Math.Min(Math.Min(capacity, MaxTransferBytes), LongestPatternBytes);
        byte[] pattern = new byte[length];
        byte[] back = new byte[length];
        Action<byte[]>[] patterns = [static b => Array.Fill(b, (byte)0), static b => Array.Fill(b, (byte)0xFF), static b => Array.Fill(b, (byte)0xAA),
            static b => Array.Fill(b, (byte)0x55), Count];
        foreach (Action<byte[]> fill in patterns)
        {
            fill(pattern);
            back.AsSpan().Fill((byte)~pattern[0]);
            Send(new WriteBuffer(mode, 0, 0, length), DataTransfer.ToDevice(pattern), _timeouts.WriteBufferSeconds);
            Send(new ReadBuffer(mode, 0, 0, length), DataTransfer.FromDevice(back), _timeouts.ReadBufferSeconds);
            int got = Received(length);
            int same = pattern.AsSpan().CommonPrefixLength(back.AsSpan(0, got));
            if (same == length)
                continue;
            throw new TapeDeviceException(DeviceFault.HardwareFailure, same == got
                ? $"{Name}: of {length} bytes that were written to the drive's buffer {got} came back. Cable, host adapter or drive are broken."
                : $"{Name}: what was written to the drive's buffer came back changed: byte {same} of {length} was 0x{pattern[same]:x2} and is 0x{back[same]:x2}. Cable, host adapter or drive are broken.");
        }

        return new BufferCheck(mode == BufferMode.Echo, capacity, patterns.Length, length);

        // Every word another one, so that what is swapped or shifted is seen.
        static void Count(byte[] bytes)
        {
            for (int i = 0; i + 4 <= bytes.Length; i += 4)
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(i), unchecked(i * (int)0x9E3779B1));
        }
    }

    private void Send<TCommand>(TCommand command, DataTransfer data, int seconds)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        SenseVerdict verdict = Run(command, data, seconds);
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, TCommand.Name, verdict, _sense);
    }

    /// <summary>What the drive tells of itself after a test: every diagnostic page that it lists, as it is.</summary>
    /// <exception cref="TapeCommandException">The drive has no diagnostic pages.</exception>
    public IReadOnlyList<DiagnosticPage> ReadDiagnosticPages()
    {
        const byte supportedPages = 0x00;
        byte[] answer = new byte[DiagnosticAnswerBytes];
        DiagnosticPage list = TryReadDiagnosticPage(supportedPages, answer) ?? throw DriveErrors.Sense(Name, ReceiveDiagnosticResults.Name, SenseVerdict.IllegalRequest, _sense);
        var pages = new List<DiagnosticPage> { list };
        for (int i = 4; i < list.Data.Length; i++)
        {
            if (list.Data[i] != supportedPages && TryReadDiagnosticPage(list.Data[i], answer) is { } page)
                pages.Add(page);
        }

        return pages;
    }

    /// <summary>Null where the drive refuses the page.</summary>
    private DiagnosticPage? TryReadDiagnosticPage(byte code, byte[] answer)
    {
        SenseVerdict verdict = Persist(() => Run(new ReceiveDiagnosticResults(code, PageCodeValid: true, (ushort)answer.Length), DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds));
        if (verdict == SenseVerdict.IllegalRequest)
            return null;
        int got = verdict == SenseVerdict.Done ? Received(answer.Length) : throw DriveErrors.Sense(Name, ReceiveDiagnosticResults.Name, verdict, _sense);
        if (got < 4 || answer[0] != code)
            throw new TapeCommandException($"{Name}: the drive's answer to {ReceiveDiagnosticResults.Name}, page {code:X2}h, is malformed.");
        // PAGE LENGTH counts what is behind the header (SPC-4 7.2.1).
        return new DiagnosticPage(code, answer[..Math.Min(got, 4 + BinaryPrimitives.ReadUInt16BigEndian(answer.AsSpan(2)))]);
    }
}
