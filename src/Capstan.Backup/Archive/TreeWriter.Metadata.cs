using System.Text;
using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>
/// Setting owner, attributes, mode, access control lists and times, in this order: a new owner takes set-id bits and capabilities
/// away, user attributes need write permission, and a mode changes a list's mask.
/// </summary>
public sealed unsafe partial class TreeWriter
{
    private const int SetUserId = 0x800;
    private const int SetGroupId = 0x400;
    private const int SpecialBits = 0xE00;

    private void SetFileMetadata(TreeEntry entry, int descriptor, uint firstMode)
    {
        ref var directory = ref _targets[_directories.Count - 1];
        (uint uid, uint gid) = OwnerOf(entry);
        if (IsRoot && (!directory.GivesOwnOwner || uid != _uid || gid != _gid) && Libc.ChangeOwner(descriptor, uid, gid) != 0)
            Report(entry, "its owner");
        if (directory.GivesAcl)
        {
            fixed (byte* name = XattrNames.AccessAcl)
                _ = Libc.RemoveXattr(descriptor, name);
        }
        SetXattrs(entry, descriptor, null);
        if ((firstMode != (uint)entry.Mode || directory.GivesAcl) && Libc.ChangeMode(descriptor, PermittedMode(entry, uid, gid)) != 0)
            Report(entry, "its permissions");
        SetAcls(entry, descriptor, null);
        SetTimes(entry, descriptor);
    }

    private void SetDirectoryMetadata(TreeEntry entry, int descriptor)
    {
        (uint uid, uint gid) = OwnerOf(entry);
        if (IsRoot && Libc.ChangeOwner(descriptor, uid, gid) != 0)
            Report(entry, "its owner");
        SetXattrs(entry, descriptor, null);
        if (Libc.ChangeMode(descriptor, PermittedMode(entry, uid, gid)) != 0)
            Report(entry, "its permissions");
        SetAcls(entry, descriptor, null);
        SetTimes(entry, descriptor);
    }

    /// <summary>For what is not opened: symbolic links, pipes, devices.</summary>
    private void SetMetadataByName(TreeEntry entry, ByteBuffer terminatedName)
    {
        (uint uid, uint gid) = OwnerOf(entry);
        fixed (byte* name = terminatedName.Array)
            SetMetadataByName(entry, terminatedName, name, uid, gid);
    }

    private void SetMetadataByName(TreeEntry entry, ByteBuffer terminatedName, byte* name, uint uid, uint gid)
    {
        if (IsRoot && Libc.ChangeOwnerAt(Top, name, uid, gid, Libc.AtSymlinkNofollow) != 0)
            Report(entry, "its owner");
        if (_targets[_directories.Count - 1].GivesAcl && entry.Kind != EntryKind.SymbolicLink)
        {
            ProcPath.Set(_scratch, Top, terminatedName.Span);
            fixed (byte* path = _scratch.Array, access = XattrNames.AccessAcl)
                _ = Libc.RemoveXattrOfLink(path, access);
        }
        if (entry.Kind != EntryKind.SymbolicLink && Libc.ChangeModeAt(Top, name, PermittedMode(entry, uid, gid), 0) != 0)
            Report(entry, "its permissions");
        if (entry.Xattrs.Count > 0 || !entry.AccessAcl.IsEmpty)
        {
            ProcPath.Set(_scratch, Top, terminatedName.Span);
            fixed (byte* path = _scratch.Array)
            {
                SetXattrs(entry, -1, path);
                SetAcls(entry, -1, path);
            }
        }
        var times = stackalloc Timespec[2];
        FillTimes(entry, times);
        if (Libc.SetTimesAt(Top, name, times, Libc.AtSymlinkNofollow) != 0)
            Report(entry, "its modification time");
    }

    private (uint Uid, uint Gid) OwnerOf(TreeEntry entry)
    {
        if (_options.NumericOwner || !IsRoot)
            return (entry.Uid, entry.Gid);
        // The usual owner of a file is the user of the last one: its name resolves to itself without a search.
        uint uid = entry.Uid;
        if (!entry.UserName.IsEmpty && !_accounts.User(uid).SequenceEqual(entry.UserName) && _accounts.TryUid(entry.UserName, out uint named))
            uid = named;
        uint gid = entry.Gid;
        if (!entry.GroupName.IsEmpty && !_accounts.Group(gid).SequenceEqual(entry.GroupName) && _accounts.TryGid(entry.GroupName, out named))
            gid = named;
        return (uid, gid);
    }

    /// <summary>The recorded mode; without the set-id bits when they would act for somebody they were not given for.</summary>
    private uint PermittedMode(TreeEntry entry, uint uid, uint gid)
    {
        int mode = entry.Mode;
        if (IsRoot || (mode & (SetUserId | SetGroupId)) == 0)
            return (uint)mode;
        int lost = (uid != _uid ? SetUserId : 0) | (gid != _gid && entry.Kind != EntryKind.Directory ? SetGroupId : 0);
        if ((mode & lost) != 0)
            _journal.Problem(entry.Path, "its set-id bits were not restored, because its owner could not be");
        return (uint)(mode & ~lost);
    }

    private void SetAcls(TreeEntry entry, int descriptor, byte* path)
    {
        if (!entry.AccessAcl.IsEmpty)
            SetXattr(entry, descriptor, path, XattrNames.AccessAcl, entry.AccessAcl);
        if (!entry.DefaultAcl.IsEmpty)
            SetXattr(entry, descriptor, path, XattrNames.DefaultAcl, entry.DefaultAcl);
    }

    private void SetXattrs(TreeEntry entry, int descriptor, byte* path)
    {
        if (entry.Xattrs.Count == 0)
            return;
        foreach (var xattr in entry.Xattrs)
            SetXattr(entry, descriptor, path, xattr.Name, xattr.Value);
    }

    private void SetXattr(TreeEntry entry, int descriptor, byte* path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        const int NameRoom = 256; // XATTR_NAME_MAX and a NUL
        byte* terminated = stackalloc byte[NameRoom];
        if (name.Length < NameRoom)
        {
            name.CopyTo(new Span<byte>(terminated, NameRoom));
            terminated[name.Length] = 0;
            fixed (byte* bytes = value)
            {
                int result = path is null
                    ? Libc.SetXattr(descriptor, terminated, bytes, value.Length, 0)
                    : Libc.SetXattrOfLink(path, terminated, bytes, value.Length, 0);
                if (result == 0)
                    return;
            }
        }
        Report(entry, "its attribute " + Encoding.UTF8.GetString(name));
    }

    private void SetTimes(TreeEntry entry, int descriptor)
    {
        var times = stackalloc Timespec[2];
        FillTimes(entry, times);
        if (Libc.SetTimes(descriptor, times) != 0)
            Report(entry, "its modification time");
    }

    private static void FillTimes(TreeEntry entry, Timespec* times)
    {
        times[0].Nanoseconds = Timespec.Omit;
        times[1].Seconds = entry.MtimeSeconds;
        times[1].Nanoseconds = entry.MtimeNanoseconds;
    }

    private void Report(TreeEntry entry, string part) =>
        _journal.Problem(entry.Path, part + " could not be restored: " + Libc.Errno.Text());
}
