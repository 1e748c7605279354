namespace Capstan.Operations.Mtx;

/// <summary>A slot, a mail slot or a drive as mtx sees it.</summary>
/// <param name="Address">Element address.</param>
/// <param name="Label">As it stands in its field, with the spaces behind it; null without one. Some changers leave one in an empty slot.</param>
/// <param name="AlternateLabel">Likewise.</param>
/// <param name="Source">
/// Of a drive with a cartridge: number of the slot that it came from, or, where the changer does not tell or another one is in there now,
/// of an empty one; null when there is none. Bacula takes nothing out of a drive without a number.
/// </param>
public sealed record MtxElement(ushort Address, bool IsFull, bool IsMailSlot = false, string? Label = null, string? AlternateLabel = null, int? Source = null);

/// <summary>What is where, with mtx's numbers: drives from 0, slots from 1, mail slots behind them.</summary>
public sealed record MtxElements(IReadOnlyList<MtxElement> Drives, IReadOnlyList<MtxElement> Slots)
{
    public int MailSlotCount => Slots.Count(static slot => slot.IsMailSlot);

    /// <summary>Slots that are no mail slots; they come first.</summary>
    public int StorageCount => Slots.Count - MailSlotCount;
}

/// <summary>INQUIRY as mtx shows it.</summary>
/// <param name="DeviceType">PERIPHERAL DEVICE TYPE, 0 to 31 (SPC-5).</param>
/// <param name="Vendor">As it stands in its field, 8 bytes, one character each.</param>
/// <param name="Product">Likewise, 16 bytes.</param>
/// <param name="Revision">Likewise, 4 bytes.</param>
/// <param name="IsAttached">MCHNGR: the changer answers at the drive's logical unit (SPC-2).</param>
public sealed record MtxInquiry(byte DeviceType, string Vendor, string Product, string Revision, bool IsAttached);

/// <summary>What mtx has a sentence of its own for.</summary>
public enum MtxFault
{
    /// <summary>The device is not there, or not to be opened.</summary>
    NotOpened,

    /// <summary>02/3A/00: the drive holds its tape.</summary>
    NeedsOffline,
    SourceEmpty,
    DestinationFull,

    /// <summary>30/03: a cleaning cartridge is in the drive.</summary>
    CleaningCartridge,
    Failed,
}

/// <summary>It could not be done.</summary>
/// <param name="sense">The sense data in mtx's lines; empty when the changer did not say anything.</param>
public sealed class MtxException(MtxFault fault, string message, IReadOnlyList<string> sense, Exception inner) : Exception(message, inner)
{
    public MtxFault Fault { get; } = fault;

    public IReadOnlyList<string> Sense { get; } = sense;
}

/// <summary>One changer for the commands of one line. Nothing is opened before the first of them.</summary>
/// <exception cref="MtxException">From each call: it could not be done.</exception>
public interface IMtxChanger : IDisposable
{
    /// <summary>What was opened; null before that.</summary>
    string? Device { get; }

    /// <summary>Asks what the device is; of any kind of device.</summary>
    MtxInquiry ReadInquiry();

    /// <summary>Reads what is where.</summary>
    MtxElements ReadElements();

    /// <summary>Has the changer look into its elements.</summary>
    void TakeInventory();

    void Move(MtxElement from, MtxElement to);

    /// <summary>Moves a cartridge to where another one is, and that one on.</summary>
    void Exchange(MtxElement from, MtxElement to, MtxElement next);

    /// <summary>Brings the hand in front of an element.</summary>
    void PositionTo(MtxElement element);
}
