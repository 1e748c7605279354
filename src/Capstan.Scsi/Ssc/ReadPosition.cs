using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>SERVICE ACTION of READ POSITION (SSC-4 7.7).</summary>
public enum PositionForm : byte
{
    Short = 0x00,

    /// <summary>The short form with a position of the vendor's own; Linux's st asks for it (drivers/scsi/st.c, get_location).</summary>
    ShortVendorSpecific = 0x01,
    Long = 0x06,
    Extended = 0x08,
}

/// <summary>READ POSITION (SSC-4 7.7).</summary>
/// <param name="Form">Which answer: <see cref="ShortPosition"/>, <see cref="LongPosition"/> or <see cref="ExtendedPosition"/>.</param>
/// <param name="AllocationLength">0 for the short and the long form; the extended form gets 32 when nothing is said.</param>
// byte 0    OPERATION CODE 34h
// byte 1    4:0 SERVICE ACTION
// byte 7-8  ALLOCATION LENGTH: zero in the short and long form (the HP LTO manual says it must be, and IBM drives insist)
// byte 9    CONTROL
public readonly record struct ReadPosition(PositionForm Form, ushort AllocationLength = 0) : IScsiCommand<ReadPosition>
{
    public static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(7);

    internal static ReadOnlySpan<byte> UsageData => [0x34, 0x1F, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0];

    /// <summary>How the short and the long form look to REPORT SUPPORTED OPERATION CODES.</summary>
    internal static ReadOnlySpan<byte> UsageDataWithoutAllocation => [0x34, 0x1F, 0, 0, 0, 0, 0, 0, 0, 0];

    public static string Name => "READ POSITION";
    public static byte OperationCode => 0x34;
    public static int CdbLength => 10;

    /// <summary>Bytes the answer may take.</summary>
    public ushort AllocationLength { get; init; } =
        Form == PositionForm.Extended && AllocationLength == 0 ? (ushort)ExtendedPosition.Length : AllocationLength;

    public void Encode(Span<byte> cdb)
    {
        ServiceActionField.Set(cdb, (int)Form);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[7..], AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReadPosition command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        var form = (PositionForm)ServiceActionField.Get(cdb);
        ushort allocationLength = BinaryPrimitives.ReadUInt16BigEndian(cdb[7..]);
        switch (form)
        {
            case PositionForm.Short or PositionForm.ShortVendorSpecific or PositionForm.Long when allocationLength == 0:
            case PositionForm.Extended when allocationLength >= ExtendedPosition.Length:
                command = new(form, allocationLength);
                return true;
            case PositionForm.Short or PositionForm.ShortVendorSpecific or PositionForm.Long or PositionForm.Extended:
                return CdbCheck.Refuse(AllocationLengthField, out invalid);
            default:
                return CdbCheck.Refuse(ServiceActionField, out invalid);
        }
    }

    public override string ToString() =>
        $"{Name} {Form.ToString().ToLowerInvariant()}{(AllocationLength == 0 ? "" : $" alloc {AllocationLength}")}";
}
