using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>Making files, links and nodes.</summary>
public sealed unsafe partial class TreeWriter
{
    private const long AllocateFrom = 1 << 20;

    private Errno _writeError;

    private RestoreState RestoreFile(PaxReader reader, byte* name, CancellationToken cancellation)
    {
        var entry = reader.Entry;
        uint mode = FirstMode(entry);
        int flags = Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.NoFollow | Libc.CloseOnExec;
        int descriptor = Libc.OpenAt(Top, name, flags, mode);
        if (descriptor >= 0)
            return FillFile(reader, name, descriptor, mode, cancellation);
        if (!MayReplace(name))
            return Failed(entry);
        fixed (byte* temporary = _temporary.Array)
        {
            descriptor = Libc.OpenAt(Top, temporary, flags, mode);
            if (descriptor < 0)
                return Failed(entry);
            _hasTemporary = true;
            var state = FillFile(reader, temporary, descriptor, mode, cancellation);
            return state == RestoreState.Restored ? PutInPlace(entry, temporary, name) : state;
        }
    }

    /// <summary>Writes and closes a new file, under its own name or the temporary one; one that is not as recorded gets a third.</summary>
    private RestoreState FillFile(PaxReader reader, byte* name, int descriptor, uint mode, CancellationToken cancellation)
    {
        var entry = reader.Entry;
        var written = entry.IsSparse
            ? WriteSparse(reader, descriptor, cancellation, out var hash)
            : WriteWhole(reader, descriptor, cancellation, out hash);
        if (written == Written.Failed)
        {
            _ = Libc.Close(descriptor);
            if (!_hasTemporary)
                _ = Libc.UnlinkAt(Top, name, 0);
            _journal.Problem(entry.Path, "could not be written: " + _writeError.Text() + OldKept);
            return RestoreState.Failed;
        }
        if (written == Written.CutOff && cancellation.IsCancellationRequested)
        {
            // Nothing is wrong with it, and nobody needs half of it: the tape has all.
            _ = Libc.Close(descriptor);
            if (!_hasTemporary)
                _ = Libc.UnlinkAt(Top, name, 0);
            return RestoreState.Failed;
        }
        SetFileMetadata(entry, descriptor, mode);
        if (Libc.Close(descriptor) != 0)
        {
            _journal.Problem(entry.Path, "could not be written: " + Libc.Errno.Text() + OldKept);
            if (_hasTemporary)
                return RestoreState.Failed;
        }
        if (written == Written.Whole && _journal.IsExpected(entry, reader.EntryOffset, hash))
            return RestoreState.Restored;
        _journal.Problem(entry.Path, (written == Written.Whole
            ? "its content is not what was backed up; it is kept as NAME.damaged"
            : "its content is not all there; what could be read is kept as NAME.damaged") + OldKept);
        SetAside(entry, name);
        return RestoreState.Damaged;
    }

    /// <summary>
    /// The mode a file is made with, so that most need no other: set-id bits wait for the owner; under an access control list the
    /// group's bits are its mask and wait for the list; and user attributes need write permission.
    /// </summary>
    private static uint FirstMode(TreeEntry entry)
    {
        uint mode = (uint)entry.Mode & (entry.AccessAcl.IsEmpty ? 0x1FFu : PrivateMode);
        return entry.Xattrs.Count > 0 ? mode | 0x180 : mode;
    }

    private enum Written
    {
        Whole,
        CutOff,
        Failed,
    }

    private Written WriteWhole(PaxReader reader, int descriptor, CancellationToken cancellation, out UInt128 hash)
    {
        var content = reader.Content.Span;
        if (content.Length == reader.ContentRemaining)
        {
            hash = ContentHash.Of(content);
            bool good = content.IsEmpty || WriteAll(descriptor, content);
            reader.Consume(content.Length);
            return good ? Written.Whole : Written.Failed;
        }
        // Blocks in one piece, and nothing to account for page by page. The length grows with what is written all the same, so that
        // a restore that dies leaves no file that looks whole. A file system that cannot does without.
        if (reader.ContentRemaining >= AllocateFrom)
            _ = Libc.Allocate(descriptor, Libc.KeepSize, 0, reader.ContentRemaining);
        var written = WriteRange(reader, descriptor, reader.ContentRemaining, cancellation);
        hash = _hash.Finish();
        return written;
    }

    private Written WriteSparse(PaxReader reader, int descriptor, CancellationToken cancellation, out UInt128 hash)
    {
        var entry = reader.Entry;
        var written = Written.Whole;
        if (Libc.Truncate(descriptor, entry.Size) != 0)
        {
            _writeError = Libc.Errno;
            written = Written.Failed;
        }
        long at = 0;
        for (int i = 0; i < entry.Sparse.Count && written == Written.Whole; i++)
        {
            var extent = entry.Sparse.Extents[i];
            _hash.AppendZeros(extent.Offset - at);
            at = extent.Offset + extent.Length;
            _ = Libc.Seek(descriptor, extent.Offset, Libc.SeekSet); // within the length that was just set: cannot fail
            written = WriteRange(reader, descriptor, extent.Length, cancellation);
        }
        if (written == Written.Whole)
            _hash.AppendZeros(entry.Size - at);
        hash = _hash.Finish();
        return written;
    }

    private Written WriteRange(PaxReader reader, int descriptor, long length, CancellationToken cancellation)
    {
        while (length > 0)
        {
            var content = reader.Content.Span;
            if (content.IsEmpty || cancellation.IsCancellationRequested)
                return Written.CutOff;
            if (content.Length > length)
                content = content[..(int)length];
            if (!WriteAll(descriptor, content))
                return Written.Failed;
            _hash.Append(content);
            reader.Consume(content.Length);
            length -= content.Length;
        }
        return Written.Whole;
    }

    private bool WriteAll(int descriptor, ReadOnlySpan<byte> content)
    {
        fixed (byte* bytes = content)
        {
            for (int done = 0; done < content.Length;)
            {
                nint count = Libc.Write(descriptor, bytes + done, content.Length - done);
                if (count < 0 && Libc.Errno != Errno.Interrupted)
                {
                    _writeError = Libc.Errno; // the source may make calls of its own before this is reported
                    return false;
                }
                done += (int)Math.Max(0, count);
            }
        }
        return true;
    }

    /// <summary>Renames a file that cannot be trusted to NAME.damaged, or NAME.damaged.2 and so on where that exists.</summary>
    private void SetAside(TreeEntry entry, byte* name)
    {
        const int NameMax = 255; // linux/limits.h
        const int Tries = 1000;
        var suffix = ".damaged"u8;
        var plain = _name.Span;
        Span<byte> number = stackalloc byte[4];
        for (int i = 1; i <= Tries; i++)
        {
            _scratch.Set(plain[..Math.Min(plain.Length, NameMax - suffix.Length - 4)]);
            _scratch.Append(suffix);
            if (i > 1)
            {
                _ = System.Buffers.Text.Utf8Formatter.TryFormat(i, number, out int digits);
                _scratch.Append((byte)'.');
                _scratch.Append(number[..digits]);
            }
            _scratch.Terminate();
            fixed (byte* aside = _scratch.Array)
            {
                if (Libc.RenameAt2(Top, name, Top, aside, Libc.RenameNoReplace) == 0)
                {
                    _hasTemporary = false;
                    return;
                }
            }
            if (Libc.Errno != Errno.Exists)
                break;
        }
        _journal.Problem(entry.Path, (_hasTemporary
            ? "could not be renamed to NAME.damaged, and was removed: "
            : "could not be renamed, and stays under its name: ") + Libc.Errno.Text());
    }

    private RestoreState RestoreSymbolicLink(TreeEntry entry, byte* name)
    {
        entry.LinkTargetBuffer.Terminate();
        fixed (byte* target = entry.LinkTargetBuffer.Array)
        {
            if (Libc.SymbolicLinkAt(target, Top, name) == 0)
            {
                SetMetadataByName(entry, _name);
                return RestoreState.Restored;
            }
            if (!MayReplace(name))
                return Failed(entry);
            fixed (byte* temporary = _temporary.Array)
            {
                if (Libc.SymbolicLinkAt(target, Top, temporary) != 0)
                    return Failed(entry);
                _hasTemporary = true;
                SetMetadataByName(entry, _temporary);
                return PutInPlace(entry, temporary, name);
            }
        }
    }

    private RestoreState RestoreNode(TreeEntry entry, byte* name)
    {
        int type = entry.Kind switch
        {
            EntryKind.Fifo => Statx.Fifo,
            EntryKind.CharacterDevice => Statx.CharacterDevice,
            _ => Statx.BlockDevice,
        };
        uint mode = (uint)(type | (entry.Mode & 0x1FF));
        ulong device = Libc.MakeDevice(entry.DeviceMajor, entry.DeviceMinor);
        if (Libc.MakeNodeAt(Top, name, mode, device) == 0)
        {
            SetMetadataByName(entry, _name);
            return RestoreState.Restored;
        }
        if (!MayReplace(name))
            return Failed(entry);
        fixed (byte* temporary = _temporary.Array)
        {
            if (Libc.MakeNodeAt(Top, temporary, mode, device) != 0)
                return Failed(entry);
            _hasTemporary = true;
            SetMetadataByName(entry, _temporary);
            return PutInPlace(entry, temporary, name);
        }
    }

    private RestoreState RestoreHardLink(TreeEntry entry, byte* name)
    {
        var target = entry.LinkTarget;
        if (target.IsEmpty || ArchivePath.HasParentComponent(target))
        {
            _journal.Problem(entry.Path, "is a link to a name that is refused");
            return RestoreState.Failed;
        }
        if (WasNotRestored(target))
            return RestoreState.LinkTargetMissing; // what has its name is an old one
        int slash = target.LastIndexOf((byte)'/');
        var directory = slash < 0 ? default : target[..slash];
        int descriptor = directory.SequenceEqual(CurrentPath) ? Top : OpenBelowRoot(directory);
        if (descriptor < 0)
            return RestoreState.LinkTargetMissing;
        _scratch.Set(target[(slash + 1)..]);
        _scratch.Terminate();
        RestoreState state;
        fixed (byte* old = _scratch.Array)
        {
            if (Libc.LinkAt(descriptor, old, Top, name, 0) == 0)
                state = RestoreState.Restored;
            else if (!target.SequenceEqual(entry.Path) && MayReplace(name))
                state = LinkOver(entry, descriptor, old, name);
            else
                state = NotLinked(entry);
        }
        if (descriptor != Top && descriptor != _directories[0].Descriptor)
            _ = Libc.Close(descriptor);
        return state;
    }

    private RestoreState LinkOver(TreeEntry entry, int directory, byte* old, byte* name)
    {
        fixed (byte* temporary = _temporary.Array)
        {
            if (Libc.LinkAt(directory, old, Top, temporary, 0) != 0)
                return NotLinked(entry);
            _hasTemporary = true;
            return PutInPlace(entry, temporary, name);
        }
    }

    private RestoreState NotLinked(TreeEntry entry) => Libc.Errno == Errno.NoEntry ? RestoreState.LinkTargetMissing : Failed(entry);

    /// <summary>Opens a directory of the tree component by component; the root's own descriptor for the empty path.</summary>
    private int OpenBelowRoot(ReadOnlySpan<byte> path)
    {
        int root = _directories[0].Descriptor;
        int descriptor = root;
        while (!path.IsEmpty)
        {
            int slash = path.IndexOf((byte)'/');
            _scratch.Set(slash < 0 ? path : path[..slash]);
            _scratch.Terminate();
            path = slash < 0 ? default : path[(slash + 1)..];
            int next;
            fixed (byte* name = _scratch.Array)
                next = Libc.OpenAt(descriptor, name, Libc.PathOnly | Libc.Directory | Libc.NoFollow | Libc.CloseOnExec, 0);
            if (descriptor != root)
                _ = Libc.Close(descriptor);
            if (next < 0)
                return -1;
            descriptor = next;
        }
        return descriptor;
    }
}
