using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Text;

namespace Capstan.Scsi;

/// <summary>KEY DESCRIPTOR TYPE of key-associated data (SSC-4 8.5.4).</summary>
public enum KeyAssociatedDataType : byte
{
    /// <summary>U-KAD: what people call the key. Not covered by the algorithm's authentication.</summary>
    Unauthenticated = 0,

    /// <summary>A-KAD.</summary>
    Authenticated = 1,
    Nonce = 2,

    /// <summary>M-KAD.</summary>
    Metadata = 3,
}

/// <summary>A key-associated data descriptor (SSC-4 8.5.4): stored with every block that the key encrypts.</summary>
/// <param name="Type">KEY DESCRIPTOR TYPE.</param>
/// <param name="Data">KEY DESCRIPTOR.</param>
/// <param name="Authentication">AUTHENTICATED: 0 not covered or not attempted to say, 1 not attempted, 2 authenticated, 3 failed.</param>
// byte 0    KEY DESCRIPTOR TYPE
// byte 1    2:0 AUTHENTICATED
// byte 2-3  KEY DESCRIPTOR LENGTH
// byte 4-n  KEY DESCRIPTOR
public readonly record struct KeyAssociatedData(KeyAssociatedDataType Type, ImmutableArray<byte> Data, byte Authentication = 0)
{
    /// <summary>In bytes.</summary>
    public const int HeaderLength = 4;

    private static readonly BitField AuthenticatedField = new(Byte: 1, High: 2, Low: 0);

    /// <summary>Length on the wire, in bytes.</summary>
    public int Length => HeaderLength + Data.Length;

    /// <summary>A U-KAD with a text.</summary>
    /// <param name="text">Printable ASCII.</param>
    public static KeyAssociatedData Description(string text) => new(KeyAssociatedDataType.Unauthenticated, [.. Encoding.ASCII.GetBytes(text)]);

    /// <summary>Reads descriptors up to the first that is not whole.</summary>
    /// <returns>False when bytes are left over.</returns>
    public static bool TryReadAll(ReadOnlySpan<byte> list, out ImmutableArray<KeyAssociatedData> descriptors)
    {
        ImmutableArray<KeyAssociatedData>.Builder builder = ImmutableArray.CreateBuilder<KeyAssociatedData>();
        while (list.Length >= HeaderLength)
        {
            int length = BinaryPrimitives.ReadUInt16BigEndian(list[2..]);
            if (list.Length < HeaderLength + length) break;
            builder.Add(new((KeyAssociatedDataType)list[0], [.. list.Slice(HeaderLength, length)], (byte)AuthenticatedField.Get(list)));
            list = list[(HeaderLength + length)..];
        }

        descriptors = builder.ToImmutable();
        return list.IsEmpty;
    }

    /// <summary>Writes descriptors one behind the other and returns their length in bytes.</summary>
    public static int WriteAll(Span<byte> data, ImmutableArray<KeyAssociatedData> descriptors)
    {
        int offset = 0;
        foreach (KeyAssociatedData descriptor in descriptors) offset += descriptor.WriteTo(data[offset..]);
        return offset;
    }

    /// <summary>Writes the descriptor and returns its length in bytes.</summary>
    public int WriteTo(Span<byte> data)
    {
        data[0] = (byte)Type;
        data[1] = 0;
        AuthenticatedField.Set(data, Authentication);
        BinaryPrimitives.WriteUInt16BigEndian(data[2..], (ushort)Data.Length);
        Data.AsSpan().CopyTo(data[HeaderLength..]);
        return Length;
    }

    /// <summary>As text where it is printable ASCII (spaces and zeros at the end left out), else in hexadecimal.</summary>
    public string ToText()
    {
        ReadOnlySpan<byte> bytes = Data.AsSpan().TrimEnd("\0 "u8);
        return bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~') ? Convert.ToHexString(Data.AsSpan()) : Encoding.ASCII.GetString(bytes);
    }

    public bool Equals(KeyAssociatedData other) =>
        Type == other.Type && Authentication == other.Authentication && Data.AsSpan().SequenceEqual(other.Data.AsSpan());

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.Add(Type);
        hash.AddBytes(Data.AsSpan());
        return hash.ToHashCode();
    }

    public override string ToString() => $"{Type}: {ToText()}";
}
