using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Parameter list of PERSISTENT RESERVE OUT (SPC-4 6.16.3).</summary>
/// <param name="Key">RESERVATION KEY: the one that the sender registered; 0 before it did.</param>
/// <param name="ActionKey">SERVICE ACTION RESERVATION KEY: the new one of REGISTER, the one to be preempted of PREEMPT.</param>
/// <param name="SurvivesPowerLoss">APTPL.</param>
/// <param name="AllTargetPorts">ALL_TG_PT.</param>
/// <param name="NamesInitiators">SPEC_I_PT: a list of initiators follows.</param>
// byte 0-7   RESERVATION KEY
// byte 8-15  SERVICE ACTION RESERVATION KEY
// byte 20    3 SPEC_I_PT   2 ALL_TG_PT   0 APTPL
public readonly record struct ReservationParameters(
    ulong Key, ulong ActionKey, bool SurvivesPowerLoss = false, bool AllTargetPorts = false, bool NamesInitiators = false)
{
    public static readonly BitField NamesInitiatorsField = BitField.Bit(20, 3);
    public static readonly BitField AllTargetPortsField = BitField.Bit(20, 2);
    public static readonly BitField SurvivesPowerLossField = BitField.Bit(20, 0);

    /// <summary>In bytes, without a list of initiators.</summary>
    public const int Length = 24;

    /// <summary>False when there are fewer than <see cref="Length"/> bytes.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> data, out ReservationParameters parameters)
    {
        parameters = default;
        if (data.Length < Length) return false;

        parameters = new(BinaryPrimitives.ReadUInt64BigEndian(data), BinaryPrimitives.ReadUInt64BigEndian(data[8..]),
            SurvivesPowerLossField.IsSet(data), AllTargetPortsField.IsSet(data), NamesInitiatorsField.IsSet(data));
        return true;
    }

    /// <summary>Writes the list and returns <see cref="Length"/>.</summary>
    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        BinaryPrimitives.WriteUInt64BigEndian(data, Key);
        BinaryPrimitives.WriteUInt64BigEndian(data[8..], ActionKey);
        NamesInitiatorsField.Set(data, NamesInitiators);
        AllTargetPortsField.Set(data, AllTargetPorts);
        SurvivesPowerLossField.Set(data, SurvivesPowerLoss);
        return Length;
    }
}
