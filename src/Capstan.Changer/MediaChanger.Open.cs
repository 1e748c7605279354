using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Changer;

public sealed partial class MediaChanger
{
    private const int MostCommands = 1 << 13;
    private const int ModeAnswerLength = 252;

    /// <summary>
    /// Opens the changer behind a transport: checks that it is one, learns its name, its time limits and the addresses of its elements,
    /// and takes over the transport (disposed with the changer, also when this fails). Unit attentions that waited are drained; an
    /// inventory that the library takes by itself is waited for. Moves nothing.
    /// </summary>
    /// <param name="progress">Told while the library is waited for, here and in every later call.</param>
    /// <param name="cancellation">Ends waiting for the library, here and in every later call. A move that was begun is never broken off.</param>
    /// <exception cref="ChangerException">Not a changer, not reachable, or not ready in time.</exception>
    public static MediaChanger Open(
        IScsiTransport transport, TimeProvider? time = null, IProgress<ChangerProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(transport);
        var changer = new MediaChanger(transport, time ?? TimeProvider.System) { _progress = progress, _cancellation = cancellation };
        try
        {
            changer.Identify();
            changer.AwaitReady();
            changer.LearnTimeouts();
            changer.LearnAddresses();
            return changer;
        }
        catch
        {
            changer.Dispose();
            throw;
        }
    }

    /// <summary>
    /// Waits until the library can move something. What keeps it from that and does not pass by itself (an open door) is no error here:
    /// its status can be read all the same.
    /// </summary>
    /// <exception cref="ChangerException">It takes its inventory for longer than is waited.</exception>
    public void AwaitReady()
    {
        ChangerVerdict verdict = Run(new TestUnitReady(), DataTransfer.None, Timeouts.HousekeepingSeconds);
        if (verdict == ChangerVerdict.BecomingReady)
            throw ChangerErrors.Sense(Name, TestUnitReady.Name, verdict, _sense);
        // MEDIUM NOT PRESENT is said of no drive here: autoloaders have nothing to move then.
        if (verdict == ChangerVerdict.DriveNotUnloaded)
            verdict = ChangerVerdict.MagazineMissing;
        NotReadyText = verdict == ChangerVerdict.Done ? null : ChangerErrors.Sense(Name, TestUnitReady.Name, verdict, _sense).Message;
    }

    /// <summary>Why the library could not move anything when it was last asked (an open door); null when it could.</summary>
    public string? NotReadyText { get; private set; }

    /// <summary>A mode page, current values; null where the changer has none such, or gives no sense to it.</summary>
    public TPage? ReadModePage<TPage>() where TPage : struct, IModePage<TPage>
    {
        var answer = new byte[ModeAnswerLength];
        // Six bytes first: changers of all ages have it, ten bytes only the younger ones.
        ChangerVerdict verdict = Run(new ModeSense6(TPage.PageCode, 0, DisableBlockDescriptors: true, PageControl.Current, (byte)answer.Length),
            DataTransfer.FromDevice(answer), Timeouts.HousekeepingSeconds);
        ModeHeaderForm form = ModeHeaderForm.Six;
        if (verdict != ChangerVerdict.Done)
        {
            form = ModeHeaderForm.Ten;
            verdict = Run(new ModeSense10(TPage.PageCode, 0, DisableBlockDescriptors: true, PageControl.Current, (ushort)answer.Length),
                DataTransfer.FromDevice(answer), Timeouts.HousekeepingSeconds);
        }

        return verdict == ChangerVerdict.Done
            && ModeParameters.TryDecode(answer.AsSpan(0, Received(answer.Length)), form, out ModeParameters parameters)
            && parameters.TryGet(out TPage page) ? page : null;
    }

    /// <summary>The commands that the changer has; null where it does not tell.</summary>
    /// <param name="withTimeouts">Also how long each may take.</param>
    public SupportedOperationCodes? ReadSupportedCommands(bool withTimeouts)
    {
        var answer = new byte[Math.Min(MostCommands, _transport.MaxTransferBytes)];
        ChangerVerdict verdict = Run(new ReportSupportedOperationCodes(ReportingOptions.AllCommands, 0, 0, withTimeouts, (uint)answer.Length),
            DataTransfer.FromDevice(answer), Timeouts.HousekeepingSeconds);
        return verdict == ChangerVerdict.Done && SupportedOperationCodes.TryDecode(answer.AsSpan(0, Received(answer.Length)), out SupportedOperationCodes codes)
            ? codes : null;
    }

    /// <summary>A page of vital product data as it came, or the standard INQUIRY data; null where the changer has no such page.</summary>
    public byte[]? ReadInquiry(byte? page)
    {
        var answer = new byte[255];
        ChangerVerdict verdict = Run(new Inquiry(page, (ushort)answer.Length), DataTransfer.FromDevice(answer), Timeouts.HousekeepingSeconds);
        return verdict == ChangerVerdict.Done ? answer[..Received(answer.Length)] : null;
    }

    private void LearnAddresses()
    {
        _isAssignmentOld = false;
        _devices = null;
        Assignment = ReadModePage<ElementAddressAssignment>() ?? Assignment;
    }

    private void LearnTimeouts()
    {
        if (ReadSupportedCommands(withTimeouts: true) is { } codes)
            Timeouts = Timeouts.With(codes);
    }

    private void Identify()
    {
        Span<byte> answer = stackalloc byte[96];
        ChangerVerdict verdict = Run(new Inquiry(null, (ushort)answer.Length), DataTransfer.FromDevice(answer), Timeouts.HousekeepingSeconds);
        if (verdict != ChangerVerdict.Done || !InquiryData.TryDecode(answer[..Received(answer.Length)], out InquiryData inquiry))
            throw new ChangerException(ChangerFault.NotAChanger, $"{Name}: the device does not answer INQUIRY as a SCSI device does.");
        if (inquiry.Peripheral.DeviceType != PeripheralDeviceType.MediumChanger)
        {
            throw new ChangerException(ChangerFault.NotAChanger,
                $"{Name} is not a media changer: it is {inquiry.Vendor.Trim()} {inquiry.Product.Trim()}, {Describe(inquiry.Peripheral.DeviceType)}. "
                + "`capstan changer scan` lists the changers.");
        }

        Identity = new ChangerIdentity(inquiry.Vendor.Trim(), inquiry.Product.Trim(), inquiry.Revision.Trim(), ReadSerialNumber());
    }

    private string ReadSerialNumber() =>
        ReadInquiry(VpdPage.UnitSerialNumber) is { } bytes && UnitSerialNumber.TryDecode(bytes, out UnitSerialNumber page) ? page.SerialNumber.Trim() : "";

    private static string Describe(PeripheralDeviceType type) => type switch
    {
        PeripheralDeviceType.Tape => "a tape drive",
        PeripheralDeviceType.Disk => "a disk",
        _ => $"a device of type {(int)type:X2}h",
    };
}
