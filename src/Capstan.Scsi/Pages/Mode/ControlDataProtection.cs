namespace Capstan.Scsi;

/// <summary>Control Data Protection mode page: logical block protection (SSC-4 8.3.9).</summary>
// byte 0    7 PS   6 SPF (1)   5:0 PAGE CODE (0Ah)
// byte 1    SUBPAGE CODE (F0h)
// byte 2-3  PAGE LENGTH (001Ch)
// byte 4    LOGICAL BLOCK PROTECTION METHOD
// byte 5    5:0 LOGICAL BLOCK PROTECTION INFORMATION LENGTH
// byte 6    7 LBP_W   6 LBP_R   5 RBDP
public readonly record struct ControlDataProtection : IModePage<ControlDataProtection>
{
    public static readonly BitField MethodField = BitField.WholeByte(4);
    public static readonly BitField InformationLengthBytesField = new(Byte: 5, High: 5, Low: 0);
    public static readonly BitField ProtectsWritesField = BitField.Bit(6, 7);
    public static readonly BitField ProtectsReadsField = BitField.Bit(6, 6);
    public static readonly BitField ProtectsBufferedDataField = BitField.Bit(6, 5);

    public static byte PageCode => 0x0A;
    public static byte SubpageCode => 0xF0;
    public static int Length => 32;

    public bool ParametersSaveable { get; init; }

    /// <summary>LOGICAL BLOCK PROTECTION METHOD; values that no standard names are kept.</summary>
    public ProtectionMethod Method { get; init; }

    /// <summary>LOGICAL BLOCK PROTECTION INFORMATION LENGTH, 0 to 63: in bytes, behind each block; 4 for both methods.</summary>
    public int InformationLengthBytes { get; init; }

    /// <summary>LBP_W: blocks that are written carry it.</summary>
    public bool ProtectsWrites { get; init; }

    /// <summary>LBP_R: blocks that are read carry it.</summary>
    public bool ProtectsReads { get; init; }

    /// <summary>RBDP: so does what RECOVER BUFFERED DATA brings.</summary>
    public bool ProtectsBufferedData { get; init; }

    /// <summary>Whether any transfer carries protection information.</summary>
    public bool IsOn => Method != ProtectionMethod.None && (ProtectsWrites || ProtectsReads || ProtectsBufferedData);

    /// <summary>The page that protects every transfer of a block by a method.</summary>
    public static ControlDataProtection On(ProtectionMethod method) => new()
    {
        Method = method,
        InformationLengthBytes = BlockProtection.Length,
        ProtectsWrites = true,
        ProtectsReads = true,
    };

    public static bool TryDecode(ReadOnlySpan<byte> data, out ControlDataProtection page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, SubpageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            Method = (ProtectionMethod)data[4],
            InformationLengthBytes = InformationLengthBytesField.Get(data),
            ProtectsWrites = ProtectsWritesField.IsSet(data),
            ProtectsReads = ProtectsReadsField.IsSet(data),
            ProtectsBufferedData = ProtectsBufferedDataField.IsSet(data),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, SubpageCode, Length, ParametersSaveable);
        data[4] = (byte)Method;
        InformationLengthBytesField.Set(data, InformationLengthBytes);
        ProtectsWritesField.Set(data, ProtectsWrites);
        ProtectsReadsField.Set(data, ProtectsReads);
        ProtectsBufferedDataField.Set(data, ProtectsBufferedData);
        return Length;
    }
}
