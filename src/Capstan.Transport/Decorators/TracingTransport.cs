using System.Globalization;
using System.Text;
using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>
/// Writes one line a command: number, time of sending (UTC), duration, CDB in hexadecimal and in words, direction and length,
/// residual, status, sense. Data bytes are never written: a trace is made to be sent to somebody.
/// </summary>
/// <remarks>
/// <code>
///     17 22:25:17.123456    0.321 ms 080000100000 READ(6) | in 4096 | residual 96 | CHECK CONDITION | NO SENSE 00/00 "..."; ILI
///     18 22:25:17.124001 2000.113 ms 01 ... | none | !! TimedOut: ...
///      # 22:25:19.124200 the connection was lost; ...
/// </code>
/// Every line is flushed, so that the last command before a crash is there. When the writer fails (disk full), tracing stops and
/// <see cref="Failure"/> tells why; the answer of a command that reached the device is never lost to that. Owns the inner
/// transport, not the writer.
/// </remarks>
public sealed class TracingTransport : IScsiTransport
{
    private readonly IScsiTransport _inner;
    private readonly TextWriter _writer;
    private readonly CdbDescriber? _describe;
    private readonly TimeProvider _time;
    private readonly StringBuilder _line = new();
    private long _number;

    /// <summary>Decorates a transport.</summary>
    /// <param name="inner">Who runs the commands.</param>
    /// <param name="writer">Where lines go.</param>
    /// <param name="describe">Names the command; null for hexadecimal only.</param>
    /// <param name="time">The clock; null for the system's.</param>
    public TracingTransport(IScsiTransport inner, TextWriter writer, CdbDescriber? describe = null, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(writer);
        _inner = inner;
        _writer = writer;
        _describe = describe;
        _time = time ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public string Name => _inner.Name;

    /// <inheritdoc/>
    public int MaxTransferBytes => _inner.MaxTransferBytes;

    /// <inheritdoc/>
    public ITransportRecovery? Recovery => field ??= _inner.Recovery is { } inner ? new TracedRecovery(this, inner) : null;

    /// <summary>Why tracing stopped; null while it works.</summary>
    public Exception? Failure { get; private set; }

    /// <inheritdoc/>
    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        _number++;
        DateTimeOffset sent = _time.GetUtcNow();
        long start = _time.GetTimestamp();
        ScsiCompletion completion;
        try
        {
            completion = _inner.Execute(in cdb, data, sense, timeout);
        }
        catch (Exception exception)
        {
            Begin(in cdb, data, sent, _time.GetElapsedTime(start));
            string kind = exception is ScsiTransportException fault ? fault.Fault.ToString() : exception.GetType().Name;
            _line.Append(" | !! ").Append(kind).Append(": ").Append(exception.Message.ReplaceLineEndings(" "));
            End();
            throw;
        }
        Begin(in cdb, data, sent, _time.GetElapsedTime(start));
        AppendAnswer(completion, data, sense);
        End();
        return completion;
    }

    /// <inheritdoc/>
    public void Dispose() => _inner.Dispose();

    private void Begin(in Cdb cdb, DataTransfer data, DateTimeOffset sent, TimeSpan elapsed)
    {
        _line.Clear();
        _line.Append(CultureInfo.InvariantCulture, $"{_number,6} {sent.UtcDateTime:HH:mm:ss.ffffff} {elapsed.TotalMilliseconds,8:F3} ms ");
        _line.Append(Convert.ToHexString(cdb.Span));
        if (_describe is not null)
            _line.Append(' ').Append(_describe(in cdb));
        _line.Append(data.Direction switch
        {
            DataDirection.FromDevice => " | in ",
            DataDirection.ToDevice => " | out ",
            _ => " | none",
        });
        if (data.Direction != DataDirection.None)
            _line.Append(CultureInfo.InvariantCulture, $"{data.Length}");
    }

    private void AppendAnswer(in ScsiCompletion completion, DataTransfer data, ReadOnlySpan<byte> sense)
    {
        if (data.Direction != DataDirection.None)
        {
            if (completion.Residual is { } residual)
                _line.Append(CultureInfo.InvariantCulture, $" | residual {residual}");
            else
                _line.Append(" | residual unknown");
        }
        _line.Append(" | ").Append(StatusText.Of(completion.Status));
        if (completion.SenseLength == 0)
            return;
        ReadOnlySpan<byte> bytes = sense[..completion.SenseLength];
        _line.Append(" | ");
        if (SenseData.TryDecode(bytes, out SenseData decoded))
            _line.Append(decoded.ToString());
        else
            _line.Append("undecodable sense ").Append(Convert.ToHexString(bytes));
    }

    private void End()
    {
        if (Failure is not null)
            return;
        try
        {
            _writer.WriteLine(_line);
            _writer.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            Failure = exception;
        }
    }

    private void Remark(string text)
    {
        _line.Clear();
        _line.Append(CultureInfo.InvariantCulture, $"     # {_time.GetUtcNow().UtcDateTime:HH:mm:ss.ffffff} {text.ReplaceLineEndings(" ")}");
        End();
    }

    /// <summary>Reconnections and what was decided stand between the commands.</summary>
    private sealed class TracedRecovery(TracingTransport owner, ITransportRecovery inner) : ITransportRecovery
    {
        public bool HearsEveryUnitAttention => inner.HearsEveryUnitAttention;

        public bool TryReconnect(out string problem)
        {
            bool isBack = inner.TryReconnect(out problem);
            owner.Remark(isBack ? $"{owner.Name}: reachable again" : $"{owner.Name}: not reachable: {problem}");
            return isBack;
        }

        public void Remark(string text)
        {
            inner.Remark(text);
            owner.Remark(text);
        }
    }
}
