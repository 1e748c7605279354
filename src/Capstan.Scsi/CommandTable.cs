namespace Capstan.Scsi;

/// <summary>
/// Every command that is understood here, once for each device type, because one operation code may be another command on another
/// device: 2Bh is LOCATE(10) on a tape drive and POSITION TO ELEMENT on a changer. Dispatch, REPORT SUPPORTED OPERATION CODES and
/// traces all read these tables. Rows are in the order of operation code and service action, as initiators expect them.
/// </summary>
public static class CommandTable
{
    /// <summary>Logs, modes and reservations (SPC-4), which stand in one run in the order of their codes; first, because the tables below are made of it.</summary>
    private static readonly CommandDescriptor[] OfEveryType =
    [
        Row<LogSelect>(LogSelect.UsageData),
        Row<LogSense>(LogSense.UsageData),
        Row<ModeSelect10>(ModeSelect10.UsageData),
        Row<Reserve10>(Reserve10.UsageData),
        Row<Release10>(Release10.UsageData),
        Row<ModeSense10>(ModeSense10.UsageData),
        Row<PersistentReserveIn>(PersistentReserveIn.UsageData, (byte)ReservationQuestion.ReadKeys),
        Row<PersistentReserveIn>(PersistentReserveIn.UsageData, (byte)ReservationQuestion.ReadReservation),
        Row<PersistentReserveIn>(PersistentReserveIn.UsageData, (byte)ReservationQuestion.ReportCapabilities),
        Row<PersistentReserveIn>(PersistentReserveIn.UsageData, (byte)ReservationQuestion.ReadFullStatus),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.Register),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.Reserve),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.Release),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.Clear),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.Preempt),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.PreemptAndAbort),
        Row<PersistentReserveOut>(PersistentReserveOut.UsageData, (byte)ReservationAction.RegisterAndIgnoreExistingKey),
    ];

    /// <summary>The commands of a sequential access device.</summary>
    public static CommandSet TapeDrive { get; } = new(PeripheralDeviceType.Tape,
    [
        Row<TestUnitReady>(TestUnitReady.UsageData),
        Row<Rewind>(Rewind.UsageData),
        Row<RequestSense>(RequestSense.UsageData),
        Row<FormatMedium>(FormatMedium.UsageData),
        Row<ReadBlockLimits>(ReadBlockLimits.UsageData),
        Row<Read6>(Read6.UsageData),
        Row<Write6>(Write6.UsageData),
        Row<SetCapacity>(SetCapacity.UsageData),
        Row<WriteFilemarks6>(WriteFilemarks6.UsageData),
        Row<Space6>(Space6.UsageData),
        Row<Inquiry>(Inquiry.UsageData),
        Row<Verify6>(Verify6.UsageData),
        Row<ModeSelect6>(ModeSelect6.UsageData),
        Row<Reserve6>(Reserve6.UsageData),
        Row<Release6>(Release6.UsageData),
        Row<Erase6>(Erase6.UsageData),
        Row<ModeSense6>(ModeSense6.UsageData),
        Row<LoadUnload>(LoadUnload.UsageData),
        Row<ReceiveDiagnosticResults>(ReceiveDiagnosticResults.UsageData),
        Row<SendDiagnostic>(SendDiagnostic.UsageData),
        Row<PreventAllowMediumRemoval>(PreventAllowMediumRemoval.UsageData),
        Row<Locate10>(Locate10.UsageData),
        Row<ReadPosition>(ReadPosition.UsageDataWithoutAllocation, (byte)PositionForm.Short),
        Row<ReadPosition>(ReadPosition.UsageDataWithoutAllocation, (byte)PositionForm.ShortVendorSpecific),
        Row<ReadPosition>(ReadPosition.UsageDataWithoutAllocation, (byte)PositionForm.Long),
        Row<ReadPosition>(ReadPosition.UsageData, (byte)PositionForm.Extended),
        Row<WriteBuffer>(WriteBuffer.UsageData),
        Row<ReadBuffer>(ReadBuffer.UsageData),
        Row<ReportDensitySupport>(ReportDensitySupport.UsageData),
        .. OfEveryType,
        Row<WriteFilemarks16>(WriteFilemarks16.UsageData),
        Row<AllowOverwrite>(AllowOverwrite.UsageData),
        Row<ReadAttribute>(ReadAttribute.UsageData, (byte)AttributeServiceAction.Values),
        Row<ReadAttribute>(ReadAttribute.UsageData, (byte)AttributeServiceAction.List),
        Row<ReadAttribute>(ReadAttribute.UsageData, (byte)AttributeServiceAction.VolumeList),
        Row<ReadAttribute>(ReadAttribute.UsageData, (byte)AttributeServiceAction.PartitionList),
        Row<ReadAttribute>(ReadAttribute.UsageData, (byte)AttributeServiceAction.Supported),
        Row<WriteAttribute>(WriteAttribute.UsageData),
        Row<Space16>(Space16.UsageData),
        Row<Locate16>(Locate16.UsageData),
        Row<ReportLuns>(ReportLuns.UsageData),
        Row<SecurityProtocolIn>(SecurityProtocolIn.UsageData),
        Row<ReportSupportedOperationCodes>(ReportSupportedOperationCodes.UsageData, ReportSupportedOperationCodes.ServiceAction),
        Row<ReportTimestamp>(ReportTimestamp.UsageData, ReportTimestamp.ServiceAction),
        Row<ReceiveRecommendedAccessOrder>(ReceiveRecommendedAccessOrder.UsageData, ReceiveRecommendedAccessOrder.ServiceAction),
        Row<ReadEndOfWrapPosition>(ReadEndOfWrapPosition.UsageData, ReadEndOfWrapPosition.ServiceAction),
        Row<SetTimestamp>(SetTimestamp.UsageData, SetTimestamp.ServiceAction),
        Row<GenerateRecommendedAccessOrder>(GenerateRecommendedAccessOrder.UsageData, GenerateRecommendedAccessOrder.ServiceAction),
        Row<ReadMediaSerialNumber>(ReadMediaSerialNumber.UsageData, ReadMediaSerialNumber.ServiceAction),
        Row<SecurityProtocolOut>(SecurityProtocolOut.UsageData),
    ]);

    /// <summary>The commands of a media changer.</summary>
    public static CommandSet MediumChanger { get; } = new(PeripheralDeviceType.MediumChanger,
    [
        Row<TestUnitReady>(TestUnitReady.UsageData),
        Row<RequestSense>(RequestSense.UsageData),
        Row<InitializeElementStatus>(InitializeElementStatus.UsageData),
        Row<Inquiry>(Inquiry.UsageData),
        Row<ModeSelect6>(ModeSelect6.UsageData),
        Row<Reserve6>(Reserve6.UsageData),
        Row<Release6>(Release6.UsageData),
        Row<ModeSense6>(ModeSense6.UsageData),
        Row<OpenCloseImportExportElement>(OpenCloseImportExportElement.UsageData),
        Row<ReceiveDiagnosticResults>(ReceiveDiagnosticResults.UsageData),
        Row<SendDiagnostic>(SendDiagnostic.UsageData),
        Row<PreventAllowMediumRemoval>(PreventAllowMediumRemoval.UsageData),
        Row<PositionToElement>(PositionToElement.UsageData),
        Row<InitializeElementStatusWithRange>(InitializeElementStatusWithRange.UsageData),
        Row<WriteBuffer>(WriteBuffer.UsageData),
        Row<ReadBuffer>(ReadBuffer.UsageData),
        .. OfEveryType,
        Row<ReportLuns>(ReportLuns.UsageData),
        Row<ReportSupportedOperationCodes>(ReportSupportedOperationCodes.UsageData, ReportSupportedOperationCodes.ServiceAction),
        Row<ReportTimestamp>(ReportTimestamp.UsageData, ReportTimestamp.ServiceAction),
        Row<SetTimestamp>(SetTimestamp.UsageData, SetTimestamp.ServiceAction),
        Row<MoveMedium>(MoveMedium.UsageData),
        Row<ExchangeMedium>(ExchangeMedium.UsageData),
        Row<RequestVolumeElementAddress>(RequestVolumeElementAddress.UsageData),
        Row<SendVolumeTag>(SendVolumeTag.UsageData),
        Row<ReadElementStatus>(ReadElementStatus.UsageData),
        Row<InitializeElementStatusWithRangeE7h>(InitializeElementStatusWithRangeE7h.UsageData),
    ]);

    /// <summary>The table of a device type, or null where there is none.</summary>
    public static CommandSet? Of(PeripheralDeviceType deviceType) => deviceType switch
    {
        PeripheralDeviceType.Tape => TapeDrive,
        PeripheralDeviceType.MediumChanger => MediumChanger,
        _ => null,
    };

    /// <summary>
    /// What a CDB is called when nobody knows what kind of device it goes to: where the device types differ, both names
    /// (<c>LOCATE(10) or POSITION TO ELEMENT</c>); null when no table has it.
    /// </summary>
    public static string? NameOf(in Cdb cdb)
    {
        string? onTape = TapeDrive.TryFind(cdb.Span, out CommandDescriptor? tape, out _) ? tape.Name : null;
        string? onChanger = MediumChanger.TryFind(cdb.Span, out CommandDescriptor? changer, out _) ? changer.Name : null;
        return onTape is null || onChanger is null || onTape == onChanger ? onTape ?? onChanger : $"{onTape} or {onChanger}";
    }

    private static CommandDescriptor Row<TCommand>(ReadOnlySpan<byte> usageData, byte? serviceAction = null)
        where TCommand : struct, IScsiCommand<TCommand>
        => new(TCommand.Name, serviceAction, usageData, DescribeAs<TCommand>);

    private static string DescribeAs<TCommand>(Cdb cdb) where TCommand : struct, IScsiCommand<TCommand>
        => TCommand.TryDecode(cdb.Span, out TCommand command, out BitField invalid)
            ? command.ToString()!
            : $"{TCommand.Name} invalid {invalid} [{cdb}]";
}
