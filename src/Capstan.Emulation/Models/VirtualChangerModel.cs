using System.Collections.Immutable;
using Capstan.Scsi;

namespace Capstan.Emulation.Models;

/// <summary>How some changers depart from the standard. Any model can be given any of them.</summary>
[Flags]
public enum ChangerQuirks
{
    None = 0,

    /// <summary>READ ELEMENT STATUS with DVCID is refused unless drives alone are asked for (IBM 3584, TS3500, TS4500).</summary>
    IdentifiersOfDrivesOnly = 1,

    /// <summary>VOLTAG and DVCID are refused together (IBM 3584, TS3500, TS4500).</summary>
    IdentifiersWithoutTags = 2,

    /// <summary>DVCID is refused (Qualstar).</summary>
    IdentifiersRefused = 4,

    /// <summary>DVCID is taken, and no identifier comes (HPE MSL3040).</summary>
    IdentifiersLeftOut = 8,

    /// <summary>The identifier of a drive is its serial number alone, identifier type 0 (Quantum SuperLoader 3).</summary>
    IdentifiersOfSerialNumber = 16,

    /// <summary>More than a thousand elements are refused in one READ ELEMENT STATUS (IBM TS3500).</summary>
    ThousandElementsAtMost = 32,

    /// <summary>Of ALLOCATION LENGTH only the lower two bytes count (seen behind some bridges).</summary>
    AllocationLengthOfTwoBytes = 64,

    /// <summary>ELEMENT DESCRIPTOR LENGTH of every page is 0.</summary>
    DescriptorLengthZero = 128,

    /// <summary>BYTE COUNT OF REPORT AVAILABLE counts the header too (tgt).</summary>
    ByteCountWithHeader = 256,

    /// <summary>MOVE MEDIUM does not make a drive unload: that is the initiator's business.</summary>
    DriveUnloadedFirst = 512,
}

/// <summary>A kind of changer that a virtual library can have: data only.</summary>
public sealed partial record VirtualChangerModel
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

    /// <summary>The most slots between their first address and the next kind of element.</summary>
    public int MaxStorage { get; init; } = 30_000;

    /// <summary>The most mail slots.</summary>
    public int MaxImportExport { get; init; } = 240;

    /// <summary>The most drives.</summary>
    public int MaxDrives { get; init; } = 64;

    /// <summary>How it departs from the standard.</summary>
    public ChangerQuirks Quirks { get; init; }

    /// <summary>What MOVE MEDIUM from a drive is told that did not unload.</summary>
    internal SenseData DriveNotUnloaded { get; init; } = new() { Key = SenseKey.IllegalRequest, Code = SenseCode.MediumRemovalPrevented };

    /// <summary>Operation codes that this changer does not have, of those that changers can have here.</summary>
    internal ImmutableArray<byte> Missing { get; init; } = [];

    /// <summary>Whether the changer has a command.</summary>
    internal bool Has(byte operationCode) => !Missing.Contains(operationCode);

    /// <summary>The model with a name; null when there is none.</summary>
    public static VirtualChangerModel? Find(string name) => All.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
