using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>SERVICE ACTION of <see cref="PersistentReserveOut"/> (SPC-4 6.16.2).</summary>
public enum ReservationAction : byte
{
    Register = 0,
    Reserve = 1,
    Release = 2,
    Clear = 3,
    Preempt = 4,
    PreemptAndAbort = 5,
    RegisterAndIgnoreExistingKey = 6,
}

/// <summary>TYPE of a persistent reservation (SPC-4 6.15.3.4).</summary>
public enum ReservationType : byte
{
    None = 0,
    WriteExclusive = 1,
    ExclusiveAccess = 3,
    WriteExclusiveRegistrantsOnly = 5,
    ExclusiveAccessRegistrantsOnly = 6,
    WriteExclusiveAllRegistrants = 7,
    ExclusiveAccessAllRegistrants = 8,
}

/// <summary>PERSISTENT RESERVE OUT (SPC-4 6.16); its parameter list is <see cref="ReservationParameters"/>.</summary>
/// <param name="Action">What is to be done.</param>
/// <param name="Type">Of the reservation; ignored where there is none to name.</param>
/// <param name="ParameterListLength">24 bytes, in all that is defined here.</param>
/// <param name="Scope">0: the logical unit.</param>
// byte 0    OPERATION CODE 5Fh
// byte 1    4:0 SERVICE ACTION
// byte 2    7:4 SCOPE   3:0 TYPE
// byte 5-8  PARAMETER LIST LENGTH
// byte 9    CONTROL
public readonly record struct PersistentReserveOut(
    ReservationAction Action, ReservationType Type, uint ParameterListLength = ReservationParameters.Length, byte Scope = 0)
    : IScsiCommand<PersistentReserveOut>
{
    public static readonly BitField ServiceActionField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField ScopeField = new(Byte: 2, High: 7, Low: 4);
    public static readonly BitField TypeField = new(Byte: 2, High: 3, Low: 0);
    public static readonly BitField ParameterListLengthField = BitField.WholeByte(5);

    internal static ReadOnlySpan<byte> UsageData => [0x5F, 0x1F, 0xFF, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "PERSISTENT RESERVE OUT";
    public static byte OperationCode => 0x5F;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        ServiceActionField.Set(cdb, (int)Action);
        ScopeField.Set(cdb, Scope);
        TypeField.Set(cdb, (int)Type);
        BinaryPrimitives.WriteUInt32BigEndian(cdb[5..], ParameterListLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out PersistentReserveOut command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        int action = ServiceActionField.Get(cdb);
        if (action > (int)ReservationAction.RegisterAndIgnoreExistingKey) return CdbCheck.Refuse(ServiceActionField, out invalid);

        command = new((ReservationAction)action, (ReservationType)TypeField.Get(cdb), BinaryPrimitives.ReadUInt32BigEndian(cdb[5..]), (byte)ScopeField.Get(cdb));
        return true;
    }

    public override string ToString() => $"{Name} {Action}" + (Type == ReservationType.None ? "" : $" {Type}") + (Scope == 0 ? "" : $" scope {Scope}");
}
