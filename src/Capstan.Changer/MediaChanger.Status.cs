using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Changer;

/// <remarks>
/// READ ELEMENT STATUS as changers bear it: each type asked for on its own, at most 1000 elements a command (IBM 3584 refuses more), an
/// allocation length in two bytes (there are changers that read no more of it), and identifiers of drives in a question of their own,
/// because some refuse them beside labels, and some refuse them altogether.
/// </remarks>
public sealed partial class MediaChanger
{
    private const int MostElements = 1000;

    /// <summary>How often a status is read that somebody changes meanwhile.</summary>
    private const int MostReadings = 3;

    private const int MostAllocation = 0xFFFF;

    /// <summary>Elements of a type, where the mode page does not tell how many there are.</summary>
    private const ushort AllElements = 0xFFFF;

    private const int HeadersLength = ElementStatusReader.HeaderLength + ElementStatusReader.PageHeaderLength;

    /// <summary>Twelve bytes, a label, an identifier's header.</summary>
    private const int UsualDescriptorLength = ElementDescriptor.FixedLength + VolumeTag.Length + ElementDeviceIdentifier.HeaderLength;

    private static readonly ElementType[] Types = [ElementType.DataTransfer, ElementType.Storage, ElementType.ImportExport, ElementType.MediumTransport];

    private byte[] _statusBuffer = new byte[4096];
    private bool _refusesVolumeTags;
    private Dictionary<ushort, ElementDeviceIdentifier>? _devices;

    /// <summary>Reads what is where. Moves nothing, though a changer may look into elements that it does not know.</summary>
    /// <param name="withDevices">Also which device is in each drive element: asked once, it does not change while a changer is open.</param>
    /// <param name="isPatient">Whether an inventory that the library takes is waited for.</param>
    /// <exception cref="ChangerException">It refuses, or its answers have no sense.</exception>
    public LibraryStatus ReadStatus(bool withDevices = true, bool isPatient = true) =>
        isPatient ? ReadSettled(withDevices) : FindOut(false, () => ReadSettled(withDevices));

    private LibraryStatus ReadSettled(bool withDevices)
    {
        for (int reading = 1; ; reading++)
        {
            if (_isAssignmentOld)
                LearnAddresses();
            LibraryStatus status = ReadOnce(withDevices);
            // Each type is a command: what came before somebody was at the library does not fit what came after.
            if (!_isAssignmentOld || reading == MostReadings)
                return status;
        }
    }

    private LibraryStatus ReadOnce(bool withDevices)
    {
        var remarks = new List<string>();
        if (NotReadyText is { } notReady)
            remarks.Add(notReady);
        List<LibraryElement> elements = Numbered(Assignment is { } assignment ? ReadByType(assignment, remarks) : ReadEverything(remarks));
        if (withDevices && elements.Exists(static element => element.Type == ElementType.DataTransfer))
        {
            _devices ??= ReadDevices(elements, remarks);
            for (int i = 0; i < elements.Count; i++)
            {
                if (_devices.TryGetValue(elements[i].Address, out ElementDeviceIdentifier device) && elements[i].Type == ElementType.DataTransfer)
                    elements[i] = elements[i] with { Device = device };
            }
        }

        return new LibraryStatus(elements, remarks);
    }

    /// <summary>
    /// Numbers the elements that there are in the order of their addresses, as mtx does: what a changer does not tell has no number.
    /// </summary>
    private static List<LibraryElement> Numbered(List<LibraryElement> found)
    {
        var numbered = new List<LibraryElement>(found.Count);
        int slots = 0;
        foreach (ElementType type in Types)
        {
            int first = type == ElementType.ImportExport ? slots + 1 : type == ElementType.Storage ? 1 : 0;
            int number = first;
            numbered.AddRange(found.Where(element => element.Type == type).OrderBy(static element => element.Address)
                .DistinctBy(static element => element.Address).Select(element => element with { Number = number++ }));
            if (type == ElementType.Storage)
                slots = number - first;
        }

        return numbered;
    }

    /// <summary>Reads one element; null when the changer has none at that address.</summary>
    /// <param name="known">Type and number, from a status that was read before.</param>
    public LibraryElement? ReadElement(LibraryElement known)
    {
        ArgumentNullException.ThrowIfNull(known);
        var found = new List<LibraryElement>();
        ReadRange(new ElementRange(known.Address, 1), new Question(known.Type, !_refusesVolumeTags, DeviceIdentifiers: false), found, []);
        return found.Find(element => element.Address == known.Address) is { } now ? now with { Number = known.Number, Device = known.Device } : null;
    }

    /// <summary>What is asked for with one READ ELEMENT STATUS.</summary>
    private readonly record struct Question(ElementType Type, bool VolumeTags, bool DeviceIdentifiers);

    private List<LibraryElement> ReadByType(ElementAddressAssignment assignment, List<string> remarks)
    {
        var elements = new List<LibraryElement>(assignment.Storage.Count + assignment.ImportExport.Count + assignment.DataTransfer.Count + 1);
        foreach (ElementType type in Types)
        {
            ElementRange range = assignment.Of(type);
            if (range.Count == 0)
                continue;
            int before = elements.Count;
            int missing = ReadRange(range, new Question(type, !_refusesVolumeTags, DeviceIdentifiers: false), elements, remarks);
            if (missing > 0)
                remarks.Add($"{missing} {Describe(type)} are not installed, and have no number");
            int told = elements.Count - before + missing;
            if (told < range.Count)
                remarks.Add($"the changer has {range.Count} {Describe(type)} by its mode page, and tells the status of {told}");
        }

        return elements;
    }

    /// <summary>Without the mode page: everything is asked for at once.</summary>
    private List<LibraryElement> ReadEverything(List<string> remarks)
    {
        var found = new List<LibraryElement>();
        ReadRange(new ElementRange(0, AllElements), new Question(ElementType.All, !_refusesVolumeTags, DeviceIdentifiers: false), found, remarks);
        return found.Count > 0 ? found : throw new ChangerException(ChangerFault.NotAChanger,
            $"{Name}: the changer tells neither the addresses of its elements (mode page 1Dh) nor their status.");
    }

    /// <summary>Reads a range in as many commands as it takes. Goes on behind the last element that came, so that it ends.</summary>
    /// <returns>How many elements the changer tells of that are not installed.</returns>
    private int ReadRange(ElementRange range, Question question, List<LibraryElement> elements, List<string> remarks)
    {
        int missing = 0;
        int next = range.First;
        int end = range.First + range.Count;
        while (next < end)
        {
            int wanted = Math.Min(end - next, MostElements);
            int length = Ask(question, (ushort)next, wanted);
            if (length < 0)
            {
                ChangerVerdict verdict = ChangerSensePolicy.Judge(_sense);
                if (question.Type == ElementType.All && verdict == ChangerVerdict.Unsupported)
                    return ReadRestByType(elements, question, remarks);
                if (question.VolumeTags && verdict is ChangerVerdict.Unsupported or ChangerVerdict.Other)
                {
                    // A changer without a reader for labels; not all of them have the same code for it.
                    _refusesVolumeTags = true;
                    question = question with { VolumeTags = false };
                    continue;
                }

                // Where nobody tells how many there are, this is the end.
                if (verdict == ChangerVerdict.InvalidAddress && range.Count == AllElements)
                    return missing;
                throw ChangerErrors.Sense(Name, ReadElementStatus.Name, verdict, _sense, $"reading the status of {Describe(question.Type)}");
            }

            int last = -1;
            var reader = new ElementStatusReader(_statusBuffer.AsSpan(0, length));
            while (reader.Read())
            {
                ElementDescriptor element = reader.Current;
                // What was not asked for is not taken: another type, an address before or behind, the rest that was cut off.
                if (!IsWhole(element, question) || (question.Type != ElementType.All && element.Type != question.Type) || element.Address < range.First || element.Address >= end)
                    continue;
                if (question.Type != ElementType.All && element.Address < next)
                    continue;
                last = Math.Max(last, element.Address);
                if (IsNotInstalled(element))
                    missing++;
                else
                    elements.Add(LibraryElement.From(element, 0));
            }

            if (reader.Fault is { } fault && fault.Problem != ElementStatusProblem.ElementCountDiffers)
                Note(remarks, $"the changer's element status of {Describe(question.Type)} is not as it should be, {fault}");
            // With all types at once addresses do not rise: what did not fit into the first answer is asked for type by type.
            if (question.Type == ElementType.All)
            {
                return reader.IsTruncated ? ReadRestByType(elements, question, remarks) : missing;
            }

            if (last < next)
            {
                // Nothing of this thousand: a gap, or an answer without sense. Who has several pages of them is asked on.
                if (wanted < MostElements || next + wanted >= end || range.Count == AllElements)
                    return missing;
                last = next + wanted - 1;
            }

            next = last + 1;
        }

        return missing;
    }

    /// <summary>Libraries of some makers tell of places that were never built in; mtx does not count them either (mtxl.c, ParseElementStatus).</summary>
    private static bool IsNotInstalled(in ElementDescriptor element) => !element.IsFull && element.Type switch
    {
        ElementType.Storage => element.ExceptionCode == SenseCode.VendorSlotNotInstalled,
        ElementType.DataTransfer => element.ExceptionCode == SenseCode.VendorDriveNotInstalled,
        _ => false,
    };

    /// <summary>
    /// Whether a descriptor says what it was asked for. tgt (usr/smc.c) sends eight bytes less than there are, so that the last one ends
    /// behind its label.
    /// </summary>
    private static bool IsWhole(in ElementDescriptor element, Question question) =>
        !element.IsCut || (!element.HasAlternateVolumeTag
            && element.Bytes.Length >= ElementDescriptor.FixedLength + (question.VolumeTags && element.HasPrimaryVolumeTag ? VolumeTag.IdentifierLength : 0));

    private int ReadRestByType(List<LibraryElement> elements, Question question, List<string> remarks)
    {
        elements.Clear();
        return Types.Sum(type => ReadRange(new ElementRange(0, AllElements), question with { Type = type, VolumeTags = !_refusesVolumeTags }, elements, remarks));
    }

    /// <summary>
    /// Sends one READ ELEMENT STATUS into the status buffer, and once more with a longer one where the answer asks for that.
    /// </summary>
    /// <returns>Bytes that came; negative when the changer refused.</returns>
    private int Ask(Question question, ushort first, int count)
    {
        int most = Math.Min(MostAllocation, _transport.MaxTransferBytes);
        int allocation = Math.Min(most, HeadersLength + (count * UsualDescriptorLength) + (question.DeviceIdentifiers ? count * 64 : 0) + 256);
        bool isRefused = false;
        while (true)
        {
            if (_statusBuffer.Length < allocation)
                _statusBuffer = new byte[allocation];
            Span<byte> buffer = _statusBuffer.AsSpan(0, allocation);
            // Where no residual is told, what the changer did not send must not look like an answer.
            buffer.Clear();
            ChangerVerdict verdict = Run(
                new ReadElementStatus(question.Type, first, (ushort)count, allocation, question.VolumeTags, CurrentData: false, question.DeviceIdentifiers),
                DataTransfer.FromDevice(buffer), Timeouts.StatusSeconds);
            if (verdict == ChangerVerdict.Unsupported && !isRefused && _sense.FieldPointer is { InCdb: true, Byte: >= 7 and <= 9 })
            {
                // One loader takes the length of the header, or just that of the report (mtxl.c, SendElementStatusRequest).
                isRefused = true;
                allocation = ElementStatusReader.HeaderLength;
                continue;
            }

            if (verdict != ChangerVerdict.Done)
                return -1;
            int received = Received(allocation);
            var reader = new ElementStatusReader(buffer[..received]);
            if (!reader.IsTruncated || allocation == most)
                return received;
            int whole = ElementStatusReader.HeaderLength + reader.ByteCount;
            if (whole <= allocation)
                return received;
            allocation = Math.Min(most, whole);
        }
    }

    /// <summary>Which device is in which drive element. That a changer does not tell is no error.</summary>
    private Dictionary<ushort, ElementDeviceIdentifier> ReadDevices(List<LibraryElement> elements, List<string> remarks)
    {
        ushort first = elements.Where(static element => element.Type == ElementType.DataTransfer).Min(static element => element.Address);
        ushort last = elements.Where(static element => element.Type == ElementType.DataTransfer).Max(static element => element.Address);
        // Alone first; some give identifiers only beside labels.
        foreach (bool withTags in (ReadOnlySpan<bool>)[false, true])
        {
            var devices = new Dictionary<ushort, ElementDeviceIdentifier>();
            for (int next = first; next <= last;)
            {
                int before = next;
                int length = Ask(new Question(ElementType.DataTransfer, withTags, DeviceIdentifiers: true), (ushort)next, Math.Min(last - next + 1, MostElements));
                if (length < 0)
                    break;
                var reader = new ElementStatusReader(_statusBuffer.AsSpan(0, length));
                while (reader.Read())
                {
                    if (reader.Current.Type != ElementType.DataTransfer || reader.Current.IsCut)
                        continue;
                    next = Math.Max(next, reader.Current.Address + 1);
                    if (reader.Current.Identifier.ToIdentifier() is { } device)
                        devices[reader.Current.Address] = device;
                }

                if (next == before)
                    break;
            }

            if (devices.Count > 0)
                return devices;
        }

        Note(remarks, "the changer does not tell which devices its drives are (DVCID)");
        return [];
    }

    private static void Note(List<string> remarks, string text)
    {
        if (!remarks.Contains(text))
            remarks.Add(text);
    }

    private static string Describe(ElementType type) => type switch
    {
        ElementType.DataTransfer => "drives",
        ElementType.Storage => "slots",
        ElementType.ImportExport => "mail slots",
        ElementType.MediumTransport => "hands",
        _ => "all elements",
    };
}
