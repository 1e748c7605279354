using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>
/// Answers from a recording of <see cref="RecordingTransport"/>. The commands must come exactly as they were recorded: CDB,
/// direction, length and data to the device. Owns nothing.
/// </summary>
public sealed class ReplayTransport : IScsiTransport
{
    private readonly RecordingReader _reader;
    private RecordedCommand? _next;
    private int _number;
    private bool _disposed;

    /// <summary>Reads the head of a recording; commands are read as they are needed.</summary>
    /// <exception cref="InvalidDataException">This is no recording.</exception>
    public ReplayTransport(TextReader recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        _reader = new RecordingReader(recording);
        _next = _reader.Next();
    }

    /// <inheritdoc/>
    public string Name => _reader.Name;

    /// <inheritdoc/>
    public int MaxTransferBytes => _reader.MaxTransferBytes;

    /// <summary>Whether every recorded command was replayed.</summary>
    public bool IsExhausted => _next is null;

    /// <inheritdoc/>
    /// <exception cref="ReplayMismatchException">The command is not the one that was recorded here.</exception>
    /// <exception cref="InvalidDataException">The recording is damaged.</exception>
    /// <exception cref="ScsiTransportException">So it was recorded.</exception>
    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        RecordedCommand recorded = _next
            ?? throw new ReplayMismatchException($"the recording ends after {_number} commands; {cdb} came next.");
        _number++;
        Compare(recorded, in cdb, data);
        _next = _reader.Next();

        if (recorded.Fault is { } fault)
            throw new ScsiTransportException(fault, recorded.FaultMessage);
        if (data.Direction == DataDirection.FromDevice)
            recorded.Data.CopyTo(data.FromDeviceBuffer);
        int senseLength = Math.Min(recorded.Sense.Length, sense.Length);
        recorded.Sense.AsSpan(0, senseLength).CopyTo(sense);
        return new ScsiCompletion(recorded.Status, senseLength, recorded.Residual);
    }

    /// <inheritdoc/>
    public void Dispose() => _disposed = true;

    private void Compare(RecordedCommand recorded, in Cdb cdb, DataTransfer data)
    {
        string where = $"command {_number} (line {recorded.Line}): ";
        if (recorded.Cdb != cdb)
            throw new ReplayMismatchException($"{where}CDB {cdb} came, {recorded.Cdb} was recorded.");
        if (recorded.Direction != data.Direction)
            throw new ReplayMismatchException($"{where}{cdb} came with direction {data.Direction}, {recorded.Direction} was recorded.");
        if (recorded.Length != data.Length)
            throw new ReplayMismatchException($"{where}{cdb} came with {data.Length} bytes, {recorded.Length} were recorded.");
        if (data.Direction != DataDirection.ToDevice)
            return;
        // A recording has zeros for keys, and so any key fits.
        ReadOnlySpan<byte> sent = SecretData.IsIn(cdb) ? SecretData.Mask(cdb, data.ToDeviceBuffer) : data.ToDeviceBuffer;
        int same = sent.CommonPrefixLength(recorded.Data);
        if (same != data.Length)
        {
            string was = same < recorded.Data.Length ? $"{recorded.Data[same]:X2}" : "nothing";
            throw new ReplayMismatchException($"{where}{cdb}: data byte {same} is {sent[same]:X2}, {was} was recorded.");
        }
    }
}

/// <summary>What was sent differs from the recording; the message names the first difference.</summary>
public sealed class ReplayMismatchException(string difference) : InvalidOperationException("Replay: " + difference);
