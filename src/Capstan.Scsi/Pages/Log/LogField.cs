namespace Capstan.Scsi;

/// <summary>How the bytes of a log parameter are to be read.</summary>
internal enum LogForm
{
    /// <summary>Unsigned, big-endian, as long as it is.</summary>
    Number,

    /// <summary>Two's complement.</summary>
    Signed,

    /// <summary>A ratio times 100.</summary>
    Hundredths,

    /// <summary>Not zero is yes.</summary>
    Flag,

    Text,
    Hex,

    /// <summary>Last byte: degrees Celsius, FFh for not known (SPC-4 7.3.21).</summary>
    Temperature,

    /// <summary>Records of one partition each with a number of MB (SSC-4 8.2.8.3).</summary>
    PartitionMegabytes,

    /// <summary>Records of one partition each with a logical object identifier.</summary>
    PartitionObjects,

    MountHistory,
    MediumHours,
    VeryHighFrequency,
    EncryptionControl,
    KeyManagementError,
    AlertBits,
    RecoveryProcedures,
    TapeDiagnostic,
    ServiceBuffer,
    SasPort,
    SelfTest,
    Wellness,
    HardwareError,
    DeviceStatus,
}

/// <summary>What a parameter code means in a page.</summary>
/// <param name="Code">PARAMETER CODE, the first one of a row of alike codes.</param>
/// <param name="Name">In words.</param>
/// <param name="Form">How its value is read.</param>
/// <param name="Unit">Of its number.</param>
/// <param name="LastCode">The last one of a row of alike codes; 0 for a single one.</param>
internal readonly record struct LogField(ushort Code, string Name, LogForm Form = LogForm.Number, string Unit = "", ushort LastCode = 0)
{
    public bool Covers(ushort code) => code == Code || (code > Code && code <= LastCode);
}

/// <summary>A log page's name and parameters.</summary>
/// <param name="Page">PAGE CODE.</param>
/// <param name="Subpage">SUBPAGE CODE.</param>
/// <param name="Name">In words.</param>
/// <param name="Fields">By ascending code.</param>
/// <param name="Vendor">Whose page it is; Any for standard pages and those that all have.</param>
internal sealed record LogPageLayout(byte Page, byte Subpage, string Name, LogField[] Fields, LogVendor Vendor = LogVendor.Any)
{
    public LogField? Find(ushort code)
    {
        foreach (LogField field in Fields)
        {
            if (field.Covers(code))
                return field;
        }

        return null;
    }
}
