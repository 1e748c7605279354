namespace Capstan.Scsi;

/// <summary>Extended Device Capabilities mode page of a changer (SMC-3; Quantum SuperLoader 3 Software Interface Guide, figure 43): doors, magazines, locks.</summary>
// byte 0    7 PS   6 SPF (1)   5:0 PAGE CODE (1Fh)
// byte 1    SUBPAGE CODE (41h)
// byte 2-3  PAGE LENGTH (0010h)
// byte 4    5 MVPRV   4 MVCL   3 MVOP   2 USRCL   1 USROP   0 IEST
// byte 5    4 DTEDA   3 RSSEA   2 MVTRY   1 IEMGZ   0 SMGZ
// byte 6    2 TREXC   1 LCKIE   0 LCKD
// byte 7    2 SPMER   1 DPMER   0 PEPOS
// byte 8    0 UCST
public readonly record struct ExtendedDeviceCapabilities : IModePage<ExtendedDeviceCapabilities>
{
    private const int ShortestLength = 9;

    public static readonly BitField MovePreventedField = BitField.Bit(4, 5);
    public static readonly BitField MoveClosesField = BitField.Bit(4, 4);
    public static readonly BitField MoveOpensField = BitField.Bit(4, 3);
    public static readonly BitField UserClosesField = BitField.Bit(4, 2);
    public static readonly BitField UserOpensField = BitField.Bit(4, 1);
    public static readonly BitField ImportExportStateField = BitField.Bit(4, 0);
    public static readonly BitField EmptyOnDoorAccessField = BitField.Bit(5, 4);
    public static readonly BitField ReturnToSourceField = BitField.Bit(5, 3);
    public static readonly BitField MoveTrayField = BitField.Bit(5, 2);
    public static readonly BitField ImportExportMagazineField = BitField.Bit(5, 1);
    public static readonly BitField StorageMagazineField = BitField.Bit(5, 0);
    public static readonly BitField TrueExchangeField = BitField.Bit(6, 2);
    public static readonly BitField LocksImportExportField = BitField.Bit(6, 1);
    public static readonly BitField LocksDoorField = BitField.Bit(6, 0);
    public static readonly BitField SourceEjectRequiredField = BitField.Bit(7, 2);
    public static readonly BitField DestinationEjectRequiredField = BitField.Bit(7, 1);
    public static readonly BitField PreEjectPositionField = BitField.Bit(7, 0);
    public static readonly BitField UnassignedCleaningField = BitField.Bit(8, 0);

    public static byte PageCode => 0x1F;
    public static byte SubpageCode => 0x41;
    public static int Length => 20;

    public bool ParametersSaveable { get; init; }

    /// <summary>MVPRV: no move to an import/export element while removal is prevented.</summary>
    public bool MovePrevented { get; init; }

    /// <summary>MVCL: a move to an import/export element closes it.</summary>
    public bool MoveCloses { get; init; }

    /// <summary>MVOP: a move to an import/export element opens it.</summary>
    public bool MoveOpens { get; init; }

    /// <summary>USRCL: the user closes import/export elements.</summary>
    public bool UserCloses { get; init; }

    /// <summary>USROP: the user opens import/export elements.</summary>
    public bool UserOpens { get; init; }

    /// <summary>IEST: the changer knows whether import/export elements are open.</summary>
    public bool ImportExportState { get; init; }

    /// <summary>DTEDA: drives have to be empty before the door is opened.</summary>
    public bool EmptyOnDoorAccess { get; init; }

    /// <summary>RSSEA: cartridges have to go back to the slot they came from.</summary>
    public bool ReturnToSource { get; init; }

    /// <summary>MVTRY: a move takes the tray too.</summary>
    public bool MoveTray { get; init; }

    /// <summary>IEMGZ: import/export elements are in magazines.</summary>
    public bool ImportExportMagazine { get; init; }

    /// <summary>SMGZ: storage elements are in magazines.</summary>
    public bool StorageMagazine { get; init; }

    /// <summary>TREXC: exchanges also when both places are full.</summary>
    public bool TrueExchange { get; init; }

    /// <summary>LCKIE: PREVENT ALLOW MEDIUM REMOVAL locks import/export elements.</summary>
    public bool LocksImportExport { get; init; }

    /// <summary>LCKD: PREVENT ALLOW MEDIUM REMOVAL locks the door.</summary>
    public bool LocksDoor { get; init; }

    /// <summary>SPMER: a drive must give the cartridge out before it can be taken from there.</summary>
    public bool SourceEjectRequired { get; init; }

    /// <summary>DPMER: a drive must be made ready before a cartridge can be put there.</summary>
    public bool DestinationEjectRequired { get; init; }

    /// <summary>PEPOS: a hand has to be positioned before the drive gives the cartridge out.</summary>
    public bool PreEjectPosition { get; init; }

    /// <summary>UCST: cleaning cartridges are kept in places without an address.</summary>
    public bool UnassignedCleaning { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out ExtendedDeviceCapabilities page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, SubpageCode, ShortestLength)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            MovePrevented = MovePreventedField.IsSet(data),
            MoveCloses = MoveClosesField.IsSet(data),
            MoveOpens = MoveOpensField.IsSet(data),
            UserCloses = UserClosesField.IsSet(data),
            UserOpens = UserOpensField.IsSet(data),
            ImportExportState = ImportExportStateField.IsSet(data),
            EmptyOnDoorAccess = EmptyOnDoorAccessField.IsSet(data),
            ReturnToSource = ReturnToSourceField.IsSet(data),
            MoveTray = MoveTrayField.IsSet(data),
            ImportExportMagazine = ImportExportMagazineField.IsSet(data),
            StorageMagazine = StorageMagazineField.IsSet(data),
            TrueExchange = TrueExchangeField.IsSet(data),
            LocksImportExport = LocksImportExportField.IsSet(data),
            LocksDoor = LocksDoorField.IsSet(data),
            SourceEjectRequired = SourceEjectRequiredField.IsSet(data),
            DestinationEjectRequired = DestinationEjectRequiredField.IsSet(data),
            PreEjectPosition = PreEjectPositionField.IsSet(data),
            UnassignedCleaning = UnassignedCleaningField.IsSet(data),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, SubpageCode, Length, ParametersSaveable);
        MovePreventedField.Set(data, MovePrevented);
        MoveClosesField.Set(data, MoveCloses);
        MoveOpensField.Set(data, MoveOpens);
        UserClosesField.Set(data, UserCloses);
        UserOpensField.Set(data, UserOpens);
        ImportExportStateField.Set(data, ImportExportState);
        EmptyOnDoorAccessField.Set(data, EmptyOnDoorAccess);
        ReturnToSourceField.Set(data, ReturnToSource);
        MoveTrayField.Set(data, MoveTray);
        ImportExportMagazineField.Set(data, ImportExportMagazine);
        StorageMagazineField.Set(data, StorageMagazine);
        TrueExchangeField.Set(data, TrueExchange);
        LocksImportExportField.Set(data, LocksImportExport);
        LocksDoorField.Set(data, LocksDoor);
        SourceEjectRequiredField.Set(data, SourceEjectRequired);
        DestinationEjectRequiredField.Set(data, DestinationEjectRequired);
        PreEjectPositionField.Set(data, PreEjectPosition);
        UnassignedCleaningField.Set(data, UnassignedCleaning);
        return Length;
    }
}
