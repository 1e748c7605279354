using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>18h of a SAS drive.</summary>
internal sealed class ProtocolSpecificLogicalUnitPage() : DriveModePage<ProtocolSpecificLogicalUnit>(
    new ProtocolSpecificLogicalUnit { TransportLayerRetries = true, ProtocolIdentifier = 6 });

/// <summary>19h of a SAS drive.</summary>
internal sealed class ProtocolSpecificPortPage() : DriveModePage<ProtocolSpecificPort>(
    new ProtocolSpecificPort { ProtocolIdentifier = 6, NexusLossMilliseconds = 2000 });
