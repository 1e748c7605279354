using Capstan.Scsi;

namespace Capstan.Emulation.Models;

/// <summary>A kind of changer that a virtual library can have: data only.</summary>
public sealed record VirtualChangerModel
{
    /// <summary>What <c>--changer</c> takes: <c>ibm-ts3200</c>.</summary>
    public required string Name { get; init; }

    /// <summary>INQUIRY vendor.</summary>
    public required string VendorId { get; init; }

    /// <summary>INQUIRY product.</summary>
    public required string Product { get; init; }

    /// <summary>INQUIRY revision: firmware.</summary>
    public string Revision { get; init; } = "CAP1";

    /// <summary>Element address of the robot's hand.</summary>
    public required int FirstTransport { get; init; }

    /// <summary>Element address of the first slot.</summary>
    public required int FirstStorage { get; init; }

    /// <summary>Element address of the first mail slot.</summary>
    public required int FirstImportExport { get; init; }

    /// <summary>Element address of the first drive.</summary>
    public required int FirstDrive { get; init; }

    /// <summary>MOVE MEDIUM from a drive makes the drive unload first; else that is the initiator's business.</summary>
    public bool UnloadsDrives { get; init; } = true;

    /// <summary>What MOVE MEDIUM from a drive is told that did not unload.</summary>
    internal SenseData DriveNotUnloaded { get; init; } = new() { Key = SenseKey.IllegalRequest, Code = SenseCode.MediumRemovalPrevented };

    /// <summary>Every model.</summary>
    public static IReadOnlyList<VirtualChangerModel> All { get; } =
    [
        // IBM System Storage TS3100/TS3200 SCSI reference: hand 1, mail slots 10h, drives 100h, slots 1000h.
        new() { Name = "ibm-ts3200", VendorId = "IBM", Product = "3573-TL", FirstTransport = 1, FirstStorage = 0x1000, FirstImportExport = 0x10, FirstDrive = 0x100 },
    ];

    /// <summary>The model with a name; null when there is none.</summary>
    public static VirtualChangerModel? Find(string name) => All.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
