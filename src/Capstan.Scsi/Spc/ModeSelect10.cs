using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>MODE SELECT(10) (SPC-4 6.10).</summary>
/// <param name="ParameterListLength">Bytes of mode parameters that follow, 0 to 65535; 0 changes nothing.</param>
/// <param name="SavePages">SP: also keep the values over a power cycle.</param>
// byte 0    OPERATION CODE 55h
// byte 1    4 PF   0 SP
// byte 7-8  PARAMETER LIST LENGTH
// byte 9    CONTROL
public readonly record struct ModeSelect10(ushort ParameterListLength, bool SavePages = false) : IScsiCommand<ModeSelect10>
{
    public static readonly BitField PageFormatField = BitField.Bit(1, 4);
    public static readonly BitField SavePagesField = BitField.Bit(1, 0);
    public static readonly BitField ParameterListLengthField = BitField.WholeByte(7);

    internal static ReadOnlySpan<byte> UsageData => [0x55, 0x11, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0];

    public static string Name => "MODE SELECT(10)";
    public static byte OperationCode => 0x55;
    public static int CdbLength => 10;

    /// <summary>PF: what follows the block descriptor are mode pages. True unless a CDB said otherwise.</summary>
    public bool PageFormat { get; init; } = true;

    public void Encode(Span<byte> cdb)
    {
        PageFormatField.Set(cdb, PageFormat);
        SavePagesField.Set(cdb, SavePages);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[7..], ParameterListLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ModeSelect10 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(BinaryPrimitives.ReadUInt16BigEndian(cdb[7..]), SavePagesField.IsSet(cdb)) { PageFormat = PageFormatField.IsSet(cdb) };
        return true;
    }

    public override string ToString() =>
        $"{Name} length {ParameterListLength}{(SavePages ? " save" : "")}{(PageFormat ? "" : " vendor format")}";
}
