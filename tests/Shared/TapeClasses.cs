using Capstan.Conformance.Driver;
using Capstan.Conformance.Spc;
using Capstan.Conformance.Ssc;

namespace Capstan.Conformance.Judged;

// Compiled into each project that has a tape drive to judge; its project file says which one TapeTarget is.

public sealed class AccessOrder(TapeTarget target) : AccessOrderConformance(target);

public sealed class AllowOverwrite(TapeTarget target) : AllowOverwriteConformance(target);

public sealed class Buffer(TapeTarget target) : BufferConformance(target);

public sealed class Diagnostic(TapeTarget target) : DiagnosticConformance(target);

public sealed class EndOfMedium(TapeTarget target) : EndOfMediumConformance(target);

public sealed class EndOfWrap(TapeTarget target) : EndOfWrapConformance(target);

public sealed class Erase(TapeTarget target) : EraseConformance(target);

public sealed class FormatMedium(TapeTarget target) : FormatMediumConformance(target);

public sealed class Inquiry(TapeTarget target) : InquiryConformance(target);

public sealed class Locate(TapeTarget target) : LocateConformance(target);

public sealed class LogSelect(TapeTarget target) : LogSelectConformance(target);

public sealed class LogSense(TapeTarget target) : LogSenseConformance(target);

public sealed class MediaSerialNumber(TapeTarget target) : MediaSerialNumberConformance(target);

public sealed class Medium(TapeTarget target) : MediumConformance(target);

public sealed class Mode(TapeTarget target) : ModeConformance(target);

public sealed class ModeSelect10(TapeTarget target) : ModeSelect10Conformance(target);

public sealed class PersistentReserve(TapeTarget target) : PersistentReserveConformance(target);

public sealed class Read6(TapeTarget target) : Read6Conformance(target);

public sealed class ReadAttribute(TapeTarget target) : ReadAttributeConformance(target);

public sealed class ReadPosition(TapeTarget target) : ReadPositionConformance(target);

public sealed class Report(TapeTarget target) : ReportConformance(target);

public sealed class ReportDensitySupport(TapeTarget target) : ReportDensitySupportConformance(target);

public sealed class ReportLuns(TapeTarget target) : ReportLunsConformance(target);

public sealed class Reserve(TapeTarget target) : ReserveConformance(target);

public sealed class SecurityProtocol(TapeTarget target) : SecurityProtocolConformance(target);

public sealed class SecurityProtocolOut(TapeTarget target) : SecurityProtocolOutConformance(target);

public sealed class Sense(TapeTarget target) : SenseConformance(target);

public sealed class SetCapacity(TapeTarget target) : SetCapacityConformance(target);

public sealed class Space16(TapeTarget target) : Space16Conformance(target);

public sealed class Space6(TapeTarget target) : Space6Conformance(target);

public sealed class TapeDrive(TapeTarget target) : TapeDriveConformance(target);

public sealed class Timestamp(TapeTarget target) : TimestampConformance(target);

public sealed class Verify6(TapeTarget target) : Verify6Conformance(target);

public sealed class Write6(TapeTarget target) : Write6Conformance(target);

public sealed class WriteAttribute(TapeTarget target) : WriteAttributeConformance(target);

public sealed class WriteFilemarks(TapeTarget target) : WriteFilemarksConformance(target);

public sealed class WriteFilemarks16(TapeTarget target) : WriteFilemarks16Conformance(target);
