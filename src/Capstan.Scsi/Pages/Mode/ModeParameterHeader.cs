using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>Which mode parameter header: that of the 6-byte or of the 10-byte commands.</summary>
public enum ModeHeaderForm
{
    Six,
    Ten,
}

/// <summary>The short block descriptor of a tape drive (SPC-4 7.5.6.2, SSC-4 8.3.1).</summary>
/// <param name="DensityCode">DENSITY CODE; 0 default, 7Fh no change.</param>
/// <param name="NumberOfBlocks">0 to FFFFFFh; 0 for all the remaining.</param>
/// <param name="BlockLengthBytes">0 to FFFFFFh; 0 for variable blocks.</param>
// byte 0    DENSITY CODE
// byte 1-3  NUMBER OF BLOCKS
// byte 5-7  BLOCK LENGTH
public readonly record struct ModeBlockDescriptor(byte DensityCode, int NumberOfBlocks = 0, int BlockLengthBytes = 0)
{
    /// <summary>In bytes.</summary>
    public const int Length = 8;

    internal static ModeBlockDescriptor Read(ReadOnlySpan<byte> data) =>
        new(data[0], BigEndian24.ReadUnsigned(data[1..]), BigEndian24.ReadUnsigned(data[5..]));

    internal void Write(Span<byte> data)
    {
        data[..Length].Clear();
        data[0] = DensityCode;
        BigEndian24.WriteUnsigned(data[1..], NumberOfBlocks);
        BigEndian24.WriteUnsigned(data[5..], BlockLengthBytes);
    }
}

/// <summary>Mode parameter header and block descriptor of a tape drive (SPC-4 7.5.5, SSC-4 8.3.1).</summary>
// (6)  byte 0    MODE DATA LENGTH       (10) byte 0-1  MODE DATA LENGTH
//      byte 1    MEDIUM TYPE                 byte 2    MEDIUM TYPE
//      byte 2    7 WP 6:4 BUFFERED MODE 3:0 SPEED      byte 3    likewise
//                                            byte 4    0 LONGLBA
//      byte 3    BLOCK DESCRIPTOR LENGTH     byte 6-7  BLOCK DESCRIPTOR LENGTH
public readonly record struct ModeParameterHeader
{
    private static readonly BitField WpField = BitField.Bit(0, 7);
    private static readonly BitField BufferedModeField = new(Byte: 0, High: 6, Low: 4);
    private static readonly BitField SpeedField = new(Byte: 0, High: 3, Low: 0);

    /// <summary>MEDIUM TYPE: vendor specific on LTO.</summary>
    public byte MediumType { get; init; }

    /// <summary>WP: reserved (false) in MODE SELECT.</summary>
    public bool WriteProtected { get; init; }

    /// <summary>BUFFERED MODE, 0 to 7: 0 answers a write once it is on the medium, 1 once it is in the buffer.</summary>
    public int BufferedMode { get; init; }

    /// <summary>SPEED, 0 to 15; 0 is the default.</summary>
    public int Speed { get; init; }

    /// <summary>The first block descriptor, or null when there is none.</summary>
    public ModeBlockDescriptor? BlockDescriptor { get; init; }

    /// <summary>Length of the header without block descriptor, in bytes.</summary>
    public static int BareLength(ModeHeaderForm form) => form == ModeHeaderForm.Six ? 4 : 8;

    /// <summary>Length of header and block descriptor in bytes: where the first mode page goes.</summary>
    public int LengthIn(ModeHeaderForm form) => BareLength(form) + (BlockDescriptor.HasValue ? ModeBlockDescriptor.Length : 0);

    /// <summary>Writes header and block descriptor for MODE SENSE.</summary>
    /// <param name="data">Receives them; the pages belong right behind.</param>
    /// <param name="form">Of the 6-byte or the 10-byte command.</param>
    /// <param name="pagesLengthBytes">Length of all mode pages that follow.</param>
    /// <returns>Their length in bytes.</returns>
    /// <exception cref="OverflowException">More than MODE DATA LENGTH can say: 255 or 65535 bytes.</exception>
    public int WriteTo(Span<byte> data, ModeHeaderForm form, int pagesLengthBytes)
    {
        int length = WriteForSelect(data, form);
        if (form == ModeHeaderForm.Six)
        {
            data[0] = checked((byte)(length + pagesLengthBytes - 1));
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(data, checked((ushort)(length + pagesLengthBytes - 2)));
        }

        return length;
    }

    /// <summary>Writes header and block descriptor for MODE SELECT, where MODE DATA LENGTH is reserved, and returns their length in bytes.</summary>
    public int WriteForSelect(Span<byte> data, ModeHeaderForm form)
    {
        int bare = BareLength(form);
        data[..bare].Clear();
        bool six = form == ModeHeaderForm.Six;
        data[six ? 1 : 2] = MediumType;
        Span<byte> specific = data[(six ? 2 : 3)..];
        WpField.Set(specific, WriteProtected);
        BufferedModeField.Set(specific, BufferedMode);
        SpeedField.Set(specific, Speed);
        if (BlockDescriptor is not { } descriptor) return bare;

        data[bare - 1] = ModeBlockDescriptor.Length;
        descriptor.Write(data[bare..]);
        return bare + ModeBlockDescriptor.Length;
    }

    internal static ModeParameterHeader Read(ReadOnlySpan<byte> data, ModeHeaderForm form, ModeBlockDescriptor? descriptor)
    {
        bool six = form == ModeHeaderForm.Six;
        ReadOnlySpan<byte> specific = data[(six ? 2 : 3)..];
        return new()
        {
            MediumType = data[six ? 1 : 2],
            WriteProtected = WpField.IsSet(specific),
            BufferedMode = BufferedModeField.Get(specific),
            Speed = SpeedField.Get(specific),
            BlockDescriptor = descriptor,
        };
    }
}
