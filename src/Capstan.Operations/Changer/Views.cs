using Capstan.Changer;
using Capstan.Scsi;

namespace Capstan.Operations.Changer;

/// <summary>From what the driver knows to what is displayed.</summary>
internal static class Views
{
    public static string KindOf(ElementType type) => type switch
    {
        ElementType.Storage => "slot",
        ElementType.ImportExport => "mail-slot",
        ElementType.DataTransfer => "drive",
        _ => "hand",
    };

    public static PlaceView Of(LibraryElement element) => new(KindOf(element.Type), element.Number, element.Address, element.Name);

    public static SlotView Slot(LibraryElement element, LibraryStatus status) => new(
        element.Number, element.Address, element.IsFull, element.Barcode, SourceOf(element, status), MediumOf(element), element.IsDisabled, ExceptionOf(element));

    public static MailSlotView MailSlot(LibraryElement element, LibraryStatus status) => new(
        element.Number, element.Address, element.IsFull, element.Barcode, SourceOf(element, status), MediumOf(element), element.IsDisabled, ExceptionOf(element),
        element.Number - status.Slots.Count, element.IsImportEnabled, element.IsExportEnabled, element.IsPlacedByOperator);

    public static LibraryDriveView Drive(LibraryElement element, LibraryStatus status, string? device) => new(
        element.Number, element.Address, element.IsFull, element.Barcode, SourceOf(element, status), MediumOf(element), element.IsDisabled, ExceptionOf(element),
        element.IsFull ? element.IsAccessible : null, element.Device?.Vendor, element.Device?.Product, DriveMatch.SerialOf(element), device);

    private static int? SourceOf(LibraryElement element, LibraryStatus status) =>
        element.Source is { } address && status.At(address) is { Type: ElementType.Storage or ElementType.ImportExport } source ? source.Number : null;

    private static string? ExceptionOf(LibraryElement element) => element.Exception is null ? null : element.ExceptionText;

    private static string? MediumOf(LibraryElement element) => element.IsCleaning ? "cleaning" : element.MediumType switch
    {
        _ when !element.IsFull => null,
        ElementMediumType.Data => "data",
        ElementMediumType.Worm => "worm",
        ElementMediumType.Diagnostics => "diagnostics",
        _ => null,
    };
}
