using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>SERVICE ACTION of <see cref="ReadAttribute"/> (SPC-4 6.17.1).</summary>
public enum AttributeServiceAction : byte
{
    /// <summary>ATTRIBUTE VALUES: attributes with their values, from the first identifier on.</summary>
    Values = 0x00,

    /// <summary>ATTRIBUTE LIST: the identifiers of the attributes that are there.</summary>
    List = 0x01,

    /// <summary>LOGICAL VOLUME LIST: number of the first volume, and how many there are.</summary>
    VolumeList = 0x02,

    /// <summary>PARTITION LIST: number of the first partition, and how many there are.</summary>
    PartitionList = 0x03,

    /// <summary>SUPPORTED ATTRIBUTES: identifiers of all attributes that the device knows, set or not.</summary>
    Supported = 0x05,
}

/// <summary>READ ATTRIBUTE (SPC-4 6.17): the medium auxiliary memory of a cartridge.</summary>
/// <param name="Action">What is asked for.</param>
/// <param name="FirstAttribute">FIRST ATTRIBUTE IDENTIFIER; only for <see cref="AttributeServiceAction.Values"/>.</param>
/// <param name="AllocationLength">Bytes the answer may take.</param>
/// <param name="Partition">PARTITION NUMBER.</param>
/// <param name="Volume">LOGICAL VOLUME NUMBER; 0 on a tape cartridge.</param>
/// <param name="Cache">CACHE: the values may come from a cache that is older than the medium.</param>
// byte 0     OPERATION CODE 8Ch
// byte 1     4:0 SERVICE ACTION
// byte 2-3   ELEMENT ADDRESS (media changers, SMC-3), restricted here
// byte 5     LOGICAL VOLUME NUMBER
// byte 7     PARTITION NUMBER
// byte 8-9   FIRST ATTRIBUTE IDENTIFIER
// byte 10-13 ALLOCATION LENGTH
// byte 14    0 CACHE
// byte 15    CONTROL
public readonly record struct ReadAttribute(
    AttributeServiceAction Action, ushort FirstAttribute, uint AllocationLength, byte Partition = 0, byte Volume = 0, bool Cache = false)
    : IScsiCommand<ReadAttribute>
{
    public static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField VolumeField = BitField.WholeByte(5);
    public static readonly BitField PartitionField = BitField.WholeByte(7);
    public static readonly BitField FirstAttributeField = BitField.WholeByte(8);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(10);
    public static readonly BitField CacheField = BitField.Bit(14, 0);

    internal static ReadOnlySpan<byte> UsageData => [0x8C, 0x1F, 0, 0, 0, 0xFF, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0];

    public static string Name => "READ ATTRIBUTE";
    public static byte OperationCode => 0x8C;
    public static int CdbLength => 16;

    public void Encode(Span<byte> cdb)
    {
        ServiceActionField.Set(cdb, (int)Action);
        cdb[5] = Volume;
        cdb[7] = Partition;
        BinaryPrimitives.WriteUInt16BigEndian(cdb[8..], FirstAttribute);
        BinaryPrimitives.WriteUInt32BigEndian(cdb[10..], AllocationLength);
        CacheField.Set(cdb, Cache);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReadAttribute command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        // 04h belongs to media changers (SMC-3), the rest is reserved.
        var action = (AttributeServiceAction)ServiceActionField.Get(cdb);
        if (action > AttributeServiceAction.PartitionList && action != AttributeServiceAction.Supported)
            return CdbCheck.Refuse(ServiceActionField, out invalid);

        command = new(
            action,
            BinaryPrimitives.ReadUInt16BigEndian(cdb[8..]),
            BinaryPrimitives.ReadUInt32BigEndian(cdb[10..]),
            cdb[7],
            cdb[5],
            CacheField.IsSet(cdb));
        return true;
    }

    public override string ToString()
    {
        string what = Action switch
        {
            AttributeServiceAction.Values => $"values from {FirstAttribute:X4}h",
            AttributeServiceAction.List => "list",
            AttributeServiceAction.VolumeList => "volumes",
            AttributeServiceAction.PartitionList => "partitions",
            _ => "supported",
        };
        return $"{Name} {what} partition {Partition}{(Volume == 0 ? "" : $" volume {Volume}")} alloc {AllocationLength}{(Cache ? " cache" : "")}";
    }
}
