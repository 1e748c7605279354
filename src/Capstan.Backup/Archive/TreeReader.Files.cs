using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>Storing one entry.</summary>
public sealed unsafe partial class TreeReader
{
    /// <summary>From this size on the kernel is told that a file is read from front to back.</summary>
    private const long AdviseFromBytes = 1 << 20;

    /// <summary>More extents than this (64 MiB of map) are not told apart: the rest of the file is stored with its holes.</summary>
    private const int MaxExtents = 4 << 20;

    private int Open(int directory, byte* name, int flags)
    {
        flags |= Libc.ReadOnly | Libc.NoFollow | Libc.NonBlock | Libc.CloseOnExec;
        if (_mayLeaveAtime)
        {
            int descriptor = Libc.OpenAt(directory, name, flags | Libc.NoAtime, 0);
            if (descriptor >= 0 || Libc.Errno != Errno.OperationNotPermitted)
                return descriptor;
            // Somebody else's file: O_NOATIME is for owners and for root. Where one is, more are.
            _mayLeaveAtime = false;
        }
        return Libc.OpenAt(directory, name, flags, 0);
    }

    private void StoreFile(int directory, byte* name)
    {
        int descriptor = Open(directory, name, 0);
        if (descriptor < 0)
        {
            var errno = Libc.Errno;
            _journal.Problem(_path.Span, errno switch
            {
                Errno.NoEntry => "vanished before it could be read",
                Errno.TooManyLinks or Errno.NoDeviceAddress => "changed its kind while the tree was read",
                _ => errno.Text(),
            });
            return;
        }
        Statx status;
        if (Libc.StatDescriptor(descriptor, &status) != 0)
            _journal.Problem(_path.Span, Libc.Errno.Text());
        else if (status.Type != Statx.RegularFile)
            _journal.Problem(_path.Span, "changed its kind while the tree was read");
        else
            StoreOpenFile(descriptor, &status);
        _ = Libc.Close(descriptor);
    }

    private void StoreOpenFile(int descriptor, Statx* status)
    {
        var entry = _entry;
        Fill(entry, EntryKind.File, status);
        if (status->LinkCount > 1 && StoredAsLink(status))
            return;
        ReportXattrs(_xattrs.Read(descriptor, entry));
        entry.Size = status->Size;
        if (status->Blocks * 512 < status->Size)
            FindHoles(descriptor, entry);
        long offset = _sink.Position;
        _writer.WriteHeader(entry);
        if (status->Size >= AdviseFromBytes)
            _ = Libc.Advise(descriptor, 0, 0, Libc.AdviseSequential);
        var state = entry.IsSparse ? CopySparse(descriptor, entry, out var hash) : CopyWhole(descriptor, entry.Size, out hash);
        if (state == EntryState.Cut)
            _isCut = true;
        else
            _writer.WritePadding(PaxWriter.ContentLength(entry));
        if (state == EntryState.Stored)
            state = CompareAfter(descriptor, status);
        if (state == EntryState.Shrunk)
            _journal.Problem(_path.Span, "became shorter while it was read");
        if (status->LinkCount > 1)
            _links.Add(new FileIdentity(*status), status->LinkCount, entry.Path);
        _journal.Entry(entry, state, offset, hash);
    }

    /// <summary>Whether the file is still the one whose header was written. The change time tells what a restored mtime hides.</summary>
    private EntryState CompareAfter(int descriptor, Statx* before)
    {
        Statx after;
        if (Libc.StatDescriptor(descriptor, &after) != 0)
            return EntryState.Stored;
        if (after.CtimeNanoseconds == before->CtimeNanoseconds && after.CtimeSeconds == before->CtimeSeconds
            && after.MtimeNanoseconds == before->MtimeNanoseconds && after.MtimeSeconds == before->MtimeSeconds && after.Size == before->Size)
            return EntryState.Stored;
        _journal.Problem(_path.Span, after.Size > before->Size ? "grew while it was read" : "changed while it was read");
        return EntryState.Changed;
    }

    private static void FindHoles(int descriptor, TreeEntry entry)
    {
        long end = entry.Size;
        long at = 0;
        while (at < end)
        {
            long data = Libc.Seek(descriptor, at, Libc.SeekData);
            if (data < 0 && Libc.Errno != Errno.NoDeviceAddress)
            {
                entry.Sparse.Clear(); // a file system that cannot tell: the file is stored whole
                entry.Sparse.Add(0, end);
                break;
            }
            if (data < 0 || data >= end)
                break; // nothing but a hole is left
            long hole = entry.Sparse.Count == MaxExtents - 1 ? end : Libc.Seek(descriptor, data, Libc.SeekHole);
            hole = hole < 0 ? end : Math.Min(hole, end);
            if (hole <= data)
                break; // the file shrank under our eyes; reading will tell
            entry.Sparse.Add(data, hole - data);
            at = hole;
        }
        entry.IsSparse = entry.Sparse.DataLength < end;
        if (!entry.IsSparse)
            entry.Sparse.Clear();
        _ = Libc.Seek(descriptor, 0, Libc.SeekSet);
    }

    private EntryState CopyWhole(int descriptor, long size, out UInt128 hash)
    {
        var space = _sink.Space.Span;
        if (size <= space.Length)
        {
            // The usual file: one read, and the hash at once over what is still in the first-level cache.
            fixed (byte* room = space)
            {
                nint got = size == 0 ? 0 : Libc.Read(descriptor, room, (nint)size);
                if (got == size)
                {
                    hash = ContentHash.Of(space[..(int)size]);
                    _sink.Advance((int)size);
                    BetweenReads?.Invoke(size);
                    return EntryState.Stored;
                }
            }
            _ = Libc.Seek(descriptor, 0, Libc.SeekSet);
        }
        var state = EntryState.Stored;
        CopyRange(descriptor, size, ref state);
        hash = _hash.Finish();
        return state;
    }

    private EntryState CopySparse(int descriptor, TreeEntry entry, out UInt128 hash)
    {
        var state = EntryState.Stored;
        long at = 0;
        for (int i = 0; i < entry.Sparse.Count && state != EntryState.Cut; i++)
        {
            var extent = entry.Sparse.Extents[i];
            HashHole(extent.Offset - at, ref state);
            if (state == EntryState.Cut)
                break;
            if (Libc.Seek(descriptor, extent.Offset, Libc.SeekSet) < 0 && state == EntryState.Stored)
                state = ReadFailed();
            CopyRange(descriptor, extent.Length, ref state);
            at = extent.Offset + extent.Length;
        }
        HashHole(entry.Size - at, ref state);
        hash = _hash.Finish();
        return state;
    }

    /// <summary>A hole may be exabytes long, so that here, too, stopping must be possible.</summary>
    private void HashHole(long length, ref EntryState state)
    {
        const long Step = 256 << 20;
        for (; length > 0 && state != EntryState.Cut; length -= Step)
        {
            _hash.AppendZeros(Math.Min(length, Step));
            if (length > Step && _sink.ShouldStop)
                state = EntryState.Cut;
        }
    }

    /// <summary>
    /// Copies the next bytes of a file into the archive, from the system call into the sink's own buffer. Once reading failed or
    /// the file ended too early (see <paramref name="state"/>) zeros take their place, so that the archive stays well formed.
    /// </summary>
    private void CopyRange(int descriptor, long length, ref EntryState state)
    {
        for (long done = 0; done < length;)
        {
            var space = _sink.Space.Span;
            int want = (int)Math.Min(length - done, space.Length);
            nint got = want;
            if (state == EntryState.Stored)
            {
                fixed (byte* room = space)
                    got = Libc.Read(descriptor, room, want);
                if (got < 0 && Libc.Errno == Errno.Interrupted)
                    continue;
                if (got <= 0)
                    state = got == 0 ? EntryState.Shrunk : ReadFailed();
            }
            if (state != EntryState.Stored)
            {
                got = want;
                space[..want].Clear();
            }
            _hash.Append(space[..(int)got]);
            _sink.Advance((int)got);
            done += got;
            BetweenReads?.Invoke(done);
            if (done < length && _sink.ShouldStop)
            {
                state = EntryState.Cut;
                return;
            }
        }
    }

    private EntryState ReadFailed()
    {
        _journal.Problem(_path.Span, "could not be read to its end: " + Libc.Errno.Text());
        return EntryState.Damaged;
    }

    /// <summary>Stores a further name of a file that is in the archive already.</summary>
    private bool StoredAsLink(Statx* status)
    {
        byte[]? first = _links.Find(new FileIdentity(*status));
        if (first is null)
            return false;
        _entry.Kind = EntryKind.HardLink;
        _entry.SetLinkTarget(first);
        WriteWithoutContent();
        return true;
    }

    private void StoreDirectory(int descriptor, Statx* status)
    {
        Fill(_entry, EntryKind.Directory, status);
        if (descriptor >= 0)
            ReportXattrs(_xattrs.Read(descriptor, _entry));
        WriteWithoutContent();
    }

    /// <summary>Stores what is not a directory, by its status: links, pipes and devices are never opened.</summary>
    private void StoreByStatus(int directory, ReadOnlySpan<byte> nameBytes, byte* name, Statx* status)
    {
        switch (status->Type)
        {
            case Statx.RegularFile:
                StoreFile(directory, name);
                return;
            case Statx.Socket:
                _journal.Skipped(_path.Span, "is a socket");
                return;
            case Statx.SymbolicLink:
                Fill(_entry, EntryKind.SymbolicLink, status);
                if (!ReadLink(directory, name))
                    return;
                break;
            case Statx.Fifo:
                Fill(_entry, EntryKind.Fifo, status);
                break;
            default:
                Fill(_entry, status->Type == Statx.CharacterDevice ? EntryKind.CharacterDevice : EntryKind.BlockDevice, status);
                _entry.DeviceMajor = status->RdevMajor;
                _entry.DeviceMinor = status->RdevMinor;
                break;
        }
        if (status->LinkCount > 1 && StoredAsLink(status))
            return;
        ReportXattrs(_xattrs.Read(directory, nameBytes, _entry));
        if (status->LinkCount > 1)
            _links.Add(new FileIdentity(*status), status->LinkCount, _entry.Path);
        WriteWithoutContent();
    }

    private bool ReadLink(int directory, byte* name)
    {
        const int PathMax = 4096; // linux/limits.h, with its NUL: no link is longer
        var target = _entry.LinkTargetBuffer;
        target.Clear();
        nint length;
        fixed (byte* room = target.Extend(PathMax))
            length = Libc.ReadLinkAt(directory, name, room, PathMax);
        target.Truncate((int)Math.Max(0, length));
        if (length > 0)
            return true;
        _journal.Problem(_path.Span, Libc.Errno.Text());
        return false;
    }

    private void WriteWithoutContent()
    {
        long offset = _sink.Position;
        _writer.WriteHeader(_entry);
        _journal.Entry(_entry, EntryState.Stored, offset, UInt128.Zero);
    }

    private void ReportXattrs(Errno errno)
    {
        if (errno != Errno.None)
            _journal.Problem(_path.Span, "its extended attributes could not be read: " + errno.Text());
    }

    private void Fill(TreeEntry entry, EntryKind kind, Statx* status)
    {
        entry.ClearExtras();
        entry.SetPath(_path.Span);
        entry.Kind = kind;
        entry.Mode = status->Permissions;
        entry.Uid = status->Uid;
        entry.Gid = status->Gid;
        entry.SetUserName(_accounts.User(status->Uid));
        entry.SetGroupName(_accounts.Group(status->Gid));
        entry.Size = 0;
        entry.MtimeSeconds = status->MtimeSeconds;
        entry.MtimeNanoseconds = (int)status->MtimeNanoseconds;
        entry.DeviceMajor = entry.DeviceMinor = 0;
    }
}
