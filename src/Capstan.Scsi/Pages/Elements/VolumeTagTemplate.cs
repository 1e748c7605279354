using System.Buffers.Binary;

namespace Capstan.Scsi;

/// <summary>
/// The parameter list of SEND VOLUME TAG (SMC-3): a template to search for, or, when a tag is changed, the new tag with its sequence
/// number in <paramref name="MinimumSequenceNumber"/>.
/// </summary>
/// <param name="Pattern">
/// VOLUME IDENTIFICATION TEMPLATE, up to 32 printable ASCII characters: <c>?</c> is any one character, <c>*</c> is anything to the end.
/// A zero ends it.
/// </param>
/// <param name="MinimumSequenceNumber">MINIMUM VOLUME SEQUENCE NUMBER.</param>
/// <param name="MaximumSequenceNumber">MAXIMUM VOLUME SEQUENCE NUMBER.</param>
// byte 0-31  VOLUME IDENTIFICATION TEMPLATE
// byte 34-35 MINIMUM VOLUME SEQUENCE NUMBER
// byte 38-39 MAXIMUM VOLUME SEQUENCE NUMBER
public readonly record struct VolumeTagTemplate(string Pattern, ushort MinimumSequenceNumber = 0, ushort MaximumSequenceNumber = 0)
{
    /// <summary>In bytes.</summary>
    public const int Length = 40;

    /// <summary>
    /// Reads the list. Reserved bytes are not looked at: hosts fill the template, and with it sometimes them, with spaces. A list without
    /// its last eight bytes is taken, as libraries do that know no sequence numbers (Exabyte Magnum 224 SCSI reference, 23.3).
    /// </summary>
    /// <param name="data">The parameter list.</param>
    /// <param name="template">The template, when the answer is true.</param>
    /// <param name="invalid">When the answer is false: the byte that is no printable character, or the first that is missing.</param>
    public static bool TryDecode(ReadOnlySpan<byte> data, out VolumeTagTemplate template, out BitField invalid)
    {
        template = default;
        invalid = default;
        if (data.Length < VolumeTag.IdentifierLength) return CdbCheck.Refuse(BitField.WholeByte(data.Length), out invalid);

        ReadOnlySpan<byte> field = data[..VolumeTag.IdentifierLength];
        int end = field.IndexOf((byte)0);
        if (end >= 0) field = field[..end];
        int junk = field.IndexOfAnyExceptInRange((byte)' ', (byte)'~');
        if (junk >= 0) return CdbCheck.Refuse(BitField.WholeByte(junk), out invalid);

        bool hasSequence = data.Length >= Length;
        template = new(
            AsciiField.Read(field),
            hasSequence ? BinaryPrimitives.ReadUInt16BigEndian(data[34..]) : (ushort)0,
            hasSequence ? BinaryPrimitives.ReadUInt16BigEndian(data[38..]) : (ushort)0);
        return true;
    }

    /// <summary>Writes the list, the template padded with zeros, and returns its length in bytes.</summary>
    /// <exception cref="ArgumentException">The template is longer than 32 characters or not ASCII.</exception>
    public int WriteTo(Span<byte> data)
    {
        data[..Length].Clear();
        string pattern = Pattern ?? "";
        if (pattern.Length > VolumeTag.IdentifierLength) throw new ArgumentException($"'{pattern}' is longer than {VolumeTag.IdentifierLength} characters");
        AsciiField.Write(data[..pattern.Length], pattern);
        BinaryPrimitives.WriteUInt16BigEndian(data[34..], MinimumSequenceNumber);
        BinaryPrimitives.WriteUInt16BigEndian(data[38..], MaximumSequenceNumber);
        return Length;
    }

    /// <summary>
    /// Whether a tag fits the template. Tags are compared as they stand in their field: the spaces behind a short one are characters
    /// too, so that <c>?</c> fits them. Without a label nothing fits.
    /// </summary>
    /// <param name="tag">The tag of an element.</param>
    /// <param name="ignoreSequenceNumber">As send action codes 4 to 6 do.</param>
    public bool Fits(in VolumeTag tag, bool ignoreSequenceNumber = true)
    {
        if (tag.State != VolumeTagState.Text) return false;
        if (!ignoreSequenceNumber && (tag.SequenceNumber < MinimumSequenceNumber || tag.SequenceNumber > MaximumSequenceNumber)) return false;

        string pattern = Pattern ?? "";
        string text = tag.Text ?? "";
        for (int i = 0; i < VolumeTag.IdentifierLength; i++)
        {
            char wanted = i < pattern.Length ? pattern[i] : ' ';
            if (wanted == '*') return true;
            if (wanted != '?' && wanted != (i < text.Length ? text[i] : ' ')) return false;
        }

        return true;
    }
}
