using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>LOG SENSE (SPC-4 6.8). SP (save parameters) is always 0: tape drives save their logs themselves.</summary>
/// <param name="Page">PAGE CODE, 0 to 3Fh; 0 lists the supported pages.</param>
/// <param name="Subpage">SUBPAGE CODE.</param>
/// <param name="Control">PC: thresholds or cumulative values.</param>
/// <param name="ParameterPointer">The first parameter code wanted; 0 for all.</param>
/// <param name="AllocationLength">Bytes the answer may take, 0 to 65535.</param>
// byte 0    OPERATION CODE 4Dh
// byte 1    1 obsolete (PPC)   0 SP
// byte 2    7:6 PC   5:0 PAGE CODE
// byte 3    SUBPAGE CODE
// byte 5-6  PARAMETER POINTER
// byte 7-8  ALLOCATION LENGTH
// byte 9    CONTROL
public readonly record struct LogSense(byte Page, byte Subpage, LogPageControl Control, ushort ParameterPointer, ushort AllocationLength)
    : IScsiCommand<LogSense>
{
    public static readonly BitField PcField = new(Byte: 2, High: 7, Low: 6);
    public static readonly BitField PageCodeField = new(Byte: 2, High: 5, Low: 0);
    public static readonly BitField SubpageCodeField = BitField.WholeByte(3);
    public static readonly BitField ParameterPointerField = BitField.WholeByte(5);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(7);

    internal static ReadOnlySpan<byte> UsageData => [0x4D, 0, 0xFF, 0xFF, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0];

    public static string Name => "LOG SENSE";
    public static byte OperationCode => 0x4D;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        PcField.Set(cdb, (int)Control);
        PageCodeField.Set(cdb, Page);
        cdb[3] = Subpage;
        BinaryPrimitives.WriteUInt16BigEndian(cdb[5..], ParameterPointer);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[7..], AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out LogSense command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(
            (byte)PageCodeField.Get(cdb),
            cdb[3],
            (LogPageControl)PcField.Get(cdb),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[5..]),
            BinaryPrimitives.ReadUInt16BigEndian(cdb[7..]));
        return true;
    }

    public override string ToString()
    {
        string control = Control switch
        {
            LogPageControl.Threshold => "threshold",
            LogPageControl.Cumulative => "cumulative",
            LogPageControl.DefaultThreshold => "default threshold",
            _ => "default cumulative",
        };
        string from = ParameterPointer == 0 ? "" : $" from {ParameterPointer:X4}h";
        return $"{Name} page {Page:X2}h/{Subpage:X2}h {control}{from} alloc {AllocationLength}";
    }
}
