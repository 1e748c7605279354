namespace Capstan.Scsi;

/// <summary>MODE of READ BUFFER and WRITE BUFFER that tape drives have (SPC-4 6.18.1, 6.49.1).</summary>
public enum BufferMode : byte
{
    /// <summary>Bytes of the buffer.</summary>
    Data = 0x02,

    /// <summary>What the buffer holds: <see cref="BufferDescriptor"/>.</summary>
    Descriptor = 0x03,

    /// <summary>What WRITE BUFFER in this mode wrote.</summary>
    Echo = 0x0A,

    /// <summary>What the echo buffer holds.</summary>
    EchoDescriptor = 0x0B,
}

/// <summary>READ BUFFER (SPC-4 6.18).</summary>
/// <param name="Mode">What is wanted.</param>
/// <param name="BufferId">Of which buffer.</param>
/// <param name="OffsetBytes">From where, 0 to FFFFFFh.</param>
/// <param name="AllocationLength">Bytes the answer may take, 0 to FFFFFFh.</param>
// byte 0    OPERATION CODE 3Ch
// byte 1    4:0 MODE
// byte 2    BUFFER ID
// byte 3-5  BUFFER OFFSET
// byte 6-8  ALLOCATION LENGTH
// byte 9    CONTROL
public readonly record struct ReadBuffer(BufferMode Mode, byte BufferId, int OffsetBytes, int AllocationLength) : IScsiCommand<ReadBuffer>
{
    public static readonly BitField ModeField = new(Byte: 1, High: 4, Low: 0);
    public static readonly BitField BufferIdField = BitField.WholeByte(2);
    public static readonly BitField OffsetBytesField = BitField.WholeByte(3);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(6);

    internal static ReadOnlySpan<byte> UsageData => [0x3C, 0x1F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "READ BUFFER";
    public static byte OperationCode => 0x3C;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        ModeField.Set(cdb, (int)Mode);
        cdb[2] = BufferId;
        BigEndian24.WriteUnsigned(cdb[3..], OffsetBytes);
        BigEndian24.WriteUnsigned(cdb[6..], AllocationLength);
    }

    /// <summary>Modes that no enumeration names decode, too: whether there is such a one is the device's to say.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReadBuffer command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new((BufferMode)ModeField.Get(cdb), cdb[2], BigEndian24.ReadUnsigned(cdb[3..]), BigEndian24.ReadUnsigned(cdb[6..]));
        return true;
    }

    public override string ToString() => $"{Name} mode {(int)Mode:X2}h buffer {BufferId:X2}h offset {OffsetBytes} alloc {AllocationLength}";
}
