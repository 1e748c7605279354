using Capstan.Conformance.Driver;
using Capstan.Conformance.Spc;
using Capstan.Conformance.Ssc;

namespace Capstan.Conformance.Iscsi;

public sealed class EndOfMedium(IscsiTapeTarget target) : EndOfMediumConformance(target);

public sealed class Erase(IscsiTapeTarget target) : EraseConformance(target);

public sealed class Inquiry(IscsiTapeTarget target) : InquiryConformance(target);

public sealed class Locate(IscsiTapeTarget target) : LocateConformance(target);

public sealed class Medium(IscsiTapeTarget target) : MediumConformance(target);

public sealed class Mode(IscsiTapeTarget target) : ModeConformance(target);

public sealed class Read6(IscsiTapeTarget target) : Read6Conformance(target);

public sealed class ReadPosition(IscsiTapeTarget target) : ReadPositionConformance(target);

public sealed class Report(IscsiTapeTarget target) : ReportConformance(target);

public sealed class Sense(IscsiTapeTarget target) : SenseConformance(target);

public sealed class Space16(IscsiTapeTarget target) : Space16Conformance(target);

public sealed class Space6(IscsiTapeTarget target) : Space6Conformance(target);

public sealed class TapeDrive(IscsiTapeTarget target) : TapeDriveConformance(target);

public sealed class Verify6(IscsiTapeTarget target) : Verify6Conformance(target);

public sealed class Write6(IscsiTapeTarget target) : Write6Conformance(target);

public sealed class WriteFilemarks(IscsiTapeTarget target) : WriteFilemarksConformance(target);
