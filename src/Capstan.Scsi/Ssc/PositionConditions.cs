namespace Capstan.Scsi;

/// <summary>Byte 0 of READ POSITION data, in every form (SSC-4 7.7.2 to 7.7.4). A form has the bits that are named for it; the others are reserved.</summary>
[Flags]
public enum PositionConditions : byte
{
    None = 0,

    /// <summary>BPEW: beyond programmable early warning.</summary>
    BeyondProgrammableEarlyWarning = 1 << 0,

    /// <summary>PERR, short and extended form: a number does not fit in its field; the short form's remedy is the long one.</summary>
    Error = 1 << 1,

    /// <summary>LOLU in the short and extended form, LONU in the long one: neither the location nor the partition says anything.</summary>
    LocationUnknown = 1 << 2,

    /// <summary>MPU, long form: the logical file identifier says nothing.</summary>
    FileUnknown = 1 << 3,

    /// <summary>BYCU, short and extended form: the number of bytes in the object buffer says nothing.</summary>
    ByteCountUnknown = 1 << 4,

    /// <summary>LOCU, short and extended form: the number of objects in the object buffer says nothing.</summary>
    ObjectCountUnknown = 1 << 5,

    /// <summary>EOP: between early warning and the end of the partition.</summary>
    EndOfPartition = 1 << 6,

    /// <summary>BOP.</summary>
    BeginningOfPartition = 1 << 7,

    /// <summary>What the short and the extended form have.</summary>
    OfBufferForms = BeginningOfPartition | EndOfPartition | ObjectCountUnknown | ByteCountUnknown | LocationUnknown | Error | BeyondProgrammableEarlyWarning,

    /// <summary>What the long form has.</summary>
    OfLongForm = BeginningOfPartition | EndOfPartition | FileUnknown | LocationUnknown | BeyondProgrammableEarlyWarning,
}
