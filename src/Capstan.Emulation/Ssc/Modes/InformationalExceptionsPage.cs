using Capstan.Scsi;

namespace Capstan.Emulation.Ssc.Modes;

/// <summary>1Ch: TapeAlert is for log pages to tell.</summary>
internal sealed class InformationalExceptionsPage() : DriveModePage<InformationalExceptions>(
    new InformationalExceptions { DisableExceptionControl = true, MethodOfReporting = 3 }, (2, 0x0C), (3, 0x0F));
