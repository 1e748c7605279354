using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>LOG SELECT (SPC-4 6.7). SP (save parameters) is always 0: tape drives save their logs themselves.</summary>
/// <param name="Page">PAGE CODE, 0 to 3Fh; with subpage 0 and no parameter list, 0 means every page.</param>
/// <param name="Subpage">SUBPAGE CODE.</param>
/// <param name="Control">PC: which values are set.</param>
/// <param name="ParameterListLength">Bytes of log pages that follow; 0 to reset or change nothing.</param>
/// <param name="ResetsParameters">PCR: all counters of the page to their default, which is zero. Only without a parameter list.</param>
// byte 0    OPERATION CODE 4Ch
// byte 1    1 PCR   0 SP
// byte 2    7:6 PC   5:0 PAGE CODE
// byte 3    SUBPAGE CODE
// byte 7-8  PARAMETER LIST LENGTH
// byte 9    CONTROL
public readonly record struct LogSelect(byte Page, byte Subpage, LogPageControl Control, ushort ParameterListLength, bool ResetsParameters)
    : IScsiCommand<LogSelect>
{
    public static readonly BitField PcrField = BitField.Bit(1, 1);
    public static readonly BitField PcField = new(Byte: 2, High: 7, Low: 6);
    public static readonly BitField PageCodeField = new(Byte: 2, High: 5, Low: 0);
    public static readonly BitField SubpageCodeField = BitField.WholeByte(3);
    public static readonly BitField ParameterListLengthField = BitField.WholeByte(7);

    internal static ReadOnlySpan<byte> UsageData => [0x4C, 0x02, 0xFF, 0xFF, 0, 0, 0, 0xFF, 0xFF, 0];

    public static string Name => "LOG SELECT";
    public static byte OperationCode => 0x4C;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        PcrField.Set(cdb, ResetsParameters);
        PcField.Set(cdb, (int)Control);
        PageCodeField.Set(cdb, Page);
        cdb[3] = Subpage;
        BinaryPrimitives.WriteUInt16BigEndian(cdb[7..], ParameterListLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out LogSelect command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        int length = BinaryPrimitives.ReadUInt16BigEndian(cdb[7..]);
        // SPC-4 6.7: PCR and a parameter list exclude each other.
        if (PcrField.IsSet(cdb) && length != 0) return CdbCheck.Refuse(PcrField, out invalid);

        command = new((byte)PageCodeField.Get(cdb), cdb[3], (LogPageControl)PcField.Get(cdb), (ushort)length, PcrField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} page {Page:X2}h/{Subpage:X2}h {(ResetsParameters ? "reset" : $"length {ParameterListLength}")}";
}
