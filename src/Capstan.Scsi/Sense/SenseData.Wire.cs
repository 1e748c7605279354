using System.Buffers.Binary;

namespace Capstan.Scsi;

// Fixed format, SPC-5 4.4.3            Descriptor format, SPC-5 4.4.2
// byte 0    7 VALID  6:0 RESPONSE CODE  byte 0    6:0 RESPONSE CODE
// byte 2    7 FILEMARK  6 EOM  5 ILI    byte 1    3:0 SENSE KEY
//           3:0 SENSE KEY               byte 2    ADDITIONAL SENSE CODE
// byte 3-6  INFORMATION                 byte 3    ADDITIONAL SENSE CODE QUALIFIER
// byte 7    ADDITIONAL SENSE LENGTH     byte 7    ADDITIONAL SENSE LENGTH
// byte 8-11 COMMAND-SPECIFIC            byte 8-   descriptors: type, additional length, ...
// byte 12   ADDITIONAL SENSE CODE         00h  byte 2 bit 7 VALID, 4-11 INFORMATION
// byte 13   ... QUALIFIER                 01h  4-11 COMMAND-SPECIFIC INFORMATION
// byte 15   7 SKSV                        02h  4-6 SENSE KEY SPECIFIC (byte 4 bit 7 SKSV)
// byte 15-17 SENSE KEY SPECIFIC           04h  byte 3: 7 FILEMARK  6 EOM  5 ILI   (SSC-5 4.2.19)
//                                         05h  byte 3: 5 ILI                      (SBC-4)
public readonly partial record struct SenseData
{
    /// <summary>The most <see cref="Encode"/> writes, in bytes: descriptor format with all four descriptors.</summary>
    public const int MaxEncodedLength = 8 + LongDescriptorLength + LongDescriptorLength + SenseKeySpecificDescriptorLength + StreamDescriptorLength;

    private const byte CurrentFixed = 0x70;
    private const byte DeferredFixed = 0x71;
    private const byte CurrentDescriptor = 0x72;
    private const byte DeferredDescriptor = 0x73;

    private const int HeaderLength = 8;
    private const int FixedLength = 18;
    private const int LongDescriptorLength = 12;
    private const int SenseKeySpecificDescriptorLength = 8;
    private const int StreamDescriptorLength = 4;

    private const byte InformationDescriptor = 0x00;
    private const byte CommandSpecificDescriptor = 0x01;
    private const byte SenseKeySpecificDescriptor = 0x02;
    private const byte StreamCommandsDescriptor = 0x04;
    private const byte BlockCommandsDescriptor = 0x05;

    private const byte FilemarkBit = 0x80;
    private const byte EndOfMediumBit = 0x40;
    private const byte IncorrectLengthBit = 0x20;
    private const byte ValidBit = 0x80;
    private const byte CommandDataBit = 0x40;
    private const byte BitPointerValidBit = 0x08;

    /// <summary>
    /// Reads sense data of any response code. Total: bytes of any content and length never throw. What a short answer leaves out
    /// (drives and adapters cut sense to 8 or 14 bytes) stays absent; bytes beyond the device's own length field are not read.
    /// </summary>
    /// <returns>False when the response code is none of 70h to 73h or the sense key itself is missing.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> sense, out SenseData decoded)
    {
        decoded = default;
        if (sense.IsEmpty)
            return false;
        int responseCode = sense[0] & 0x7F;
        bool deferred = responseCode is DeferredFixed or DeferredDescriptor;
        switch (responseCode)
        {
            case CurrentFixed or DeferredFixed when sense.Length >= 3:
                decoded = DecodeFixed(Bounded(sense)) with { IsDeferred = deferred };
                return true;
            case CurrentDescriptor or DeferredDescriptor when sense.Length >= 4:
                decoded = DecodeDescriptors(Bounded(sense)) with { IsDeferred = deferred, IsDescriptorFormat = true };
                return true;
            default:
                return false;
        }
    }

    /// <summary>
    /// Writes the sense in the format that <see cref="IsDescriptorFormat"/> names; a shorter destination gets as much as fits,
    /// as REQUEST SENSE with a small allocation length does.
    /// </summary>
    /// <remarks>
    /// An INFORMATION that does not fit into the fixed format's 32 bits is sent without VALID (SPC-5 4.4.3); a field pointer
    /// is sent only with ILLEGAL REQUEST, progress only with NO SENSE and NOT READY.
    /// </remarks>
    /// <param name="destination">At least <see cref="MaxEncodedLength"/> bytes to get all of it.</param>
    /// <returns>Bytes written.</returns>
    public int Encode(Span<byte> destination)
    {
        Span<byte> bytes = stackalloc byte[MaxEncodedLength];
        bytes.Clear();
        int length = IsDescriptorFormat ? EncodeDescriptors(bytes) : EncodeFixed(bytes);
        length = Math.Min(length, destination.Length);
        bytes[..length].CopyTo(destination);
        return length;
    }

    private static ReadOnlySpan<byte> Bounded(ReadOnlySpan<byte> sense) =>
        sense.Length < HeaderLength ? sense : sense[..Math.Min(sense.Length, HeaderLength + sense[7])];

    private static SenseData DecodeFixed(ReadOnlySpan<byte> sense)
    {
        var key = (SenseKey)(sense[2] & 0x0F);
        var (progress, pointer) = sense.Length >= FixedLength ? DecodeSenseKeySpecific(key, sense[15..18]) : default;
        uint specific = sense.Length >= 12 ? BinaryPrimitives.ReadUInt32BigEndian(sense[8..]) : 0;
        return new SenseData
        {
            Key = key,
            Filemark = (sense[2] & FilemarkBit) != 0,
            EndOfMedium = (sense[2] & EndOfMediumBit) != 0,
            IncorrectLengthIndicator = (sense[2] & IncorrectLengthBit) != 0,
            Information = sense.Length >= 7 && (sense[0] & ValidBit) != 0 ? BinaryPrimitives.ReadInt32BigEndian(sense[3..]) : null,
            CommandSpecificInformation = specific == 0 ? null : specific,
            Code = new SenseCode(sense.Length > 12 ? sense[12] : (byte)0, sense.Length > 13 ? sense[13] : (byte)0),
            Progress = progress,
            FieldPointer = pointer,
        };
    }

    private static SenseData DecodeDescriptors(ReadOnlySpan<byte> sense)
    {
        var decoded = new SenseData { Key = (SenseKey)(sense[1] & 0x0F), Code = new SenseCode(sense[2], sense[3]) };
        if (sense.Length < HeaderLength)
            return decoded;
        ReadOnlySpan<byte> rest = sense[HeaderLength..];
        while (rest.Length >= 2)
        {
            // A descriptor that the buffer cuts off is not trusted.
            int length = 2 + rest[1];
            if (length > rest.Length)
                break;
            decoded = decoded.WithDescriptor(rest[..length]);
            rest = rest[length..];
        }
        return decoded;
    }

    private SenseData WithDescriptor(ReadOnlySpan<byte> descriptor)
    {
        switch (descriptor[0])
        {
            case InformationDescriptor when descriptor.Length >= LongDescriptorLength && (descriptor[2] & ValidBit) != 0:
                return this with { Information = BinaryPrimitives.ReadInt64BigEndian(descriptor[4..]) };
            case CommandSpecificDescriptor when descriptor.Length >= LongDescriptorLength:
                return this with { CommandSpecificInformation = BinaryPrimitives.ReadInt64BigEndian(descriptor[4..]) };
            case SenseKeySpecificDescriptor when descriptor.Length >= 7:
                var (progress, pointer) = DecodeSenseKeySpecific(Key, descriptor[4..7]);
                return this with { Progress = progress, FieldPointer = pointer };
            case StreamCommandsDescriptor when descriptor.Length >= StreamDescriptorLength:
                return this with
                {
                    Filemark = (descriptor[3] & FilemarkBit) != 0,
                    EndOfMedium = (descriptor[3] & EndOfMediumBit) != 0,
                    IncorrectLengthIndicator = (descriptor[3] & IncorrectLengthBit) != 0,
                };
            case BlockCommandsDescriptor when descriptor.Length >= StreamDescriptorLength:
                return this with { IncorrectLengthIndicator = (descriptor[3] & IncorrectLengthBit) != 0 };
            default:
                return this;
        }
    }

    private static (ushort? Progress, FieldPointer? Pointer) DecodeSenseKeySpecific(SenseKey key, ReadOnlySpan<byte> specific)
    {
        if ((specific[0] & ValidBit) == 0)
            return default;
        ushort value = BinaryPrimitives.ReadUInt16BigEndian(specific[1..]);
        return key switch
        {
            SenseKey.NoSense or SenseKey.NotReady => (value, null),
            SenseKey.IllegalRequest => (null, new FieldPointer(
                (specific[0] & CommandDataBit) != 0,
                value,
                (specific[0] & BitPointerValidBit) != 0 ? (byte)(specific[0] & 7) : null)),
            _ => default,
        };
    }

    private int EncodeFixed(Span<byte> bytes)
    {
        bytes[0] = IsDeferred ? DeferredFixed : CurrentFixed;
        bytes[2] = (byte)(FlagBits | ((byte)Key & 0x0F));
        if (Information is >= int.MinValue and <= int.MaxValue)
        {
            bytes[0] |= ValidBit;
            BinaryPrimitives.WriteInt32BigEndian(bytes[3..], (int)Information.Value);
        }
        bytes[7] = FixedLength - HeaderLength;
        if (CommandSpecificInformation is >= 0 and <= uint.MaxValue)
            BinaryPrimitives.WriteUInt32BigEndian(bytes[8..], (uint)CommandSpecificInformation.Value);
        bytes[12] = Code.Asc;
        bytes[13] = Code.Ascq;
        EncodeSenseKeySpecific(bytes[15..]);
        return FixedLength;
    }

    private int EncodeDescriptors(Span<byte> bytes)
    {
        bytes[0] = IsDeferred ? DeferredDescriptor : CurrentDescriptor;
        bytes[1] = (byte)((byte)Key & 0x0F);
        bytes[2] = Code.Asc;
        bytes[3] = Code.Ascq;
        int length = HeaderLength;
        if (Information is { } information)
        {
            Span<byte> descriptor = AddDescriptor(bytes, ref length, InformationDescriptor, LongDescriptorLength);
            descriptor[2] = ValidBit;
            BinaryPrimitives.WriteInt64BigEndian(descriptor[4..], information);
        }
        if (CommandSpecificInformation is { } specific)
        {
            Span<byte> descriptor = AddDescriptor(bytes, ref length, CommandSpecificDescriptor, LongDescriptorLength);
            BinaryPrimitives.WriteInt64BigEndian(descriptor[4..], specific);
        }
        if (HasSenseKeySpecific)
            EncodeSenseKeySpecific(AddDescriptor(bytes, ref length, SenseKeySpecificDescriptor, SenseKeySpecificDescriptorLength)[4..]);
        if (FlagBits != 0)
            AddDescriptor(bytes, ref length, StreamCommandsDescriptor, StreamDescriptorLength)[3] = FlagBits;
        bytes[7] = (byte)(length - HeaderLength);
        return length;
    }

    private static Span<byte> AddDescriptor(Span<byte> bytes, ref int length, byte type, int descriptorLength)
    {
        Span<byte> descriptor = bytes.Slice(length, descriptorLength);
        descriptor[0] = type;
        descriptor[1] = (byte)(descriptorLength - 2);
        length += descriptorLength;
        return descriptor;
    }

    private byte FlagBits => (byte)((Filemark ? FilemarkBit : 0) | (EndOfMedium ? EndOfMediumBit : 0) | (IncorrectLengthIndicator ? IncorrectLengthBit : 0));

    private bool HasSenseKeySpecific => Key switch
    {
        SenseKey.NoSense or SenseKey.NotReady => Progress is not null,
        SenseKey.IllegalRequest => FieldPointer is not null,
        _ => false,
    };

    private void EncodeSenseKeySpecific(Span<byte> specific)
    {
        if (!HasSenseKeySpecific)
            return;
        specific[0] = ValidBit;
        ushort value = Progress ?? 0;
        if (Key == SenseKey.IllegalRequest && FieldPointer is { } pointer)
        {
            value = pointer.Byte;
            specific[0] |= (byte)((pointer.InCdb ? CommandDataBit : 0) | (pointer.Bit is { } bit ? BitPointerValidBit | (bit & 7) : 0));
        }
        BinaryPrimitives.WriteUInt16BigEndian(specific[1..], value);
    }
}
