using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Control Data Protection mode page, subpage F0h of the Control page (SSC-4 8.3.9).</summary>
// byte 0    7 PS   6 SPF (1)   5:0 PAGE CODE (0Ah)
// byte 1    SUBPAGE CODE (F0h)
// byte 2-3  PAGE LENGTH (001Ch)
// byte 4    LOGICAL BLOCK PROTECTION METHOD
// byte 5    5:0 LOGICAL BLOCK PROTECTION INFORMATION LENGTH
// byte 6    7 LBP_W   6 LBP_R   5 RBDP
// byte 7-31 reserved
public readonly record struct ControlDataProtection
{
    public static readonly BitField MethodField = BitField.WholeByte(4);
    public static readonly BitField InformationLengthField = new(Byte: 5, High: 5, Low: 0);
    public static readonly BitField WriteField = BitField.Bit(6, 7);
    public static readonly BitField ReadField = BitField.Bit(6, 6);
    public static readonly BitField RecoverBufferedDataField = BitField.Bit(6, 5);

    public const byte PageCode = 0x0A;
    public const byte SubpageCode = 0xF0;

    /// <summary>Length with its four-byte header, in bytes.</summary>
    public const int Length = 32;

    /// <summary>LOGICAL BLOCK PROTECTION METHOD; values that no standard names are kept.</summary>
    public ProtectionMethod Method { get; init; }

    /// <summary>LOGICAL BLOCK PROTECTION INFORMATION LENGTH: 0 to 63 bytes.</summary>
    public int InformationLengthBytes { get; init; }

    /// <summary>LBP_W: blocks that are written carry protection information.</summary>
    public bool ProtectsWrites { get; init; }

    /// <summary>LBP_R: blocks that are read carry protection information.</summary>
    public bool ProtectsReads { get; init; }

    /// <summary>RBDP: so does what RECOVER BUFFERED DATA returns.</summary>
    public bool ProtectsRecoveredData { get; init; }

    /// <summary>Whether any transfer carries protection information.</summary>
    public bool IsOn => Method != ProtectionMethod.None && (ProtectsWrites || ProtectsReads || ProtectsRecoveredData);

    /// <summary>The page that protects every transfer by a method.</summary>
    public static ControlDataProtection On(ProtectionMethod method) => new()
    {
        Method = method,
        InformationLengthBytes = BlockProtection.Length,
        ProtectsWrites = true,
        ProtectsReads = true,
    };

    /// <summary>Reads the page from its header on. False when it is another page, or too short.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out ControlDataProtection page)
    {
        page = default;
        if (data.Length < 7 || ModePage.PageCodeField.Get(data) != PageCode || !ModePage.SpfField.IsSet(data) || data[1] != SubpageCode
            || BinaryPrimitives.ReadUInt16BigEndian(data[2..]) < 3)
            return false;
        page = new()
        {
            Method = (ProtectionMethod)data[4],
            InformationLengthBytes = InformationLengthField.Get(data),
            ProtectsWrites = WriteField.IsSet(data),
            ProtectsReads = ReadField.IsSet(data),
            ProtectsRecoveredData = RecoverBufferedDataField.IsSet(data),
        };
        return true;
    }

    /// <summary>Writes the page with its header and returns <see cref="Length"/>.</summary>
    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        ModePage.SpfField.Set(data, true);
        ModePage.PageCodeField.Set(data, PageCode);
        data[1] = SubpageCode;
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], Length - 4);
        data[4] = (byte)Method;
        InformationLengthField.Set(data, InformationLengthBytes);
        WriteField.Set(data, ProtectsWrites);
        ReadField.Set(data, ProtectsReads);
        RecoverBufferedDataField.Set(data, ProtectsRecoveredData);
        return Length;
    }
}
