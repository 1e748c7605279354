using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// Power Condition mode page (SPC-4 7.5.13). Drives of before SPC-4 have 12 or 38 bytes of it; such a page decodes, what is missing is 0.
/// </summary>
// byte 0    7 PS   6 SPF (0)   5:0 PAGE CODE (1Ah)
// byte 1    PAGE LENGTH (26h)
// byte 2    7:6 PM_BG_PRECEDENCE   0 STANDBY_Y
// byte 3    3 IDLE_C   2 IDLE_B   1 IDLE_A   0 STANDBY_Z
// byte 4-7  IDLE_A CONDITION TIMER
// byte 8-11 STANDBY_Z CONDITION TIMER
// byte 12-15 IDLE_B CONDITION TIMER
// byte 16-19 IDLE_C CONDITION TIMER
// byte 20-23 STANDBY_Y CONDITION TIMER
// byte 39   7:6 CCF IDLE   5:4 CCF STANDBY   3:2 CCF STOPPED
public readonly record struct PowerCondition : IModePage<PowerCondition>
{
    public static readonly BitField BackgroundPrecedenceField = new(Byte: 2, High: 7, Low: 6);
    public static readonly BitField StandbyYField = BitField.Bit(2, 0);
    public static readonly BitField IdleCField = BitField.Bit(3, 3);
    public static readonly BitField IdleBField = BitField.Bit(3, 2);
    public static readonly BitField IdleAField = BitField.Bit(3, 1);
    public static readonly BitField StandbyZField = BitField.Bit(3, 0);
    public static readonly BitField IdleATimerField = BitField.WholeByte(4);
    public static readonly BitField StandbyZTimerField = BitField.WholeByte(8);
    public static readonly BitField IdleBTimerField = BitField.WholeByte(12);
    public static readonly BitField IdleCTimerField = BitField.WholeByte(16);
    public static readonly BitField StandbyYTimerField = BitField.WholeByte(20);
    public static readonly BitField CheckFromIdleField = new(Byte: 39, High: 7, Low: 6);
    public static readonly BitField CheckFromStandbyField = new(Byte: 39, High: 5, Low: 4);
    public static readonly BitField CheckFromStoppedField = new(Byte: 39, High: 3, Low: 2);

    private const int ShortestLength = 12;

    public static byte PageCode => 0x1A;
    public static int Length => 40;

    public bool ParametersSaveable { get; init; }

    /// <summary>PM_BG_PRECEDENCE, 0 to 3.</summary>
    public int BackgroundPrecedence { get; init; }

    /// <summary>STANDBY_Y.</summary>
    public bool StandbyY { get; init; }

    /// <summary>IDLE_C.</summary>
    public bool IdleC { get; init; }

    /// <summary>IDLE_B.</summary>
    public bool IdleB { get; init; }

    /// <summary>IDLE_A.</summary>
    public bool IdleA { get; init; }

    /// <summary>STANDBY_Z.</summary>
    public bool StandbyZ { get; init; }

    /// <summary>IDLE_A CONDITION TIMER: in units of 100 ms.</summary>
    public uint IdleATimer { get; init; }

    /// <summary>STANDBY_Z CONDITION TIMER: in units of 100 ms.</summary>
    public uint StandbyZTimer { get; init; }

    /// <summary>IDLE_B CONDITION TIMER: in units of 100 ms.</summary>
    public uint IdleBTimer { get; init; }

    /// <summary>IDLE_C CONDITION TIMER: in units of 100 ms.</summary>
    public uint IdleCTimer { get; init; }

    /// <summary>STANDBY_Y CONDITION TIMER: in units of 100 ms.</summary>
    public uint StandbyYTimer { get; init; }

    /// <summary>CCF IDLE, 0 to 3.</summary>
    public int CheckFromIdle { get; init; }

    /// <summary>CCF STANDBY, 0 to 3.</summary>
    public int CheckFromStandby { get; init; }

    /// <summary>CCF STOPPED, 0 to 3.</summary>
    public int CheckFromStopped { get; init; }

    public static bool TryDecode(ReadOnlySpan<byte> data, out PowerCondition page)
    {
        page = default;
        if (!ModePageHeader.Matches(data, PageCode, ShortestLength)) return false;

        Span<byte> whole = stackalloc byte[Length];
        whole.Clear();
        data[..Math.Min(Math.Min(data.Length, Length), ModePageHeader.Length + data[1])].CopyTo(whole);
        page = Read(whole);
        return true;
    }

    private static PowerCondition Read(ReadOnlySpan<byte> data) => new()
    {
        ParametersSaveable = ModePage.PsField.IsSet(data),
        BackgroundPrecedence = BackgroundPrecedenceField.Get(data),
        StandbyY = StandbyYField.IsSet(data),
        IdleC = IdleCField.IsSet(data),
        IdleB = IdleBField.IsSet(data),
        IdleA = IdleAField.IsSet(data),
        StandbyZ = StandbyZField.IsSet(data),
        IdleATimer = BinaryPrimitives.ReadUInt32BigEndian(data[4..]),
        StandbyZTimer = BinaryPrimitives.ReadUInt32BigEndian(data[8..]),
        IdleBTimer = BinaryPrimitives.ReadUInt32BigEndian(data[12..]),
        IdleCTimer = BinaryPrimitives.ReadUInt32BigEndian(data[16..]),
        StandbyYTimer = BinaryPrimitives.ReadUInt32BigEndian(data[20..]),
        CheckFromIdle = CheckFromIdleField.Get(data),
        CheckFromStandby = CheckFromStandbyField.Get(data),
        CheckFromStopped = CheckFromStoppedField.Get(data),
    };

    public int WriteTo(Span<byte> data)
    {
        data = ModePageHeader.Begin(data, PageCode, Length, ParametersSaveable);
        BackgroundPrecedenceField.Set(data, BackgroundPrecedence);
        StandbyYField.Set(data, StandbyY);
        IdleCField.Set(data, IdleC);
        IdleBField.Set(data, IdleB);
        IdleAField.Set(data, IdleA);
        StandbyZField.Set(data, StandbyZ);
        BinaryPrimitives.WriteUInt32BigEndian(data[4..], IdleATimer);
        BinaryPrimitives.WriteUInt32BigEndian(data[8..], StandbyZTimer);
        BinaryPrimitives.WriteUInt32BigEndian(data[12..], IdleBTimer);
        BinaryPrimitives.WriteUInt32BigEndian(data[16..], IdleCTimer);
        BinaryPrimitives.WriteUInt32BigEndian(data[20..], StandbyYTimer);
        CheckFromIdleField.Set(data, CheckFromIdle);
        CheckFromStandbyField.Set(data, CheckFromStandby);
        CheckFromStoppedField.Set(data, CheckFromStopped);
        return Length;
    }
}
