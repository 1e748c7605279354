namespace Capstan.Scsi;

/// <summary>ELEMENT TYPE CODE (SMC-3 4.2, 6.11): what kind of place for a cartridge.</summary>
public enum ElementType : byte
{
    /// <summary>All types: only in a question, never in an answer.</summary>
    All = 0,

    /// <summary>Medium transport element: the robot's hand.</summary>
    MediumTransport = 1,

    /// <summary>Storage element: a slot.</summary>
    Storage = 2,

    /// <summary>Import/export element: a mail slot, which an operator reaches.</summary>
    ImportExport = 3,

    /// <summary>Data transfer element: a drive.</summary>
    DataTransfer = 4,
}

internal static class ElementTypes
{
    /// <summary>Whether a command may ask for this type; codes above 4 are reserved.</summary>
    public static bool IsAskable(int code) => code <= (int)ElementType.DataTransfer;

    /// <summary>In a few words for traces.</summary>
    public static string Text(ElementType type) => type switch
    {
        ElementType.All => "all elements",
        ElementType.MediumTransport => "transport elements",
        ElementType.Storage => "storage elements",
        ElementType.ImportExport => "import/export elements",
        ElementType.DataTransfer => "data transfer elements",
        _ => $"elements of type {(byte)type:X}h",
    };
}
