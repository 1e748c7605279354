using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>One argument of a backup: how to open it and under what name it is stored.</summary>
/// <param name="OpenPath">NUL-terminated. A slash at its end makes the kernel follow a symbolic link, as the user meant it.</param>
/// <param name="EntryPath">As stored; empty when only what is in the directory is stored, without a prefix.</param>
internal readonly record struct TreeRoot(byte[] OpenPath, byte[] EntryPath)
{
    public bool IsAbsolute => OpenPath[0] == '/';

    /// <summary>
    /// "docs" and "./docs" are stored as docs, "/etc/x" as etc/x, "." without a prefix. ".." says nothing about a name, and after
    /// a symbolic link a textual answer would be wrong: the system is asked for the real name. Null when it cannot tell.
    /// </summary>
    public static TreeRoot? Resolve(ReadOnlySpan<byte> argument)
    {
        if (ArchivePath.HasParentComponent(argument))
        {
            byte[]? real = RealPath(argument);
            return real is null ? null : new TreeRoot([.. real, 0], Normalized(real));
        }
        byte[] path = argument.IsEmpty ? [(byte)'.'] : argument.ToArray();
        return new TreeRoot([.. path, 0], Normalized(path));
    }

    private static byte[] Normalized(ReadOnlySpan<byte> path)
    {
        var buffer = new ByteBuffer();
        buffer.Set(path);
        ArchivePath.Normalize(buffer);
        return buffer.Span.ToArray();
    }

    /// <summary>Resolves everything but the last component (a root that is a symbolic link is stored as one), unless that is "..".</summary>
    private static byte[]? RealPath(ReadOnlySpan<byte> path)
    {
        var trimmed = path.TrimEnd((byte)'/');
        int slash = trimmed.LastIndexOf((byte)'/');
        var last = trimmed[(slash + 1)..];
        bool whole = last.SequenceEqual(".."u8) || last.SequenceEqual("."u8) || path.Length != trimmed.Length;
        byte[]? directory = RealDirectory(whole ? path : slash < 0 ? "."u8 : trimmed[..(slash + 1)]);
        return directory is null || whole ? directory : [.. directory, (byte)'/', .. last];
    }

    private static unsafe byte[]? RealDirectory(ReadOnlySpan<byte> path)
    {
        byte[] text = [.. path, 0];
        fixed (byte* name = text)
        {
            int descriptor = Libc.OpenAt(Libc.AtFdcwd, name, Libc.PathOnly | Libc.CloseOnExec, 0);
            if (descriptor < 0)
                return null;
            byte[] link = new byte[64 * 1024];
            nint length;
            fixed (byte* self = ProcPath.OfDescriptor(descriptor), target = link)
                length = Libc.ReadLinkAt(Libc.AtFdcwd, self, target, link.Length);
            _ = Libc.Close(descriptor);
            return length <= 0 ? null : link[..(int)length];
        }
    }
}
