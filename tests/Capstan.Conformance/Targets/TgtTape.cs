namespace Capstan.Conformance.Targets;

/// <summary>
/// What the tape drive of tgt 1.0.85 does not do, whatever path leads to it. Each was seen on it; where the reason names a field, that
/// is what it answered.
/// </summary>
public static class TgtTape
{
    /// <summary>T10 VENDOR IDENTIFICATION of its units.</summary>
    public const string Vendor = "IET";

    public static Declarations Declared() => new Declarations()
        .Lacks(
            "early warning has EOM and NO SENSE, but no additional sense code",
            "EndOfMedium.EarlyWarningWritesTheBlock")
        .Lacks(
            "it never says VOLUME OVERFLOW: EOM with NO SENSE goes on",
            "EndOfMedium.TheEndIsVolumeOverflow")
        .Lacks(
            "READ POSITION does not tell EOP",
            "EndOfMedium.ThePositionSaysEndOfPartition")
        .Lacks(
            "no ERASE(6): INVALID COMMAND OPERATION CODE, though the standard makes it mandatory",
            "Erase.FromTheBeginning", "Erase.FromTheMiddle", "Erase.LongFromTheBeginning")
        .Lacks(
            "neither LOCATE(10) nor LOCATE(16): INVALID COMMAND OPERATION CODE",
            "Locate.SixteenBehindEndOfData", "Locate.SixteenToAFileBehindEndOfData", "Locate.SixteenToAReservedDestination",
            "Locate.SixteenToEachFile", "Locate.SixteenToEachObject", "Locate.SixteenToEndOfData", "Locate.TenBehindEndOfData",
            "Locate.TenIgnoresThePartitionWithoutCp", "Locate.TenImmediately", "Locate.TenToAPartitionThatIsNotThere",
            "Locate.TenToEachObject")
        .Lacks(
            "LOAD UNLOAD answers GOOD and does nothing: no rewind, never not ready, no unit attention, no prevention",
            "Medium.LoadBringsItBackToTheBeginning", "Medium.LoadOfALoadedTapeRewinds", "Medium.LoadSaysThatTheMediumMayHaveChanged",
            "Medium.PreventedRemoval", "Medium.UnloadMakesItNotReady", "TapeDrive.UnloadsAndLoads")
        .Lacks(
            "no medium auxiliary memory: READ ATTRIBUTE and WRITE ATTRIBUTE are INVALID COMMAND OPERATION CODE",
            "ReadAttribute.AnAttributeThatIsNotThereIsRefused", "ReadAttribute.AnUnknownServiceActionIsRefused",
            "ReadAttribute.AnotherVolumeIsRefused", "ReadAttribute.CapacitiesAreMegabytes", "ReadAttribute.CutAtTheAllocationLength",
            "ReadAttribute.Partitions", "ReadAttribute.TheListIsThatOfTheValues", "ReadAttribute.ThePositionStays",
            "ReadAttribute.TheSerialNumberIsText", "ReadAttribute.TheVolumeChangeReferenceChangesWithTheTape",
            "ReadAttribute.ValuesFromAnIdentifierOn", "ReadAttribute.ValuesFromTheBeginning",
            "WriteAttribute.AReadOnlyAttributeIsRefusedAndNothingChanges", "WriteAttribute.AWrongLengthIsRefused",
            "WriteAttribute.AnAttributeThatIsCutOffIsRefused", "WriteAttribute.AnEmptyListIsNoError",
            "WriteAttribute.ItMovesNoTapeAndChangesNoReference", "WriteAttribute.LengthZeroDeletes", "WriteAttribute.WhatIsWrittenIsRead")
        .Lacks(
            "no encryption: SECURITY PROTOCOL IN and OUT are INVALID COMMAND OPERATION CODE",
            "SecurityProtocolOut.AListThatIsCutOffIsRefused", "SecurityProtocolOut.AShortKeyIsRefusedAndNothingChanges",
            "SecurityProtocolOut.AnUnknownAlgorithmIsRefusedAndNothingChanges", "SecurityProtocolOut.AnUnknownKeyFormatIsRefusedAndNothingChanges",
            "SecurityProtocolOut.AnUnknownPageIsRefused", "SecurityProtocolOut.AnUnknownProtocolIsRefused",
            "SecurityProtocolOut.AnUnloadedTapeTakesTheKeyAlongWithCkod", "SecurityProtocolOut.NoDataIsNoError",
            "SecurityProtocolOut.NoPageTellsTheKey",
            "SecurityProtocol.AReservedByteIsRefused", "SecurityProtocol.AnUnknownPageIsRefused", "SecurityProtocol.AnUnknownProtocolIsRefused",
            "SecurityProtocol.AnotherKeyIsRefused", "SecurityProtocol.CutAtTheAllocationLength", "SecurityProtocol.EveryListedPageIsThere",
            "SecurityProtocol.InClearOnlyMixedReadsIt", "SecurityProtocol.ListsItsPages", "SecurityProtocol.ListsItsProtocols",
            "SecurityProtocol.TheNextBlockIsTold", "SecurityProtocol.WhatIsSetIsTold", "SecurityProtocol.WithoutAKeyItIsRefusedAndTheTapeStays",
            "SecurityProtocol.WithoutAKeyNothingIsEncrypted", "SecurityProtocol.WrittenAndReadWithAKey")
        .Lacks(
            "MODE SELECT takes over the block descriptor before it refuses a page",
            "Mode.SelectOfAnUnknownPageIsRefused")
        .Lacks(
            "MODE SELECT answers a wrong list length, and none, with INVALID FIELD IN CDB",
            "Mode.SelectOfHalfAHeaderIsRefused", "Mode.SelectOfNothingIsNoError")
        .Lacks(
            "no MODE SELECT(10): INVALID COMMAND OPERATION CODE",
            "ModeSelect10.AnUnknownPageIsRefusedAndNothingChanges", "ModeSelect10.ChangesOneFieldOfAPage", "ModeSelect10.HalfAHeaderIsRefused",
            "ModeSelect10.HalfAPageIsRefusedAndNothingChanges", "ModeSelect10.NothingIsNoError", "ModeSelect10.SetsTheBlockLength",
            "ModeSelect10.WhatIsNotChangeableIsRefused",
            "Mode.SelectTenSetsTheBlockLength")
        .Lacks(
            "MODE SELECT ignores BUFFERED MODE",
            "Mode.UnbufferedModeCanBeSet")
        .Lacks(
            "the residual it reports is not what is missing (iSCSI RFC 7143 11.4.5.1): 0 at a filemark, the length read for a short block, everything for a long one",
            "Read6.AFilemarkHasAResidual", "Read6.ALongerBlockHasNoResidual", "Read6.AShorterBlockHasAResidual",
            "Read6.AShorterBlockWithSiliHasAResidual")
        .Lacks(
            "of a block longer than asked for it sends nothing",
            "Read6.ALongerBlockSetsIli")
        .Lacks(
            "READ(6) ignores SILI",
            "Read6.ALongerBlockWithSiliInVariableMode", "Read6.AShorterBlockWithSili")
        .Lacks(
            "READ(6) in fixed mode answers everything but a whole run of blocks, or a filemark, with MEDIUM ERROR 31/00",
            "Read6.FixedBlocksEndAtABlockOfAnotherLength", "Read6.FixedBlocksEndAtEndOfData",
            "Read6.FixedWithoutABlockLengthIsRefused")
        .Lacks(
            "a transfer length of 0 is taken as a block of no bytes: READ(6) goes over a block, WRITE(6) writes records of no length",
            "Read6.LengthZeroReadsNothing", "Write6.LengthZeroWritesNothing")
        .Lacks(
            "end of data is BLANK CHECK with 00/00 and EOM instead of 00/05, without INFORMATION",
            "Read6.TheEndOfDataIsBlank")
        .Lacks(
            "READ POSITION has no extended form",
            "ReadPosition.ExtendedSaysWhatIsOnTheMedium")
        .Lacks(
            "READ POSITION answers that the location is unknown (LOCU), and zeros",
            "ReadPosition.LongAtTheBeginning", "ReadPosition.LongCountsFiles", "ReadPosition.ShortAndLongAgree",
            "ReadPosition.ShortAtTheBeginning", "ReadPosition.ShortBehindAFilemark")
        .Lacks(
            "REPORT SUPPORTED OPERATION CODES says of every code that it is supported",
            "Report.AnUnknownCodeIsSaidToBeUnsupported")
        .Lacks(
            "REPORT SUPPORTED OPERATION CODES lists what there is: no ERASE(6), no LOCATE(10)",
            "Report.OperationCodesAreListed")
        .Lacks(
            "sense has no field pointer (SKSV is 0)",
            "Sense.ARefusedFieldIsPointedAt", "Sense.AnUnknownOperationCodeIsPointedAt")
        .Lacks(
            "D_SENSE cannot be set, and sense comes in fixed format only",
            "Sense.RequestSenseDescriptor", "Sense.SenseInDescriptorFormat")
        .Lacks(
            "no SPACE(16): INVALID COMMAND OPERATION CODE",
            "Space16.AReservedCodeIsRefused", "Space16.BlocksBackward", "Space16.BlocksBackwardIntoAFilemark",
            "Space16.BlocksBackwardIntoTheBeginning", "Space16.BlocksForward", "Space16.BlocksForwardIntoAFilemark",
            "Space16.BlocksForwardIntoEndOfData", "Space16.BlocksForwardUpToAFilemark", "Space16.CountZeroMovesNothing",
            "Space16.CountsBeyondTwentyFourBits", "Space16.EndOfData", "Space16.EndOfDataFromThere", "Space16.FilemarksBackward",
            "Space16.FilemarksBackwardIntoTheBeginning", "Space16.FilemarksForward", "Space16.FilemarksForwardIntoEndOfData",
            "Space16.SequentialFilemarksAreFoundOrRefused", "Space16.TwoFilemarksBackward", "Space16.TwoFilemarksForward")
        .Lacks(
            "SPACE(6) over blocks does not stop at a filemark: it counts it as a block",
            "Space6.BlocksBackwardIntoAFilemark", "Space6.BlocksForwardIntoAFilemark")
        .Lacks(
            "SPACE(6) over blocks towards the beginning stops there with GOOD",
            "Space6.BlocksBackwardIntoTheBeginning")
        .Lacks(
            "SPACE(6) meets the end of data with NO SENSE 00/05, not BLANK CHECK, and without INFORMATION",
            "Space6.BlocksForwardIntoEndOfData", "Space6.FilemarksForwardIntoEndOfData")
        .Lacks(
            "SPACE(6) over filemarks backward stops one object too early on the tape: before the object that precedes the mark",
            "Space6.FilemarksBackward", "Space6.TwoFilemarksBackward")
        .Lacks(
            "SPACE(6) that ends early says so without VALID and INFORMATION",
            "Space6.FilemarksBackwardIntoTheBeginning", "TapeDrive.SpacesAndSaysWhatStoppedIt")
        .Lacks(
            "no VERIFY(6): its table of commands has INVALID COMMAND OPERATION CODE there",
            "Verify6.ABlock", "Verify6.AFilemarkStops", "Verify6.AShorterBlock", "Verify6.ByFilemarks", "Verify6.ByFilemarksIntoEndOfData", "Verify6.ToEndOfData", "Verify6.FixedBlocks", "Verify6.LengthZero",
            "Verify6.TheEndOfDataIsBlank")
        .Lacks(
            "reserved bits are not looked at",
            "Write6.AReservedBitIsRefused", "WriteFilemarks.AReservedBitIsRefused")
        .Lacks(
            "WRITE(6) with FIXED=1 and no block length is MEDIUM ERROR 0C/00",
            "Write6.FixedWithoutABlockLengthIsRefused")
        .Lacks(
            "WRITE(6) takes blocks longer than READ BLOCK LIMITS allows",
            "Write6.LongerThanTheLongestIsRefused")
        .Lacks(
            "no READ BUFFER and WRITE BUFFER: INVALID COMMAND OPERATION CODE",
            "Buffer.ABufferThatIsNotThereHoldsNothing", "Buffer.AReservedModeIsRefused", "Buffer.DataAreReadBack", "Buffer.NoMoreThanThereIsRoomFor",
            "Buffer.TheEchoIsReadBack", "Buffer.ThePositionStays")
        .Lacks(
            "SEND DIAGNOSTIC looks at neither SELF-TEST CODE nor pages",
            "Diagnostic.APageThatWasAskedForIsReceived", "Diagnostic.ATestAndACodeExcludeEachOther")
        .Lacks(
            "no RECEIVE DIAGNOSTIC RESULTS: INVALID COMMAND OPERATION CODE",
            "Diagnostic.AnUnsupportedPageIsRefused", "Diagnostic.CutAtTheAllocationLength", "Diagnostic.PagesAreListed")
        .Lacks(
            "no LOG SELECT: INVALID COMMAND OPERATION CODE",
            "LogSelect.AllCountersAreReset", "LogSelect.AnEmptyListIsNoError", "LogSelect.AnUnsupportedPageIsRefused",
            "LogSelect.CountersOfAPageAreReset", "LogSelect.ResetWithAListIsRefused", "LogSelect.ThePositionStays")
        .Lacks(
            "no LOG SENSE: INVALID COMMAND OPERATION CODE",
            "LogSense.APointerBehindTheLastParameterIsRefused", "LogSense.AnUnsupportedPageIsRefused", "LogSense.BytesWrittenAreCounted",
            "LogSense.CutAtTheAllocationLength", "LogSense.EveryPageIsThere", "LogSense.PagesAreListed", "LogSense.SixtyFourTapeAlertFlags",
            "LogSense.ThePointerIsTheFirstParameter")
        .Lacks(
            "no READ MEDIA SERIAL NUMBER: INVALID COMMAND OPERATION CODE",
            "MediaSerialNumber.AnUnknownServiceActionIsRefused", "MediaSerialNumber.CutAtTheAllocationLength", "MediaSerialNumber.IsText",
            "MediaSerialNumber.IsThatOfTheCartridgeMemory", "MediaSerialNumber.WithoutATapeItIsNotReady")
        .Lacks(
            "its tape drive has no PERSISTENT RESERVE IN and OUT: INVALID COMMAND OPERATION CODE",
            "PersistentReserve.ARegistrationIsTold", "PersistentReserve.AReservationIsTold", "PersistentReserve.AShortListIsRefused",
            "PersistentReserve.AnUnknownServiceActionIsRefused", "PersistentReserve.AnotherKeyConflicts",
            "PersistentReserve.CapabilitiesAreEightBytes", "PersistentReserve.ClearEndsEverything", "PersistentReserve.FullStatusNamesWhoHoldsIt",
            "PersistentReserve.ReleaseOfAnotherTypeIsRefused", "PersistentReserve.TheOtherInitiatorIsRefused",
            "PersistentReserve.TheOtherInitiatorTakesItAway", "PersistentReserve.WhoIsNotRegisteredConflicts")
        .Lacks(
            "no REPORT DENSITY SUPPORT: INVALID COMMAND OPERATION CODE, though the standard makes it mandatory",
            "ReportDensitySupport.CutAtTheAllocationLength", "ReportDensitySupport.EveryDescriptorIsWhole", "ReportDensitySupport.MediumTypes",
            "ReportDensitySupport.NothingIsTheMediumWithoutATape", "ReportDensitySupport.OneIsTheDefault",
            "ReportDensitySupport.TheLoadedMediumsIsThatOfModeSense")
        .Lacks(
            "REPORT LUNS does not look at SELECT REPORT",
            "ReportLuns.AReservedReportIsRefused", "ReportLuns.WellKnownOnesOnly")
        .Lacks(
            "its tape drive has no RESERVE and RELEASE: INVALID COMMAND OPERATION CODE",
            "Reserve.NobodyRegistersMeanwhile", "Reserve.ReleaseOfNothingIsNoError", "Reserve.SixBytesAgainstTheOtherInitiator", "Reserve.SixBytesForTheSender",
            "Reserve.TenBytesAgainstTheOtherInitiator", "Reserve.TenBytesForTheSender")
        .Lacks(
            "no SET CAPACITY: INVALID COMMAND OPERATION CODE",
            "SetCapacity.AReservedBitIsRefused", "SetCapacity.OnlyAtTheBeginning", "SetCapacity.ShortensTheTapeAndEmptiesIt")
        .Lacks(
            "no REPORT TIMESTAMP and SET TIMESTAMP: INVALID FIELD IN CDB, INVALID COMMAND OPERATION CODE",
            "Timestamp.AListThatIsCutOffIsRefused", "Timestamp.AnEmptyListIsNoError", "Timestamp.CutAtTheAllocationLength",
            "Timestamp.IsTwelveBytes", "Timestamp.WhatIsSetIsTold")
        .Lacks(
            "no WRITE FILEMARKS(16): INVALID COMMAND OPERATION CODE",
            "WriteFilemarks16.AReservedBitIsRefused", "WriteFilemarks16.CountZeroOnlySynchronizes", "WriteFilemarks16.Immediately",
            "WriteFilemarks16.ManyAtOnce");
}
