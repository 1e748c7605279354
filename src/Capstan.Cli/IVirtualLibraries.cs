namespace Capstan.Cli;

/// <summary>The embedded virtual tape libraries, for `capstan library`.</summary>
/// <remarks>Every member throws <see cref="Capstan.Operations.OperationException"/> with a message for the user.</remarks>
internal interface IVirtualLibraries
{
    /// <param name="name">Of the library.</param>
    /// <param name="cartridges">How many.</param>
    /// <param name="capacityBytes">Of each; null for that of a real one.</param>
    /// <param name="isSynchronous">Whether a synchronising command waits for the host's disk.</param>
    LibraryView Create(string name, int cartridges, long? capacityBytes, bool isSynchronous = true);

    IReadOnlyList<LibraryView> List();

    /// <summary>Sets or clears the write protection of one cartridge.</summary>
    LibraryView Protect(string name, string barcode, bool isProtected);
}

/// <summary>A virtual library, for display.</summary>
/// <param name="Device">What <c>--device</c> takes: <c>virtual:main</c>.</param>
/// <param name="DriveModel">Null when the library could not be opened.</param>
/// <param name="Loaded">Barcode of the cartridge in the drive; null when it is empty.</param>
/// <param name="Synchronous">Whether what the drive acknowledged survives a power cut.</param>
/// <param name="Fault">Why it could not be opened, or what is wrong with the cartridge in the drive; null when nothing is.</param>
internal sealed record LibraryView(
    string Name, string Device, string Directory, string? DriveModel, string? Loaded, IReadOnlyList<CartridgeView> Cartridges, bool Synchronous,
    string? Fault);

/// <summary>A cartridge of a virtual library, for display.</summary>
/// <param name="UsedBytes">Recorded on it.</param>
/// <param name="Fault">Why its file cannot be used, or what is damaged; null when nothing is.</param>
internal sealed record CartridgeView(string Barcode, long CapacityBytes, long UsedBytes, bool WriteProtected, string? Fault);
