using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Informational Exceptions Control mode page (SPC-4 7.5.12, SSC-4 8.3.6).</summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (1Ch)
// byte 1    PAGE LENGTH (0Ah)
// byte 2    7 PERF   5 EBF   4 EWASC   3 DEXCPT   2 TEST   1 EBACKERR   0 LOGERR
// byte 3    3:0 MRIE
// byte 4-7  INTERVAL TIMER
// byte 8-11 REPORT COUNT / TEST FLAG NUMBER
public readonly record struct InformationalExceptions : IModePage<InformationalExceptions>
{
    public static readonly BitField PerformanceField = BitField.Bit(2, 7);
    public static readonly BitField EnableBackgroundFunctionField = BitField.Bit(2, 5);
    public static readonly BitField EnableWarningField = BitField.Bit(2, 4);
    public static readonly BitField DisableExceptionControlField = BitField.Bit(2, 3);
    public static readonly BitField TestField = BitField.Bit(2, 2);
    public static readonly BitField EnableBackgroundErrorField = BitField.Bit(2, 1);
    public static readonly BitField LogErrorsField = BitField.Bit(2, 0);
    public static readonly BitField MethodOfReportingField = new(Byte: 3, High: 3, Low: 0);
    public static readonly BitField IntervalTimerField = BitField.WholeByte(4);
    public static readonly BitField ReportCountOrTestFlagField = BitField.WholeByte(8);

    public static byte PageCode => 0x1C;
    public static int Length => 12;

    public bool ParametersSaveable { get; init; }

    /// <summary>PERF: no delays for the sake of exceptions.</summary>
    public bool Performance { get; init; }

    /// <summary>EBF.</summary>
    public bool EnableBackgroundFunction { get; init; }

    /// <summary>EWASC.</summary>
    public bool EnableWarning { get; init; }

    /// <summary>DEXCPT: TapeAlert only by log page.</summary>
    public bool DisableExceptionControl { get; init; }

    /// <summary>TEST: raise the TapeAlert flag that <see cref="ReportCountOrTestFlag"/> names.</summary>
    public bool Test { get; init; }

    /// <summary>EBACKERR.</summary>
    public bool EnableBackgroundError { get; init; }

    /// <summary>LOGERR.</summary>
    public bool LogErrors { get; init; }

    /// <summary>MRIE: 0 to 15; 3 is CHECK CONDITION with RECOVERED ERROR.</summary>
    public int MethodOfReporting { get; init; }

    /// <summary>INTERVAL TIMER: in units of 100 ms.</summary>
    public uint IntervalTimer { get; init; }

    /// <summary>REPORT COUNT / TEST FLAG NUMBER.</summary>
    public uint ReportCountOrTestFlag { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out InformationalExceptions page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            Performance = PerformanceField.IsSet(data),
            EnableBackgroundFunction = EnableBackgroundFunctionField.IsSet(data),
            EnableWarning = EnableWarningField.IsSet(data),
            DisableExceptionControl = DisableExceptionControlField.IsSet(data),
            Test = TestField.IsSet(data),
            EnableBackgroundError = EnableBackgroundErrorField.IsSet(data),
            LogErrors = LogErrorsField.IsSet(data),
            MethodOfReporting = MethodOfReportingField.Get(data),
            IntervalTimer = BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
            ReportCountOrTestFlag = BinaryPrimitives.ReadUInt32BigEndian(data[8..]),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        PerformanceField.Set(data, Performance);
        EnableBackgroundFunctionField.Set(data, EnableBackgroundFunction);
        EnableWarningField.Set(data, EnableWarning);
        DisableExceptionControlField.Set(data, DisableExceptionControl);
        TestField.Set(data, Test);
        EnableBackgroundErrorField.Set(data, EnableBackgroundError);
        LogErrorsField.Set(data, LogErrors);
        MethodOfReportingField.Set(data, MethodOfReporting);
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], IntervalTimer);
        BinaryPrimitives.WriteUInt32BigEndian(data[8..], ReportCountOrTestFlag);
        return Length;
    }
}
