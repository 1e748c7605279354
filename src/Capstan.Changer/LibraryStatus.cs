using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Capstan.Scsi;

namespace Capstan.Changer;

/// <summary>One place for a cartridge, and what is in it.</summary>
/// <param name="Type">A hand, a slot, a mail slot, a drive.</param>
/// <param name="Address">Element address.</param>
/// <param name="Number">
/// As people say it: drives and hands from 0; slots from 1, in the order of their addresses; mail slots go on behind the last slot (the
/// numbers of mtx).
/// </param>
public sealed record LibraryElement(ElementType Type, ushort Address, int Number)
{
    public bool IsFull { get; init; }

    /// <summary>What is written on the cartridge; null when the element is empty, or nobody could read it.</summary>
    public string? Barcode { get; init; }

    /// <summary>
    /// The label as it stands in its field: printable characters up to the first that is none, the spaces behind it kept. Of an empty
    /// element too, where some changers leave that of the last cartridge. Null when there is none.
    /// </summary>
    public string? PaddedLabel { get; init; }

    /// <summary>The alternate volume tag, likewise: a label on the other side.</summary>
    public string? PaddedAlternateLabel { get; init; }

    /// <summary>Element address of the slot that the cartridge came from; null where the changer does not tell.</summary>
    public ushort? Source { get; init; }

    /// <summary>ACCESS: the hand can reach it; of a drive with a cartridge: it has given it out.</summary>
    public bool IsAccessible { get; init; }

    /// <summary>ED: it cannot be used: no magazine, no drive, switched off.</summary>
    public bool IsDisabled { get; init; }

    /// <summary>IMPEXP: an operator put the cartridge there. Mail slots only.</summary>
    public bool IsPlacedByOperator { get; init; }

    /// <summary>EXENAB: cartridges can be put there for an operator to take. Mail slots only.</summary>
    public bool IsExportEnabled { get; init; }

    /// <summary>INENAB: cartridges can be put in there by an operator. Mail slots only.</summary>
    public bool IsImportEnabled { get; init; }

    /// <summary>EXCEPT: what is wrong with it; null when nothing is.</summary>
    public SenseCode? Exception { get; init; }

    public ElementMediumType MediumType { get; init; }

    /// <summary>Of a drive: the device in it as the changer names it; null where it does not.</summary>
    public ElementDeviceIdentifier? Device { get; init; }

    /// <summary>Of a drive on a parallel bus: its SCSI ID.</summary>
    public byte? BusAddress { get; init; }

    /// <summary>A cleaning cartridge, by what the changer says or by its label.</summary>
    public bool IsCleaning => IsFull && (MediumType == ElementMediumType.Cleaning || Barcode?.StartsWith("CLN", StringComparison.OrdinalIgnoreCase) == true);

    /// <summary>The exception in words; empty without one.</summary>
    public string ExceptionText => Exception is { } code ? $"{code} \"{code.Text}\"" : "";

    /// <summary><c>slot 3</c>, <c>mail slot 41</c>, <c>drive 0</c>, <c>the hand</c>.</summary>
    public string Name => NameOf(Type, Number);

    private static string? Padded(VolumeTagView tag)
    {
        int end = tag.Bytes.IndexOfAnyExceptInRange((byte)' ', (byte)0x7F);
        ReadOnlySpan<byte> printable = end < 0 ? tag.Bytes : tag.Bytes[..end];
        return printable.IsEmpty ? null : Encoding.ASCII.GetString(printable);
    }

    internal static string NameOf(ElementType type, int number) => type switch
    {
        ElementType.Storage => string.Create(CultureInfo.InvariantCulture, $"slot {number}"),
        ElementType.ImportExport => string.Create(CultureInfo.InvariantCulture, $"mail slot {number}"),
        ElementType.DataTransfer => string.Create(CultureInfo.InvariantCulture, $"drive {number}"),
        _ => number == 0 ? "the hand" : string.Create(CultureInfo.InvariantCulture, $"hand {number}"),
    };

    internal static LibraryElement From(in ElementDescriptor descriptor, int number)
    {
        VolumeTagView tag = descriptor.PrimaryVolumeTag;
        // Some changers leave the tag of the last cartridge in an element that is empty.
        bool isFull = descriptor.IsFull;
        return new LibraryElement(descriptor.Type, descriptor.Address, number)
        {
            IsFull = isFull,
            Barcode = isFull && tag.State == VolumeTagState.Text ? tag.ToTag().Text!.Trim() : null,
            PaddedLabel = Padded(tag),
            PaddedAlternateLabel = Padded(descriptor.AlternateVolumeTag),
            Source = isFull ? descriptor.Source : null,
            IsAccessible = descriptor.IsAccessible,
            IsDisabled = descriptor.IsDisabled,
            IsPlacedByOperator = descriptor.IsPlacedByOperator,
            IsExportEnabled = descriptor.IsExportEnabled,
            IsImportEnabled = descriptor.IsImportEnabled,
            Exception = descriptor.IsException ? descriptor.ExceptionCode : null,
            MediumType = descriptor.MediumType,
            BusAddress = descriptor.BusAddress,
        };
    }
}

/// <summary>What is where in a library, at one moment.</summary>
public sealed class LibraryStatus
{
    private readonly Dictionary<ushort, LibraryElement> _byAddress = [];

    /// <param name="elements">Ordered by type and address, with their numbers.</param>
    internal LibraryStatus(IEnumerable<LibraryElement> elements, IReadOnlyList<string> remarks)
    {
        var lists = new Dictionary<ElementType, List<LibraryElement>>
        {
            [ElementType.MediumTransport] = [], [ElementType.Storage] = [], [ElementType.ImportExport] = [], [ElementType.DataTransfer] = [],
        };
        foreach (LibraryElement element in elements)
        {
            if (_byAddress.TryAdd(element.Address, element))
                lists[element.Type].Add(element);
        }

        Hands = lists[ElementType.MediumTransport];
        Slots = lists[ElementType.Storage];
        MailSlots = lists[ElementType.ImportExport];
        Drives = lists[ElementType.DataTransfer];
        Remarks = remarks;
    }

    /// <summary>Medium transport elements.</summary>
    public IReadOnlyList<LibraryElement> Hands { get; }

    /// <summary>Storage elements, in the order of their addresses.</summary>
    public IReadOnlyList<LibraryElement> Slots { get; }

    /// <summary>Import/export elements, in the order of their addresses.</summary>
    public IReadOnlyList<LibraryElement> MailSlots { get; }

    /// <summary>Data transfer elements, in the order of their addresses.</summary>
    public IReadOnlyList<LibraryElement> Drives { get; }

    /// <summary>What was strange about the changer's answer, in words.</summary>
    public IReadOnlyList<string> Remarks { get; }

    /// <summary>Slots and mail slots, as they are numbered.</summary>
    public IEnumerable<LibraryElement> Places => Slots.Concat(MailSlots);

    /// <summary>Every element that can hold a cartridge.</summary>
    public IEnumerable<LibraryElement> All => Drives.Concat(Slots).Concat(MailSlots).Concat(Hands);

    /// <summary>The same with some elements as they were read again.</summary>
    public LibraryStatus With(IReadOnlyList<LibraryElement> read)
    {
        ArgumentNullException.ThrowIfNull(read);
        return new LibraryStatus(All.Select(element => read.FirstOrDefault(now => now.Address == element.Address) ?? element), Remarks);
    }

    /// <summary>The element at an address; null when there is none.</summary>
    public LibraryElement? At(ushort address) => _byAddress.GetValueOrDefault(address);

    /// <summary>Slot or mail slot by its number, from 1; null when there is none.</summary>
    public LibraryElement? Place(int number) =>
        number < 1 ? null
        : number <= Slots.Count ? Slots[number - 1]
        : number <= Slots.Count + MailSlots.Count ? MailSlots[number - Slots.Count - 1]
        : null;

    /// <summary>Drive by its number, from 0; null when there is none.</summary>
    public LibraryElement? Drive(int number) => number >= 0 && number < Drives.Count ? Drives[number] : null;

    /// <summary>
    /// The element that holds a cartridge. Without its last two characters (the generation) a label is found too where only one begins
    /// with it.
    /// </summary>
    /// <param name="barcode">In any case.</param>
    /// <returns>None, one, or several where labels are not unique.</returns>
    public ImmutableArray<LibraryElement> Find(string barcode)
    {
        ArgumentException.ThrowIfNullOrEmpty(barcode);
        ImmutableArray<LibraryElement> exact = [.. All.Where(element => string.Equals(element.Barcode, barcode, StringComparison.OrdinalIgnoreCase))];
        if (exact.Length > 0)
            return exact;
        return
        [
            .. All.Where(element => element.Barcode is { } label && label.Length == barcode.Length + GenerationLength
                && label.StartsWith(barcode, StringComparison.OrdinalIgnoreCase)),
        ];
    }

    private const int GenerationLength = 2;
}
