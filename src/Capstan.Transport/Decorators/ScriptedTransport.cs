using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>One answer of a <see cref="ScriptedTransport"/>.</summary>
/// <param name="Status">Status to return.</param>
public sealed record ScriptedReply(ScsiStatus Status = ScsiStatus.Good)
{
    /// <summary>Sense bytes; cut to the caller's buffer.</summary>
    public ReadOnlyMemory<byte> Sense { get; init; }

    /// <summary>Data-in bytes; cut to the caller's buffer.</summary>
    public ReadOnlyMemory<byte> Data { get; init; }

    /// <summary>Residual to report instead of the true one.</summary>
    public int? Residual { get; init; }

    /// <summary>Report no residual at all, as some adapters do.</summary>
    public bool HidesResidual { get; init; }

    /// <summary>The operation code that must come; null for any.</summary>
    public byte? ExpectedOperationCode { get; init; }

    /// <summary>Throw this instead of answering.</summary>
    public TransportFault? Throw { get; init; }

    /// <summary>CHECK CONDITION with this sense.</summary>
    public static ScriptedReply Check(SenseData sense)
    {
        Span<byte> bytes = stackalloc byte[SenseData.MaxEncodedLength];
        return new ScriptedReply(ScsiStatus.CheckCondition) { Sense = bytes[..sense.Encode(bytes)].ToArray() };
    }
}

/// <summary>
/// Gives prepared answers in order and keeps the commands that came: for replies that no device, real or virtual, can be made
/// to give.
/// </summary>
public sealed class ScriptedTransport(params ReadOnlySpan<ScriptedReply> replies) : IScsiTransport
{
    private readonly Queue<ScriptedReply> _replies = new(replies.ToArray());
    private readonly List<Cdb> _commands = [];
    private bool _disposed;

    /// <inheritdoc/>
    public string Name => "scripted";

    /// <inheritdoc/>
    public int MaxTransferBytes { get; init; } = 16 << 20;

    /// <summary>What was sent so far.</summary>
    public IReadOnlyList<Cdb> Commands => _commands;

    /// <summary>Answers not yet given.</summary>
    public int Remaining => _replies.Count;

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">No answer is left, or another operation code was expected.</exception>
    public ScsiCompletion Execute(in Cdb cdb, DataTransfer data, Span<byte> sense, TimeSpan timeout)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        _commands.Add(cdb);
        if (!_replies.TryDequeue(out ScriptedReply? reply))
            throw new InvalidOperationException($"Command {_commands.Count} ({cdb}) came after the end of the script.");
        if (reply.ExpectedOperationCode is { } expected && expected != cdb.OperationCode)
            throw new InvalidOperationException($"Command {_commands.Count} is {cdb}; the script expects operation code {expected:X2}h.");
        if (reply.Throw is { } fault)
            throw new ScsiTransportException(fault, $"{Name}: scripted fault at command {_commands.Count}");

        int transferred = data.Length;
        if (data.Direction == DataDirection.FromDevice)
        {
            transferred = Math.Min(reply.Data.Length, data.Length);
            reply.Data.Span[..transferred].CopyTo(data.FromDeviceBuffer);
        }
        int senseLength = Math.Min(reply.Sense.Length, sense.Length);
        reply.Sense.Span[..senseLength].CopyTo(sense);
        int? residual = reply.HidesResidual ? null : reply.Residual ?? data.Length - transferred;
        return new ScsiCompletion(reply.Status, senseLength, residual);
    }

    /// <inheritdoc/>
    public void Dispose() => _disposed = true;
}
