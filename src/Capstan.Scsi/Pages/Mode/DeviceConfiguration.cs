using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Device Configuration mode page (SSC-4 8.3.3).</summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (10h)
// byte 1    PAGE LENGTH (0Eh)
// byte 2    5 CAF   4:0 ACTIVE FORMAT
// byte 3    ACTIVE PARTITION
// byte 4    WRITE OBJECT BUFFER FULL RATIO
// byte 5    READ OBJECT BUFFER EMPTY RATIO
// byte 6-7  WRITE DELAY TIME
// byte 8    7 OBR   6 LOIS   4 AVC   3:2 SOCF   1 ROBO   0 REW
// byte 10   7:5 EOD DEFINED   4 EEG   3 SEW   2 SWP   1 BAML   0 BAM
// byte 11-13 OBJECT BUFFER SIZE AT EARLY WARNING
// byte 14   SELECT DATA COMPRESSION ALGORITHM
// byte 15   7:6 WTRE   5 OIR   4:3 REWIND ON RESET   2 ASOCWP   1 PERSWP   0 PRMWP
public readonly record struct DeviceConfiguration : IModePage<DeviceConfiguration>
{
    public static readonly BitField ChangeActiveFormatField = BitField.Bit(2, 5);
    public static readonly BitField ActiveFormatField = new(Byte: 2, High: 4, Low: 0);
    public static readonly BitField ActivePartitionField = BitField.WholeByte(3);
    public static readonly BitField WriteObjectBufferFullRatioField = BitField.WholeByte(4);
    public static readonly BitField ReadObjectBufferEmptyRatioField = BitField.WholeByte(5);
    public static readonly BitField WriteDelayTimeField = BitField.WholeByte(6);
    public static readonly BitField ObjectBufferRecoveryField = BitField.Bit(8, 7);
    public static readonly BitField LogicalObjectIdentifiersSupportedField = BitField.Bit(8, 6);
    public static readonly BitField AutomaticVelocityControlField = BitField.Bit(8, 4);
    public static readonly BitField StopOnConsecutiveFilemarksField = new(Byte: 8, High: 3, Low: 2);
    public static readonly BitField RecoverObjectBufferOrderField = BitField.Bit(8, 1);
    public static readonly BitField ReportEarlyWarningField = BitField.Bit(8, 0);
    public static readonly BitField EndOfDataDefinedField = new(Byte: 10, High: 7, Low: 5);
    public static readonly BitField EnableEndOfDataGenerationField = BitField.Bit(10, 4);
    public static readonly BitField SynchronizeAtEarlyWarningField = BitField.Bit(10, 3);
    public static readonly BitField SoftwareWriteProtectField = BitField.Bit(10, 2);
    public static readonly BitField BlockAddressModeLockField = BitField.Bit(10, 1);
    public static readonly BitField BlockAddressModeField = BitField.Bit(10, 0);
    public static readonly BitField ObjectBufferSizeAtEarlyWarningField = BitField.WholeByte(11);
    public static readonly BitField SelectDataCompressionAlgorithmField = BitField.WholeByte(14);
    public static readonly BitField WormTamperReadEnableField = new(Byte: 15, High: 7, Low: 6);
    public static readonly BitField OnlyIfReservedField = BitField.Bit(15, 5);
    public static readonly BitField RewindOnResetField = new(Byte: 15, High: 4, Low: 3);
    public static readonly BitField AssociatedWriteProtectField = BitField.Bit(15, 2);
    public static readonly BitField PersistentWriteProtectField = BitField.Bit(15, 1);
    public static readonly BitField PermanentWriteProtectField = BitField.Bit(15, 0);

    public static byte PageCode => 0x10;
    public static int Length => 16;

    public bool ParametersSaveable { get; init; }

    /// <summary>CAF.</summary>
    public bool ChangeActiveFormat { get; init; }

    /// <summary>ACTIVE FORMAT: 0 to 31.</summary>
    public int ActiveFormat { get; init; }

    /// <summary>ACTIVE PARTITION.</summary>
    public byte ActivePartition { get; init; }

    /// <summary>WRITE OBJECT BUFFER FULL RATIO: in 1/256.</summary>
    public byte WriteObjectBufferFullRatio { get; init; }

    /// <summary>READ OBJECT BUFFER EMPTY RATIO: in 1/256.</summary>
    public byte ReadObjectBufferEmptyRatio { get; init; }

    /// <summary>WRITE DELAY TIME: in units of 100 ms: how long buffered data may wait for more.</summary>
    public ushort WriteDelayTime { get; init; }

    /// <summary>OBR: RECOVER BUFFERED DATA works.</summary>
    public bool ObjectBufferRecovery { get; init; }

    /// <summary>LOIS: positions are recorded: LOCATE and READ POSITION work.</summary>
    public bool LogicalObjectIdentifiersSupported { get; init; }

    /// <summary>AVC.</summary>
    public bool AutomaticVelocityControl { get; init; }

    /// <summary>SOCF: 0 to 3.</summary>
    public int StopOnConsecutiveFilemarks { get; init; }

    /// <summary>ROBO: last in, first out.</summary>
    public bool RecoverObjectBufferOrder { get; init; }

    /// <summary>REW: early warning is reported when reading too.</summary>
    public bool ReportEarlyWarning { get; init; }

    /// <summary>EOD DEFINED: 0 to 7; 0 is the device's default.</summary>
    public int EndOfDataDefined { get; init; }

    /// <summary>EEG.</summary>
    public bool EnableEndOfDataGeneration { get; init; }

    /// <summary>SEW: buffered data is written out at early warning.</summary>
    public bool SynchronizeAtEarlyWarning { get; init; }

    /// <summary>SWP: every write is refused.</summary>
    public bool SoftwareWriteProtect { get; init; }

    /// <summary>BAML.</summary>
    public bool BlockAddressModeLock { get; init; }

    /// <summary>BAM: explicit address mode.</summary>
    public bool BlockAddressMode { get; init; }

    /// <summary>OBJECT BUFFER SIZE AT EARLY WARNING: 0 to FFFFFFh.</summary>
    public int ObjectBufferSizeAtEarlyWarning { get; init; }

    /// <summary>SELECT DATA COMPRESSION ALGORITHM: 0 for off, 1 for on.</summary>
    public byte SelectDataCompressionAlgorithm { get; init; }

    /// <summary>WTRE: 0 to 3.</summary>
    public int WormTamperReadEnable { get; init; }

    /// <summary>OIR: commands only from who holds the reservation.</summary>
    public bool OnlyIfReserved { get; init; }

    /// <summary>REWIND ON RESET: 0 to 3.</summary>
    public int RewindOnReset { get; init; }

    /// <summary>ASOCWP: until the cartridge is unloaded.</summary>
    public bool AssociatedWriteProtect { get; init; }

    /// <summary>PERSWP: recorded on the cartridge.</summary>
    public bool PersistentWriteProtect { get; init; }

    /// <summary>PRMWP: recorded for good.</summary>
    public bool PermanentWriteProtect { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out DeviceConfiguration page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            ChangeActiveFormat = ChangeActiveFormatField.IsSet(data),
            ActiveFormat = ActiveFormatField.Get(data),
            ActivePartition = data[3],
            WriteObjectBufferFullRatio = data[4],
            ReadObjectBufferEmptyRatio = data[5],
            WriteDelayTime = BinaryPrimitives.ReadUInt16BigEndian(data[6..]),
            ObjectBufferRecovery = ObjectBufferRecoveryField.IsSet(data),
            LogicalObjectIdentifiersSupported = LogicalObjectIdentifiersSupportedField.IsSet(data),
            AutomaticVelocityControl = AutomaticVelocityControlField.IsSet(data),
            StopOnConsecutiveFilemarks = StopOnConsecutiveFilemarksField.Get(data),
            RecoverObjectBufferOrder = RecoverObjectBufferOrderField.IsSet(data),
            ReportEarlyWarning = ReportEarlyWarningField.IsSet(data),
            EndOfDataDefined = EndOfDataDefinedField.Get(data),
            EnableEndOfDataGeneration = EnableEndOfDataGenerationField.IsSet(data),
            SynchronizeAtEarlyWarning = SynchronizeAtEarlyWarningField.IsSet(data),
            SoftwareWriteProtect = SoftwareWriteProtectField.IsSet(data),
            BlockAddressModeLock = BlockAddressModeLockField.IsSet(data),
            BlockAddressMode = BlockAddressModeField.IsSet(data),
            ObjectBufferSizeAtEarlyWarning = BigEndian24.ReadUnsigned(data[11..]),
            SelectDataCompressionAlgorithm = data[14],
            WormTamperReadEnable = WormTamperReadEnableField.Get(data),
            OnlyIfReserved = OnlyIfReservedField.IsSet(data),
            RewindOnReset = RewindOnResetField.Get(data),
            AssociatedWriteProtect = AssociatedWriteProtectField.IsSet(data),
            PersistentWriteProtect = PersistentWriteProtectField.IsSet(data),
            PermanentWriteProtect = PermanentWriteProtectField.IsSet(data),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        ChangeActiveFormatField.Set(data, ChangeActiveFormat);
        ActiveFormatField.Set(data, ActiveFormat);
        data[3] = ActivePartition;
        data[4] = WriteObjectBufferFullRatio;
        data[5] = ReadObjectBufferEmptyRatio;
        BinaryPrimitives.WriteUInt16BigEndian(data[6..], WriteDelayTime);
        ObjectBufferRecoveryField.Set(data, ObjectBufferRecovery);
        LogicalObjectIdentifiersSupportedField.Set(data, LogicalObjectIdentifiersSupported);
        AutomaticVelocityControlField.Set(data, AutomaticVelocityControl);
        StopOnConsecutiveFilemarksField.Set(data, StopOnConsecutiveFilemarks);
        RecoverObjectBufferOrderField.Set(data, RecoverObjectBufferOrder);
        ReportEarlyWarningField.Set(data, ReportEarlyWarning);
        EndOfDataDefinedField.Set(data, EndOfDataDefined);
        EnableEndOfDataGenerationField.Set(data, EnableEndOfDataGeneration);
        SynchronizeAtEarlyWarningField.Set(data, SynchronizeAtEarlyWarning);
        SoftwareWriteProtectField.Set(data, SoftwareWriteProtect);
        BlockAddressModeLockField.Set(data, BlockAddressModeLock);
        BlockAddressModeField.Set(data, BlockAddressMode);
        BigEndian24.WriteUnsigned(data[11..], ObjectBufferSizeAtEarlyWarning);
        data[14] = SelectDataCompressionAlgorithm;
        WormTamperReadEnableField.Set(data, WormTamperReadEnable);
        OnlyIfReservedField.Set(data, OnlyIfReserved);
        RewindOnResetField.Set(data, RewindOnReset);
        AssociatedWriteProtectField.Set(data, AssociatedWriteProtect);
        PersistentWriteProtectField.Set(data, PersistentWriteProtect);
        PermanentWriteProtectField.Set(data, PermanentWriteProtect);
        return Length;
    }
}
