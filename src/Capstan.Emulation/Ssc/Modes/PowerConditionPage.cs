using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>1Ah: the drive never sleeps; the timers can be set and do nothing.</summary>
internal sealed class PowerConditionPage() : DriveModePage<PowerCondition>(default, (3, 0x0F));
