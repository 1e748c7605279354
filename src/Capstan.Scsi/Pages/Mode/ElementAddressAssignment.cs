using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Element Address Assignment mode page of a changer (SMC-3 7.3.4): which addresses its elements have.</summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (1Dh)
// byte 1    PAGE LENGTH (12h)
// byte 2-3  FIRST MEDIUM TRANSPORT ELEMENT ADDRESS    byte 4-5   NUMBER OF MEDIUM TRANSPORT ELEMENTS
// byte 6-7  FIRST STORAGE ELEMENT ADDRESS             byte 8-9   NUMBER OF STORAGE ELEMENTS
// byte 10-11 FIRST IMPORT/EXPORT ELEMENT ADDRESS      byte 12-13 NUMBER OF IMPORT/EXPORT ELEMENTS
// byte 14-15 FIRST DATA TRANSFER ELEMENT ADDRESS      byte 16-17 NUMBER OF DATA TRANSFER ELEMENTS
public readonly record struct ElementAddressAssignment : IModePage<ElementAddressAssignment>
{
    public static byte PageCode => 0x1D;
    public static int Length => 20;

    public bool ParametersSaveable { get; init; }

    /// <summary>The hands.</summary>
    public ElementRange MediumTransport { get; init; }

    /// <summary>The slots.</summary>
    public ElementRange Storage { get; init; }

    /// <summary>The mail slots.</summary>
    public ElementRange ImportExport { get; init; }

    /// <summary>The drives.</summary>
    public ElementRange DataTransfer { get; init; }

    /// <summary>The addresses of one type; of these pages a count of 0 means none.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not one of the four types.</exception>
    public ElementRange Of(ElementType type) => type switch
    {
        ElementType.MediumTransport => MediumTransport,
        ElementType.Storage => Storage,
        ElementType.ImportExport => ImportExport,
        ElementType.DataTransfer => DataTransfer,
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };

    public static bool TryDecode(ReadOnlySpan<byte> data, out ElementAddressAssignment page)
    {
        page = default;
        // The last two bytes are reserved, and not every changer sends them.
        if (!ModePageHeader.Matches(data, PageCode, Length - 2)) return false;

        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            MediumTransport = RangeAt(data, 2),
            Storage = RangeAt(data, 6),
            ImportExport = RangeAt(data, 10),
            DataTransfer = RangeAt(data, 14),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        Write(data[2..], MediumTransport);
        Write(data[6..], Storage);
        Write(data[10..], ImportExport);
        Write(data[14..], DataTransfer);
        return Length;
    }

    private static ElementRange RangeAt(ReadOnlySpan<byte> data, int offset) =>
        new(BinaryPrimitives.ReadUInt16BigEndian(data[offset..]), BinaryPrimitives.ReadUInt16BigEndian(data[(offset + 2)..]));

    private static void Write(Span<byte> data, ElementRange range)
    {
        BinaryPrimitives.WriteUInt16BigEndian(data, range.First);
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], range.Count);
    }
}
