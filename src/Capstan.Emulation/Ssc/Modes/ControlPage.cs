using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>0Ah: D_SENSE chooses the format of sense data.</summary>
internal sealed class ControlPage() : DriveModePage<Control>(default, (2, 0x04));
