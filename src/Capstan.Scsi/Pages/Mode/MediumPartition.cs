using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// Medium Partition mode page (SSC-4 8.3.4) with room for four partition sizes, as drives from LTO-7 on have; a page with fewer decodes,
/// what is missing is 0.
/// </summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (11h)
// byte 1    PAGE LENGTH
// byte 2    MAXIMUM ADDITIONAL PARTITIONS
// byte 3    ADDITIONAL PARTITIONS DEFINED
// byte 4    7 FDP   6 SDP   5 IDP   4:3 PSUM   2 POFM   1 CLEAR   0 ADDP
// byte 5    MEDIUM FORMAT RECOGNITION
// byte 6    7:4 PARTITIONING TYPE   3:0 PARTITION UNITS
// byte 8-15 PARTITION SIZE 0 to 3, two bytes each
public readonly record struct MediumPartition : IModePage<MediumPartition>
{
    private const int FixedLength = 8;

    public static readonly BitField MaximumAdditionalPartitionsField = BitField.WholeByte(2);
    public static readonly BitField AdditionalPartitionsDefinedField = BitField.WholeByte(3);
    public static readonly BitField FixedDataPartitionsField = BitField.Bit(4, 7);
    public static readonly BitField SelectDataPartitionsField = BitField.Bit(4, 6);
    public static readonly BitField InitiatorDefinedPartitionsField = BitField.Bit(4, 5);
    public static readonly BitField PartitionSizeUnitField = new(Byte: 4, High: 4, Low: 3);
    public static readonly BitField PartitionOnFormatField = BitField.Bit(4, 2);
    public static readonly BitField ClearField = BitField.Bit(4, 1);
    public static readonly BitField AddPartitionsField = BitField.Bit(4, 0);
    public static readonly BitField MediumFormatRecognitionField = BitField.WholeByte(5);
    public static readonly BitField PartitioningTypeField = new(Byte: 6, High: 7, Low: 4);
    public static readonly BitField PartitionUnitsField = new(Byte: 6, High: 3, Low: 0);

    public static byte PageCode => 0x11;
    public static int Length => 16;

    public bool ParametersSaveable { get; init; }

    /// <summary>MAXIMUM ADDITIONAL PARTITIONS: besides the first.</summary>
    public byte MaximumAdditionalPartitions { get; init; }

    /// <summary>ADDITIONAL PARTITIONS DEFINED: besides the first.</summary>
    public byte AdditionalPartitionsDefined { get; init; }

    /// <summary>FDP: the device's own fixed partitions.</summary>
    public bool FixedDataPartitions { get; init; }

    /// <summary>SDP: the device divides by the number of partitions.</summary>
    public bool SelectDataPartitions { get; init; }

    /// <summary>IDP: sizes as in this page.</summary>
    public bool InitiatorDefinedPartitions { get; init; }

    /// <summary>PSUM: 0 bytes, 1 kilobytes, 2 megabytes, 3 by <see cref="PartitionUnits"/>.</summary>
    public int PartitionSizeUnit { get; init; }

    /// <summary>POFM: FORMAT MEDIUM partitions, not MODE SELECT.</summary>
    public bool PartitionOnFormat { get; init; }

    /// <summary>CLEAR.</summary>
    public bool Clear { get; init; }

    /// <summary>ADDP.</summary>
    public bool AddPartitions { get; init; }

    /// <summary>MEDIUM FORMAT RECOGNITION.</summary>
    public byte MediumFormatRecognition { get; init; }

    /// <summary>PARTITIONING TYPE, 0 to 15.</summary>
    public int PartitioningType { get; init; }

    /// <summary>PARTITION UNITS, 0 to 15: sizes count 10 to this power bytes.</summary>
    public int PartitionUnits { get; init; }

    /// <summary>PARTITION SIZE 0.</summary>
    public ushort PartitionSize0 { get; init; }

    /// <summary>PARTITION SIZE 1.</summary>
    public ushort PartitionSize1 { get; init; }

    /// <summary>PARTITION SIZE 2.</summary>
    public ushort PartitionSize2 { get; init; }

    /// <summary>PARTITION SIZE 3.</summary>
    public ushort PartitionSize3 { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out MediumPartition page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, FixedLength)) return false;

        data = data[..Math.Min(data.Length, ModePageHeader.Length + data[1])];
        page = new()
        {
            ParametersSaveable = ModePage.PsField.IsSet(data),
            MaximumAdditionalPartitions = data[2],
            AdditionalPartitionsDefined = data[3],
            FixedDataPartitions = FixedDataPartitionsField.IsSet(data),
            SelectDataPartitions = SelectDataPartitionsField.IsSet(data),
            InitiatorDefinedPartitions = InitiatorDefinedPartitionsField.IsSet(data),
            PartitionSizeUnit = PartitionSizeUnitField.Get(data),
            PartitionOnFormat = PartitionOnFormatField.IsSet(data),
            Clear = ClearField.IsSet(data),
            AddPartitions = AddPartitionsField.IsSet(data),
            MediumFormatRecognition = data[5],
            PartitioningType = PartitioningTypeField.Get(data),
            PartitionUnits = PartitionUnitsField.Get(data),
            PartitionSize0 = SizeAt(data, 0),
            PartitionSize1 = SizeAt(data, 1),
            PartitionSize2 = SizeAt(data, 2),
            PartitionSize3 = SizeAt(data, 3),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        data[2] = MaximumAdditionalPartitions;
        data[3] = AdditionalPartitionsDefined;
        FixedDataPartitionsField.Set(data, FixedDataPartitions);
        SelectDataPartitionsField.Set(data, SelectDataPartitions);
        InitiatorDefinedPartitionsField.Set(data, InitiatorDefinedPartitions);
        PartitionSizeUnitField.Set(data, PartitionSizeUnit);
        PartitionOnFormatField.Set(data, PartitionOnFormat);
        ClearField.Set(data, Clear);
        AddPartitionsField.Set(data, AddPartitions);
        data[5] = MediumFormatRecognition;
        PartitioningTypeField.Set(data, PartitioningType);
        PartitionUnitsField.Set(data, PartitionUnits);
        BinaryPrimitives.WriteUInt16BigEndian(data[8..], PartitionSize0);
        BinaryPrimitives.WriteUInt16BigEndian(data[10..], PartitionSize1);
        BinaryPrimitives.WriteUInt16BigEndian(data[12..], PartitionSize2);
        BinaryPrimitives.WriteUInt16BigEndian(data[14..], PartitionSize3);
        return Length;
    }

    private static ushort SizeAt(ReadOnlySpan<byte> data, int partition)
    {
        int offset = FixedLength + (2 * partition);
        return data.Length < offset + 2 ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(data[offset..]);
    }
}
