using System.Text;

namespace Capstan.Scsi;

/// <summary>
/// Fixed (70h/71h) and descriptor (72h/73h) sense data as one value (SPC-5 4.4.2 and 4.4.3). Holds no reference, allocates nothing.
/// </summary>
public readonly partial record struct SenseData
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

    /// <summary>
    /// COMMAND-SPECIFIC INFORMATION; null when absent. Fixed format has no valid bit for it, so there zero means absent.
    /// </summary>
    public long? CommandSpecificInformation { get; init; }

    /// <summary>
    /// Progress of a running operation, 0 to 65535 of 65536; null when not reported. Only with NO SENSE and NOT READY.
    /// </summary>
    public ushort? Progress { get; init; }

    /// <summary>Which field was refused; null when not reported. Only with ILLEGAL REQUEST.</summary>
    public FieldPointer? FieldPointer { get; init; }

    /// <summary>One line for people: <c>MEDIUM ERROR 11/00 "Unrecovered read error"; EOM; information 5</c>.</summary>
    public override string ToString()
    {
        var line = new StringBuilder();
        if (IsDeferred)
            line.Append("deferred ");
        line.Append($"{Key.Text()} {Code} \"{Code.Text}\"");
        if (Filemark)
            line.Append("; FM");
        if (EndOfMedium)
            line.Append("; EOM");
        if (IncorrectLengthIndicator)
            line.Append("; ILI");
        if (Information is { } information)
            line.Append($"; information {information}");
        if (CommandSpecificInformation is { } specific)
            line.Append($"; command-specific {specific}");
        if (FieldPointer is { } pointer)
            line.Append($"; field pointer {pointer}");
        if (Progress is { } progress)
            line.Append($"; progress {progress * 100 / 65536}%");
        return line.ToString();
    }
}
