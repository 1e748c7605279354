using System.Globalization;
using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>
/// Writes every command with its data and its answer to a text file, from which <see cref="ReplayTransport"/> answers later.
/// </summary>
/// <remarks>
/// One keyword a line; <c>#</c> starts a comment; empty lines separate commands and mean nothing. Bytes are hexadecimal, 32 to
/// a line, a <c>data</c> or <c>sense</c> line repeated as often as it takes. Order of keywords within a command is fixed:
/// <code>
/// capstan-recording 1              first line: format and version
/// name /dev/sg1                    what was recorded
/// max-transfer 1048576             bytes
///
/// cdb 080000100000                 begins a command
/// none | in 4096 | out 4096        direction and length of the data buffer in bytes
/// data 48656C6C6F...               out: what was sent; in: what came (length minus residual; the whole buffer when unknown)
/// status 02                        or:  fault TimedOut message...   (nothing follows a fault)
/// residual 96                      or:  residual unknown
/// sense 70000800...                when there is sense
/// elapsed-us 321                   microseconds; not compared, and not waited for in replay
/// </code>
/// Keys on their way to a drive are written as zeros. When the writer fails, recording stops and <see cref="Failure"/> tells why. Owns the inner transport, not the writer. Unlike
/// other transports this one allocates.
/// </remarks>
public sealed class RecordingTransport : IScsiTransport
{
    internal const string Magic = "capstan-recording 1";
    private const int BytesPerLine = 32;

    private readonly IScsiTransport _inner;
    private readonly TextWriter _writer;
    private readonly TimeProvider _time;

    /// <summary>Decorates a transport and writes the head of the recording.</summary>
    /// <exception cref="IOException">The head cannot be written.</exception>
    public RecordingTransport(IScsiTransport inner, TextWriter writer, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(writer);
        _inner = inner;
        _writer = writer;
        _time = time ?? TimeProvider.System;
        writer.Write($"{Magic}\nname {inner.Name.ReplaceLineEndings(" ")}\nmax-transfer {inner.MaxTransferBytes}\n");
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public int MaxTransferBytes => _inner.MaxTransferBytes;

    /// <inheritdoc/>
    public ITransportRecovery? Recovery => _inner.Recovery;

    /// <summary>Why recording stopped; null while it works.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        long start = _time.GetTimestamp();
        try
        {
            ScsiCompletion completion = _inner.Execute(in cdb, data, sense, timeout);
            Record(in cdb, data, completion, sense, _time.GetElapsedTime(start), null);
            return completion;
        }
        catch (ScsiTransportException exception)
        {
            Record(in cdb, data, default, default, default, exception);
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    private void Record(in Cdb cdb, DataTransfer data, in ScsiCompletion completion, ReadOnlySpan<byte> sense, TimeSpan elapsed, ScsiTransportException? fault)
    {
        if (Failure is not null)
            return;
        try
        {
            _writer.Write($"\ncdb {cdb}\n");
            switch (data.Direction)
            {
                case DataDirection.ToDevice:
                    _writer.Write($"out {data.Length}\n");
                    WriteBytes("data", SecretData.IsIn(cdb) ? SecretData.Mask(cdb, data.ToDeviceBuffer) : data.ToDeviceBuffer);
                    break;
                case DataDirection.FromDevice:
                    _writer.Write($"in {data.Length}\n");
                    if (fault is null)
                        WriteBytes("data", data.FromDeviceBuffer[..Math.Clamp(data.Length - (completion.Residual ?? 0), 0, data.Length)]);
                    break;
                default:
                    _writer.Write("none\n");
                    break;
            }
            if (fault is not null)
                _writer.Write($"fault {fault.Fault} {fault.Message.ReplaceLineEndings(" ").Replace('#', ' ')}\n");
            else
                WriteAnswer(completion, sense, elapsed);
            _writer.Flush();
        }
        catch (Exception exception) when (exception is IOException and not ScsiTransportException or ObjectDisposedException)
        {
            Failure = exception;
        }
    }

    private void WriteAnswer(in ScsiCompletion completion, ReadOnlySpan<byte> sense, TimeSpan elapsed)
    {
        _writer.Write($"status {(byte)completion.Status:X2}\n");
        _writer.Write($"residual {completion.Residual?.ToString(CultureInfo.InvariantCulture) ?? "unknown"}\n");
        ReadOnlySpan<byte> senseBytes = sense[..completion.SenseLength];
        WriteBytes("sense", senseBytes);
        if (SenseData.TryDecode(senseBytes, out SenseData decoded))
            _writer.Write($"# {decoded}\n");
        _writer.Write(string.Create(CultureInfo.InvariantCulture, $"elapsed-us {(long)elapsed.TotalMicroseconds}\n"));
    }

    private void WriteBytes(string keyword, ReadOnlySpan<byte> bytes)
    {
        Span<char> line = stackalloc char[2 * BytesPerLine];
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> part = bytes[..Math.Min(BytesPerLine, bytes.Length)];
            Convert.TryToHexString(part, line, out int written);
            _writer.Write(keyword);
            _writer.Write(' ');
            _writer.Write(line[..written]);
            _writer.Write('\n');
            bytes = bytes[part.Length..];
        }
    }
}
