using Capstan.Operations;
using Capstan.Operations.Diagnostics;
using Capstan.Operations.Memory;
using Capstan.Operations.Modes;
using Capstan.Operations.Movement;
using Capstan.Operations.Encryption;
using Capstan.Operations.Pages;
using Capstan.Operations.Probe;
using Capstan.Operations.Raw;
using Capstan.Operations.Reservations;

namespace Capstan.Cli.Tests;

/// <summary>Operations that do nothing but answer what the test gives them, and remember what they were asked.</summary>
internal sealed partial class CannedOperations : IOperations
{
    public Func<OperationContext, CancellationToken, BackupReport> OnBackup { get; set; } = (_, _) => Canned.Backup();

    public Func<OperationContext, RestoreReport> OnRestore { get; set; } = _ => Canned.Restore();

    public Func<OperationContext, VerifyReport> OnVerify { get; set; } = _ => Canned.Verify();

    public Func<IReadOnlyList<BackupSummary>> OnList { get; set; } = () => [Canned.Summary()];

    public Func<Action<EntryLine>, Action<PathProblem>, BackupSummary> OnShow { get; set; } = (_, _) => Canned.Summary();

    public Func<RebuildReport> OnRebuild { get; set; } = () => new RebuildReport("virtual:main", "CAP001L9", [Canned.Summary()], [], ExitStatus.Success);

    public Func<DriveStatusReport> OnStatus { get; set; } = Canned.Status;

    public Func<Operations.Mtx.IMtxChanger> OnMtx { get; set; } = () => throw new InvalidOperationException("no changer");

    public Operations.Mtx.IMtxChanger OpenMtx(OperationContext context, string? changer, bool isAlone, CancellationToken cancellation)
    {
        Device = changer;
        return OnMtx();
    }

    public object? Request { get; private set; }

    public string? Device { get; private set; }

    public string? Barcode { get; private set; }

    public BackupReport Backup(OperationContext context, BackupRequest request, CancellationToken cancellation)
    {
        Request = request;
        context.Drives.Open(request.Device, context.Listener);
        return OnBackup(context, cancellation);
    }

    public RestoreReport Restore(OperationContext context, RestoreRequest request, CancellationToken cancellation)
    {
        Request = request;
        context.Drives.Open(request.Device, context.Listener);
        return OnRestore(context);
    }

    public VerifyReport Verify(OperationContext context, VerifyRequest request, CancellationToken cancellation)
    {
        Request = request;
        context.Drives.Open(request.Device, context.Listener);
        return OnVerify(context);
    }

    public Func<Operations.Erasing.ErasureReport> OnErasure { get; set; } = () => Canned.Erasure("erase");

    public Action<Operations.Erasing.EraseRequest> OnErase { get; set; } = static _ => { };

    public Operations.Erasing.ErasureReport DriveErase(OperationContext context, Operations.Erasing.EraseRequest request, CancellationToken cancellation)
    {
        Request = request;
        OnErase(request);
        context.Drives.Open(request.Device, context.Listener);
        return OnErasure();
    }

    public Operations.Erasing.ErasureReport DriveFormat(OperationContext context, Operations.Erasing.FormatRequest request, CancellationToken cancellation)
    {
        Request = request;
        context.Drives.Open(request.Device, context.Listener);
        return OnErasure();
    }

    public RawReport DriveWrite(OperationContext context, RawWriteRequest request, CancellationToken cancellation)
    {
        Request = request;
        return Canned.Raw("write");
    }

    public RawReport DriveRead(OperationContext context, RawReadRequest request, CancellationToken cancellation)
    {
        Request = request;
        return Canned.Raw("read");
    }

    public EncryptionRequest? EncryptionRequest { get; private set; }

    public EncryptionReport Encryption { get; set; } = new(
        "virtual:main", "default", "IBM ULT3580-TD9",
        new EncryptionSettingsReport("on", "mixed", "all", 3, 1, "offsite 2026", null, true, true),
        new NextBlockReport(42, "encrypted", "offsite 2026", null, false, true), [new AlgorithmReport(1, "AES-256-GCM", 256, true, 32, 12)]);

    public EncryptionReport DriveEncryptionStatus(OperationContext context, string? device) => Encryption;

    public EncryptionReport DriveEncryptionSet(OperationContext context, EncryptionRequest request)
    {
        EncryptionRequest = request;
        return Encryption;
    }

    public ProbeReport DriveProbe(OperationContext context, ProbeRequest request, CancellationToken cancellation)
    {
        Request = request;
        return new ProbeReport("virtual:main", "--device", "IBM", "ULT3580-TD9", "123", "mpt3sas", 1, 8_388_608, 8_388_608, 4_194_304, "safe", "honest",
            [new ProbeStep(65536, true, 3e8, 2e8, null), new ProbeStep(8_388_608, false, 0, 0, "no memory")], "/home/drives/x.json");
    }

    public MemoryReport DriveMemory(OperationContext context, string? device, byte partition)
    {
        Request = partition;
        Open(context, device);
        return Canned.Memory();
    }

    public MemoryReport DriveMemoryShow(OperationContext context, string? device, byte partition, IReadOnlyList<string> names)
    {
        Request = string.Join(' ', names);
        Open(context, device);
        return Canned.Memory();
    }

    public MemoryReport DriveMemorySet(OperationContext context, string? device, byte partition, IReadOnlyList<string> assignments)
    {
        Request = string.Join(' ', assignments);
        Open(context, device);
        return Canned.Memory();
    }

    public MemoryReport DriveMemoryDelete(OperationContext context, string? device, byte partition, IReadOnlyList<string> names)
    {
        Request = string.Join(' ', names);
        Open(context, device);
        return Canned.Memory() with { Attributes = [] };
    }

    public ModesReport DriveModes(OperationContext context, ModesRequest request)
    {
        Request = request;
        return new ModesReport("virtual:main", "default", 0x98, false, 1, 0, 0x60, "LTO-9", 0, false,
        [
            new ModePageReport("0F", "Data Compression", false,
                [new ModeFieldReport("DCE", "compression enabled", 0, true, 1, null), new ModeFieldReport("DCC", "compression possible", 1, false, 1, null)],
                "0f0e4080", "0f0e80e0", "0f0ec080", null),
            new ModePageReport("24", null, true, [], "a40600000001", null, null, null),
        ]);
    }

    public DensityReport DriveDensity(OperationContext context, string? device)
    {
        Open(context, device);
        var density = new DensityLine(0x60, 0x60, "LTO-9", true, true, 21457, 12.7, 8960, 18_000_000_000_000, "LTO-CVE", "U-932", "Ultrium 9/32T");
        return new DensityReport("virtual:main", "default", [density with { Code = 0x5E, Generation = "LTO-8", Writable = false, Default = false }, density], density,
            [new MediumTypeLine(0x9C, [0x60], 12.7, 1035, "LTO-CVE", "U-932", "Ultrium 9 WORM")]);
    }

    public Func<OptionsReport> OnOptions { get; set; } = () => new OptionsReport("virtual:main", "default", true, true, 0, true, false);

    public OptionsReport DriveOptions(OperationContext context, OptionsRequest request)
    {
        Request = request;
        return OnOptions();
    }

    public IReadOnlyList<BackupSummary> List(OperationContext context) => OnList();

    public BackupSummary Show(OperationContext context, string id, Action<EntryLine> entry, Action<PathProblem> problem)
    {
        Request = id;
        return OnShow(entry, problem);
    }

    public RebuildReport Rebuild(OperationContext context, string? device, CancellationToken cancellation)
    {
        Open(context, device);
        return OnRebuild();
    }

    public DoctorReport OnDoctor { get; set; } = new(
        [new Finding("ok", "driver", "the sg driver is loaded", null), new Finding("bad", "node", "/dev/sg1: no", "sudo usermod -aG tape $USER")], 0, 1, ExitStatus.Failed);

    public DoctorReport Doctor(OperationContext context) => OnDoctor;

    public DriveStatusReport DriveStatus(OperationContext context, string? device)
    {
        Open(context, device);
        return OnStatus();
    }

    public DriveActionReport DrivePosition(OperationContext context, string? device) => Act(context, device, "position");

    public Func<MoveRequest, MoveReport> OnMove { get; set; } = request => new MoveReport(
        "virtual:main", "default", MoveOperation.NameOf(request.Move), MoveOperation.TakesCount(request.Move) ? request.Count : null, null, null,
        new PositionReport(0, 17, 2, false, false), true, null, ExitStatus.Success);

    public Func<TellReport> OnTell { get; set; } = () => new TellReport("virtual:main", "default", new PositionReport(0, 17, 2, false, false), false, 3, 768, 14,
        ["short", "long", "extended"], null, ExitStatus.Success);

    public MoveReport DriveMove(OperationContext context, MoveRequest request, CancellationToken cancellation)
    {
        Request = request;
        Open(context, request.Device);
        return OnMove(request);
    }

    public MoveReport DriveWeof(OperationContext context, WeofRequest request, CancellationToken cancellation)
    {
        Request = request;
        Open(context, request.Device);
        return new MoveReport("virtual:main", "default", "weof", request.Count, null, null, new PositionReport(0, 17, 2, false, false), true, null, ExitStatus.Success);
    }

    public TellReport DriveTell(OperationContext context, string? device, CancellationToken cancellation)
    {
        Open(context, device);
        return OnTell();
    }

    public Func<MtStatusReport> OnMtStatus { get; set; } = () => new MtStatusReport(true, true, 0, 0, 0, false, 0, 0x60, false, true, false);

    public MtStatusReport DriveMtStatus(OperationContext context, string? device)
    {
        Open(context, device);
        return OnMtStatus();
    }

    public LockReport DriveLock(OperationContext context, string? device, bool locks)
    {
        Open(context, device);
        return new LockReport("virtual:main", "default", locks);
    }

    public ReservationReport DriveReserve(OperationContext context, ReserveRequest request) => Reserved(context, request.Device, request);

    public ReservationReport DriveRelease(OperationContext context, ReleaseRequest request) => Reserved(context, request.Device, request);

    public ReservationReport DriveReservations(OperationContext context, string? device) => Reserved(context, device, null);

    private ReservationReport Reserved(OperationContext context, string? device, object? request)
    {
        Open(context, device);
        Request = request;
        return new ReservationReport("virtual:main", "default", "exclusive access", "0x00000000000000ab",
            [new RegistrantReport("0x00000000000000ab", true, true, "sas 3000000000000001", 1)], "0x00000000000000ab", 2, ["exclusive access"], false);
    }

    public DumpReport DriveDump(OperationContext context, DumpRequest request, Func<Stream> target, CancellationToken cancellation)
    {
        Open(context, request.Device);
        Request = request;
        return new DumpReport("virtual:main", "default", request.TargetName, request.BufferId, 4096, 0.01);
    }

    public TimestampReport DriveTimestamp(OperationContext context, string? device, DateTimeOffset? set)
    {
        Open(context, device);
        Request = set;
        return new TimestampReport("virtual:main", "default", new DateTimeOffset(2026, 11, 23, 8, 0, 0, TimeSpan.Zero), null, 1_795_420_800_000, -1.5);
    }

    public DriveActionReport DriveEject(OperationContext context, string? device)
    {
        Open(context, device);
        return new DriveActionReport("virtual:main", "default", "eject", null);
    }

    public DriveActionReport DriveLoad(OperationContext context, string? device, string? barcode, CancellationToken cancellation)
    {
        Barcode = barcode;
        return Act(context, device, "load");
    }

    public LogReport DriveLog(OperationContext context, LogRequest request)
    {
        Request = request;
        return new LogReport("virtual:main", null, [new LogPageName(0x17, 0, "volume statistics")], [], []);
    }

    public AlertsReport OnAlerts { get; set; } = new("virtual:main", null, "CAP0000001", 0x12, [], 0);

    public AlertsReport DriveAlerts(OperationContext context, AlertsRequest request)
    {
        Request = request;
        return OnAlerts;
    }

    public StatisticsReport DriveStatistics(OperationContext context, string? device) => new("virtual:main", null, false, [], [], []);

    public InquiryReport DriveInquiry(OperationContext context, string? device, byte? page)
    {
        Request = page;
        return new InquiryReport("virtual:main", null, [], []);
    }

    public RawCommandReport DriveRaw(OperationContext context, RawCommandRequest request)
    {
        Request = request;
        return new RawCommandReport("virtual:main", "000000000000", "TEST UNIT READY", "CHECK CONDITION", "NOT READY 3A/00 \"Medium not present\"",
            "70000200", 0, null, null, ExitStatus.Device);
    }

    private DriveActionReport Act(OperationContext context, string? device, string action)
    {
        Open(context, device);
        return new DriveActionReport("virtual:main", "default", action, new PositionReport(0, 17, 2, false, false));
    }

    private void Open(OperationContext context, string? device)
    {
        Device = device;
        context.Drives.Open(device, context.Listener);
    }
}

/// <summary>Reports as operations give them.</summary>
internal static partial class Canned
{
    public static MemoryReport Memory() => new("virtual:main", "default", 0, "Offsite 7", "CAP001L9", "DE1952B3497AAEE8", "UTF-8",
        new CoherencyReport(7, 2, 5, "4e1f42a6-07ce-4e97-bcd1-9c381b4f1c52", 1, "4c54", false), "locked",
        [
            new AttributeReport("0000", "remaining-capacity", "Remaining Capacity In Partition", "device", "binary", true, "493 MB", 493, "00000000000001ed", false),
            new AttributeReport("0803", "user-medium-text-label", "User Medium Text Label", "host", "text", false, "Offsite 7", null, "4f666673697465203700", false),
            new AttributeReport("0806", "barcode", "Barcode", "host", "ascii", false, "", null, "2020", true),
        ]);

    private static readonly Guid Uuid = new("1a2b3c4d-0000-4000-8000-0123456789ab");
    private static readonly DateTimeOffset Started = new(2025, 11, 22, 21, 0, 5, 250, TimeSpan.Zero);

    public static Operations.Erasing.ErasureReport Erasure(string action, string state = "done") => new(
        "virtual:main", "--device", action, "tape monday (12345678), barcode CAP001L9", "monday", "CAP001L9", "end of data recorded at the beginning", state, 1.5,
        state == "done" ? [new Operations.Erasing.PartitionReport(0, 17_500_000_000_000, 0, 17_500_000_000_000), new Operations.Erasing.PartitionReport(1, 500_000_000_000, 0, 500_000_000_000)] : [],
        ["1a2b3c4d"], state == "done" ? ExitStatus.Success : ExitStatus.Interrupted);

    public static RawReport Raw(string action) => new("virtual:main", "--device", action, "file", new PositionReport(0, 2, 1, false, false),
        new PositionReport(0, 8, 2, false, false), [new RawFile(1_000_000, 5, 100_000, 262_144, "filemark")], 1_000_000, 5, 0.5, 2e6, null, ExitStatus.Success);

    public static BackupSummary Summary(string state = "complete", long problems = 0) => new(
        "1a2b3c4d", Uuid, Started, Started.AddSeconds(8), "tower", "anna", ["docs", "src"], state,
        1200, 31, 4, problems, 1_610_612_736, 1_612_000_000, ["CAP001L9"], [new PartSummary("CAP001L9", 1, 2, 6150)]);

    public static BackupReport Backup() => new(
        Summary(), "virtual:main", "CAP001L9", 8.1, 198_000_000, 17_000_000_000_000, null, [], ExitStatus.Success);

    public static RestoreReport Restore() => new(
        "1a2b3c4d", "virtual:main", "CAP001L9", "/tmp/back", 1200, 31, 4, 1_610_612_736, 6.5, 247_000_000, [], 0, ExitStatus.Success);

    public static VerifyReport Verify() => new(
        "1a2b3c4d", "virtual:main", "CAP001L9", 1200, 1_610_612_736, 75.4, 21_000_000, [], 0, [], ExitStatus.Success);

    public static DriveStatusReport Status() => new(
        "virtual:main", "default", "IBM", "ULT3580-TD9", "CAP0000001", "CAP1", "LTO-9", "ready", "", "LTO-9", 0x60, false,
        new PositionReport(0, 17, 2, false, false), 17_000_000_000_000, 18_000_000_000_000, 1, 8_388_608, 1_048_576, "CAP001L9", null);

    public static EntryLine Entry(string path, string kind = "file", uint mode = 0x1A4, long size = 0, string? link = null, string state = "ok") => new()
    {
        Path = path,
        RawPath = System.Text.Encoding.UTF8.GetBytes(path),
        Kind = kind,
        State = state,
        Mode = mode,
        Uid = 1000,
        Gid = 100,
        Size = size,
        Modified = new DateTimeOffset(2025, 3, 1, 12, 30, 15, TimeSpan.Zero).AddTicks(1_234_567),
        LinkTarget = link,
        RawLinkTarget = System.Text.Encoding.UTF8.GetBytes(link ?? ""),
        Hash = kind == "file" && size > 0 ? "99aa06d3014798d86001c324468d497f" : null,
        ObjectId = 42,
    };
}
