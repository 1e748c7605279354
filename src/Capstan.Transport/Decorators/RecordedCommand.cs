using Capstan.Scsi;

namespace Capstan.Transport.Decorators;

/// <summary>One command of a recording, as <see cref="RecordingTransport"/> documents it.</summary>
internal sealed class RecordedCommand
{
    /// <summary>Where the command begins in the file, from 1.</summary>
    public required int Line { get; init; }

    public required Cdb Cdb { get; init; }

    public required DataDirection Direction { get; init; }

    public required int Length { get; init; }

    public byte[] Data { get; set; } = [];

    public ScsiStatus Status { get; set; }

    public int? Residual { get; set; }

    public byte[] Sense { get; set; } = [];

    public TimeSpan Elapsed { get; set; }

    public TransportFault? Fault { get; set; }

    public string FaultMessage { get; set; } = "";
}
