using Capstan.Operations;
using Capstan.Operations.Changer;
using Capstan.Operations.Diagnostics;
using Capstan.Operations.Pages;
using Capstan.Operations.Memory;
using Capstan.Operations.Modes;
using Capstan.Operations.Movement;
using Capstan.Operations.Mtx;
using Capstan.Operations.Encryption;
using Capstan.Operations.Erasing;
using Capstan.Operations.Places;
using Capstan.Operations.Probe;
using Capstan.Operations.Raw;
using Capstan.Operations.Status;
using Capstan.Operations.Reservations;

namespace Capstan.Cli;

/// <summary>The use cases, as a seam: golden tests of the output need reports that no tape has to produce.</summary>
internal interface IOperations
{
    BackupReport Backup(OperationContext context, BackupRequest request, CancellationToken cancellation);

    RestoreReport Restore(OperationContext context, RestoreRequest request, CancellationToken cancellation);

    VerifyReport Verify(OperationContext context, VerifyRequest request, CancellationToken cancellation);

    IReadOnlyList<BackupSummary> List(OperationContext context);

    BackupSummary Show(OperationContext context, string id, Action<EntryLine> entry, Action<PathProblem> problem);

    RebuildReport Rebuild(OperationContext context, string? device, CancellationToken cancellation);

    DoctorReport Doctor(OperationContext context);

    DriveStatusReport DriveStatus(OperationContext context, string? device);

    DriveActionReport DrivePosition(OperationContext context, string? device);

    MoveReport DriveMove(OperationContext context, MoveRequest request, CancellationToken cancellation);

    MoveReport DriveWeof(OperationContext context, WeofRequest request, CancellationToken cancellation);

    TellReport DriveTell(OperationContext context, string? device, CancellationToken cancellation);

    LockReport DriveLock(OperationContext context, string? device, bool locks);

    MtStatusReport DriveMtStatus(OperationContext context, string? device);

    DriveActionReport DriveEject(OperationContext context, string? device);

    DriveActionReport DriveLoad(OperationContext context, string? device, string? barcode, CancellationToken cancellation);

    RawReport DriveWrite(OperationContext context, RawWriteRequest request, CancellationToken cancellation);

    RawReport DriveRead(OperationContext context, RawReadRequest request, CancellationToken cancellation);

    MemoryReport DriveMemory(OperationContext context, string? device, byte partition);

    MemoryReport DriveMemoryShow(OperationContext context, string? device, byte partition, IReadOnlyList<string> names);

    MemoryReport DriveMemorySet(OperationContext context, string? device, byte partition, IReadOnlyList<string> assignments);

    MemoryReport DriveMemoryDelete(OperationContext context, string? device, byte partition, IReadOnlyList<string> names);

    ProbeReport DriveProbe(OperationContext context, ProbeRequest request, CancellationToken cancellation);

    ReservationReport DriveReserve(OperationContext context, ReserveRequest request);

    ReservationReport DriveRelease(OperationContext context, ReleaseRequest request);

    ReservationReport DriveReservations(OperationContext context, string? device);

    LegacyReservationReport DriveReserveLegacy(OperationContext context, string? device, bool reserves);

    AccessOrderReport DriveAccessOrder(OperationContext context, AccessOrderRequest request);

    WrapsReport DriveWraps(OperationContext context, string? device);

    DriveVerifyReport DriveVerify(OperationContext context, DriveVerifyRequest request, CancellationToken cancellation);

    AppendOnlyReport DriveAppendOnly(OperationContext context, string? device, bool? set);

    AppendOnlyReport DriveAllowOverwrite(OperationContext context, string? device, bool format);

    CapacityReport DriveCapacity(OperationContext context, string? device);

    ErasureReport DriveSetCapacity(OperationContext context, SetCapacityRequest request, CancellationToken cancellation);

    DumpReport DriveDump(OperationContext context, DumpRequest request, Func<Stream> target, CancellationToken cancellation);

    SelfTestReport DriveSelfTest(OperationContext context, SelfTestRequest request);

    TimestampReport DriveTimestamp(OperationContext context, string? device, DateTimeOffset? set);
    EncryptionReport DriveEncryptionStatus(OperationContext context, string? device);

    EncryptionReport DriveEncryptionSet(OperationContext context, EncryptionRequest request);
    ErasureReport DriveErase(OperationContext context, EraseRequest request, CancellationToken cancellation);

    ErasureReport DriveFormat(OperationContext context, FormatRequest request, CancellationToken cancellation);
    LogReport DriveLog(OperationContext context, LogRequest request);

    AlertsReport DriveAlerts(OperationContext context, AlertsRequest request);

    StatisticsReport DriveStatistics(OperationContext context, string? device);

    InquiryReport DriveInquiry(OperationContext context, string? device, byte? page);

    RawCommandReport DriveRaw(OperationContext context, RawCommandRequest request);
    ModesReport DriveModes(OperationContext context, ModesRequest request);

    DensityReport DriveDensity(OperationContext context, string? device);

    OptionsReport DriveOptions(OperationContext context, OptionsRequest request);

    ChangerStatusReport ChangerStatus(OperationContext context, string? changer, CancellationToken cancellation);

    ChangerStatusReport ChangerInventory(OperationContext context, string? changer, int? first, int? last, bool fast, CancellationToken cancellation);

    ChangerInquiryReport ChangerInquiry(OperationContext context, string? changer, CancellationToken cancellation);

    EjectBeforeUnloadReport ChangerEjectBeforeUnload(OperationContext context, string? changer, EjectMode? mode, CancellationToken cancellation);

    ChangerMoveReport ChangerMove(OperationContext context, ChangerMoveRequest request, CancellationToken cancellation);

    IMtxChanger OpenMtx(OperationContext context, string? changer, bool isAlone, CancellationToken cancellation);
}

/// <summary>The real ones.</summary>
/// <param name="machine">Looks at the machine, for `capstan doctor`.</param>
internal sealed class RealOperations(Func<MachineFacts> machine) : IOperations
{
    public DoctorReport Doctor(OperationContext context) => DoctorOperation.Run(context, machine());

    public BackupReport Backup(OperationContext context, BackupRequest request, CancellationToken cancellation) =>
        BackupOperation.Run(context, request, cancellation);

    public RestoreReport Restore(OperationContext context, RestoreRequest request, CancellationToken cancellation) =>
        RestoreOperation.Run(context, request, cancellation);

    public VerifyReport Verify(OperationContext context, VerifyRequest request, CancellationToken cancellation) =>
        VerifyOperation.Run(context, request, cancellation);

    public IReadOnlyList<BackupSummary> List(OperationContext context) => CatalogOperations.List(context);

    public BackupSummary Show(OperationContext context, string id, Action<EntryLine> entry, Action<PathProblem> problem) =>
        CatalogOperations.Show(context, id, entry, problem);

    public RebuildReport Rebuild(OperationContext context, string? device, CancellationToken cancellation) =>
        CatalogOperations.Rebuild(context, device, cancellation);

    public DriveStatusReport DriveStatus(OperationContext context, string? device) => StatusOperation.Run(context, device);

    public DriveActionReport DrivePosition(OperationContext context, string? device) => DriveOperations.Position(context, device);

    public MoveReport DriveMove(OperationContext context, MoveRequest request, CancellationToken cancellation) => MoveOperation.Run(context, request, cancellation);

    public MoveReport DriveWeof(OperationContext context, WeofRequest request, CancellationToken cancellation) => WeofOperation.Run(context, request, cancellation);

    public TellReport DriveTell(OperationContext context, string? device, CancellationToken cancellation) => TellOperation.Run(context, device, cancellation);

    public LockReport DriveLock(OperationContext context, string? device, bool locks) => LockOperation.Run(context, device, locks);

    public MtStatusReport DriveMtStatus(OperationContext context, string? device) => MtStatusOperation.Run(context, device);

    public DriveActionReport DriveEject(OperationContext context, string? device) => DriveOperations.Eject(context, device);

    public DriveActionReport DriveLoad(OperationContext context, string? device, string? barcode, CancellationToken cancellation) =>
        DriveOperations.Load(context, device, barcode, cancellation);

    public RawReport DriveWrite(OperationContext context, RawWriteRequest request, CancellationToken cancellation) =>
        RawWriteOperation.Run(context, request, cancellation);

    public RawReport DriveRead(OperationContext context, RawReadRequest request, CancellationToken cancellation) =>
        RawReadOperation.Run(context, request, cancellation);

    public ErasureReport DriveErase(OperationContext context, EraseRequest request, CancellationToken cancellation) =>
        EraseOperation.Run(context, request, cancellation);

    public ErasureReport DriveFormat(OperationContext context, FormatRequest request, CancellationToken cancellation) =>
        FormatOperation.Run(context, request, cancellation);
    public MemoryReport DriveMemory(OperationContext context, string? device, byte partition) => MemoryOperation.List(context, device, partition);

    public MemoryReport DriveMemoryShow(OperationContext context, string? device, byte partition, IReadOnlyList<string> names) =>
        MemoryOperation.Show(context, device, partition, names);

    public MemoryReport DriveMemorySet(OperationContext context, string? device, byte partition, IReadOnlyList<string> assignments) =>
        MemoryOperation.Set(context, device, partition, assignments);

    public MemoryReport DriveMemoryDelete(OperationContext context, string? device, byte partition, IReadOnlyList<string> names) =>
        MemoryOperation.Delete(context, device, partition, names);

    public ProbeReport DriveProbe(OperationContext context, ProbeRequest request, CancellationToken cancellation) =>
        ProbeOperation.Run(context, request, cancellation);

    public ReservationReport DriveReserve(OperationContext context, ReserveRequest request) => ReservationOperation.Reserve(context, request);

    public ReservationReport DriveRelease(OperationContext context, ReleaseRequest request) => ReservationOperation.Release(context, request);

    public ReservationReport DriveReservations(OperationContext context, string? device) => ReservationOperation.Show(context, device);

    public DumpReport DriveDump(OperationContext context, DumpRequest request, Func<Stream> target, CancellationToken cancellation) =>
        DiagnosticOperation.Dump(context, request, target, cancellation);

    public SelfTestReport DriveSelfTest(OperationContext context, SelfTestRequest request) => DiagnosticOperation.SelfTest(context, request);

    public LegacyReservationReport DriveReserveLegacy(OperationContext context, string? device, bool reserves) => ReservationOperation.Legacy(context, device, reserves);

    public AccessOrderReport DriveAccessOrder(OperationContext context, AccessOrderRequest request) => PlacesOperation.AccessOrder(context, request);

    public WrapsReport DriveWraps(OperationContext context, string? device) => PlacesOperation.Wraps(context, device);

    public DriveVerifyReport DriveVerify(OperationContext context, DriveVerifyRequest request, CancellationToken cancellation) =>
        PlacesOperation.Verify(context, request, cancellation);

    public AppendOnlyReport DriveAppendOnly(OperationContext context, string? device, bool? set) =>
        set is { } isOn ? AppendOnlyOperation.Set(context, device, isOn) : AppendOnlyOperation.Status(context, device);

    public AppendOnlyReport DriveAllowOverwrite(OperationContext context, string? device, bool format) => AppendOnlyOperation.Allow(context, device, format);

    public CapacityReport DriveCapacity(OperationContext context, string? device) => CapacityOperation.Show(context, device);

    public ErasureReport DriveSetCapacity(OperationContext context, SetCapacityRequest request, CancellationToken cancellation) =>
        CapacityOperation.Set(context, request, cancellation);


    public TimestampReport DriveTimestamp(OperationContext context, string? device, DateTimeOffset? set) => DiagnosticOperation.Timestamp(context, device, set);
    public EncryptionReport DriveEncryptionStatus(OperationContext context, string? device) => EncryptionOperation.Status(context, device);

    public EncryptionReport DriveEncryptionSet(OperationContext context, EncryptionRequest request) => EncryptionOperation.Set(context, request);
    public LogReport DriveLog(OperationContext context, LogRequest request) => LogOperation.Run(context, request);

    public AlertsReport DriveAlerts(OperationContext context, AlertsRequest request) => AlertsOperation.Run(context, request);

    public StatisticsReport DriveStatistics(OperationContext context, string? device) => StatisticsOperation.Run(context, device);

    public InquiryReport DriveInquiry(OperationContext context, string? device, byte? page) => InquiryOperation.Run(context, device, page);

    public RawCommandReport DriveRaw(OperationContext context, RawCommandRequest request) => RawCommandOperation.Run(context, request);
    public ModesReport DriveModes(OperationContext context, ModesRequest request) => ModesOperation.Run(context, request);

    public DensityReport DriveDensity(OperationContext context, string? device) => DensityOperation.Run(context, device);

    public OptionsReport DriveOptions(OperationContext context, OptionsRequest request) => OptionsOperation.Run(context, request);

    public ChangerStatusReport ChangerStatus(OperationContext context, string? changer, CancellationToken cancellation) =>
        ChangerOperations.Status(context, changer, cancellation);

    public ChangerStatusReport ChangerInventory(OperationContext context, string? changer, int? first, int? last, bool fast, CancellationToken cancellation) =>
        ChangerOperations.Inventory(context, changer, first, last, fast, cancellation);

    public ChangerInquiryReport ChangerInquiry(OperationContext context, string? changer, CancellationToken cancellation) =>
        ChangerOperations.Inquiry(context, changer, cancellation);

    public EjectBeforeUnloadReport ChangerEjectBeforeUnload(OperationContext context, string? changer, EjectMode? mode, CancellationToken cancellation) =>
        ChangerOperations.EjectBeforeUnload(context, changer, mode, cancellation);

    public ChangerMoveReport ChangerMove(OperationContext context, ChangerMoveRequest request, CancellationToken cancellation) =>
        ChangerMoveOperation.Run(context, request, cancellation);

    public IMtxChanger OpenMtx(OperationContext context, string? changer, bool isAlone, CancellationToken cancellation) =>
        MtxOperations.Open(context, changer, isAlone, cancellation);
}
