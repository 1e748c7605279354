using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>REPORT DENSITY SUPPORT (SSC-4 7.9).</summary>
/// <param name="ForMediumTypes">MEDIUM TYPE: descriptors of kinds of media instead of densities.</param>
/// <param name="ForLoadedMedium">MEDIA: only what concerns the medium that is in the drive; else everything that the drive supports.</param>
/// <param name="AllocationLength">Bytes the answer may take, 0 to 65535.</param>
// byte 0    OPERATION CODE 44h
// byte 1    1 MEDIUM TYPE   0 MEDIA
// byte 7-8  ALLOCATION LENGTH
// byte 9    CONTROL
public readonly record struct ReportDensitySupport(bool ForMediumTypes, bool ForLoadedMedium, ushort AllocationLength) : IScsiCommand<ReportDensitySupport>
{
    public static readonly BitField MediumTypeField = BitField.Bit(1, 1);
    public static readonly BitField MediaField = BitField.Bit(1, 0);
    public static readonly BitField AllocationLengthField = BitField.WholeByte(7);

    internal static ReadOnlySpan<byte> UsageData => [0x44, 0x03, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0];

    public static string Name => "REPORT DENSITY SUPPORT";
    public static byte OperationCode => 0x44;
    public static int CdbLength => 10;

    public void Encode(Span<byte> cdb)
    {
        MediumTypeField.Set(cdb, ForMediumTypes);
        MediaField.Set(cdb, ForLoadedMedium);
        BinaryPrimitives.WriteUInt16BigEndian(cdb[7..], AllocationLength);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out ReportDensitySupport command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        command = new(MediumTypeField.IsSet(cdb), MediaField.IsSet(cdb), BinaryPrimitives.ReadUInt16BigEndian(cdb[7..]));
        return true;
    }

    public override string ToString() =>
        $"{Name}{(ForMediumTypes ? " medium types" : "")}{(ForLoadedMedium ? " media" : "")} alloc {AllocationLength}";
}
