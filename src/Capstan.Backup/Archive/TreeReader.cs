using System.Buffers.Binary;
using System.Runtime.InteropServices;
using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>How an archive ended.</summary>
public enum ArchiveOutcome
{
    /// <summary>Everything was visited; the archive has its end mark.</summary>
    Complete,

    /// <summary>The sink asked to stop. Between two entries the archive has its end mark, inside one it is cut (<see cref="EntryState.Cut"/>).</summary>
    Stopped,
}

/// <summary>
/// Walks trees and writes them as a pax archive: content goes from the system call straight into the sink's buffer. Memory grows
/// with the depth and with files of several names, never with the number of files. For one thread and one run.
/// </summary>
public sealed unsafe partial class TreeReader : IDisposable
{
    private const int ListingLength = 64 * 1024;
    private const int ShortestDirent = 24;

    private readonly IContentSink _sink;
    private readonly IArchiveJournal _journal;
    private readonly TreeReaderOptions _options;
    private readonly GlobPattern[] _exclude;
    private readonly bool _hasSkips;
    private readonly PaxWriter _writer;
    private readonly TreeEntry _entry = new();
    private readonly AccountNames _accounts = new();
    private readonly XattrReader _xattrs = new();
    private readonly HardLinkTable _links = new();
    private readonly ContentHash _hash = new();
    private readonly DirectoryStack _directories;
    private readonly ByteBuffer _path = new(4096);
    private readonly ByteBuffer _pending = new(4096);
    private byte* _listing = (byte*)NativeMemory.Alloc(ListingLength);
    private readonly ulong[] _inodes = new ulong[ListingLength / ShortestDirent];
    private readonly int[] _records = new int[ListingLength / ShortestDirent];
    private ulong _rootDevice;
    private bool _mayLeaveAtime = true;
    private bool _isCut;

    public TreeReader(IContentSink sink, IArchiveJournal journal, TreeReaderOptions? options = null)
        : this(sink, journal, options ?? new TreeReaderOptions(), new DirectoryStack())
    {
    }

    internal TreeReader(IContentSink sink, IArchiveJournal journal, TreeReaderOptions options, DirectoryStack directories)
    {
        ArgumentNullException.ThrowIfNull(sink);
        ArgumentNullException.ThrowIfNull(journal);
        _sink = sink;
        _journal = journal;
        _options = options;
        _exclude = options.CompileExclude();
        _hasSkips = options.SkipDirectories.Count > 0;
        _writer = new PaxWriter(sink);
        _directories = directories;
    }

    ~TreeReader() => NativeMemory.Free(_listing);

    /// <summary>Called between two reads of one file's content, with the bytes read so far: tests change the file there.</summary>
    internal Action<long>? BetweenReads { get; set; }

    public void Dispose()
    {
        _directories.Clear();
        _xattrs.Dispose();
        NativeMemory.Free(_listing);
        _listing = null;
        GC.SuppressFinalize(this);
    }

    /// <summary>Archives the roots in their order, and ends the archive.</summary>
    /// <param name="roots">Raw bytes as the user gave them: "docs" is stored as docs, "/etc/x" as etc/x, what is in "." without a prefix.</param>
    public ArchiveOutcome Archive(IReadOnlyList<byte[]> roots)
    {
        ArgumentNullException.ThrowIfNull(roots);
        var resolved = new List<TreeRoot>();
        foreach (byte[] argument in roots)
        {
            if (TreeRoot.Resolve(argument) is { } root)
                resolved.Add(root);
            else
                _journal.Problem(argument, Libc.Errno.Text());
        }
        for (int i = 0; i < resolved.Count && !_isCut && !_sink.ShouldStop; i++)
        {
            if (IsCovered(resolved, i))
                _journal.Skipped(resolved[i].EntryPath, "is named twice, or lies in another of the named directories");
            else
                ArchiveRoot(resolved[i]);
        }
        return End();
    }

    /// <summary>Archives what is in a directory as if that were the current one and "." the root.</summary>
    /// <param name="directory">Raw bytes.</param>
    public ArchiveOutcome ArchiveUnprefixed(ReadOnlySpan<byte> directory)
    {
        ArchiveRoot(new TreeRoot([.. directory, 0], []));
        return End();
    }

    private ArchiveOutcome End()
    {
        bool stopped = _isCut || _sink.ShouldStop;
        if (!_isCut)
            _writer.Finish();
        return stopped ? ArchiveOutcome.Stopped : ArchiveOutcome.Complete;
    }

    /// <summary>Whether a root comes into the archive with another one, under the same name.</summary>
    private static bool IsCovered(List<TreeRoot> roots, int index)
    {
        var root = roots[index];
        for (int i = 0; i < roots.Count; i++)
        {
            var other = roots[i];
            bool isSame = other.EntryPath.AsSpan().SequenceEqual(root.EntryPath);
            if (i != index && other.IsAbsolute == root.IsAbsolute && ArchivePath.IsWithin(root.EntryPath, other.EntryPath) && (!isSame || i < index))
                return true;
        }
        return false;
    }

    private void ArchiveRoot(TreeRoot root)
    {
        _path.Set(root.EntryPath);
        Statx status;
        fixed (byte* name = root.OpenPath)
        {
            if (Libc.StatX(Libc.AtFdcwd, name, Libc.AtSymlinkNofollow, Libc.StatxBasic, &status) != 0)
            {
                _journal.Problem(root.EntryPath.Length == 0 ? root.OpenPath.AsSpan()[..^1] : root.EntryPath, Libc.Errno.Text());
                return;
            }
            _rootDevice = status.Device;
            if (status.Type == Statx.Directory)
                EnterDirectory(Libc.AtFdcwd, name, pathLength: root.EntryPath.Length);
            else
                StoreByStatus(Libc.AtFdcwd, root.OpenPath.AsSpan(0, root.OpenPath.Length - 1), name, &status);
        }
        Walk();
    }

    private void Walk()
    {
        while (_directories.Count > 0 && !_isCut && !_sink.ShouldStop)
        {
            ref var top = ref _directories.Top;
            if (top.PendingNext < top.PendingEnd)
            {
                EnterPending(ref top);
                continue;
            }
            _pending.Truncate(top.PendingStart);
            if (!top.IsListed && List(ref top))
                continue;
            Leave();
        }
        _directories.Clear();
        _pending.Clear();
    }

    /// <summary>Enters the next subdirectory; its terminated name lies on the name stack.</summary>
    private void EnterPending(ref DirectoryFrame top)
    {
        int start = top.PendingNext;
        int length = _pending.Span[start..].IndexOf((byte)0);
        top.PendingNext = start + length + 1;
        SetPath(top.PathLength, _pending.Span.Slice(start, length));
        int directory = top.Descriptor;
        fixed (byte* names = _pending.Array)
            EnterDirectory(directory, names + start, _path.Length);
    }

    private void Leave()
    {
        if (_directories.Pop(_path.Span[.._directories.Top.PathLength]))
            return;
        ref var parent = ref _directories.Top;
        _journal.Problem(_path.Span[..parent.PathLength], "was moved away while it was read: what is left in it is missing");
        parent.IsListed = true;
        parent.PendingNext = parent.PendingEnd;
    }

    /// <summary>Stores a directory and makes it the one that is walked next. <see cref="_path"/> is its stored path.</summary>
    private void EnterDirectory(int parent, byte* name, int pathLength)
    {
        // A root may be opened through "link/"; NoFollow does not hinder that.
        int descriptor = Open(parent, name, Libc.Directory);
        Statx status;
        if (descriptor < 0)
        {
            var errno = Libc.Errno;
            _journal.Problem(_path.Span, errno.Text());
            // Its own metadata can be had all the same, and a restore needs the directory for nothing else.
            if (errno == Errno.PermissionDenied && pathLength > 0
                && Libc.StatX(parent, name, Libc.AtSymlinkNofollow, Libc.StatxBasic, &status) == 0 && status.Type == Statx.Directory)
                StoreDirectory(-1, &status);
            return;
        }
        if (Libc.StatDescriptor(descriptor, &status) != 0)
        {
            _journal.Problem(_path.Span, Libc.Errno.Text());
            _ = Libc.Close(descriptor);
            return;
        }
        if (_hasSkips && _options.SkipDirectories.Contains(new FileIdentity(status)))
        {
            _journal.Skipped(_path.Span, "belongs to the backup itself");
            _ = Libc.Close(descriptor);
            return;
        }
        if (pathLength > 0)
            StoreDirectory(descriptor, &status);
        if (_options.OneFileSystem && status.Device != _rootDevice)
        {
            _journal.Skipped(_path.Span, "is another file system: stored without its contents");
            _ = Libc.Close(descriptor);
            return;
        }
        _directories.Push(new DirectoryFrame
        {
            Descriptor = descriptor,
            Identity = new FileIdentity(status),
            PathLength = pathLength,
            PendingStart = _pending.Length,
            PendingNext = _pending.Length,
            PendingEnd = _pending.Length,
        });
    }

    /// <summary>Reads the next part of a directory's listing, stores the files in it and notes the subdirectories. False at its end.</summary>
    private bool List(ref DirectoryFrame top)
    {
        nint length = Libc.GetDents64(top.Descriptor, _listing, ListingLength);
        if (length <= 0)
        {
            if (length < 0)
                _journal.Problem(_path.Span[..top.PathLength], "its listing broke off: " + Libc.Errno.Text());
            top.IsListed = true;
            return false;
        }
        int count = 0;
        var listing = new ReadOnlySpan<byte>(_listing, (int)length);
        for (int at = 0; at < listing.Length;)
        {
            var record = listing[at..];
            _inodes[count] = BinaryPrimitives.ReadUInt64LittleEndian(record[Dirent.InodeOffset..]);
            _records[count++] = at;
            top.Cookie = BinaryPrimitives.ReadInt64LittleEndian(record[Dirent.CookieOffset..]);
            at += BinaryPrimitives.ReadUInt16LittleEndian(record[Dirent.RecordLengthOffset..]);
        }
        // In the order of inodes a disk reads forward.
        MemoryExtensions.Sort(_inodes.AsSpan(0, count), _records.AsSpan(0, count));
        for (int i = 0; i < count && !_isCut && !_sink.ShouldStop; i++)
            Visit(ref top, _listing + _records[i]);
        top.PendingEnd = _pending.Length;
        return true;
    }

    private void Visit(ref DirectoryFrame directory, byte* record)
    {
        byte* name = record + Dirent.NameOffset;
        var nameBytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
        if (nameBytes.SequenceEqual("."u8) || nameBytes.SequenceEqual(".."u8))
            return;
        SetPath(directory.PathLength, nameBytes);
        if (_exclude.Length > 0 && IsExcluded(_path.Span))
            return;
        byte type = record[Dirent.TypeOffset];
        if (type == Dirent.RegularFile)
        {
            StoreFile(directory.Descriptor, name);
            return;
        }
        Statx status;
        if (type != Dirent.Directory)
        {
            if (Libc.StatX(directory.Descriptor, name, Libc.AtSymlinkNofollow, Libc.StatxBasic, &status) != 0)
            {
                _journal.Problem(_path.Span, Libc.Errno.Text());
                return;
            }
            if (status.Type != Statx.Directory)
            {
                StoreByStatus(directory.Descriptor, nameBytes, name, &status);
                return;
            }
        }
        _pending.Append(nameBytes);
        _pending.Append((byte)0);
    }

    private bool IsExcluded(ReadOnlySpan<byte> path)
    {
        foreach (var pattern in _exclude)
        {
            if (pattern.Matches(path))
                return true;
        }
        return false;
    }

    private void SetPath(int directoryLength, ReadOnlySpan<byte> name)
    {
        _path.Truncate(directoryLength);
        if (directoryLength > 0)
            _path.Append((byte)'/');
        _path.Append(name);
    }
}
