using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>WRITE ATTRIBUTE (SPC-4 6.47): sets, changes and deletes attributes of the medium auxiliary memory, all of the list or none.</summary>
/// <param name="ParameterListLength">Bytes of the parameter list that follows; 0 changes nothing.</param>
/// <param name="WriteThrough">WTC: done only when the memory itself has it, not a cache.</param>
/// <param name="Partition">PARTITION NUMBER.</param>
/// <param name="Volume">LOGICAL VOLUME NUMBER; 0 on a tape cartridge.</param>
// byte 0     OPERATION CODE 8Dh
// byte 1     0 WTC
// byte 5     LOGICAL VOLUME NUMBER
// byte 7     PARTITION NUMBER
// byte 10-13 PARAMETER LIST LENGTH
// byte 15    CONTROL
public readonly record struct WriteAttribute(uint ParameterListLength, bool WriteThrough = false, byte Partition = 0, byte Volume = 0)
    : IScsiCommand<WriteAttribute>
{
    public static readonly BitField WriteThroughField = BitField.Bit(1, 0);
    public static readonly BitField VolumeField = BitField.WholeByte(5);
    public static readonly BitField PartitionField = BitField.WholeByte(7);
    public static readonly BitField ParameterListLengthField = BitField.WholeByte(10);

    internal static ReadOnlySpan<byte> UsageData => [0x8D, 0x01, 0, 0, 0, 0xFF, 0, 0xFF, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0];

    public static string Name => "WRITE ATTRIBUTE";
    public static byte OperationCode => 0x8D;
    public static int CdbLength => 16;

    public void Encode(Span<byte> cdb)
    {
        WriteThroughField.Set(cdb, WriteThrough);
        cdb[5] = Volume;
        cdb[7] = Partition;
        BinaryPrimitives.WriteUInt32BigEndian(cdb[10..], ParameterListLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out WriteAttribute command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(BinaryPrimitives.ReadUInt32BigEndian(cdb[10..]), WriteThroughField.IsSet(cdb), cdb[7], cdb[5]);
        return true;
    }

    public override string ToString() =>
        $"{Name} partition {Partition}{(Volume == 0 ? "" : $" volume {Volume}")} length {ParameterListLength}{(WriteThrough ? " write through" : "")}";
}
