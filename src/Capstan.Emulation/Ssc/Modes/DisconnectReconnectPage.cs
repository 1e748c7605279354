using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>02h: for a bus that is not there.</summary>
internal sealed class DisconnectReconnectPage() : DriveModePage<DisconnectReconnect>(
    new DisconnectReconnect { BufferFullRatio = 0x32, BufferEmptyRatio = 0x32, MaximumBurstSize = 0x0400 },
    (2, 0xFF), (3, 0xFF), (10, 0xFF), (11, 0xFF));
