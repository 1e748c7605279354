using Capstan.Conformance.Driver;
using Capstan.Conformance.Spc;
using Capstan.Conformance.Ssc;

namespace Capstan.Conformance.Loopback;

public sealed class EndOfMedium(LoopbackTarget target) : EndOfMediumConformance(target);

public sealed class Erase(LoopbackTarget target) : EraseConformance(target);

public sealed class Inquiry(LoopbackTarget target) : InquiryConformance(target);

public sealed class Locate(LoopbackTarget target) : LocateConformance(target);

public sealed class Medium(LoopbackTarget target) : MediumConformance(target);

public sealed class Mode(LoopbackTarget target) : ModeConformance(target);

public sealed class Read6(LoopbackTarget target) : Read6Conformance(target);

public sealed class ReadPosition(LoopbackTarget target) : ReadPositionConformance(target);

public sealed class Report(LoopbackTarget target) : ReportConformance(target);

public sealed class Sense(LoopbackTarget target) : SenseConformance(target);

public sealed class Space16(LoopbackTarget target) : Space16Conformance(target);

public sealed class Space6(LoopbackTarget target) : Space6Conformance(target);

public sealed class TapeDrive(LoopbackTarget target) : TapeDriveConformance(target);

public sealed class Verify6(LoopbackTarget target) : Verify6Conformance(target);

public sealed class Write6(LoopbackTarget target) : Write6Conformance(target);

public sealed class WriteFilemarks(LoopbackTarget target) : WriteFilemarksConformance(target);
