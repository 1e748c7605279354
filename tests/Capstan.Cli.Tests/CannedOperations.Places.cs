using Capstan.Operations;
using Capstan.Operations.Diagnostics;
using Capstan.Operations.Erasing;
using Capstan.Operations.Places;
using Capstan.Operations.Reservations;

namespace Capstan.Cli.Tests;

internal sealed partial class CannedOperations
{
    public SelfTestReport DriveSelfTest(OperationContext context, SelfTestRequest request)
    {
        Request = request;
        return new SelfTestReport("virtual:main", "default", "passed", 0.01, request.Buffer ? new BufferReport("echo buffer", 4096, 5, 4096) : null,
            request.Pages ? [new DiagnosticPageReport(0, "supported diagnostic pages", "0000000100"), new DiagnosticPageReport(0x82, "vendor specific", "82000000")] : null);
    }

    public LegacyReservationReport DriveReserveLegacy(OperationContext context, string? device, bool reserves) =>
        new("virtual:main", "default", reserves ? "reserve" : "release", reserves ? "RESERVE(10)" : "RELEASE(10)");

    public AccessOrderReport DriveAccessOrder(OperationContext context, AccessOrderRequest request)
    {
        Request = request;
        return new AccessOrderReport("virtual:main", "default", 0, 0, [.. request.Objects.OrderBy(static one => one.First)]);
    }

    public WrapsReport DriveWraps(OperationContext context, string? device) =>
        new("virtual:main", "default", [new WrapReport(0, 0, 12_345), new WrapReport(1, 0, 24_690)]);

    public DriveVerifyReport DriveVerify(OperationContext context, DriveVerifyRequest request, CancellationToken cancellation)
    {
        Request = request;
        return new DriveVerifyReport("virtual:main", "default", 2, null, new PositionReport(0, 17, 2, false, false),
            request.Files is null ? "end of data" : "filemark", 1.5, request.Files > 2 ? "virtual:main: the data end behind 2 of 3 filemarks." : null,
            request.Files > 2 ? ExitStatus.Failed : ExitStatus.Success);
    }

    public AppendOnlyReport DriveAppendOnly(OperationContext context, string? device, bool? set) => new("virtual:main", "default", set != false, null, null);

    public AppendOnlyReport DriveAllowOverwrite(OperationContext context, string? device, bool format) =>
        new("virtual:main", "default", true, format ? "format" : "here", format ? null : new PositionReport(0, 17, 2, false, false));

    public CapacityReport DriveCapacity(OperationContext context, string? device) =>
        new("virtual:main", "default", 18_000_000_000_000, 17_000_000_000_000);

    public ErasureReport DriveSetCapacity(OperationContext context, SetCapacityRequest request, CancellationToken cancellation)
    {
        Request = request;
        return Canned.Erasure("capacity");
    }
}
