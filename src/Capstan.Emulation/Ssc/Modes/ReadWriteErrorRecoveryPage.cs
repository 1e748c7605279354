using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>01h: the drive recovers as it always does; what is set here is kept and changes nothing.</summary>
internal sealed class ReadWriteErrorRecoveryPage() : DriveModePage<ReadWriteErrorRecovery>(
    new ReadWriteErrorRecovery { EnableEarlyRecovery = true }, (2, 0x2F), (3, 0xFF), (8, 0xFF));
