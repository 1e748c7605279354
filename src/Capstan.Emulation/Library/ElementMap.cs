using Capstan.Scsi;

namespace Capstan.Emulation.Library;

/// <summary>Which element addresses a library has (mode page 1Dh).</summary>
/// <param name="FirstTransport">Address of the robot's hand, of which there is one.</param>
/// <param name="FirstStorage">First slot.</param>
/// <param name="StorageCount">Slots.</param>
/// <param name="FirstImportExport">First mail slot.</param>
/// <param name="ImportExportCount">Mail slots.</param>
/// <param name="FirstDrive">First drive.</param>
/// <param name="DriveCount">Drives.</param>
internal readonly record struct ElementMap(
    int FirstTransport, int FirstStorage, int StorageCount, int FirstImportExport, int ImportExportCount, int FirstDrive, int DriveCount)
{
    internal const int TransportCount = 1;

    /// <summary>Type of the element at an address; null when there is none.</summary>
    internal ElementType? TypeOf(int address) =>
        IsIn(address, FirstStorage, StorageCount) ? ElementType.Storage
        : IsIn(address, FirstDrive, DriveCount) ? ElementType.DataTransfer
        : IsIn(address, FirstImportExport, ImportExportCount) ? ElementType.ImportExport
        : IsIn(address, FirstTransport, TransportCount) ? ElementType.MediumTransport
        : null;

    /// <summary>First address and number of the elements of a type.</summary>
    internal (int First, int Count) RangeOf(ElementType type) => type switch
    {
        ElementType.MediumTransport => (FirstTransport, TransportCount),
        ElementType.Storage => (FirstStorage, StorageCount),
        ElementType.ImportExport => (FirstImportExport, ImportExportCount),
        ElementType.DataTransfer => (FirstDrive, DriveCount),
        _ => (0, 0),
    };

    internal int AddressOfDrive(int number) => FirstDrive + number;

    /// <summary>Number of the drive at an address; null when that is no drive.</summary>
    internal int? DriveAt(int address) => IsIn(address, FirstDrive, DriveCount) ? address - FirstDrive : null;

    private static bool IsIn(int address, int first, int count) => address >= first && address < first + count;
}
