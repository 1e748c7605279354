using System.Runtime.InteropServices;
using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>User and group names by number and numbers by name, each asked of the system once. For one thread.</summary>
internal sealed unsafe class AccountNames
{
    private readonly Dictionary<uint, byte[]> _users = [];
    private readonly Dictionary<uint, byte[]> _groups = [];
    private readonly Dictionary<byte[], uint?> _uids = new(ByteStringComparer.Instance);
    private readonly Dictionary<byte[], uint?> _gids = new(ByteStringComparer.Instance);
    private (uint Id, byte[]? Name) _lastUser;
    private (uint Id, byte[]? Name) _lastGroup;

    private const int IdOffset = 16; // struct passwd and struct group: name and password addresses, then the number
    private const int MaxStringsLength = 1 << 20;

    /// <summary>The user's name, empty when there is none.</summary>
    public ReadOnlySpan<byte> User(uint uid)
    {
        if (_lastUser.Name is null || _lastUser.Id != uid)
        {
            if (!_users.TryGetValue(uid, out byte[]? name))
                _users[uid] = name = UserName(uid);
            _lastUser = (uid, name);
        }
        return _lastUser.Name;
    }

    /// <summary>The group's name, empty when there is none.</summary>
    public ReadOnlySpan<byte> Group(uint gid)
    {
        if (_lastGroup.Name is null || _lastGroup.Id != gid)
        {
            if (!_groups.TryGetValue(gid, out byte[]? name))
                _groups[gid] = name = GroupName(gid);
            _lastGroup = (gid, name);
        }
        return _lastGroup.Name;
    }

    // Apart from their callers, which run once a file: a closure is allocated where its variables are declared.
    private static byte[] UserName(uint uid) =>
        Lookup((record, strings, length, result) => Libc.GetUserById(uid, record, strings, length, result), out _);

    private static byte[] GroupName(uint gid) =>
        Lookup((record, strings, length, result) => Libc.GetGroupById(gid, record, strings, length, result), out _);

    public bool TryUid(ReadOnlySpan<byte> name, out uint uid) => TryId(_uids, name, isUser: true, out uid);

    public bool TryGid(ReadOnlySpan<byte> name, out uint gid) => TryId(_gids, name, isUser: false, out gid);

    private static bool TryId(Dictionary<byte[], uint?> known, ReadOnlySpan<byte> name, bool isUser, out uint id)
    {
        if (!known.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(name, out uint? found))
            known[name.ToArray()] = found = IdOf([.. name, 0], isUser);
        id = found.GetValueOrDefault();
        return found.HasValue;
    }

    private static uint? IdOf(byte[] terminatedName, bool isUser) =>
        Lookup(
            (record, strings, length, result) =>
            {
                fixed (byte* text = terminatedName)
                    return isUser
                        ? Libc.GetUserByName(text, record, strings, length, result)
                        : Libc.GetGroupByName(text, record, strings, length, result);
            },
            out uint id).Length > 0 ? id : null;

    private delegate int Query(byte* record, byte* strings, nint length, byte** result);

    private static byte[] Lookup(Query query, out uint id)
    {
        byte* record = stackalloc byte[128]; // struct passwd is 48 bytes
        for (int length = 4096; length <= MaxStringsLength; length *= 4)
        {
            byte[] strings = new byte[length];
            fixed (byte* room = strings)
            {
                byte* result;
                int error = query(record, room, length, &result);
                if (error == (int)Errno.Range)
                    continue; // a group with many members
                if (error != 0 || result is null)
                    break;
                id = *(uint*)(record + IdOffset);
                return MemoryMarshal.CreateReadOnlySpanFromNullTerminated(*(byte**)record).ToArray();
            }
        }
        id = 0;
        return [];
    }
}
