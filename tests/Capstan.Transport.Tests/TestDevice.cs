using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Transport.Tests;

/// <summary>The least that is a device: TEST UNIT READY, INQUIRY, WRITE(6), READ(6) of a fixed text; refuses all else.</summary>
internal sealed class TestDevice : IScsiTransport, ITransportRecovery
{
    // "LTO-5 drive, version SPC-4, 31 more bytes": the head of what a drive answers, the rest zero.
    private static readonly byte[] InquiryData = [0x01, 0x80, 0x06, 0x02, 0x1F, .. new byte[31]];

    private bool _disposed;

    public string Name => "test-device";

    public int MaxTransferBytes => 65536;

    public int Executed { get; private set; }

    /// <summary>What WRITE brought last.</summary>
    public byte[]? Taken { get; private set; }

    /// <summary>Whether the path can be made whole again.</summary>
    public bool IsRecoverable { get; init; }

    public ITransportRecovery? Recovery => IsRecoverable ? this : null;

    public bool HearsEveryUnitAttention => true;

    public bool TryReconnect(out string problem)
    {
        problem = Broken is null ? "" : "the cable is still cut";
        Broken = null;
        return problem.Length == 0;
    }

    public bool IsDisposed => _disposed;

    public TransportFault? Broken { get; set; }

    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Executed++;
        if (Broken is { } fault)
            throw new ScsiTransportException(fault, "test-device: the cable is\ncut # twice");
        switch (cdb.OperationCode)
        {
            case 0x00:
            case 0x0A:
                Taken = data.ToDeviceBuffer.ToArray();
                return new ScsiCompletion(ScsiStatus.Good, 0, 0);
            case 0x08 or 0x12:
                ReadOnlySpan<byte> answer = cdb.OperationCode == 0x12 ? InquiryData : "hello, tape"u8;
                int length = Math.Min(answer.Length, data.Length);
                answer[..length].CopyTo(data.FromDeviceBuffer);
                return new ScsiCompletion(ScsiStatus.Good, 0, data.Length - length);
            default:
                var refusal = new SenseData
                {
                    Key = SenseKey.IllegalRequest,
                    Code = SenseCode.InvalidCommandOperationCode,
                    FieldPointer = new FieldPointer(InCdb: true, 0, null),
                };
                return new ScsiCompletion(ScsiStatus.CheckCondition, refusal.Encode(sense), data.Length);
        }
    }

    public void Dispose() => _disposed = true;
}

internal static class Commands
{
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    public static ScsiCompletion Send(this IScsiTransport transport, string cdb, DataTransfer data, byte[]? sense = null) =>
        transport.Execute(Cdb.FromBytes(Convert.FromHexString(cdb)), data, sense ?? new byte[ScsiCompletion.SenseBufferLength], Timeout);

    public static ScsiCompletion Send(this IScsiTransport transport, string cdb) => transport.Send(cdb, DataTransfer.None);
}

/// <summary>A clock that moves only when told, by one step a look.</summary>
internal sealed class StepClock : TimeProvider
{
    private DateTimeOffset _now = new(2026, 11, 22, 22, 25, 17, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _now;

    public override long GetTimestamp()
    {
        _now += TimeSpan.FromMilliseconds(1);
        return _now.Ticks;
    }
}
