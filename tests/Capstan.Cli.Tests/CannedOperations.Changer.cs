using Capstan.Operations;
using Capstan.Operations.Changer;

namespace Capstan.Cli.Tests;

internal sealed partial class CannedOperations
{
    public Func<ChangerStatusReport> OnChangerStatus { get; set; } = Canned.Library;

    public Func<ChangerMoveRequest, ChangerMoveReport> OnChangerMove { get; set; } =
        static request => new ChangerMoveReport("virtual:main/changer", "default", request.Verb.ToString(), [], null);

    public ChangerStatusReport ChangerStatus(OperationContext context, string? changer, CancellationToken cancellation) => OnChangerStatus();

    public ChangerStatusReport ChangerInventory(OperationContext context, string? changer, int? first, int? last, bool fast, CancellationToken cancellation)
    {
        Request = (changer, first, last, fast);
        return OnChangerStatus();
    }

    public ChangerInquiryReport ChangerInquiry(OperationContext context, string? changer, CancellationToken cancellation) =>
        new("/dev/sg4", "--changer", "STK", "L700", "0108", "XYZZY_A",
            [new ElementRangeView("drive", 500, 2), new ElementRangeView("slot", 1000, 8)], ["slot-drive", "drive-slot"], true, null, ["INQUIRY", "MOVE MEDIUM"]);

    public EjectBeforeUnloadReport ChangerEjectBeforeUnload(OperationContext context, string? changer, EjectMode? mode, CancellationToken cancellation) =>
        new("/dev/sg4", "--changer", mode?.ToString() ?? "auto", "drives unload");

    public ChangerMoveReport ChangerMove(OperationContext context, ChangerMoveRequest request, CancellationToken cancellation)
    {
        Request = request;
        return OnChangerMove(request);
    }
}

internal static partial class Canned
{
    /// <summary>Two drives, 40 slots, a mail slot.</summary>
    public static ChangerStatusReport Library() => new(
        "/dev/sg4", "--changer", "STK", "L700", "0108", "XYZZY_A", null,
        [
            new LibraryDriveView(0, 500, true, "E01003L8", 3, "data", false, null, false, "IBM", "ULT3580-TD8", "XYZZY_A1", "/dev/sg2"),
            new LibraryDriveView(1, 501, false, null, null, null, false, null, null, "IBM", "ULT3580-TD5", "XYZZY_A2", null),
        ],
        [
            .. Enumerable.Range(1, 40).Select(static number => number switch
            {
                1 => new SlotView(1, 1000, true, "E01001L8", null, "data", false, null),
                2 => new SlotView(2, 1001, true, null, null, null, false, "83/00 \"Vendor specific\""),
                4 => new SlotView(4, 1003, true, "CLN101L8", null, "cleaning", false, null),
                _ => new SlotView(number, 999 + number, false, null, null, null, number == 5, null),
            }),
        ],
        [new MailSlotView(41, 10, false, null, null, null, false, null, 1, true, true, false)],
        [new SlotView(0, 1, false, null, null, null, false, null)],
        []);
}
