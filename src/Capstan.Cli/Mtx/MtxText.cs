using System.Globalization;
using Capstan.Operations.Mtx;

namespace Capstan.Cli.Mtx;

/// <summary>What mtx prints of a library and of a device.</summary>
internal static class MtxText
{
    /// <summary>PERIPHERAL DEVICE TYPE in mtx's words.</summary>
    private static readonly string[] Types =
    [
        "Disk Drive", "Tape Drive", "Printer", "Processor", "Write-once", "CD-ROM", "Scanner", "Optical", "Medium Changer", "Communications", "ASC IT8", "ASC IT8",
        "RAID Array", "Enclosure Services", "RBC Simplified Disk", "OCR/W", "Bridging Expander",
    ];

    private const int UnknownType = 0x1F;

    /// <param name="withLabels">False after `nobarcode`.</param>
    public static void WriteStatus(TextWriter text, string device, MtxElements elements, bool withLabels)
    {
        text.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  Storage Changer {device}:{elements.Drives.Count} Drives, {elements.Slots.Count} Slots ( {elements.MailSlotCount} Import/Export )"));
        for (int i = 0; i < elements.Drives.Count; i++)
        {
            MtxElement drive = elements.Drives[i];
            text.Write(string.Create(CultureInfo.InvariantCulture, $"Data Transfer Element {i}:"));
            if (!drive.IsFull)
            {
                text.WriteLine("Empty");
                continue;
            }

            text.Write(drive.Source is { } source ? string.Create(CultureInfo.InvariantCulture, $"Full (Storage Element {source} Loaded)")
                : "Full (Unknown Storage Element Loaded)");
            if (withLabels)
                WriteLabels(text, drive, " = ");
            text.WriteLine();
        }

        for (int i = 0; i < elements.Slots.Count; i++)
        {
            MtxElement slot = elements.Slots[i];
            text.Write(string.Create(CultureInfo.InvariantCulture, $"      Storage Element {i + 1}{(slot.IsMailSlot ? " IMPORT/EXPORT" : "")}:{(slot.IsFull ? "Full " : "Empty")}"));
            if (withLabels)
                WriteLabels(text, slot, "=");
            text.WriteLine();
        }
    }

    public static void WriteInquiry(TextWriter text, MtxInquiry inquiry)
    {
        text.WriteLine("Product Type: " + (inquiry.DeviceType < Types.Length ? Types[inquiry.DeviceType] : inquiry.DeviceType == UnknownType ? "Unknown" : "Reserved"));
        text.WriteLine($"Vendor ID: '{inquiry.Vendor}'");
        text.WriteLine($"Product ID: '{inquiry.Product}'");
        text.WriteLine($"Revision: '{inquiry.Revision}'");
        text.WriteLine("Attached Changer API: " + (inquiry.IsAttached ? "Yes" : "No"));
    }

    public static void WriteUsage(TextWriter error)
    {
        error.WriteLine("""
            Usage:
            	mtx --version
            	mtx [-f DEVICE] noattach COMMAND...
            	mtx [-f DEVICE] inquiry | inventory
            	mtx [-f DEVICE] [altres] [nobarcode] status
            	mtx [-f DEVICE] first | last | previous | next [DRIVE]
            	mtx [-f DEVICE] load SLOT [DRIVE]
            	mtx [-f DEVICE] unload [SLOT] [DRIVE]
            	mtx [-f DEVICE] transfer SLOT SLOT
            	mtx [-f DEVICE] exchange SLOT SLOT [SLOT]
            	mtx [-f DEVICE] position SLOT
            	mtx [-f DEVICE] eject
            DEVICE: /dev/sgN, iscsi://HOST/TARGET/LUN or virtual:NAME/changer; without -f the environment variables CAPSTAN_CHANGER and CHANGER name it.
            """);
    }

    private static void WriteLabels(TextWriter text, MtxElement element, string equals)
    {
        if (element.Label is { } label)
            text.Write($":VolumeTag{equals}{label}");
        if (element.AlternateLabel is { } alternate)
            text.Write($":AlternateVolumeTag{equals}{alternate}");
    }
}
