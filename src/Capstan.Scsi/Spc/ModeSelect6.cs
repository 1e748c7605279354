namespace Capstan.Scsi;

/// <summary>MODE SELECT(6) (SPC-4 6.9).</summary>
/// <param name="ParameterListLength">Bytes of mode parameters that follow, 0 to 255; 0 changes nothing.</param>
/// <param name="SavePages">SP: also keep the values over a power cycle.</param>
// byte 0    OPERATION CODE 15h
// byte 1    4 PF   0 SP
// byte 4    PARAMETER LIST LENGTH
// byte 5    CONTROL
public readonly record struct ModeSelect6(byte ParameterListLength, bool SavePages = false) : IScsiCommand<ModeSelect6>
{
    public static readonly BitField PageFormatField = BitField.Bit(1, 4);
    public static readonly BitField SavePagesField = BitField.Bit(1, 0);
    public static readonly BitField ParameterListLengthField = BitField.WholeByte(4);

    internal static ReadOnlySpan<byte> UsageData => [0x15, 0x11, 0, 0, 0xFF, 0];

    public static string Name => "MODE SELECT(6)";
    public static byte OperationCode => 0x15;
    public static int CdbLength => 6;

    /// <summary>PF: what follows the block descriptor are mode pages. True unless a CDB said otherwise.</summary>
    public bool PageFormat { get; init; } = true;

    public void Encode(Span<byte> cdb)
    {
        PageFormatField.Set(cdb, PageFormat);
        SavePagesField.Set(cdb, SavePages);
        cdb[4] = ParameterListLength;
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ModeSelect6 command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(cdb[4], SavePagesField.IsSet(cdb)) { PageFormat = PageFormatField.IsSet(cdb) };
        return true;
    }

    public override string ToString() =>
        $"{Name} length {ParameterListLength}{(SavePages ? " save" : "")}{(PageFormat ? "" : " vendor format")}";
}
