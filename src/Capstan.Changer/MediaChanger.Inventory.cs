using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Changer;

public sealed partial class MediaChanger
{
    /// <summary>
    /// Has the library look into its elements and read the labels, all of them or a range, with the first of the commands for it that the
    /// changer has (37h, E7h of Exabyte and Quantum, 07h for all). In a large library all takes half an hour.
    /// </summary>
    /// <param name="range">Which; null for all. Where the changer knows no range, it looks into all.</param>
    /// <param name="fast">Only whether there are cartridges, without reading labels; where the changer knows that.</param>
    /// <returns>Name of the command that did it, and whether it looked into all although a range was given.</returns>
    /// <exception cref="ChangerException">It could not.</exception>
    public (string Command, bool IsAll) InitializeElementStatus(ElementRange? range = null, bool fast = false)
    {
        string what = range is { } some ? $"looking into elements {some}" : "looking into all elements";
        _progress?.Report(new ChangerProgress(what, null, TimeSpan.Zero));
        if (range is not null || fast)
        {
            if (TryInitialize(new InitializeElementStatusWithRange(range, fast), what)
                || (fast && TryInitialize(new InitializeElementStatusWithRange(range), what)))
                return (InitializeElementStatusWithRange.Name, false);
            if (range is not null && TryInitialize(new InitializeElementStatusWithRangeE7h(range), what))
                return (InitializeElementStatusWithRangeE7h.Name, false);
        }

        RunOrThrow(new InitializeElementStatus(), DataTransfer.None, Timeouts.InitializeSeconds, "looking into all elements");
        return (Scsi.InitializeElementStatus.Name, range is not null);
    }

    /// <summary>False when the changer does not know the command, or not this way of it.</summary>
    private bool TryInitialize<TCommand>(in TCommand command, string what)
        where TCommand : struct, IScsiCommand<TCommand>
    {
        ChangerVerdict verdict = Run(command, DataTransfer.None, Timeouts.InitializeSeconds);
        return verdict switch
        {
            ChangerVerdict.Done => true,
            ChangerVerdict.Unsupported => false,
            _ => throw ChangerErrors.Sense(Name, TCommand.Name, verdict, _sense, what),
        };
    }

    /// <summary>
    /// Has the changer search for a label (SEND VOLUME TAG, then REQUEST VOLUME ELEMENT ADDRESS), where there are so many elements that
    /// reading them all takes long.
    /// </summary>
    /// <param name="template">1 to 32 characters: <c>?</c> is any one, <c>*</c> anything to the end.</param>
    /// <param name="type">In which kind of element.</param>
    /// <returns>Addresses and labels of what was found; null when the changer cannot search.</returns>
    public IReadOnlyList<(ushort Address, string? Barcode)>? FindVolumes(string template, ElementType type = ElementType.All)
    {
        ArgumentException.ThrowIfNullOrEmpty(template);
        var list = new byte[VolumeTagTemplate.Length];
        // A changer of LTO knows no sequence numbers; the range of all of them is what hosts send.
        new VolumeTagTemplate(template, 0, ushort.MaxValue).WriteTo(list);
        ChangerVerdict verdict = Run(new SendVolumeTag(VolumeTagAction.TranslatePrimaryIgnoringSequence, 0, (ushort)list.Length, type),
            DataTransfer.ToDevice(list), Timeouts.StatusSeconds);
        if (verdict == ChangerVerdict.Unsupported)
            return null;
        if (verdict != ChangerVerdict.Done)
            throw ChangerErrors.Sense(Name, SendVolumeTag.Name, verdict, _sense, $"searching for {template}");

        var found = new List<(ushort, string?)>();
        int allocation = Math.Min(MostAllocation, _transport.MaxTransferBytes);
        var answer = new byte[allocation];
        verdict = Run(new RequestVolumeElementAddress(type, 0, AllElements, allocation, VolumeTags: true), DataTransfer.FromDevice(answer), Timeouts.StatusSeconds);
        if (verdict == ChangerVerdict.Unsupported)
            return null;
        if (verdict != ChangerVerdict.Done)
            throw ChangerErrors.Sense(Name, RequestVolumeElementAddress.Name, verdict, _sense, $"searching for {template}");
        var reader = new ElementStatusReader(answer.AsSpan(0, Received(allocation)));
        while (reader.Read())
        {
            if (!reader.Current.IsCut)
                found.Add((reader.Current.Address, reader.Current.PrimaryVolumeTag.ToTag().Text));
        }

        return found;
    }
}
