namespace Capstan.Scsi;

/// <summary>LOAD UNLOAD (SSC-4 7.3).</summary>
/// <param name="Load">LOAD: to the beginning of the tape; false unloads.</param>
/// <param name="Immediate">IMMED: answer before the tape moves.</param>
/// <param name="EndOfTape">EOT: unload at the end of the tape. Not allowed together with <paramref name="Load"/>.</param>
/// <param name="Retension">RETEN: wind to the end and back first.</param>
/// <param name="Hold">HOLD: keep the cartridge in the drive, unthreaded, with its memory readable.</param>
// byte 0    OPERATION CODE 1Bh
// byte 1    0 IMMED
// byte 4    3 HOLD   2 EOT   1 RETEN   0 LOAD
// byte 5    CONTROL
public readonly record struct LoadUnload(bool Load, bool Immediate = false, bool EndOfTape = false, bool Retension = false, bool Hold = false)
    : IScsiCommand<LoadUnload>
{
    public static readonly BitField ImmedField = BitField.Bit(1, 0);
    public static readonly BitField HoldField = BitField.Bit(4, 3);
    public static readonly BitField EndOfTapeField = BitField.Bit(4, 2);
    public static readonly BitField RetensionField = BitField.Bit(4, 1);
    public static readonly BitField LoadField = BitField.Bit(4, 0);

    internal static ReadOnlySpan<byte> UsageData => [0x1B, 0x01, 0, 0, 0x0F, 0];

    public static string Name => "LOAD UNLOAD";
    public static byte OperationCode => 0x1B;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        ImmedField.Set(cdb, Immediate);
        HoldField.Set(cdb, Hold);
        EndOfTapeField.Set(cdb, EndOfTape);
        RetensionField.Set(cdb, Retension);
        LoadField.Set(cdb, Load);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out LoadUnload command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        bool load = LoadField.IsSet(cdb);
        bool endOfTape = EndOfTapeField.IsSet(cdb);
        if (load && endOfTape) return CdbCheck.Refuse(EndOfTapeField, out invalid);

        command = new(load, ImmedField.IsSet(cdb), endOfTape, RetensionField.IsSet(cdb), HoldField.IsSet(cdb));
        return true;
    }

    public override string ToString() =>
        $"{Name} {(Load ? "load" : "unload")}{(Hold ? " hold" : "")}{(EndOfTape ? " eot" : "")}"
        + $"{(Retension ? " reten" : "")}{(Immediate ? " immed" : "")}";
}
