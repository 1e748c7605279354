using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>A field of a mode page by its name in the standard.</summary>
/// <param name="Name">The standard's own, where it has one: <c>DCE</c>.</param>
/// <param name="Meaning">In a few words, with units.</param>
/// <param name="Byte">Where it begins, counted from the page's header.</param>
/// <param name="Low">Least significant bit of a field inside a byte; 0 for whole bytes.</param>
/// <param name="Bits">1 to 7, or 8, 16, 24 or 32 for whole bytes.</param>
public readonly record struct ModeField(string Name, string Meaning, int Byte, int Low, int Bits)
{
    /// <summary>In bytes, from <see cref="Byte"/> on.</summary>
    public int Length => (Bits + 7) / 8;

    /// <summary>The value in a page; false when the page is too short to have it.</summary>
    public bool TryGet(ReadOnlySpan<byte> page, out uint value)
    {
        value = 0;
        if (page.Length < Byte + Length) return false;

        foreach (byte part in page.Slice(Byte, Length)) value = value << 8 | part;
        if (Bits < 8) value = value >> Low & ((1u << Bits) - 1);
        return true;
    }
}

/// <summary>What a mode page is: its name, and its fields in the order of their bytes.</summary>
public sealed record ModePageDescription(byte Page, byte Subpage, string Name, string Clause, ImmutableArray<ModeField> Fields);

/// <summary>The mode pages by name, for tape drives and for changers: page 1Dh is another one on each. What a vendor alone describes is not here.</summary>
public static partial class ModePageCatalog
{
    /// <summary>Those of a tape drive, in ascending order of page and subpage.</summary>
    public static ImmutableArray<ModePageDescription> All { get; } =
    [
        new(0x01, 0x00, "Read-Write Error Recovery", "SSC-4 8.3.5",
        [
            new("TB", "transfer a block that cannot be recovered", 2, 5, 1),
            new("EER", "fastest recovery first", 2, 3, 1),
            new("PER", "report recovered errors", 2, 2, 1),
            new("DTE", "stop at a recovered error", 2, 1, 1),
            new("DCR", "no error correction", 2, 0, 1),
            new("RRC", "read retry count", 3, 0, 8),
            new("WRC", "write retry count", 8, 0, 8),
        ]),
        new(0x02, 0x00, "Disconnect-Reconnect", "SPC-4 7.5.10",
        [
            new("BFR", "buffer full ratio, in 1/256", 2, 0, 8),
            new("BER", "buffer empty ratio, in 1/256", 3, 0, 8),
            new("BIL", "bus inactivity limit", 4, 0, 16),
            new("DTL", "disconnect time limit", 6, 0, 16),
            new("CTL", "connect time limit", 8, 0, 16),
            new("MBS", "maximum burst size, in 512 bytes", 10, 0, 16),
            new("EMDP", "enable modify data pointers", 12, 7, 1),
            new("FAR", "fair arbitration", 12, 4, 3),
            new("DIMM", "disconnect immediate", 12, 3, 1),
            new("DTDC", "data transfer disconnect control", 12, 0, 3),
            new("FBS", "first burst size, in 512 bytes", 14, 0, 16),
        ]),
        new(0x0A, 0x00, "Control", "SPC-4 7.5.8",
        [
            new("TST", "task set type", 2, 5, 3),
            new("TMF_ONLY", "task management functions only", 2, 4, 1),
            new("D_SENSE", "sense in descriptor format", 2, 2, 1),
            new("GLTSD", "log parameters are not saved by themselves", 2, 1, 1),
            new("RLEC", "report log exception conditions", 2, 0, 1),
            new("QAM", "queue algorithm modifier", 3, 4, 4),
            new("NUAR", "no unit attention on release", 3, 3, 1),
            new("QERR", "queue error management", 3, 1, 2),
            new("RAC", "report a check", 4, 6, 1),
            new("UA_INTLCK", "unit attention interlock", 4, 4, 2),
            new("SWP", "software write protect", 4, 3, 1),
            new("TAS", "task aborted status", 5, 6, 1),
            new("AUTOLOAD", "autoload mode: 0 thread, 1 memory only, 2 nothing", 5, 0, 3),
            new("BTP", "busy timeout, in 100 ms", 8, 0, 16),
            new("ESTCT", "extended self-test time, in s", 10, 0, 16),
        ]),
        new(0x0A, 0xF0, "Control Data Protection", "SSC-4 8.3.9",
        [
            new("LBP_METHOD", "method: 0 none, 1 Reed-Solomon, 2 CRC32C", 4, 0, 8),
            new("LBP_LENGTH", "bytes of protection behind a block", 5, 0, 6),
            new("LBP_W", "blocks written carry protection", 6, 7, 1),
            new("LBP_R", "blocks read carry protection", 6, 6, 1),
            new("RBDP", "recovered buffered data carry protection", 6, 5, 1),
        ]),
        new(0x0F, 0x00, "Data Compression", "SSC-4 8.3.2",
        [
            new("DCE", "compression enabled", 2, 7, 1),
            new("DCC", "compression possible", 2, 6, 1),
            new("DDE", "decompression enabled", 3, 7, 1),
            new("RED", "report exception on decompression", 3, 5, 2),
            new("COMPR_A", "compression algorithm", 4, 0, 32),
            new("DCOMPR_A", "decompression algorithm", 8, 0, 32),
        ]),
        new(0x10, 0x00, "Device Configuration", "SSC-4 8.3.3",
        [
            new("CAF", "change active format", 2, 5, 1),
            new("CAF_F", "active format", 2, 0, 5),
            new("ACT_P", "active partition", 3, 0, 8),
            new("WOBFR", "write object buffer full ratio, in 1/256", 4, 0, 8),
            new("ROBER", "read object buffer empty ratio, in 1/256", 5, 0, 8),
            new("WDT", "write delay time, in 100 ms", 6, 0, 16),
            new("OBR", "object buffer recovery", 8, 7, 1),
            new("LOIS", "logical object identifiers supported", 8, 6, 1),
            new("RSMK", "report setmarks", 8, 5, 1),
            new("AVC", "automatic velocity control", 8, 4, 1),
            new("SOCF", "stop on consecutive filemarks", 8, 2, 2),
            new("ROBO", "recover object buffer order", 8, 1, 1),
            new("REW", "report early warning on read", 8, 0, 1),
            new("GAP_S", "gap size", 9, 0, 8),
            new("EOD_D", "end of data defined", 10, 5, 3),
            new("EEG", "enable end of data generation", 10, 4, 1),
            new("SEW", "synchronise at early warning", 10, 3, 1),
            new("SWP", "software write protect", 10, 2, 1),
            new("BAML", "block address mode lock", 10, 1, 1),
            new("BAM", "block address mode", 10, 0, 1),
            new("OBSAEW", "object buffer size at early warning", 11, 0, 24),
            new("SDCA", "select data compression algorithm: 0 off, 1 on", 14, 0, 8),
            new("WTRE", "WORM tamper read enable", 15, 6, 2),
            new("OIR", "only if reserved", 15, 5, 1),
            new("ROR", "rewind on reset", 15, 3, 2),
            new("ASOCWP", "associated write protect", 15, 2, 1),
            new("PERSWP", "persistent write protect", 15, 1, 1),
            new("PRMWP", "permanent write protect", 15, 0, 1),
        ]),
        new(0x10, 0x01, "Device Configuration Extension", "SSC-4 8.3.8",
        [
            new("PE_UN", "unit of PEWS: 0 MB", 4, 4, 4),
            new("TARPF", "TapeAlert respects parameter fields", 4, 3, 1),
            new("TASER", "TapeAlert select exception reporting", 4, 2, 1),
            new("TARPC", "TapeAlert respects page control", 4, 1, 1),
            new("TAPLSD", "TapeAlert flags stay after LOG SENSE", 4, 0, 1),
            new("WRITE_MODE", "write mode: 0 overwrite allowed, 1 append only", 5, 4, 4),
            new("SEM", "short erase mode: 2 writes end of data", 5, 0, 4),
            new("PEWS", "programmable early warning, in MB before early warning", 6, 0, 16),
            new("VCELBRE", "volume with encrypted blocks requires encryption", 8, 0, 1),
        ]),
        new(0x11, 0x00, "Medium Partition", "SSC-4 8.3.4",
        [
            new("MAX_ADD_P", "maximum additional partitions", 2, 0, 8),
            new("ADD_P_DEF", "additional partitions defined", 3, 0, 8),
            new("FDP", "fixed data partitions", 4, 7, 1),
            new("SDP", "select data partitions", 4, 6, 1),
            new("IDP", "initiator-defined partitions", 4, 5, 1),
            new("PSUM", "size unit: 0 B, 1 kB, 2 MB, 3 by PART_UNITS", 4, 3, 2),
            new("POFM", "partition on format medium", 4, 2, 1),
            new("CLEAR", "clear", 4, 1, 1),
            new("ADDP", "add partitions", 4, 0, 1),
            new("MED_FR", "medium format recognition", 5, 0, 8),
            new("PART_TYPE", "partitioning type", 6, 4, 4),
            new("PART_UNITS", "partition units: 10 to this power bytes", 6, 0, 4),
            new("SIZE_0", "size of partition 0", 8, 0, 16),
            new("SIZE_1", "size of partition 1", 10, 0, 16),
            new("SIZE_2", "size of partition 2", 12, 0, 16),
            new("SIZE_3", "size of partition 3", 14, 0, 16),
        ]),
        new(0x18, 0x00, "Protocol Specific Logical Unit", "SPC-4 7.5.14",
        [
            new("TLR", "transport layer retries", 2, 4, 1),
            new("PROTO", "protocol: 0 Fibre Channel, 6 SAS", 2, 0, 4),
            new("PARAM", "of the protocol", 3, 0, 8),
        ]),
        new(0x19, 0x00, "Protocol Specific Port", "SPC-4 7.5.15",
        [
            new("CAWT", "continue arbitration wait time", 2, 6, 1),
            new("BAE", "broadcast asynchronous event", 2, 5, 1),
            new("RLM", "ready LED meaning", 2, 4, 1),
            new("PROTO", "protocol: 0 Fibre Channel, 6 SAS", 2, 0, 4),
            new("ITNLT", "I_T nexus loss time, in ms", 4, 0, 16),
            new("IRT", "initiator response timeout, in ms", 6, 0, 16),
            new("RTOL", "reject to open limit, in 10 us", 8, 0, 16),
        ]),
        new(0x1A, 0x00, "Power Condition", "SPC-4 7.5.13",
        [
            new("PM_BG", "background precedence", 2, 6, 2),
            new("STANDBY_Y", "standby y enabled", 2, 0, 1),
            new("IDLE_C", "idle c enabled", 3, 3, 1),
            new("IDLE_B", "idle b enabled", 3, 2, 1),
            new("IDLE", "idle a enabled", 3, 1, 1),
            new("STANDBY", "standby z enabled", 3, 0, 1),
            new("ICT", "idle a timer, in 100 ms", 4, 0, 32),
            new("SCT", "standby z timer, in 100 ms", 8, 0, 32),
            new("IBCT", "idle b timer, in 100 ms", 12, 0, 32),
            new("ICCT", "idle c timer, in 100 ms", 16, 0, 32),
            new("SYCT", "standby y timer, in 100 ms", 20, 0, 32),
            new("CCF_IDLE", "check condition from idle", 39, 6, 2),
            new("CCF_STAND", "check condition from standby", 39, 4, 2),
            new("CCF_STOPP", "check condition from stopped", 39, 2, 2),
        ]),
        new(0x1C, 0x00, "Informational Exceptions Control", "SPC-4 7.5.12, SSC-4 8.3.6",
        [
            new("PERF", "no delays for exceptions", 2, 7, 1),
            new("EBF", "enable background function", 2, 5, 1),
            new("EWASC", "enable warning", 2, 4, 1),
            new("DEXCPT", "disable exception control: TapeAlert by log page only", 2, 3, 1),
            new("TEST", "raise the flag of TEST_FLAG", 2, 2, 1),
            new("EBACKERR", "enable background error", 2, 1, 1),
            new("LOGERR", "log errors", 2, 0, 1),
            new("MRIE", "method of reporting: 3 recovered error", 3, 0, 4),
            new("INTT", "interval timer, in 100 ms", 4, 0, 32),
            new("TEST_FLAG", "report count, or TapeAlert flag to test", 8, 0, 32),
        ]),
        new(0x1D, 0x00, "Medium Configuration", "SSC-4 8.3.7",
        [
            new("WORMM", "the cartridge is WORM", 2, 0, 1),
            new("WMLR", "WORM label restrictions", 4, 0, 8),
            new("WMFR", "WORM filemark restrictions", 5, 0, 8),
        ]),
    ];

    /// <summary>The page of this code and subpage of a tape drive, or null.</summary>
    public static ModePageDescription? Find(byte page, byte subpage) => Find(All, page, subpage);

    /// <summary>The page of this code and subpage of a changer, or null.</summary>
    public static ModePageDescription? FindOfChanger(byte page, byte subpage) => Find(Changer, page, subpage);

    private static ModePageDescription? Find(ImmutableArray<ModePageDescription> pages, byte page, byte subpage)
    {
        foreach (ModePageDescription description in pages)
        {
            if (description.Page == page && description.Subpage == subpage) return description;
        }

        return null;
    }
}
