namespace Capstan.Scsi;

/// <summary>Protocol Specific Logical Unit mode page of a SAS drive (SPL-3 9.2.6; SPC-4 7.5.14).</summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (18h)
// byte 1    PAGE LENGTH (06h)
// byte 2    4 TRANSPORT LAYER RETRIES   3:0 PROTOCOL IDENTIFIER
public readonly record struct ProtocolSpecificLogicalUnit : IModePage<ProtocolSpecificLogicalUnit>
{
    public static readonly BitField TransportLayerRetriesField = BitField.Bit(2, 4);
    public static readonly BitField ProtocolIdentifierField = new(Byte: 2, High: 3, Low: 0);

    public static byte PageCode => 0x18;
    public static int Length => 8;

    public bool ParametersSaveable { get; init; }

    /// <summary>TRANSPORT LAYER RETRIES.</summary>
    public bool TransportLayerRetries { get; init; }

    /// <summary>PROTOCOL IDENTIFIER, 0 to 15: 0 Fibre Channel, 6 SAS.</summary>
    public int ProtocolIdentifier { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out ProtocolSpecificLogicalUnit page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, Length)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            TransportLayerRetries = TransportLayerRetriesField.IsSet(data),
            ProtocolIdentifier = ProtocolIdentifierField.Get(data),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        TransportLayerRetriesField.Set(data, TransportLayerRetries);
        ProtocolIdentifierField.Set(data, ProtocolIdentifier);
        return Length;
    }
}
