using Capstan.Scsi;

namespace Capstan.Transport;

/// <summary>What a device answered.</summary>
/// <param name="Status">The status byte.</param>
/// <param name="SenseLength">How many bytes of the caller's sense buffer are valid; 0 when there is no sense.</param>
/// <param name="Residual">Requested minus transferred bytes, as the transport reports it; null where it reports none.</param>
public readonly record struct ScsiCompletion(ScsiStatus Status, int SenseLength, int? Residual)
{
    /// <summary>Room for the longest sense a device may return, in bytes (SPC-5 4.4.1).</summary>
    public const int SenseBufferLength = 252;
}
