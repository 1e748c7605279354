using Capstan.Scsi;
using Capstan.Transport;

namespace Capstan.Drive;

public sealed partial class TapeDrive
{
    /// <summary>
    /// Longer than any memory (16 KiB in LTO-9), and less than the 32 KiB from which on drives were seen to refuse.
    /// </summary>
    private const int MaxAttributeBytes = 32 * 1024 - 512;

    /// <summary>One attribute with its headers: the longest is a coherency note of a few hundred bytes.</summary>
    private const int OneAttributeBytes = 4096;

    /// <summary>
    /// Serial number of the cartridge (MEDIUM SERIAL NUMBER of its memory) as it was when the tape was last found ready, by which a
    /// recovery knows it again; null where the drive does not tell, or the way to it cannot be recovered.
    /// </summary>
    private string? _cartridgeSerial;

    /// <summary>Reads one attribute of the cartridge's memory. Moves no tape; the tape need not be threaded.</summary>
    /// <param name="id">ATTRIBUTE IDENTIFIER.</param>
    /// <param name="partition">PARTITION NUMBER.</param>
    /// <returns>Null when it is not set, or the drive does not know it.</returns>
    /// <exception cref="TapeMediumException">There is no cartridge.</exception>
    /// <exception cref="TapeCommandException">The drive has no READ ATTRIBUTE, or the memory cannot be read.</exception>
    public CartridgeAttribute? ReadAttribute(ushort id, byte partition = 0) => Again(Scsi.ReadAttribute.Name, isAbsolute: false, () =>
    {
        byte[] answer = new byte[Math.Min(OneAttributeBytes, MaxTransferBytes)];
        if (!TryAskAttributes(id, partition, answer, out int length) || !AttributeData.TryDecode(answer.AsSpan(0, length), out AttributeData data))
            return null;
        // A drive that does not have it may begin with the next one.
        return data.TryFind(id, out MediumAttribute attribute) && !attribute.IsCutOff && !attribute.Value.IsEmpty ? CartridgeAttribute.Of(attribute) : null;
    });

    /// <summary>
    /// Reads everything that is set in the cartridge's memory. Moves no tape; the tape need not be threaded. What the drive sent only in
    /// part is left out.
    /// </summary>
    /// <inheritdoc cref="ReadAttribute"/>
    public CartridgeAttributes ReadAttributes(byte partition = 0) => Again(Scsi.ReadAttribute.Name, isAbsolute: false, () =>
    {
        byte[] answer = new byte[Math.Min(MaxAttributeBytes, MaxTransferBytes)];
        var attributes = new List<CartridgeAttribute>();
        bool isThere = TryAskAttributes(0, partition, answer, out int length);
        int first = 0;
        // Some memories begin behind the first attribute of the standard.
        if (!isThere && FirstAttribute(partition, answer) is { } begin)
        {
            first = begin;
            isThere = TryAskAttributes(begin, partition, answer, out length);
        }

        while (isThere && AttributeData.TryDecode(answer.AsSpan(0, length), out AttributeData data))
        {
            first = Take(data, first, attributes);
            isThere = first >= 0 && TryAskAttributes((ushort)first, partition, answer, out length);
        }

        return new CartridgeAttributes(attributes);
    });

    /// <summary>Sets and deletes attributes, all of them or none, and waits until the memory has them. Moves no tape.</summary>
    /// <param name="changes">In the order of their identifiers.</param>
    /// <param name="partition">PARTITION NUMBER.</param>
    /// <exception cref="TapeMediumException">There is no cartridge, or it is write-protected.</exception>
    /// <exception cref="TapeCommandException">The drive refuses: no WRITE ATTRIBUTE, an attribute that it does not have or does not let be written, a memory that is full or broken.</exception>
    public void WriteAttributes(IReadOnlyCollection<AttributeChange> changes, byte partition = 0)
    {
        ArgumentNullException.ThrowIfNull(changes);
        if (changes.Count == 0)
            return;
        byte[] list = new byte[AttributeData.HeaderLength + changes.Sum(static change => MediumAttribute.HeaderLength + change.Value.Length)];
        int length = AttributeData.HeaderLength;
        foreach (AttributeChange change in changes)
            length += MediumAttribute.Write(list.AsSpan(length), change.Id, isReadOnly: false, change.Format, change.Value.Span);
        AttributeData.WriteLength(list);
        _ = Again(WriteAttribute.Name, isAbsolute: false, () =>
        {
            SenseVerdict verdict = Run(new WriteAttribute((uint)list.Length, WriteThrough: true, partition), DataTransfer.ToDevice(list), _timeouts.HousekeepingSeconds);
            if (verdict == SenseVerdict.IllegalRequest && _sense.Code == SenseCode.AuxiliaryMemoryOutOfSpace)
            {
                throw new TapeCommandException(
                    $"{Name}: the cartridge's memory has no room for this; nothing was written. Delete attributes that nobody needs with `capstan drive memory delete`. ({_sense})", _sense);
            }

            if (verdict != SenseVerdict.Done)
                throw DriveErrors.Sense(Name, WriteAttribute.Name, verdict, _sense);
            return true;
        });
    }

    /// <summary>Adds the attributes of one answer; answers where the next one begins, or -1.</summary>
    private static int Take(in AttributeData data, int first, List<CartridgeAttribute> attributes)
    {
        int last = first - 1;
        foreach (MediumAttribute attribute in data)
        {
            // A field that a drive cut short, or sent twice, is no reason to lose the others.
            if (attribute.Id <= last)
                continue;
            if (attribute.IsCutOff)
                return data.IsTruncated && attribute.Id > first ? attribute.Id : -1;
            last = attribute.Id;
            if (!attribute.Value.IsEmpty)
                attributes.Add(CartridgeAttribute.Of(attribute));
        }

        // Asked for from an identifier that does not exist, drives refuse, so there is no going on behind the last one.
        return -1;
    }

    /// <summary>The first attribute that is there, by ATTRIBUTE LIST; null when there is none, or no such partition.</summary>
    private ushort? FirstAttribute(byte partition, Span<byte> answer)
    {
        answer.Clear();
        SenseVerdict verdict = Run(new ReadAttribute(AttributeServiceAction.List, 0, (uint)answer.Length, partition),
            DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        ThrowIfSurprised(Scsi.ReadAttribute.Name, verdict);
        return verdict == SenseVerdict.Done && AttributeList.TryDecode(answer[..Received(answer.Length)], out AttributeList list) && list.Ids.Length > 0
            ? list.Ids[0]
            : null;
    }

    /// <returns>False when there is no such attribute.</returns>
    private bool TryAskAttributes(ushort first, byte partition, Span<byte> answer, out int length)
    {
        answer.Clear();
        length = 0;
        SenseVerdict verdict = Run(new ReadAttribute(AttributeServiceAction.Values, first, (uint)answer.Length, partition),
            DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
        if (verdict == SenseVerdict.IllegalRequest && _sense.Code == SenseCode.InvalidFieldInCdb)
            return false;
        if (verdict != SenseVerdict.Done)
            throw DriveErrors.Sense(Name, Scsi.ReadAttribute.Name, verdict, _sense);
        length = Received(answer.Length);
        return true;
    }

    /// <summary>
    /// The serial number of the cartridge, where drive and operating system let it be read. A reset or a change of medium that is told
    /// instead is not kept from who has to know it.
    /// </summary>
    private string? AskCartridgeSerial()
    {
        byte[] answer = new byte[256];
        try
        {
            SenseVerdict verdict = Run(new ReadAttribute(AttributeServiceAction.Values, AttributeTable.MediumSerialNumber, (uint)answer.Length),
                DataTransfer.FromDevice(answer), _timeouts.HousekeepingSeconds);
            ThrowIfSurprised(Scsi.ReadAttribute.Name, verdict);
            return verdict == SenseVerdict.Done && AttributeData.TryDecode(answer.AsSpan(0, Received(answer.Length)), out AttributeData data)
                && data.TryFind(AttributeTable.MediumSerialNumber, out MediumAttribute attribute) && !attribute.IsCutOff
                && AttributeText.Decode(attribute.Value, AttributeText.AsciiCode) is { Length: > 0 } serial
                ? serial
                : null;
        }
        catch (TapeDeviceException e) when (e.Fault == DeviceFault.PermissionDenied)
        {
            return null;
        }
    }
}
