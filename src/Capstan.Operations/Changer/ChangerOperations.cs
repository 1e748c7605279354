using Capstan.Changer;
using Capstan.Scsi;

namespace Capstan.Operations.Changer;

/// <summary>`capstan changer status|inquiry|inventory|eject-before-unload`.</summary>
public static class ChangerOperations
{
    private static readonly ElementType[] Types = [ElementType.DataTransfer, ElementType.Storage, ElementType.ImportExport, ElementType.MediumTransport];

    /// <summary>What is where. Moves nothing.</summary>
    public static ChangerStatusReport Status(OperationContext context, string? changer, CancellationToken cancellation)
    {
        using ChangerJob job = ChangerJob.Open(context, changer, cancellation);
        return Failures.Guard(() => Report(job));
    }

    /// <summary>Has the library look into its elements, then tells what is where.</summary>
    /// <param name="first">Number of the first slot; null for everything.</param>
    /// <param name="last">Number of the last slot.</param>
    /// <param name="fast">Without reading labels.</param>
    public static ChangerStatusReport Inventory(OperationContext context, string? changer, int? first, int? last, bool fast, CancellationToken cancellation)
    {
        using ChangerJob job = ChangerJob.OpenAlone(context, changer, cancellation, readsStatus: false);
        return Failures.Guard(() =>
        {
            ElementRange? range = null;
            if (first is { } from)
            {
                job.Refresh();
                LibraryElement begin = job.Resolve(Text(from)), end = job.Resolve(Text(last ?? from));
                if (begin.Type != end.Type || end.Address < begin.Address)
                    throw new OperationException(ExitStatus.Usage, $"{job.Device}: slots {from} to {last} are no range: give the lower number first, and either slots or mail slots.");
                range = new ElementRange(begin.Address, (ushort)(end.Address - begin.Address + 1));
            }

            (string command, bool isAll) = job.Changer.InitializeElementStatus(range, fast);
            if (isAll)
                context.Listener.Note($"{job.Device}: this changer takes no range ({command}): it looked into all of its elements");
            job.Refresh();
            return Report(job);
        });

        static string Text(int number) => number.ToString(System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>What the changer says of itself. Moves nothing.</summary>
    public static ChangerInquiryReport Inquiry(OperationContext context, string? changer, CancellationToken cancellation)
    {
        using ChangerJob job = ChangerJob.Open(context, changer, cancellation, readsStatus: false);
        return Failures.Guard(() =>
        {
            MediaChanger opened = job.Changer;
            DeviceCapabilities? capabilities = opened.ReadModePage<DeviceCapabilities>();
            ElementRangeView[] elements = opened.Assignment is { } assignment
                ? [.. Types.Select(type => new ElementRangeView(Views.KindOf(type), assignment.Of(type).First, assignment.Of(type).Count))]
                : [];
            return new ChangerInquiryReport(
                job.Device, job.PickedBy, opened.Identity.Vendor, opened.Identity.Product, opened.Identity.Revision, opened.Identity.SerialNumber, elements,
                capabilities is { } can ? [.. Pairs(can.Moves)] : null,
                capabilities?.Exchanges.Allows(ElementType.Storage, ElementType.DataTransfer), capabilities?.HasVolumeTagReader,
                opened.ReadSupportedCommands(withTimeouts: false) is { } codes ? [.. codes.Commands.Select(NameOf).Distinct()] : []);
        });
    }

    /// <summary>Tells, or sets, when drives unload before the robot takes a cartridge.</summary>
    /// <param name="mode">Null to tell.</param>
    public static EjectBeforeUnloadReport EjectBeforeUnload(OperationContext context, string? changer, EjectMode? mode, CancellationToken cancellation)
    {
        using ChangerJob job = ChangerJob.Open(context, changer, cancellation, readsStatus: false);
        return Failures.Guard(() =>
        {
            if (mode is { } wanted)
                EjectModeFile.Save(EjectModeFile.PathOf(context.Home, job.Changer.Identity), wanted);
            return new EjectBeforeUnloadReport(job.Device, job.PickedBy, EjectModeFile.WordOf(job.EjectMode), job.EjectMode switch
            {
                EjectMode.Always => "drives unload their tape before the robot takes it",
                EjectMode.Never => "the robot takes tapes out of drives as it finds them",
                _ => "drives unload their tape when the robot does not get it",
            });
        });
    }

    private static ChangerStatusReport Report(ChangerJob job)
    {
        LibraryStatus status = job.Status;
        ChangerIdentity identity = job.Changer.Identity;
        return new ChangerStatusReport(
            job.Device, job.PickedBy, identity.Vendor, identity.Product, identity.Revision, identity.SerialNumber, job.Changer.NotReadyText,
            [.. status.Drives.Select(drive => Views.Drive(drive, status, job.PathOf(drive)?.Device))],
            [.. status.Slots.Select(slot => Views.Slot(slot, status))],
            [.. status.MailSlots.Select(slot => Views.MailSlot(slot, status))],
            [.. status.Hands.Select(hand => Views.Slot(hand, status))],
            status.Remarks);
    }

    private static IEnumerable<string> Pairs(ElementMoves moves) =>
        from source in Types from destination in Types where moves.Allows(source, destination) select $"{Views.KindOf(source)}-{Views.KindOf(destination)}";

    private static string NameOf(SupportedCommand command)
    {
        Span<byte> cdb = stackalloc byte[16];
        cdb.Clear();
        cdb[0] = command.OperationCode;
        cdb[1] = (byte)command.ServiceAction.GetValueOrDefault();
        return CommandTable.MediumChanger.TryFind(cdb, out CommandDescriptor? found, out _) ? found.Name : $"{command.OperationCode:X2}h";
    }
}
