using Capstan.Conformance.Driver;
using Capstan.Conformance.Spc;
using Capstan.Conformance.Ssc;

namespace Capstan.Conformance.Kernel;

public sealed class EndOfMedium(KernelTarget target) : EndOfMediumConformance(target);

public sealed class Erase(KernelTarget target) : EraseConformance(target);

public sealed class Inquiry(KernelTarget target) : InquiryConformance(target);

public sealed class Locate(KernelTarget target) : LocateConformance(target);

public sealed class Medium(KernelTarget target) : MediumConformance(target);

public sealed class Mode(KernelTarget target) : ModeConformance(target);

public sealed class Read6(KernelTarget target) : Read6Conformance(target);

public sealed class ReadPosition(KernelTarget target) : ReadPositionConformance(target);

public sealed class Report(KernelTarget target) : ReportConformance(target);

public sealed class Sense(KernelTarget target) : SenseConformance(target);

public sealed class Space16(KernelTarget target) : Space16Conformance(target);

public sealed class Space6(KernelTarget target) : Space6Conformance(target);

public sealed class TapeDrive(KernelTarget target) : TapeDriveConformance(target);

public sealed class Verify6(KernelTarget target) : Verify6Conformance(target);

public sealed class Write6(KernelTarget target) : Write6Conformance(target);

public sealed class WriteFilemarks(KernelTarget target) : WriteFilemarksConformance(target);
