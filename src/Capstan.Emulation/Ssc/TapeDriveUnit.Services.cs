using Capstan.Emulation.Spc;
using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>What the drive keeps beside its tape.</summary>
internal sealed partial class TapeDriveUnit
{
    /// <summary>What initiators have yet to be told.</summary>
    internal UnitAttentions Attentions { get; } = new();

    /// <summary>Who may use the drive.</summary>
    internal Reservations Reservations { get; } = new();

    internal DriveClock Clock { get; }

    /// <summary>What READ BUFFER reads.</summary>
    internal DriveBuffers Buffers { get; } = new();

    /// <summary>The order that was generated last; null before.</summary>
    internal AccessOrderList? AccessOrder { get; set; }
}
