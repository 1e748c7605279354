using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>SERVICE ACTION of <see cref="PersistentReserveIn"/> (SPC-4 6.15.1).</summary>
public enum ReservationQuestion : byte
{
    ReadKeys = 0,
    ReadReservation = 1,
    ReportCapabilities = 2,
    ReadFullStatus = 3,
}

/// <summary>PERSISTENT RESERVE IN (SPC-4 6.15).</summary>
/// <param name="Question">What is asked.</param>
/// <param name="AllocationLength">Bytes the answer may take.</param>
// byte 0    OPERATION CODE 5Eh
// byte 1    4:0 SERVICE ACTION
// byte 7-8  ALLOCATION LENGTH
// byte 9    CONTROL
public readonly record struct PersistentReserveIn(ReservationQuestion Question, ushort AllocationLength) : IScsiCommand<PersistentReserveIn>
{
    public static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(7);

    internal static ReadOnlySpan<byte> UsageData => [0x5E, 0x1F, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0];

    public static string Name => "PERSISTENT RESERVE IN";
    public static byte OperationCode => 0x5E;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        ServiceActionField.Set(cdb, (int)Question);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[7..], AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out PersistentReserveIn command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        int action = ServiceActionField.Get(cdb);
        if (action > (int)ReservationQuestion.ReadFullStatus) return CdbCheck.Refuse(ServiceActionField, out invalid);

        command = new((ReservationQuestion)action, BinaryPrimitives.ReadUInt16BigEndian(cdb[7..]));
        return true;
    }

    public override string ToString() => Name + Question switch
    {
        ReservationQuestion.ReadKeys => " keys",
        ReservationQuestion.ReadReservation => " reservation",
        ReservationQuestion.ReportCapabilities => " capabilities",
        _ => " full status",
    } + $" alloc {AllocationLength}";
}
