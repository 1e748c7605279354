using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>ACTION CODE of <see cref="OpenCloseImportExportElement"/>.</summary>
public enum ImportExportAction : byte
{
    Open = 0,
    Close = 1,
}

/// <summary>
/// OPEN/CLOSE IMPORT/EXPORT ELEMENT (SMC-3): the door of the mail slots. On a tape drive the same code is <see cref="LoadUnload"/>.
/// </summary>
/// <param name="ElementAddress">An import/export element behind that door.</param>
/// <param name="Action">Open or close.</param>
// byte 0    OPERATION CODE 1Bh
// byte 2-3  ELEMENT ADDRESS
// byte 4    4:0 ACTION CODE
// byte 5    CONTROL
public readonly record struct OpenCloseImportExportElement(ushort ElementAddress, ImportExportAction Action) : IScsiCommand<OpenCloseImportExportElement>
{
    public static readonly BitField ElementAddressField = BitField.WholeByte(2);
    public static readonly BitField ActionField = new(Byte: 4, High: 4, Low: 0);

    internal static ReadOnlySpan<byte> UsageData => [0x1B, 0, 0xFF, 0xFF, 0x1F, 0];

    public static string Name => "OPEN/CLOSE IMPORT/EXPORT ELEMENT";
    public static byte OperationCode => 0x1B;
    public static int CdbLength => 6;

    public void Encode(Span<byte> cdb)
    {
        BinaryPrimitives.WriteUInt16BigEndian(cdb[2..], ElementAddress);
        ActionField.Set(cdb, (int)Action);
    }

    public static bool TryDecode(ReadOnlySpan<byte> cdb, out OpenCloseImportExportElement command, out BitField invalid)
    {
        command = default;
        if (!CdbCheck.Passes(cdb, UsageData, out invalid)) return false;

        var action = (ImportExportAction)ActionField.Get(cdb);
        if (action > ImportExportAction.Close) return CdbCheck.Refuse(ActionField, out invalid);

        command = new(BinaryPrimitives.ReadUInt16BigEndian(cdb[2..]), action);
        return true;
    }

    public override string ToString() => $"{Name} {(Action == ImportExportAction.Open ? "open" : "close")} {ElementAddress}";
}
