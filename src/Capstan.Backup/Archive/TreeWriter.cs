using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>
/// Restores entries below a directory. No component of a path is ever followed if it is a symbolic link, so that an archive cannot
/// reach outside. Content goes from the source's buffer to the system call. For one thread; while it lives the process has no file
/// mode mask.
/// </summary>
public sealed unsafe partial class TreeWriter : IDisposable
{
    private const uint PrivateMode = 0x1C0; // 0700: nobody looks in before the directory has its owner

    private readonly IRestoreJournal _journal;
    private readonly TreeWriterOptions _options;
    private readonly AccountNames _accounts = new();
    private readonly ContentHash _hash = new();
    private readonly DirectoryStack _directories;
    private readonly ByteBuffer _path = new(4096);
    private readonly ByteBuffer _name = new(256);
    private readonly ByteBuffer _scratch = new(256);
    private readonly uint _uid = Libc.EffectiveUid();
    private readonly uint _gid = Libc.EffectiveGid();
    private readonly uint _mask;
    private Target[] _targets = new Target[32];

    /// <summary>Directories made for something in them before their own entry came, if it comes: that one still sets their metadata.</summary>
    private readonly HashSet<UInt128> _madeEarly = [];
    private bool _isDisposed;

    /// <summary>What restoring needs to know of a directory on the stack, beside its frame.</summary>
    private struct Target
    {
        /// <summary>Set on the directory when it is left. The object stays for the next directory at this depth.</summary>
        public TreeEntry? Metadata;

        public bool HasMetadata;

        /// <summary>A new file gets this process's user and group here: seen from the directory itself, which was just made.</summary>
        public bool GivesOwnOwner;

        /// <summary>It was there before and has a default access control list, which new files take over.</summary>
        public bool GivesAcl;
    }

    /// <param name="directory">Where to restore to, raw bytes; made, with what is missing above it, when it is not there.</param>
    /// <param name="journal">Hears of everything and judges content.</param>
    /// <param name="options">How.</param>
    /// <exception cref="RestoreTargetException">It cannot be opened or made.</exception>
    public TreeWriter(ReadOnlySpan<byte> directory, IRestoreJournal journal, TreeWriterOptions? options = null)
        : this(directory, journal, options ?? new TreeWriterOptions(), new DirectoryStack())
    {
    }

    internal TreeWriter(ReadOnlySpan<byte> directory, IRestoreJournal journal, TreeWriterOptions options, DirectoryStack directories)
    {
        ArgumentNullException.ThrowIfNull(journal);
        _journal = journal;
        _options = options;
        _directories = directories;
        PushDirectory(OpenTarget(directory), wasMade: false, pathLength: 0);
        _mask = FileModeMask.Lift();
    }

    private bool IsRoot => _uid == 0;

    public void Dispose()
    {
        if (_isDisposed)
            return;
        _isDisposed = true;
        Finish();
        _directories.Clear();
        FileModeMask.PutBack();
    }

    /// <summary>Restores what is selected of an archive, to its end, an error in it or cancellation.</summary>
    /// <returns><see cref="ArchiveErrorKind.None"/>, or why the archive could not be read further.</returns>
    public ArchiveError Restore(PaxReader reader, PathSelection? selection = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(reader);
        selection ??= PathSelection.Everything;
        while (!cancellation.IsCancellationRequested && reader.Next() == PaxReadResult.Entry)
        {
            if (selection.Includes(reader.Entry.Path))
                RestoreEntry(reader, cancellation);
        }
        Finish();
        return reader.Error;
    }

    /// <summary>Restores the reader's current entry with its content.</summary>
    public RestoreState RestoreEntry(PaxReader reader, CancellationToken cancellation = default) => RestoreEntry(reader, null, cancellation);

    /// <param name="reader">Stands at the entry.</param>
    /// <param name="toCome">What else will be restored: a directory among it that has to be made early is closed to others until its entry comes.</param>
    /// <param name="cancellation">Cuts the content short.</param>
    internal RestoreState RestoreEntry(PaxReader reader, PathSelection? toCome, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var entry = reader.Entry;
        if (entry.Path.IsEmpty)
            return RestoreState.Merged; // "./": the target directory belongs to whoever made it
        var state = RestoreState.Failed;
        if (reader.HasUnreadableAcl)
            _journal.Problem(entry.Path, "its access control list could not be understood");
        if (ArchivePath.HasParentComponent(entry.Path) || entry.Path.Contains((byte)0))
            _journal.Problem(entry.Path, "has '..' or a zero byte in its name: refused");
        else if (EnterParent(entry.Path, toCome))
            state = RestoreHere(reader, cancellation);
        RememberIfNotRestored(entry.Path, state);
        _journal.Entry(entry, state, reader.EntryOffset);
        return state;
    }

    /// <summary>Sets the metadata of the directories that are still open. Called by <see cref="Restore"/> and <see cref="Dispose"/>.</summary>
    public void Finish()
    {
        while (_directories.Count > 1)
            LeaveDirectory();
    }

    private RestoreState RestoreHere(PaxReader reader, CancellationToken cancellation)
    {
        var entry = reader.Entry;
        _name.Set(entry.Path[(entry.Path.LastIndexOf((byte)'/') + 1)..]);
        _name.Terminate();
        fixed (byte* name = _name.Array)
        {
            try
            {
                return entry.Kind switch
                {
                    EntryKind.File => RestoreFile(reader, name, cancellation),
                    EntryKind.Directory => RestoreDirectory(entry, name),
                    EntryKind.HardLink => RestoreHardLink(entry, name),
                    EntryKind.SymbolicLink => RestoreSymbolicLink(entry, name),
                    _ => RestoreNode(entry, name),
                };
            }
            finally
            {
                RemoveTemporary(); // also when the source threw
            }
        }
    }

    /// <summary>Makes the directory that holds a path the top of the stack. The usual case is that it is.</summary>
    private bool EnterParent(ReadOnlySpan<byte> path, PathSelection? toCome)
    {
        int slash = path.LastIndexOf((byte)'/');
        var parent = slash < 0 ? default : path[..slash];
        while (!ArchivePath.IsWithin(parent, CurrentPath))
            LeaveDirectory();
        if (_directories.Top.Descriptor < 0)
        {
            _journal.Problem(path, "its directory was moved away meanwhile");
            return false;
        }
        while (CurrentPath.Length < parent.Length)
        {
            int start = CurrentPath.Length == 0 ? 0 : CurrentPath.Length + 1;
            int next = parent[start..].IndexOf((byte)'/');
            int end = next < 0 ? parent.Length : start + next;
            _name.Set(parent[start..end]);
            _name.Terminate();
            fixed (byte* name = _name.Array)
            {
                // A directory that has no entry of its own, or not yet.
                bool comes = toCome is not null && toCome.Includes(parent[..end]);
                bool made = Libc.MakeDirectoryAt(Top, name, comes ? PrivateMode : 0x1FFu & ~_mask) == 0;
                if (made && comes)
                    _ = _madeEarly.Add(ContentHash.Of(parent[..end]));
                var refused = made ? Errno.None : Libc.Errno;
                if (!TryEnter(name, parent[..end], made))
                {
                    _journal.Problem(path, Libc.Errno == Errno.NoEntry
                        ? "its directory cannot be made: " + refused.Text()
                        : "its directory cannot be entered: " + Libc.Errno.Text());
                    return false;
                }
            }
        }
        return true;
    }

    private RestoreState RestoreDirectory(TreeEntry entry, byte* name)
    {
        bool made = Libc.MakeDirectoryAt(Top, name, PrivateMode) == 0
            || (Libc.Errno == Errno.Exists && _madeEarly.Count > 0 && _madeEarly.Remove(ContentHash.Of(entry.Path)));
        bool entered = (made || Libc.Errno == Errno.Exists) && TryEnter(name, entry.Path, made);
        if (!entered && !made && Libc.Errno is Errno.NotDirectory or Errno.TooManyLinks)
        {
            if (!_options.Overwrite)
                return RestoreState.Exists;
            made = Libc.UnlinkAt(Top, name, 0) == 0 && Libc.MakeDirectoryAt(Top, name, PrivateMode) == 0;
            entered = made && TryEnter(name, entry.Path, made);
        }
        if (!entered)
            return Failed(entry);
        if (!made && !_options.Overwrite)
            return RestoreState.Merged;
        ref var target = ref _targets[_directories.Count - 1];
        target.Metadata ??= new TreeEntry();
        target.Metadata.CopyFrom(entry);
        target.HasMetadata = true;
        return RestoreState.Restored;
    }

    private int Top => _directories.Top.Descriptor;

    private ReadOnlySpan<byte> CurrentPath => _path.Span;

    private bool TryEnter(byte* name, ReadOnlySpan<byte> path, bool wasMade)
    {
        int descriptor = Libc.OpenAt(Top, name, Libc.ReadOnly | Libc.Directory | Libc.NoFollow | Libc.CloseOnExec, 0);
        if (descriptor < 0)
            return false;
        PushDirectory(descriptor, wasMade, path.Length);
        _path.Set(path);
        return true;
    }

    private void PushDirectory(int descriptor, bool wasMade, int pathLength)
    {
        Statx status;
        if (Libc.StatDescriptor(descriptor, &status) != 0)
            status = default;
        bool parentGivesAcl = _directories.Count > 0 && _targets[_directories.Count - 1].GivesAcl;
        _directories.Push(new DirectoryFrame { Descriptor = descriptor, Identity = new FileIdentity(status), PathLength = pathLength });
        if (_directories.Count > _targets.Length)
            Array.Resize(ref _targets, _targets.Length * 2);
        ref var target = ref _targets[_directories.Count - 1];
        target.HasMetadata = false;
        target.GivesOwnOwner = wasMade && status.Uid == _uid && status.Gid == _gid && (status.Mode & 0x400) == 0;
        target.GivesAcl = false;
        if (wasMade && !parentGivesAcl)
            return;
        fixed (byte* byDefault = XattrNames.DefaultAcl, access = XattrNames.AccessAcl)
        {
            if (!wasMade)
            {
                target.GivesAcl = Libc.GetXattr(descriptor, byDefault, null, 0) > 0;
                return;
            }
            // Taken over from the directory above; this one is to have exactly its own.
            _ = Libc.RemoveXattr(descriptor, byDefault);
            _ = Libc.RemoveXattr(descriptor, access);
        }
    }

    private void LeaveDirectory()
    {
        // First the way up: a directory may lose its search permission now.
        _directories.OpenParent(_path.Span);
        ref var target = ref _targets[_directories.Count - 1];
        if (target.HasMetadata)
            SetDirectoryMetadata(target.Metadata!, Top);
        target.HasMetadata = false;
        _directories.Pop(_path.Span);
        _path.Truncate(_directories.Top.PathLength);
    }

    /// <summary>Turns the last error into a state, and reports it unless it is that something exists.</summary>
    private RestoreState Failed(TreeEntry entry)
    {
        var errno = Libc.Errno;
        if (errno == Errno.Exists)
            return RestoreState.Exists;
        _journal.Problem(entry.Path, errno.Text());
        return RestoreState.Failed;
    }
}
