using System.Collections.Immutable;

namespace Capstan.Scsi;

public static partial class ModePageCatalog
{
    /// <summary>Those of a media changer, in ascending order of page and subpage.</summary>
    public static ImmutableArray<ModePageDescription> Changer => OfChanger.Pages;

    /// <summary>A class of its own, because it takes pages over from <see cref="All"/>, which has to be there before.</summary>
    private static class OfChanger
    {
        internal static readonly ImmutableArray<ModePageDescription> Pages =
        [
            Find(0x02, 0x00)!,
            Find(0x18, 0x00)!,
            Find(0x19, 0x00)!,
            Find(0x1A, 0x00)!,
            Find(0x1C, 0x00)!,
            new(0x1D, 0x00, "Element Address Assignment", "SMC-3 7.3.4",
            [
                new("FMTEA", "first transport element address", 2, 0, 16),
                new("NMTE", "number of transport elements", 4, 0, 16),
                new("FSEA", "first storage element address", 6, 0, 16),
                new("NSE", "number of storage elements", 8, 0, 16),
                new("FIEEA", "first import/export element address", 10, 0, 16),
                new("NIEE", "number of import/export elements", 12, 0, 16),
                new("FDTEA", "first data transfer element address", 14, 0, 16),
                new("NDTE", "number of data transfer elements", 16, 0, 16),
            ]),
            new(0x1E, 0x00, "Transport Geometry Parameters", "SMC-3",
            [
                new("ROTATE", "the first hand turns media over", 2, 0, 1),
                new("MEMBER", "its number among hands that move together", 3, 0, 8),
            ]),
            new(0x1F, 0x00, "Device Capabilities", "SMC-3",
            [
                new("STORDT", "cartridges can stay in data transfer elements", 2, 3, 1),
                new("STORIE", "cartridges can stay in import/export elements", 2, 2, 1),
                new("STORST", "cartridges can stay in storage elements", 2, 1, 1),
                new("STORMT", "cartridges can stay in transport elements", 2, 0, 1),
                new("ACE", "drives are cleaned by themselves", 3, 2, 1),
                new("VTRP", "a reader for labels", 3, 1, 1),
                new("S2C", "what SMC-2 added means something", 3, 0, 1),
                new("MT_RA", "READ ATTRIBUTE of transport elements", 4, 6, 2),
                new("MT_DT", "transport to data transfer: MOVE MEDIUM", 4, 3, 1),
                new("MT_IE", "transport to import/export: MOVE MEDIUM", 4, 2, 1),
                new("MT_ST", "transport to storage: MOVE MEDIUM", 4, 1, 1),
                new("MT_MT", "transport to transport: MOVE MEDIUM", 4, 0, 1),
                new("ST_RA", "READ ATTRIBUTE of storage elements", 5, 6, 2),
                new("ST_DT", "storage to data transfer: MOVE MEDIUM", 5, 3, 1),
                new("ST_IE", "storage to import/export: MOVE MEDIUM", 5, 2, 1),
                new("ST_ST", "storage to storage: MOVE MEDIUM", 5, 1, 1),
                new("ST_MT", "storage to transport: MOVE MEDIUM", 5, 0, 1),
                new("IE_RA", "READ ATTRIBUTE of import/export elements", 6, 6, 2),
                new("IE_DT", "import/export to data transfer: MOVE MEDIUM", 6, 3, 1),
                new("IE_IE", "import/export to import/export: MOVE MEDIUM", 6, 2, 1),
                new("IE_ST", "import/export to storage: MOVE MEDIUM", 6, 1, 1),
                new("IE_MT", "import/export to transport: MOVE MEDIUM", 6, 0, 1),
                new("DT_RA", "READ ATTRIBUTE of data transfer elements", 7, 6, 2),
                new("DT_DT", "data transfer to data transfer: MOVE MEDIUM", 7, 3, 1),
                new("DT_IE", "data transfer to import/export: MOVE MEDIUM", 7, 2, 1),
                new("DT_ST", "data transfer to storage: MOVE MEDIUM", 7, 1, 1),
                new("DT_MT", "data transfer to transport: MOVE MEDIUM", 7, 0, 1),
                new("MT_WA", "WRITE ATTRIBUTE of transport elements", 12, 6, 2),
                new("MT_X_DT", "transport to data transfer: EXCHANGE MEDIUM", 12, 3, 1),
                new("MT_X_IE", "transport to import/export: EXCHANGE MEDIUM", 12, 2, 1),
                new("MT_X_ST", "transport to storage: EXCHANGE MEDIUM", 12, 1, 1),
                new("MT_X_MT", "transport to transport: EXCHANGE MEDIUM", 12, 0, 1),
                new("ST_WA", "WRITE ATTRIBUTE of storage elements", 13, 6, 2),
                new("ST_X_DT", "storage to data transfer: EXCHANGE MEDIUM", 13, 3, 1),
                new("ST_X_IE", "storage to import/export: EXCHANGE MEDIUM", 13, 2, 1),
                new("ST_X_ST", "storage to storage: EXCHANGE MEDIUM", 13, 1, 1),
                new("ST_X_MT", "storage to transport: EXCHANGE MEDIUM", 13, 0, 1),
                new("IE_WA", "WRITE ATTRIBUTE of import/export elements", 14, 6, 2),
                new("IE_X_DT", "import/export to data transfer: EXCHANGE MEDIUM", 14, 3, 1),
                new("IE_X_IE", "import/export to import/export: EXCHANGE MEDIUM", 14, 2, 1),
                new("IE_X_ST", "import/export to storage: EXCHANGE MEDIUM", 14, 1, 1),
                new("IE_X_MT", "import/export to transport: EXCHANGE MEDIUM", 14, 0, 1),
                new("DT_WA", "WRITE ATTRIBUTE of data transfer elements", 15, 6, 2),
                new("DT_X_DT", "data transfer to data transfer: EXCHANGE MEDIUM", 15, 3, 1),
                new("DT_X_IE", "data transfer to import/export: EXCHANGE MEDIUM", 15, 2, 1),
                new("DT_X_ST", "data transfer to storage: EXCHANGE MEDIUM", 15, 1, 1),
                new("DT_X_MT", "data transfer to transport: EXCHANGE MEDIUM", 15, 0, 1),
            ]),
            new(0x1F, 0x41, "Extended Device Capabilities", "SMC-3",
            [
                new("MVPRV", "no move to import/export while removal is prevented", 4, 5, 1),
                new("MVCL", "a move closes import/export elements", 4, 4, 1),
                new("MVOP", "a move opens import/export elements", 4, 3, 1),
                new("USRCL", "the user closes import/export elements", 4, 2, 1),
                new("USROP", "the user opens import/export elements", 4, 1, 1),
                new("IEST", "the changer knows whether import/export elements are open", 4, 0, 1),
                new("DTEDA", "drives empty before the door is opened", 5, 4, 1),
                new("RSSEA", "cartridges go back to their source", 5, 3, 1),
                new("MVTRY", "a move takes the tray too", 5, 2, 1),
                new("IEMGZ", "import/export elements in magazines", 5, 1, 1),
                new("SMGZ", "storage elements in magazines", 5, 0, 1),
                new("TREXC", "exchanges also between full places", 6, 2, 1),
                new("LCKIE", "preventing removal locks import/export elements", 6, 1, 1),
                new("LCKD", "preventing removal locks the door", 6, 0, 1),
                new("SPMER", "a drive gives out the cartridge before a move from it", 7, 2, 1),
                new("DPMER", "a drive is made ready before a move to it", 7, 1, 1),
                new("PEPOS", "the hand is positioned before a drive gives out", 7, 0, 1),
                new("UCST", "cleaning cartridges in places without an address", 8, 0, 1),
            ]),
        ];
    }
}
