using System.Buffers.Binary;
using System.Collections.Immutable;

namespace Capstan.Scsi;

/// <summary>Answer to PERSISTENT RESERVE IN, REPORT CAPABILITIES (SPC-4 6.15.4).</summary>
// byte 0-1  LENGTH (0008h)
// byte 2    7 RLR_C   4 CRH   3 SIP_C   2 ATP_C   0 PTPL_C
// byte 3    7 TMV   6:4 ALLOW COMMANDS   0 PTPL_A
// byte 4    7 WR_EX_AR   6 EX_AC_RO   5 WR_EX_RO   3 EX_AC   1 WR_EX
// byte 5    0 EX_AC_AR
public readonly record struct ReservationCapabilities
{
    public static readonly BitField CompatibleHandlingField = BitField.Bit(2, 4);
    public static readonly BitField SpecifiesInitiatorsField = BitField.Bit(2, 3);
    public static readonly BitField AllTargetPortsField = BitField.Bit(2, 2);
    public static readonly BitField CanSurvivePowerLossField = BitField.Bit(2, 0);
    public static readonly BitField TypeMaskValidField = BitField.Bit(3, 7);
    public static readonly BitField AllowCommandsField = new(Byte: 3, High: 6, Low: 4);
    public static readonly BitField SurvivesPowerLossField = BitField.Bit(3, 0);

    /// <summary>In bytes.</summary>
    public const int Length = 8;

    /// <summary>CRH: RESERVE and RELEASE of the holder of a persistent reservation are passed over.</summary>
    public bool CompatibleHandling { get; init; }

    /// <summary>SIP_C.</summary>
    public bool SpecifiesInitiators { get; init; }

    /// <summary>ATP_C.</summary>
    public bool AllTargetPorts { get; init; }

    /// <summary>PTPL_C: reservations can survive a loss of power.</summary>
    public bool CanSurvivePowerLoss { get; init; }

    /// <summary>ALLOW COMMANDS: which questions pass a reservation of another, 0 to 5.</summary>
    public int AllowCommands { get; init; }

    /// <summary>PTPL_A: they do.</summary>
    public bool SurvivesPowerLoss { get; init; }

    /// <summary>PERSISTENT RESERVATION TYPE MASK as types; empty where the device does not tell (TMV 0).</summary>
    public ImmutableArray<ReservationType> Types { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out ReservationCapabilities capabilities)
    {
        capabilities = default;
        if (data.Length < Length) return false;

        int mask = TypeMaskValidField.IsSet(data) ? BinaryPrimitives.ReadUInt16LittleEndian(data[4..]) : 0;
        ImmutableArray<ReservationType>.Builder types = ImmutableArray.CreateBuilder<ReservationType>();
        for (int type = 0; type < 16; type++)
        {
            if ((mask & 1 << type) != 0) types.Add((ReservationType)type);
        }

        capabilities = new()
        {
            CompatibleHandling = CompatibleHandlingField.IsSet(data),
            SpecifiesInitiators = SpecifiesInitiatorsField.IsSet(data),
            AllTargetPorts = AllTargetPortsField.IsSet(data),
            CanSurvivePowerLoss = CanSurvivePowerLossField.IsSet(data),
            AllowCommands = AllowCommandsField.Get(data),
            SurvivesPowerLoss = SurvivesPowerLossField.IsSet(data),
            Types = types.ToImmutable(),
        };
        return true;
    }

    public int WriteTo(Span<byte> data)
    {
        data = data[..Length];
        data.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(data, Length);
        CompatibleHandlingField.Set(data, CompatibleHandling);
        SpecifiesInitiatorsField.Set(data, SpecifiesInitiators);
        AllTargetPortsField.Set(data, AllTargetPorts);
        CanSurvivePowerLossField.Set(data, CanSurvivePowerLoss);
        AllowCommandsField.Set(data, AllowCommands);
        SurvivesPowerLossField.Set(data, SurvivesPowerLoss);
        if (Types.IsDefaultOrEmpty) return Length;

        TypeMaskValidField.Set(data, true);
        // Bit n of byte 4, and of byte 5 from bit 8 on, is type n.
        foreach (ReservationType type in Types) data[4 + (int)type / 8] |= (byte)(1 << (int)type % 8);
        return Length;
    }
}
