using System.Text;
using Capstan.Changer;
using Capstan.Operations.Changer;
using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Operations.Mtx;

/// <summary>The real one, on the driver for changers.</summary>
internal sealed class MtxChanger(OperationContext context, string? changer, bool isAlone, CancellationToken cancellation) : IMtxChanger
{
    /// <summary>mtx reads no more of it.</summary>
    private const int InquiryLength = 56;

    private static readonly TimeSpan InquiryTimeout = TimeSpan.FromMinutes(1);

    private ChangerJob? _job;
    private LibraryStatus? _status;

    public string? Device { get; private set; }

    public MtxInquiry ReadInquiry()
    {
        if (_job is { } job)
            return Decode(Do(() => job.Changer.ReadInquiry(null)) ?? []);
        return Decode(Do(() =>
        {
            // Whatever it is: scripts ask every /dev/sgN to find the changer.
            OpenedChanger opened = context.Drives.OpenChanger(changer, false, context.Listener);
            Device = opened.Device;
            using IScsiTransport transport = opened.Transport;
            var answer = new byte[InquiryLength];
            Span<byte> sense = stackalloc byte[ScsiCompletion.SenseBufferLength];
            ScsiCompletion completion = transport.Execute(new Inquiry(null, InquiryLength), DataTransfer.FromDevice(answer), sense, InquiryTimeout);
            return completion.Status == ScsiStatus.Good ? answer[..Math.Clamp(InquiryLength - (completion.Residual ?? 0), 0, InquiryLength)] : [];
        }));
    }

    public MtxElements ReadElements()
    {
        ChangerJob job = Open();
        _status = Do(() => job.Changer.ReadStatus(withDevices: job.EjectMode == EjectMode.Always));
        return Elements(_status);
    }

    public void TakeInventory()
    {
        ChangerJob job = Open();
        Do(() => job.Changer.InitializeElementStatus(null, false));
    }

    public void Move(MtxElement from, MtxElement to)
    {
        ChangerJob job = Open();
        LibraryElement source = At(from), destination = At(to);
        Do(() =>
        {
            EjectFirst(job, source);
            job.Changer.Move(source, destination);
            return true;
        });
    }

    public void Exchange(MtxElement from, MtxElement to, MtxElement next)
    {
        ChangerJob job = Open();
        LibraryElement source = At(from), first = At(to), second = At(next);
        LibraryElement? spare = _status!.Slots.FirstOrDefault(slot => ChangerJob.IsFree(slot) && slot.Address != second.Address);
        Do(() =>
        {
            EjectFirst(job, source);
            EjectFirst(job, first);
            return job.Changer.Exchange(source, first, second, spare);
        });
    }

    public void PositionTo(MtxElement element)
    {
        ChangerJob job = Open();
        LibraryElement place = At(element);
        Do(() =>
        {
            job.Changer.PositionTo(place);
            return true;
        });
    }

    public void Dispose() => _job?.Dispose();

    private ChangerJob Open()
    {
        if (_job is { } open)
            return open;
        _job = Do(() => ChangerJob.Open(context, changer, cancellation, readsStatus: false, isAlone: isAlone));
        Device = _job.Device;
        return _job;
    }

    private LibraryElement At(MtxElement element) => _status!.At(element.Address)!;

    /// <summary>Only where somebody said so (`capstan changer eject-before-unload always`): mtx leaves it to its user, and a script does it itself.</summary>
    private static void EjectFirst(ChangerJob job, LibraryElement element)
    {
        if (element is { Type: ElementType.DataTransfer, IsFull: true } && job.EjectMode == EjectMode.Always)
            job.Eject(element);
    }

    private static MtxElements Elements(LibraryStatus status)
    {
        LibraryElement[] places = [.. status.Places];
        var numbers = new Dictionary<ushort, int>(places.Length);
        for (int i = 0; i < places.Length; i++)
            numbers[places[i].Address] = i + 1;
        var guesses = new Queue<int>(status.Slots.Where(static slot => !slot.IsFull).Select(slot => numbers[slot.Address]));
        return new MtxElements(
            [.. status.Drives.Select(drive => new MtxElement(drive.Address, drive.IsFull, false, drive.PaddedLabel, drive.PaddedAlternateLabel, SourceOf(drive)))],
            [.. places.Select(static slot => new MtxElement(slot.Address, slot.IsFull, slot.Type == ElementType.ImportExport, slot.PaddedLabel, slot.PaddedAlternateLabel))]);

        int? SourceOf(LibraryElement drive) =>
            !drive.IsFull ? null
            : drive.Source is { } address && numbers.TryGetValue(address, out int number) && !places[number - 1].IsFull ? number
            : guesses.TryDequeue(out int guess) ? guess
            : null;
    }

    private static MtxInquiry Decode(ReadOnlySpan<byte> answer)
    {
        if (answer.IsEmpty)
            throw new MtxException(MtxFault.Failed, "The device does not answer INQUIRY.", [], new InvalidDataException());
        // SPC-2 7.3.2: byte 6 bit 3 is MCHNGR.
        Span<byte> whole = stackalloc byte[InquiryLength];
        whole.Clear();
        answer[..Math.Min(answer.Length, InquiryLength)].CopyTo(whole);
        return new MtxInquiry((byte)(whole[0] & 0x1F), Encoding.Latin1.GetString(whole[8..16]), Encoding.Latin1.GetString(whole[16..32]),
            Encoding.Latin1.GetString(whole[32..36]), (whole[6] & 0x08) != 0);
    }

    private T Do<T>(Func<T> action)
    {
        try
        {
            return Failures.Guard(action);
        }
        catch (OperationException e)
        {
            ChangerException? said = e.InnerException as ChangerException;
            throw new MtxException(Judge(said), e.Message, said?.Sense is { } sense ? MtxSense.Describe(sense) : [], e);
        }
    }

    private MtxFault Judge(ChangerException? said) => said switch
    {
        null => _job is null ? MtxFault.NotOpened : MtxFault.Failed,
        { Sense: { Key: SenseKey.NotReady } sense } when sense.Code == SenseCode.MediumNotPresent => MtxFault.NeedsOffline,
        { Sense: { } sense } when sense.Code == SenseCode.MediumSourceElementEmpty => MtxFault.SourceEmpty,
        { Sense: { } sense } when sense.Code == SenseCode.MediumDestinationElementFull => MtxFault.DestinationFull,
        { Sense: { } sense } when sense.Code == SenseCode.CleaningCartridgeInstalled => MtxFault.CleaningCartridge,
        _ => _job is null ? MtxFault.NotOpened : MtxFault.Failed,
    };
}

/// <summary>`capstan mtx`.</summary>
public static class MtxOperations
{
    /// <summary>A changer for one command line of mtx; opened with the first command that needs it.</summary>
    /// <param name="changer">See <see cref="IDriveSource.OpenChanger"/>.</param>
    /// <param name="isAlone">Whether something is to be moved.</param>
    public static IMtxChanger Open(OperationContext context, string? changer, bool isAlone, CancellationToken cancellation) =>
        new MtxChanger(context, changer, isAlone, cancellation);
}
