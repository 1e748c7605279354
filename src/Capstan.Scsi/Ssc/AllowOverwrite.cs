using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>ALLOW OVERWRITE of the command of that name: what an append-only drive may overwrite, once.</summary>
public enum OverwriteScope : byte
{
    /// <summary>Nothing: takes an earlier permission back.</summary>
    Disabled = 0,

    /// <summary>From the position that the command names, which must be the current one.</summary>
    CurrentPosition = 1,

    /// <summary>The whole tape, by FORMAT MEDIUM.</summary>
    Format = 2,
}

/// <summary>ALLOW OVERWRITE (SSC-4 7.1): permits an append-only drive (write mode 1 of the Device Configuration Extension page) to overwrite.</summary>
/// <param name="Scope">What.</param>
/// <param name="Partition">Of the position.</param>
/// <param name="LogicalObjectId">The position: blocks and filemarks before it.</param>
// byte 0    OPERATION CODE 82h
// byte 2    3:0 ALLOW OVERWRITE
// byte 3    PARTITION
// byte 4-11 LOGICAL OBJECT IDENTIFIER
// byte 15   CONTROL
public readonly record struct AllowOverwrite(OverwriteScope Scope, byte Partition = 0, ulong LogicalObjectId = 0) : IScsiCommand<AllowOverwrite>
{
    public static readonly BitField ScopeField = new(Byte: 2, High: 3, Low: 0);
    public static readonly BitField PartitionField = BitField.WholeByte(3);
    public static readonly BitField LogicalObjectIdField = BitField.WholeByte(4);

    internal static ReadOnlySpan<byte> UsageData =>
        [0x82, 0, 0x0F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0, 0, 0, 0];

    public static string Name => "ALLOW OVERWRITE";
    public static byte OperationCode => 0x82;
    public static int CdbLength => 16;

    public void Encode(Span<byte> cdb)
    {
        ScopeField.Set(cdb, (int)Scope);
        cdb[3] = Partition;
        BinaryPrimitives.WriteUInt64BigEndian(cdb[4..], LogicalObjectId);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out AllowOverwrite command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        int scope = ScopeField.Get(cdb);
        if (scope > (int)OverwriteScope.Format) return CdbCheck.Refuse(ScopeField, out invalid);

        command = new((OverwriteScope)scope, cdb[3], BinaryPrimitives.ReadUInt64BigEndian(cdb[4..]));
        return true;
    }

    public override string ToString() => Name + Scope switch
    {
        OverwriteScope.Disabled => " off",
        OverwriteScope.CurrentPosition => $" at object {LogicalObjectId} partition {Partition}",
        _ => " format",
    };
}
