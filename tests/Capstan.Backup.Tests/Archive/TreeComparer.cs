using Capstan.Backup.Interop;

namespace Capstan.Backup.Tests.Archive;

/// <summary>Tells every difference between two trees: names, kinds, metadata, content, holes, and which names are one file.</summary>
internal sealed class TreeComparer
{
    private readonly List<string> _differences = [];
    private readonly Dictionary<(ulong, ulong), (ulong, ulong)> _sameFile = [];
    private readonly bool _compareOwners;

    private TreeComparer(bool compareOwners) => _compareOwners = compareOwners;

    /// <summary>The differences below two directories, a line each; the directories' own metadata do not count.</summary>
    public static List<string> Compare(string expected, string actual, bool compareOwners = true)
    {
        var comparer = new TreeComparer(compareOwners);
        int left = Posix.OpenDirectory(expected);
        int right = Posix.OpenDirectory(actual);
        comparer.CompareDirectories(left, right, "");
        Posix.Close(left);
        Posix.Close(right);
        return comparer._differences;
    }

    private void CompareDirectories(int left, int right, string path)
    {
        var leftNames = Posix.Names(left);
        var rightNames = Posix.Names(right);
        foreach (string name in leftNames.Except(rightNames))
            _differences.Add($"{path}{name}: missing");
        foreach (string name in rightNames.Except(leftNames))
            _differences.Add($"{path}{name}: extra");
        foreach (string name in leftNames.Intersect(rightNames))
            CompareEntries(left, right, name, path + name);
    }

    private void CompareEntries(int left, int right, string name, string path)
    {
        var a = Posix.Status(left, name);
        var b = Posix.Status(right, name);
        if (a.Type != b.Type)
        {
            _differences.Add($"{path}: kind {a.Type:X} became {b.Type:X}");
            return;
        }
        Check(path, "mode", a.Mode, b.Mode);
        Check(path, "mtime", (a.MtimeSeconds, a.MtimeNanoseconds), (b.MtimeSeconds, b.MtimeNanoseconds));
        Check(path, "device", (a.RdevMajor, a.RdevMinor), (b.RdevMajor, b.RdevMinor));
        if (_compareOwners)
            Check(path, "owner", (a.Uid, a.Gid), (b.Uid, b.Gid));
        Check(path, "attributes", string.Join(' ', Posix.Xattrs(left, name)), string.Join(' ', Posix.Xattrs(right, name)));
        if (a.Type != Statx.Directory)
            CheckSameFile(path, a, b);
        if (a.Type == Statx.SymbolicLink)
            Check(path, "target", Posix.ReadLink(left, name), Posix.ReadLink(right, name));
        if (a.Type == Statx.RegularFile)
        {
            Check(path, "size", a.Size, b.Size);
            if (b.Blocks > a.Blocks + 64)
                _differences.Add($"{path}: holes filled, {a.Blocks} blocks became {b.Blocks}");
            Check(path, "content", -1, a.Size == b.Size ? FirstDifference(left, right, name, a.Size) : -1);
        }
        if (a.Type == Statx.Directory)
        {
            int leftChild = Posix.OpenDirectoryAt(left, name);
            int rightChild = Posix.OpenDirectoryAt(right, name);
            CompareDirectories(leftChild, rightChild, path + "/");
            Posix.Close(leftChild);
            Posix.Close(rightChild);
        }
    }

    private void CheckSameFile(string path, in Statx a, in Statx b)
    {
        Check(path, "link count", a.LinkCount, b.LinkCount);
        if (a.LinkCount == 1)
            return;
        var other = (b.Device, b.Inode);
        if (!_sameFile.TryAdd((a.Device, a.Inode), other))
            Check(path, "file behind the name", _sameFile[(a.Device, a.Inode)], other);
    }

    private void Check<T>(string path, string what, T expected, T actual)
    {
        if (!EqualityComparer<T>.Default.Equals(expected, actual))
            _differences.Add($"{path}: {what} {expected} became {actual}");
    }

    /// <summary>Offset of the first byte that differs, or -1. What is a hole in both is not read.</summary>
    private static long FirstDifference(int left, int right, string name, long size)
    {
        int a = Posix.OpenReadAt(left, name);
        int b = Posix.OpenReadAt(right, name);
        byte[] leftBytes = new byte[1 << 16];
        byte[] rightBytes = new byte[1 << 16];
        long difference = -1;
        long at = 0;
        while (difference < 0 && at < size)
        {
            long data = Math.Min(NextData(a, at, size), NextData(b, at, size));
            if (data >= size)
                break;
            Posix.Seek(a, data, Libc.SeekSet);
            Posix.Seek(b, data, Libc.SeekSet);
            int count = Posix.Read(a, leftBytes);
            if (count != Posix.Read(b, rightBytes))
                difference = data;
            int same = leftBytes.AsSpan(0, count).CommonPrefixLength(rightBytes.AsSpan(0, count));
            if (same < count)
                difference = data + same;
            at = data + count;
        }
        Posix.Close(a);
        Posix.Close(b);
        return difference;
    }

    private static long NextData(int file, long at, long size)
    {
        long data = Posix.Seek(file, at, Libc.SeekData);
        return data < 0 ? size : data;
    }
}
