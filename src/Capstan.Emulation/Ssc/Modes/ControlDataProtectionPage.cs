using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>0Ah/F0h: logical block protection.</summary>
internal sealed class ControlDataProtectionPage() : DriveModePage<ControlDataProtection>(
    new ControlDataProtection { InformationLengthBytes = 4 }, (4, 0xFF), (5, 0x3F), (6, 0xC0));
