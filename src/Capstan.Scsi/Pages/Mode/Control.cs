using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Control mode page (SPC-4 7.5.8).</summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (0Ah)
// byte 1    PAGE LENGTH (0Ah)
// byte 2    7:5 TST   4 TMF_ONLY   3 DPICZ   2 D_SENSE   1 GLTSD   0 RLEC
// byte 3    7:4 QUEUE ALGORITHM MODIFIER   3 NUAR   2:1 QERR
// byte 4    7 VS   6 RAC   5:4 UA_INTLCK_CTRL   3 SWP
// byte 5    7 ATO   6 TAS   5 ATMPE   4 RWWP   2:0 AUTOLOAD MODE
// byte 8-9  BUSY TIMEOUT PERIOD
// byte 10-11 EXTENDED SELF-TEST COMPLETION TIME
public readonly record struct Control : IModePage<Control>
{
    public static readonly BitField TaskSetTypeField = new(Byte: 2, High: 7, Low: 5);
    public static readonly BitField TaskManagementOnlyField = BitField.Bit(2, 4);
    public static readonly BitField DescriptorSenseField = BitField.Bit(2, 2);
    public static readonly BitField GlobalLoggingSaveDisableField = BitField.Bit(2, 1);
    public static readonly BitField ReportLogExceptionsField = BitField.Bit(2, 0);
    public static readonly BitField QueueAlgorithmModifierField = new(Byte: 3, High: 7, Low: 4);
    public static readonly BitField NoUnitAttentionOnReleaseField = BitField.Bit(3, 3);
    public static readonly BitField QueueErrorField = new(Byte: 3, High: 2, Low: 1);
    public static readonly BitField ReportCheckField = BitField.Bit(4, 6);
    public static readonly BitField UnitAttentionInterlockField = new(Byte: 4, High: 5, Low: 4);
    public static readonly BitField SoftwareWriteProtectField = BitField.Bit(4, 3);
    public static readonly BitField TaskAbortedStatusField = BitField.Bit(5, 6);
    public static readonly BitField AutoloadModeField = new(Byte: 5, High: 2, Low: 0);
    public static readonly BitField BusyTimeoutField = BitField.WholeByte(8);
    public static readonly BitField SelfTestSecondsField = BitField.WholeByte(10);

    public static byte PageCode => 0x0A;
    public static int Length => 12;

    public bool ParametersSaveable { get; init; }

    /// <summary>TST, 0 to 7: 0 one task set for all initiators.</summary>
    public int TaskSetType { get; init; }

    /// <summary>TMF_ONLY.</summary>
    public bool TaskManagementOnly { get; init; }

    /// <summary>D_SENSE: sense data go out in descriptor format.</summary>
    public bool DescriptorSense { get; init; }

    /// <summary>GLTSD: log parameters are not saved by themselves.</summary>
    public bool GlobalLoggingSaveDisable { get; init; }

    /// <summary>RLEC.</summary>
    public bool ReportLogExceptions { get; init; }

    /// <summary>QUEUE ALGORITHM MODIFIER, 0 to 15.</summary>
    public int QueueAlgorithmModifier { get; init; }

    /// <summary>NUAR: no unit attention on release.</summary>
    public bool NoUnitAttentionOnRelease { get; init; }

    /// <summary>QERR, 0 to 3.</summary>
    public int QueueError { get; init; }

    /// <summary>RAC.</summary>
    public bool ReportCheck { get; init; }

    /// <summary>UA_INTLCK_CTRL, 0 to 3.</summary>
    public int UnitAttentionInterlock { get; init; }

    /// <summary>SWP: every write is refused.</summary>
    public bool SoftwareWriteProtect { get; init; }

    /// <summary>TAS: who loses a command to another initiator is told by status.</summary>
    public bool TaskAbortedStatus { get; init; }

    /// <summary>AUTOLOAD MODE, 0 to 7: 0 a cartridge that is put in is threaded, 1 only its memory is read, 2 nothing.</summary>
    public int AutoloadMode { get; init; }

    /// <summary>BUSY TIMEOUT PERIOD: in units of 100 ms.</summary>
    public ushort BusyTimeout { get; init; }

    /// <summary>EXTENDED SELF-TEST COMPLETION TIME: in seconds.</summary>
    public ushort SelfTestSeconds { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out Control page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            TaskSetType = TaskSetTypeField.Get(data),
            TaskManagementOnly = TaskManagementOnlyField.IsSet(data),
            DescriptorSense = DescriptorSenseField.IsSet(data),
            GlobalLoggingSaveDisable = GlobalLoggingSaveDisableField.IsSet(data),
            ReportLogExceptions = ReportLogExceptionsField.IsSet(data),
            QueueAlgorithmModifier = QueueAlgorithmModifierField.Get(data),
            NoUnitAttentionOnRelease = NoUnitAttentionOnReleaseField.IsSet(data),
            QueueError = QueueErrorField.Get(data),
            ReportCheck = ReportCheckField.IsSet(data),
            UnitAttentionInterlock = UnitAttentionInterlockField.Get(data),
            SoftwareWriteProtect = SoftwareWriteProtectField.IsSet(data),
            TaskAbortedStatus = TaskAbortedStatusField.IsSet(data),
            AutoloadMode = AutoloadModeField.Get(data),
            BusyTimeout = BinaryPrimitives.ReadUInt16BigEndian(data[8..]),
            SelfTestSeconds = BinaryPrimitives.ReadUInt16BigEndian(data[10..]),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        TaskSetTypeField.Set(data, TaskSetType);
        TaskManagementOnlyField.Set(data, TaskManagementOnly);
        DescriptorSenseField.Set(data, DescriptorSense);
        GlobalLoggingSaveDisableField.Set(data, GlobalLoggingSaveDisable);
        ReportLogExceptionsField.Set(data, ReportLogExceptions);
        QueueAlgorithmModifierField.Set(data, QueueAlgorithmModifier);
        NoUnitAttentionOnReleaseField.Set(data, NoUnitAttentionOnRelease);
        QueueErrorField.Set(data, QueueError);
        ReportCheckField.Set(data, ReportCheck);
        UnitAttentionInterlockField.Set(data, UnitAttentionInterlock);
        SoftwareWriteProtectField.Set(data, SoftwareWriteProtect);
        TaskAbortedStatusField.Set(data, TaskAbortedStatus);
        AutoloadModeField.Set(data, AutoloadMode);
        BinaryPrimitives.WriteUInt16BigEndian(data[8..], BusyTimeout);
        BinaryPrimitives.WriteUInt16BigEndian(data[10..], SelfTestSeconds);
        return Length;
    }
}
