namespace Capstan.Scsi;

/// <summary>
/// Fixed (70h/71h) and descriptor (72h/73h) sense data as one value (SPC-5 4.4.2 and 4.4.3). Holds no reference, allocates nothing.
/// </summary>
public readonly record struct SenseData
{
    /// <summary>Deferred (71h/73h): the error belongs to an earlier command.</summary>
    public bool IsDeferred { get; init; }

    /// <summary>Whether it came, or is to be encoded, in descriptor format.</summary>
    public bool IsDescriptorFormat { get; init; }

    public SenseKey Key { get; init; }

    public SenseCode Code { get; init; }

    /// <summary>INFORMATION as a signed number (fixed format: 32 bits sign-extended); null when not valid.</summary>
    public long? Information { get; init; }

    public bool Filemark { get; init; }

    public bool EndOfMedium { get; init; }

    public bool IncorrectLengthIndicator { get; init; }

    /// <summary>COMMAND-SPECIFIC INFORMATION; null when absent.</summary>
    public long? CommandSpecificInformation { get; init; }

    /// <summary>Progress of a running operation, 0 to 65535 of 65536; null when not reported.</summary>
    public ushort? Progress { get; init; }

    /// <summary>Which field was refused; null when not reported.</summary>
    public FieldPointer? FieldPointer { get; init; }
}

/// <summary>Which byte (and bit) of a CDB or parameter list a device refused (SPC-5 4.4.2.4.2).</summary>
/// <param name="InCdb">C/D: true when the error is in the CDB, false when in the parameter data.</param>
/// <param name="Byte">Offset of the byte.</param>
/// <param name="Bit">Most significant bit of the field; null when BPV is 0.</param>
public readonly record struct FieldPointer(bool InCdb, ushort Byte, byte? Bit);
