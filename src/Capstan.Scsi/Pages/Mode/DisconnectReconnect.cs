using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Disconnect-Reconnect mode page (SPC-4 7.5.10).</summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (02h)
// byte 1    PAGE LENGTH (0Eh)
// byte 2    BUFFER FULL RATIO
// byte 3    BUFFER EMPTY RATIO
// byte 4-5  BUS INACTIVITY LIMIT
// byte 6-7  DISCONNECT TIME LIMIT
// byte 8-9  CONNECT TIME LIMIT
// byte 10-11 MAXIMUM BURST SIZE
// byte 12   7 EMDP   6:4 FAIR ARBITRATION   3 DIMM   2:0 DTDC
// byte 14-15 FIRST BURST SIZE
public readonly record struct DisconnectReconnect : IModePage<DisconnectReconnect>
{
    public static readonly BitField BufferFullRatioField = BitField.WholeByte(2);
    public static readonly BitField BufferEmptyRatioField = BitField.WholeByte(3);
    public static readonly BitField BusInactivityLimitField = BitField.WholeByte(4);
    public static readonly BitField DisconnectTimeLimitField = BitField.WholeByte(6);
    public static readonly BitField ConnectTimeLimitField = BitField.WholeByte(8);
    public static readonly BitField MaximumBurstSizeField = BitField.WholeByte(10);
    public static readonly BitField EnableModifyDataPointersField = BitField.Bit(12, 7);
    public static readonly BitField FairArbitrationField = new(Byte: 12, High: 6, Low: 4);
    public static readonly BitField DisconnectImmediateField = BitField.Bit(12, 3);
    public static readonly BitField DataTransferDisconnectControlField = new(Byte: 12, High: 2, Low: 0);
    public static readonly BitField FirstBurstSizeField = BitField.WholeByte(14);

    public static byte PageCode => 0x02;
    public static int Length => 16;

    public bool ParametersSaveable { get; init; }

    /// <summary>BUFFER FULL RATIO: in 1/256.</summary>
    public byte BufferFullRatio { get; init; }

    /// <summary>BUFFER EMPTY RATIO: in 1/256.</summary>
    public byte BufferEmptyRatio { get; init; }

    /// <summary>BUS INACTIVITY LIMIT.</summary>
    public ushort BusInactivityLimit { get; init; }

    /// <summary>DISCONNECT TIME LIMIT.</summary>
    public ushort DisconnectTimeLimit { get; init; }

    /// <summary>CONNECT TIME LIMIT.</summary>
    public ushort ConnectTimeLimit { get; init; }

    /// <summary>MAXIMUM BURST SIZE: in units of 512 bytes, 0 for no limit.</summary>
    public ushort MaximumBurstSize { get; init; }

    /// <summary>EMDP.</summary>
    public bool EnableModifyDataPointers { get; init; }

    /// <summary>FAIR ARBITRATION: 0 to 7.</summary>
    public int FairArbitration { get; init; }

    /// <summary>DIMM.</summary>
    public bool DisconnectImmediate { get; init; }

    /// <summary>DTDC: 0 to 7.</summary>
    public int DataTransferDisconnectControl { get; init; }

    /// <summary>FIRST BURST SIZE: in units of 512 bytes.</summary>
    public ushort FirstBurstSize { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out DisconnectReconnect page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            BufferFullRatio = data[2],
            BufferEmptyRatio = data[3],
            BusInactivityLimit = BinaryPrimitives.ReadUInt16BigEndian(data[4..]),
            DisconnectTimeLimit = BinaryPrimitives.ReadUInt16BigEndian(data[6..]),
            ConnectTimeLimit = BinaryPrimitives.ReadUInt16BigEndian(data[8..]),
            MaximumBurstSize = BinaryPrimitives.ReadUInt16BigEndian(data[10..]),
            EnableModifyDataPointers = EnableModifyDataPointersField.IsSet(data),
            FairArbitration = FairArbitrationField.Get(data),
            DisconnectImmediate = DisconnectImmediateField.IsSet(data),
            DataTransferDisconnectControl = DataTransferDisconnectControlField.Get(data),
            FirstBurstSize = BinaryPrimitives.ReadUInt16BigEndian(data[14..]),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        data[2] = BufferFullRatio;
        data[3] = BufferEmptyRatio;
        BinaryPrimitives.WriteUInt16BigEndian(data[4..], BusInactivityLimit);
        BinaryPrimitives.WriteUInt16BigEndian(data[6..], DisconnectTimeLimit);
        BinaryPrimitives.WriteUInt16BigEndian(data[8..], ConnectTimeLimit);
        BinaryPrimitives.WriteUInt16BigEndian(data[10..], MaximumBurstSize);
        EnableModifyDataPointersField.Set(data, EnableModifyDataPointers);
        FairArbitrationField.Set(data, FairArbitration);
        DisconnectImmediateField.Set(data, DisconnectImmediate);
        DataTransferDisconnectControlField.Set(data, DataTransferDisconnectControl);
        BinaryPrimitives.WriteUInt16BigEndian(data[14..], FirstBurstSize);
        return Length;
    }
}
