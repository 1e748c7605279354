using System.Buffers.Binary;
using System.Buffers.Text;

namespace Capstan.Backup.Archive;

/// <summary>
/// POSIX.1e access control lists: the kernel's binary form (linux/posix_acl_xattr.h: version 2, then tag, permissions, id,
/// little-endian) and the text form of archives (POSIX.1e draft 17, 23.3.1, long text form), with numeric ids.
/// </summary>
public static class PosixAcl
{
    private const uint Version = 2;
    private const int HeaderLength = 4;
    private const int EntryLength = 8;
    private const uint NoId = uint.MaxValue;

    /// <summary>Far more than any file system stores (ext4 fits about 500 into a block); bounds what a text may make us do.</summary>
    private const int MaxEntries = 8192;

    private enum Tag : ushort
    {
        UserOwner = 0x01,
        User = 0x02,
        GroupOwner = 0x04,
        Group = 0x08,
        Mask = 0x10,
        Other = 0x20,
    }

    private readonly record struct AclEntry(Tag Tag, int Permissions, uint Id);

    /// <summary>Appends the text form, one entry a line. False when the bytes are no list; the text is then as before.</summary>
    internal static bool TryFormat(ReadOnlySpan<byte> binary, ByteBuffer text)
    {
        if (binary.Length < HeaderLength || (binary.Length - HeaderLength) % EntryLength != 0
            || BinaryPrimitives.ReadUInt32LittleEndian(binary) != Version)
            return false;
        int before = text.Length;
        for (var rest = binary[HeaderLength..]; !rest.IsEmpty; rest = rest[EntryLength..])
        {
            int permissions = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            var name = Name((Tag)BinaryPrimitives.ReadUInt16LittleEndian(rest), out bool hasId);
            if (name.IsEmpty || permissions > 7)
            {
                text.Truncate(before);
                return false;
            }
            text.Append(name);
            text.Append((byte)':');
            if (hasId)
                AppendNumber(text, BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]));
            text.Append((byte)':');
            text.Append((permissions & 4) != 0 ? (byte)'r' : (byte)'-');
            text.Append((permissions & 2) != 0 ? (byte)'w' : (byte)'-');
            text.Append((permissions & 1) != 0 ? (byte)'x' : (byte)'-');
            text.Append((byte)'\n');
        }
        return true;
    }

    /// <summary>
    /// Replaces <paramref name="binary"/> by the kernel's form of a text. Entries end with a newline or a comma; tags may be short;
    /// a fourth field (star) is the numeric id of a name nobody knows here. False when the text is no list or a name has no id.
    /// </summary>
    internal static bool TryParse(ReadOnlySpan<byte> text, ByteBuffer binary, AccountNames? accounts)
    {
        binary.Clear();
        Span<byte> header = stackalloc byte[HeaderLength];
        BinaryPrimitives.WriteUInt32LittleEndian(header, Version);
        binary.Append(header);
        int count = 0;
        while (!text.IsEmpty)
        {
            int end = text.IndexOfAny((byte)'\n', (byte)',');
            var line = end < 0 ? text : text[..end];
            text = end < 0 ? default : text[(end + 1)..];
            int comment = line.IndexOf((byte)'#');
            line = (comment < 0 ? line : line[..comment]).Trim(" \t\r"u8);
            if (line.IsEmpty)
                continue;
            if (++count > MaxEntries || !TryParseEntry(line, accounts, out var entry))
            {
                binary.Clear();
                return false;
            }
            Insert(binary, entry);
        }
        if (count > 0)
            return true;
        binary.Clear();
        return false;
    }

    private static bool TryParseEntry(ReadOnlySpan<byte> line, AccountNames? accounts, out AclEntry entry)
    {
        entry = default;
        var word = Field(ref line);
        if (word.SequenceEqual("default"u8) || word.SequenceEqual("d"u8))
            word = Field(ref line);
        if (!TryTag(word, out var tag))
            return false;
        var qualifier = Field(ref line);
        var permissionText = line.IsEmpty && tag is Tag.UserOwner or Tag.GroupOwner ? default : Field(ref line);
        if (permissionText.IsEmpty && tag is Tag.Mask or Tag.Other)
        {
            permissionText = qualifier; // "mask:rwx", the short form
            qualifier = default;
        }
        if (!TryPermissions(permissionText, out int permissions))
            return false;
        if (qualifier.IsEmpty)
        {
            entry = new AclEntry(tag, permissions, NoId);
            return true;
        }
        if (tag is Tag.Mask or Tag.Other || !TryId(tag, qualifier, line, accounts, out uint id))
            return false;
        entry = new AclEntry(tag == Tag.UserOwner ? Tag.User : Tag.Group, permissions, id);
        return true;
    }

    private static bool TryId(Tag tag, ReadOnlySpan<byte> qualifier, ReadOnlySpan<byte> starId, AccountNames? accounts, out uint id) =>
        (Utf8Parser.TryParse(qualifier, out id, out int used) && used == qualifier.Length)
        || (accounts is not null && (tag == Tag.UserOwner ? accounts.TryUid(qualifier, out id) : accounts.TryGid(qualifier, out id)))
        || (Utf8Parser.TryParse(starId, out id, out used) && used == starId.Length);

    private static ReadOnlySpan<byte> Field(ref ReadOnlySpan<byte> line)
    {
        int colon = line.IndexOf((byte)':');
        var field = colon < 0 ? line : line[..colon];
        line = colon < 0 ? default : line[(colon + 1)..];
        return field.Trim(" \t"u8);
    }

    private static bool TryTag(ReadOnlySpan<byte> word, out Tag tag)
    {
        tag = word.SequenceEqual("user"u8) || word.SequenceEqual("u"u8) ? Tag.UserOwner
            : word.SequenceEqual("group"u8) || word.SequenceEqual("g"u8) ? Tag.GroupOwner
            : word.SequenceEqual("mask"u8) || word.SequenceEqual("m"u8) ? Tag.Mask
            : word.SequenceEqual("other"u8) || word.SequenceEqual("o"u8) ? Tag.Other : 0;
        return tag != 0;
    }

    private static bool TryPermissions(ReadOnlySpan<byte> text, out int permissions)
    {
        permissions = 0;
        foreach (byte letter in text)
        {
            int bit = letter switch { (byte)'r' => 4, (byte)'w' => 2, (byte)'x' => 1, (byte)'-' => 0, _ => -1 };
            if (bit < 0)
                return false;
            permissions |= bit;
        }
        return !text.IsEmpty;
    }

    private static ReadOnlySpan<byte> Name(Tag tag, out bool hasId)
    {
        hasId = tag is Tag.User or Tag.Group;
        return tag switch
        {
            Tag.UserOwner or Tag.User => "user"u8,
            Tag.GroupOwner or Tag.Group => "group"u8,
            Tag.Mask => "mask"u8,
            Tag.Other => "other"u8,
            _ => default,
        };
    }

    private static void AppendNumber(ByteBuffer text, uint value)
    {
        Span<byte> digits = stackalloc byte[10];
        _ = Utf8Formatter.TryFormat(value, digits, out int length);
        text.Append(digits[..length]);
    }

    /// <summary>The kernel refuses a list that is not in the order of tags; within a tag libacl orders by id.</summary>
    private static void Insert(ByteBuffer binary, AclEntry entry)
    {
        int at = binary.Length;
        while (at > HeaderLength && IsAfter(binary.Span[(at - EntryLength)..], entry))
            at -= EntryLength;
        int tail = binary.Length - at;
        binary.Extend(EntryLength);
        var bytes = binary.Array.AsSpan(at);
        bytes[..tail].CopyTo(bytes[EntryLength..]);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes, (ushort)entry.Tag);
        BinaryPrimitives.WriteUInt16LittleEndian(bytes[2..], (ushort)entry.Permissions);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[4..], entry.Id);
    }

    private static bool IsAfter(ReadOnlySpan<byte> other, AclEntry entry)
    {
        ushort tag = BinaryPrimitives.ReadUInt16LittleEndian(other);
        return tag > (ushort)entry.Tag || (tag == (ushort)entry.Tag && BinaryPrimitives.ReadUInt32LittleEndian(other[4..]) > entry.Id);
    }
}
