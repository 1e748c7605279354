using Capstan.Emulation.Cartridges;

namespace Capstan.Emulation.Models;

/// <summary>Whose drive it is: what vendors do differently.</summary>
public enum DriveVendor
{
    Ibm,

    /// <summary>HP, and HPE from LTO-8 on.</summary>
    Hp,
    Quantum,
}

/// <summary>How some drives, or the ways to them, depart from the standard. Any model can be given any of them.</summary>
[Flags]
public enum VirtualQuirks
{
    None = 0,

    /// <summary>LOCATE(16) of a logical file stands one file short of it (LTO drives of HP).</summary>
    LocateFileOffByOne = 1,

    /// <summary>LOG SENSE of pages 11h and 17h and REPORT DENSITY SUPPORT send as many bytes as were allocated, zeros behind the answer (Quantum LTO-7 HH).</summary>
    AllocationLengthAnswered = 2,

    /// <summary>PAGE LENGTH of log pages counts the page's own header.</summary>
    LogPageLengthCountsHeader = 4,

    /// <summary>The way to the drive does not tell how much of the data came (USB and Thunderbolt bridges).</summary>
    ResidualNotReported = 8,

    /// <summary>MODE SENSE(10) and MODE SELECT(10) are refused (virtual drives of others).</summary>
    SixByteModesOnly = 16,
}

/// <summary>
/// RECOMMENDED COMMAND TIMEOUT of commands that move the tape, in seconds. Sources: IBM LTO Ultrium SCSI Reference, HP LTO Ultrium SCSI
/// reference and Quantum's, as LTFS collected them (src/tape_drivers/ibm_tape.c, hp_tape.c, quantum_tape.c).
/// </summary>
public sealed record VirtualTimeouts(
    int Erase, int Format, int Load, int Locate, int Space, int Read, int ReadBuffer, int Rewind, int SelfTest, int SetCapacity, int Verify, int Write,
    int WriteBuffer, int WriteFilemarks)
{
    /// <summary>By operation code; null for commands that are not in the table.</summary>
    internal uint? Of(byte operationCode) => (uint?)(operationCode switch
    {
        0x19 => Erase,
        0x04 => Format,
        0x1B => Load,
        0x2B or 0x92 => Locate,
        0x11 or 0x91 => Space,
        0x08 => Read,
        0x3C => ReadBuffer,
        0x01 => Rewind,
        0x1D => SelfTest,
        0x0B => SetCapacity,
        0x13 => Verify,
        0x0A => Write,
        0x3B => WriteBuffer,
        0x10 or 0x80 => WriteFilemarks,
        _ => (int?)null,
    });
}

/// <summary>A kind of drive that a virtual library can have: data only.</summary>
public sealed partial record VirtualDriveModel
{
    /// <summary>What <c>--drive</c> takes: <c>ibm-lto9-hh</c>.</summary>
    public required string Name { get; init; }

    public required DriveVendor Vendor { get; init; }

    /// <summary>Generation of the drive, 4 to 10.</summary>
    public required int Generation { get; init; }

    /// <summary>INQUIRY vendor.</summary>
    public required string VendorId { get; init; }

    /// <summary>INQUIRY product.</summary>
    public required string Product { get; init; }

    /// <summary>INQUIRY revision: firmware.</summary>
    public string Revision { get; init; } = "CAP1";

    public required VirtualTimeouts Timeouts { get; init; }

    public VirtualQuirks Quirks { get; init; }

    /// <summary>Index of AES-256-GCM in the data encryption capabilities: 0 or 1.</summary>
    public byte EncryptionAlgorithmIndex { get; init; } = 1;

    /// <summary>Whether it orders reads itself (GENERATE and RECEIVE RECOMMENDED ACCESS ORDER): full-height drives from LTO-9 on.</summary>
    public bool HasAccessOrder { get; init; }

    /// <summary>Cartridges it writes, the newest first.</summary>
    public IReadOnlyList<MediumType> Writable => WritableBy[Generation];

    /// <summary>Cartridges it only reads.</summary>
    public IReadOnlyList<MediumType> ReadOnly => ReadableBy.GetValueOrDefault(Generation, []);

    /// <summary>The cartridge that a new library gets, and the drive's default density.</summary>
    public MediumType Medium => Writable[0];

    /// <summary>MEDIUM TYPE of the mode parameter header says the generation (IBM notation); else only 01h for WORM (HP).</summary>
    public bool NamesMediumGeneration => Vendor != DriveVendor.Hp;

    /// <summary>Partitions, append-only mode, logical block protection came with LTO-5.</summary>
    public bool HasExtendedFormat => Generation >= 5;

    /// <summary>LOGICAL BLOCK PROTECTION METHOD 2 (CRC32C) beside 1 (Reed-Solomon).</summary>
    public bool HasCrc32C => Generation >= 7;

    /// <summary>REPORT SUPPORTED OPERATION CODES tells timeouts.</summary>
    public bool ReportsTimeouts => Generation >= 5;

    /// <summary>Mode pages that only the vendor describes, whole, in ascending order; all behind 1Dh.</summary>
    public IReadOnlyList<byte[]> VendorPages => (Vendor, Generation) switch
    {
        // As an LTO-10 of IBM reports them (tests/fixtures/hex/lto10-mode-sense-10-3f.hex): 2Fh, 30h (which subpages it has).
        (DriveVendor.Ibm, 10) => [[0x2F, 0x08, 0, 1, 0, 1, 0, 0, 0, 1], [0x30, 0x07, 0x01, 0x02, 0x03, 0x20, 0x40, 0x42, 0x43]],
        // As an LTO-5 of IBM is said to report them: 24h, 2Fh (behaviour configuration).
        (DriveVendor.Ibm, _) => [[0x24, 0x06, 0, 0, 0, 0, 0, 1], [0x2F, 0x08, 0, 0, 0, 0, 0, 0, 0, 0]],
        // Drive capabilities control: variable blocks by default, trace kept (Quantum LTO-4 user's manual, page 21h).
        (DriveVendor.Quantum, 4) => [[0x21, 0x0E, 0, 0x84, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
        _ => [],
    };

    /// <summary>Whether the drive reads cartridges of this kind.</summary>
    public bool Reads(MediumType medium) => Writable.Contains(medium) || ReadOnly.Contains(medium);

    /// <summary>Whether the drive writes cartridges of this kind.</summary>
    public bool Writes(MediumType medium) => Writable.Contains(medium);

    /// <summary>Whether the drive has a command; what no drive here has is not this question.</summary>
    internal bool Has(byte operationCode, int? serviceAction) => (operationCode, serviceAction) switch
    {
        // FORMAT MEDIUM, ALLOW OVERWRITE and SET CAPACITY's partitions belong to what LTO-5 brought.
        (0x04, _) or (0x82, _) => HasExtendedFormat,
        (0xA3, 0x1D) or (0xA4, 0x1D) => HasAccessOrder,
        // READ END OF WRAP POSITION: from LTO-7 on.
        (0xA3, 0x1F) => Generation >= 7,
        _ => true,
    };

    /// <summary>Every model, IBM's first, the newest first.</summary>
    public static IReadOnlyList<VirtualDriveModel> All => field ??=
    [
        .. new[] { Lto9, Lto10, Lto8, Lto7, Lto6, Lto5, Lto4 }.SelectMany(static models => models),
    ];

    /// <summary>The model of a library that was made without naming one.</summary>
    public static VirtualDriveModel Default => All[0];

    /// <summary>The model of this name, or null.</summary>
    public static VirtualDriveModel? Find(string name) =>
        All.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>IBM's full-height drive whose newest cartridge this is.</summary>
    public static VirtualDriveModel For(MediumType medium) =>
        All.FirstOrDefault(model => model.Vendor == DriveVendor.Ibm && model.Medium == medium)
        ?? All.First(model => model.Vendor == DriveVendor.Ibm && model.Writes(medium));

    // LTO-7 and older write one generation back and read two; LTO-8 reads what it writes, 8, M8 and 7; LTO-9 8 and 9; LTO-10 only its own.
    private static readonly Dictionary<int, MediumType[]> WritableBy = new()
    {
        [4] = [MediumType.Lto4, MediumType.Lto3],
        [5] = [MediumType.Lto5, MediumType.Lto4],
        [6] = [MediumType.Lto6, MediumType.Lto5],
        [7] = [MediumType.Lto7, MediumType.Lto6],
        [8] = [MediumType.Lto8, MediumType.LtoM8, MediumType.Lto7],
        [9] = [MediumType.Lto9, MediumType.Lto8],
        [10] = [MediumType.Lto10, MediumType.Lto10P],
    };

    private static readonly Dictionary<int, MediumType[]> ReadableBy = new()
    {
        [4] = [MediumType.Lto2],
        [5] = [MediumType.Lto3],
        [6] = [MediumType.Lto4],
        [7] = [MediumType.Lto5],
    };
}
