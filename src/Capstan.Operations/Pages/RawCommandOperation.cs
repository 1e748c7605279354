using Capstan.Drive;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Pages;

/// <summary>A command of the user's own.</summary>
/// <param name="Cdb">6, 10, 12 or 16 bytes.</param>
/// <param name="ReadBytes">How much data the drive may send; 0 for none.</param>
/// <param name="Data">Data for the drive; null for none.</param>
/// <param name="To">File for the drive's data; null to report them.</param>
public sealed record RawCommandRequest(string? Device, ReadOnlyMemory<byte> Cdb, int ReadBytes, ReadOnlyMemory<byte>? Data, string? To, TimeSpan Timeout);

/// <summary>`capstan drive raw`.</summary>
public static class RawCommandOperation
{
    /// <summary>Bytes that a command with this operation code has (SPC-4 4.2.5); 0 where the code alone does not tell.</summary>
    public static int CdbLengthOf(byte operationCode) => (operationCode >> 5) switch
    {
        0 => 6,
        1 or 2 => 10,
        4 => 16,
        5 => 12,
        _ => 0,
    };

    /// <summary>Sends the command, once, and reports what the drive said. It may do anything that SCSI commands do.</summary>
    /// <exception cref="OperationException">It was not sent, or the path broke.</exception>
    public static RawCommandReport Run(OperationContext context, RawCommandRequest request)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(request);
        using OpenDrive open = OpenDrive.Open(context, request.Device);
        return Failures.Guard(() => Run(request, open));
    }

    private static RawCommandReport Run(RawCommandRequest request, OpenDrive open)
    {
        int length = Math.Max(request.ReadBytes, request.Data?.Length ?? 0);
        if (length > open.Drive.MaxTransferBytes)
        {
            throw new OperationException(ExitStatus.Usage,
                $"{open.Source.Device}: {length} bytes are more than the {open.Drive.MaxTransferBytes} that one command can carry on this way. Nothing was sent.");
        }

        var cdb = Cdb.FromBytes(request.Cdb.Span);
        using var pool = new AlignedBufferPool(Math.Max(length, 512), 1);
        using AlignedBuffer buffer = pool.Rent(CancellationToken.None);
        Span<byte> data = buffer.Span[..length];
        data.Clear();
        request.Data?.Span.CopyTo(data);
        RawCompletion completion = open.Drive.ExecuteRaw(cdb,
            request.Data is not null ? DataTransfer.ToDevice(data) : length > 0 ? DataTransfer.FromDevice(data) : DataTransfer.None, request.Timeout);
        bool hasAnswer = request.Data is null && length > 0 && completion.Status == ScsiStatus.Good;
        ReadOnlySpan<byte> answer = hasAnswer ? data[..completion.TransferredBytes] : default;
        if (request.To is { } file && hasAnswer)
            File.WriteAllBytes(file, answer);
        return new RawCommandReport(
            open.Source.Device, Convert.ToHexStringLower(request.Cdb.Span), CommandTable.TapeDrive.Describe(cdb), StatusText(completion.Status),
            completion.Sense?.ToString(), completion.SenseBytes.Length > 0 ? Convert.ToHexStringLower(completion.SenseBytes) : null,
            // Of a command that failed not every path tells how much came.
            completion.Status == ScsiStatus.Good ? completion.TransferredBytes : 0, hasAnswer && request.To is null ? Convert.ToHexStringLower(answer) : null, hasAnswer ? request.To : null,
            completion.Status == ScsiStatus.Good ? ExitStatus.Success : ExitStatus.Device);
    }

    private static string StatusText(ScsiStatus status) => status switch
    {
        ScsiStatus.Good => "GOOD",
        ScsiStatus.CheckCondition => "CHECK CONDITION",
        ScsiStatus.Busy => "BUSY",
        ScsiStatus.ReservationConflict => "RESERVATION CONFLICT",
        ScsiStatus.TaskSetFull => "TASK SET FULL",
        ScsiStatus.TaskAborted => "TASK ABORTED",
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{(int)status:X2}h"),
    };
}
