using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Device Configuration Extension mode page (SSC-4 8.3.8).</summary>
// byte 0    7 PS   6 SPF (1)   5:0 PAGE CODE (10h)
// byte 1    SUBPAGE CODE (01h)
// byte 2-3  PAGE LENGTH (001Ch)
// byte 4    3 TARPF   2 TASER   1 TARPC   0 TAPLSD
// byte 5    7:4 WRITE MODE   3:0 SHORT ERASE MODE
// byte 6-7  PEWS
// byte 8    0 VCELBRE
public readonly record struct DeviceConfigurationExtension : IModePage<DeviceConfigurationExtension>
{
    public static readonly BitField TapeAlertRespectsParameterFieldsField = BitField.Bit(4, 3);
    public static readonly BitField TapeAlertSelectExceptionReportingField = BitField.Bit(4, 2);
    public static readonly BitField TapeAlertRespectsPageControlField = BitField.Bit(4, 1);
    public static readonly BitField TapeAlertPreventsLogSenseDeactivationField = BitField.Bit(4, 0);
    public static readonly BitField WriteModeField = new(Byte: 5, High: 7, Low: 4);
    public static readonly BitField ShortEraseModeField = new(Byte: 5, High: 3, Low: 0);
    public static readonly BitField ProgrammableEarlyWarningMegabytesField = BitField.WholeByte(6);
    public static readonly BitField EncryptedVolumeRequiresEncryptionField = BitField.Bit(8, 0);

    public static byte PageCode => 0x10;
    public static byte SubpageCode => 0x01;
    public static int Length => 32;

    public bool ParametersSaveable { get; init; }

    /// <summary>TARPF.</summary>
    public bool TapeAlertRespectsParameterFields { get; init; }

    /// <summary>TASER.</summary>
    public bool TapeAlertSelectExceptionReporting { get; init; }

    /// <summary>TARPC.</summary>
    public bool TapeAlertRespectsPageControl { get; init; }

    /// <summary>TAPLSD: reading log page 2Eh leaves the flags.</summary>
    public bool TapeAlertPreventsLogSenseDeactivation { get; init; }

    /// <summary>WRITE MODE, 0 to 15: 0 overwrite allowed, 1 append only.</summary>
    public int WriteMode { get; init; }

    /// <summary>SHORT ERASE MODE, 0 to 15: 2 writes end of data.</summary>
    public int ShortEraseMode { get; init; }

    /// <summary>PEWS: how far before early warning the programmable early warning comes, in 10^6 bytes; 0 for none.</summary>
    public ushort ProgrammableEarlyWarningMegabytes { get; init; }

    /// <summary>VCELBRE: volume containing encrypted logical blocks requires encryption.</summary>
    public bool EncryptedVolumeRequiresEncryption { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out DeviceConfigurationExtension page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, SubpageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            TapeAlertRespectsParameterFields = TapeAlertRespectsParameterFieldsField.IsSet(data),
            TapeAlertSelectExceptionReporting = TapeAlertSelectExceptionReportingField.IsSet(data),
            TapeAlertRespectsPageControl = TapeAlertRespectsPageControlField.IsSet(data),
            TapeAlertPreventsLogSenseDeactivation = TapeAlertPreventsLogSenseDeactivationField.IsSet(data),
            WriteMode = WriteModeField.Get(data),
            ShortEraseMode = ShortEraseModeField.Get(data),
            ProgrammableEarlyWarningMegabytes = BinaryPrimitives.ReadUInt16BigEndian(data[6..]),
            EncryptedVolumeRequiresEncryption = EncryptedVolumeRequiresEncryptionField.IsSet(data),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, SubpageCode, Length, ParametersSaveable);
        TapeAlertRespectsParameterFieldsField.Set(data, TapeAlertRespectsParameterFields);
        TapeAlertSelectExceptionReportingField.Set(data, TapeAlertSelectExceptionReporting);
        TapeAlertRespectsPageControlField.Set(data, TapeAlertRespectsPageControl);
        TapeAlertPreventsLogSenseDeactivationField.Set(data, TapeAlertPreventsLogSenseDeactivation);
        WriteModeField.Set(data, WriteMode);
        ShortEraseModeField.Set(data, ShortEraseMode);
        BinaryPrimitives.WriteUInt16BigEndian(data[6..], ProgrammableEarlyWarningMegabytes);
        EncryptedVolumeRequiresEncryptionField.Set(data, EncryptedVolumeRequiresEncryption);
        return Length;
    }
}
