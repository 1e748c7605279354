using System.Buffers.Binary;
using System.Text;

namespace Capstan.Scsi;

/// <summary>What a volume tag says.</summary>
public enum VolumeTagState : byte
{
    /// <summary>Nothing: zeros or spaces. No cartridge, or none with a label.</summary>
    Blank,

    /// <summary>A label that was read.</summary>
    Text,

    /// <summary>Bytes that are no text.</summary>
    Unreadable,
}

/// <summary>Volume tag information (SMC-3, volume tag format) as a value.</summary>
/// <param name="State">Whether there is a label.</param>
/// <param name="Text">VOLUME IDENTIFICATION FIELD without its padding, 1 to 32 printable ASCII characters; null without a label.</param>
/// <param name="SequenceNumber">VOLUME SEQUENCE NUMBER; 0 on LTO.</param>
// byte 0-31  VOLUME IDENTIFICATION FIELD
// byte 34-35 VOLUME SEQUENCE NUMBER
public readonly record struct VolumeTag(VolumeTagState State, string? Text = null, ushort SequenceNumber = 0)
{
    /// <summary>In bytes.</summary>
    public const int Length = 36;

    /// <summary>Of the text alone, in bytes.</summary>
    public const int IdentifierLength = 32;

    /// <summary>No label.</summary>
    public static VolumeTag Blank => default;

    /// <summary>A label.</summary>
    /// <exception cref="ArgumentException">Not 1 to 32 printable ASCII characters, or with a space at its end.</exception>
    public static VolumeTag Of(string text, ushort sequenceNumber = 0)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.Length is 0 or > IdentifierLength || text[^1] == ' ' || text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
            throw new ArgumentException($"'{text}' is no volume tag: 1 to {IdentifierLength} printable ASCII characters", nameof(text));
        return new(VolumeTagState.Text, text, sequenceNumber);
    }

    /// <summary>Writes the tag, a label padded with spaces, none as zeros, and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        data[..Length].Clear();
        switch (State)
        {
            case VolumeTagState.Text:
                AsciiField.Write(data[..IdentifierLength], Text);
                break;
            case VolumeTagState.Unreadable:
                data[..IdentifierLength].Fill(0xFF);
                break;
        }

        BinaryPrimitives.WriteUInt16BigEndian(data[34..], SequenceNumber);
        return Length;
    }

    /// <summary>The label; empty without one, <c>?</c> for one that is no text.</summary>
    public override string ToString() => State == VolumeTagState.Unreadable ? "?" : Text ?? "";
}

/// <summary>Volume tag information in place. Changers pad with spaces or with zeros; what follows a zero is not read.</summary>
public readonly ref struct VolumeTagView
{
    internal VolumeTagView(ReadOnlySpan<byte> bytes) => Bytes = bytes;

    /// <summary>36 bytes; fewer where the data end before.</summary>
    public ReadOnlySpan<byte> Bytes { get; }

    /// <summary>VOLUME IDENTIFICATION FIELD without its padding, as it came.</summary>
    public ReadOnlySpan<byte> Identifier
    {
        get
        {
            ReadOnlySpan<byte> whole = WholeIdentifier;
            int end = whole.IndexOf((byte)0);
            return (end < 0 ? whole : whole[..end]).TrimEnd((byte)' ');
        }
    }

    /// <summary>Whether there is a label, and whether it can be read.</summary>
    public VolumeTagState State
    {
        get
        {
            ReadOnlySpan<byte> identifier = Identifier;
            if (!identifier.IsEmpty) return identifier.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? VolumeTagState.Unreadable : VolumeTagState.Text;

            return WholeIdentifier.ContainsAnyExcept((byte)0, (byte)' ') ? VolumeTagState.Unreadable : VolumeTagState.Blank;
        }
    }

    /// <summary>VOLUME SEQUENCE NUMBER; 0 where the data end before, and where the identification's spaces run on through it (mhvtl).</summary>
    public ushort SequenceNumber =>
        Bytes.Length < VolumeTag.Length || Bytes[VolumeTag.IdentifierLength..].SequenceEqual("    "u8) ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(Bytes[34..]);

    private ReadOnlySpan<byte> WholeIdentifier => Bytes[..Math.Min(Bytes.Length, VolumeTag.IdentifierLength)];

    /// <summary>Whether this is that label, byte for byte, without making a string of it.</summary>
    public bool Is(ReadOnlySpan<char> text)
    {
        ReadOnlySpan<byte> identifier = Identifier;
        return identifier.Length == text.Length && State == VolumeTagState.Text && Ascii.Equals(identifier, text);
    }

    /// <summary>As a value.</summary>
    public VolumeTag ToTag()
    {
        VolumeTagState state = State;
        return new(state, state == VolumeTagState.Text ? Encoding.ASCII.GetString(Identifier) : null, SequenceNumber);
    }
}
