using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Protocol Specific Port mode page of a SAS drive (SPL-3 9.2.7; SPC-4 7.5.15).</summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (19h)
// byte 1    PAGE LENGTH (0Eh)
// byte 2    6 CONTINUE AWT   5 BROADCAST ASYNCHRONOUS EVENT   4 READY LED MEANING   3:0 PROTOCOL IDENTIFIER
// byte 4-5  I_T NEXUS LOSS TIME
// byte 6-7  INITIATOR RESPONSE TIMEOUT
// byte 8-9  REJECT TO OPEN LIMIT
public readonly record struct ProtocolSpecificPort : IModePage<ProtocolSpecificPort>
{
    public static readonly BitField ReadyLedMeaningField = BitField.Bit(2, 4);
    public static readonly BitField ProtocolIdentifierField = new(Byte: 2, High: 3, Low: 0);
    public static readonly BitField NexusLossMillisecondsField = BitField.WholeByte(4);
    public static readonly BitField ResponseTimeoutMillisecondsField = BitField.WholeByte(6);
    public static readonly BitField RejectToOpenLimitField = BitField.WholeByte(8);

    public static byte PageCode => 0x19;
    public static int Length => 16;

    public bool ParametersSaveable { get; init; }

    /// <summary>READY LED MEANING.</summary>
    public bool ReadyLedMeaning { get; init; }

    /// <summary>PROTOCOL IDENTIFIER, 0 to 15: 0 Fibre Channel, 6 SAS.</summary>
    public int ProtocolIdentifier { get; init; }

    /// <summary>I_T NEXUS LOSS TIME: in ms.</summary>
    public ushort NexusLossMilliseconds { get; init; }

    /// <summary>INITIATOR RESPONSE TIMEOUT: in ms.</summary>
    public ushort ResponseTimeoutMilliseconds { get; init; }

    /// <summary>REJECT TO OPEN LIMIT: in units of 10 us.</summary>
    public ushort RejectToOpenLimit { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out ProtocolSpecificPort page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            ReadyLedMeaning = ReadyLedMeaningField.IsSet(data),
            ProtocolIdentifier = ProtocolIdentifierField.Get(data),
            NexusLossMilliseconds = BinaryPrimitives.ReadUInt16BigEndian(data[4..]),
            ResponseTimeoutMilliseconds = BinaryPrimitives.ReadUInt16BigEndian(data[6..]),
            RejectToOpenLimit = BinaryPrimitives.ReadUInt16BigEndian(data[8..]),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        ReadyLedMeaningField.Set(data, ReadyLedMeaning);
        ProtocolIdentifierField.Set(data, ProtocolIdentifier);
        BinaryPrimitives.WriteUInt16BigEndian(data[4..], NexusLossMilliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(data[6..], ResponseTimeoutMilliseconds);
        BinaryPrimitives.WriteUInt16BigEndian(data[8..], RejectToOpenLimit);
        return Length;
    }
}
