namespace Capstan.Backup.Archive;

/// <summary>Paths as archives hold them: raw bytes between slashes.</summary>
internal static class ArchivePath
{
    /// <summary>Takes off leading and trailing slashes, doubled slashes and "." components. Leaves ".." alone.</summary>
    public static void Normalize(ByteBuffer path)
    {
        var bytes = path.Array.AsSpan(0, path.Length);
        if (IsNormal(bytes))
            return;
        int write = 0;
        int read = 0;
        while (read < bytes.Length)
        {
            int slash = bytes[read..].IndexOf((byte)'/');
            int end = slash < 0 ? bytes.Length : read + slash;
            var component = bytes[read..end];
            if (!component.IsEmpty && !component.SequenceEqual("."u8))
            {
                if (write > 0)
                    bytes[write++] = (byte)'/';
                component.CopyTo(bytes[write..]);
                write += component.Length;
            }
            read = end + 1;
        }
        path.Truncate(write);
    }

    private static bool IsNormal(ReadOnlySpan<byte> path) =>
        !path.StartsWith("/"u8) && !path.EndsWith("/"u8) && !path.StartsWith("./"u8) && !path.SequenceEqual("."u8)
        && path.IndexOf("//"u8) < 0 && path.IndexOf("/./"u8) < 0 && !path.EndsWith("/."u8);

    /// <summary>Whether a component is "..".</summary>
    public static bool HasParentComponent(ReadOnlySpan<byte> path)
    {
        for (int at = path.IndexOf(".."u8); at >= 0;)
        {
            bool begins = at == 0 || path[at - 1] == '/';
            bool ends = at + 2 == path.Length || path[at + 2] == '/';
            if (begins && ends)
                return true;
            int next = path[(at + 1)..].IndexOf(".."u8);
            at = next < 0 ? -1 : at + 1 + next;
        }
        return false;
    }

    /// <summary>Whether a path is the directory or lies in it; everything lies in the empty path.</summary>
    public static bool IsWithin(ReadOnlySpan<byte> path, ReadOnlySpan<byte> directory) =>
        directory.IsEmpty || (path.StartsWith(directory) && (path.Length == directory.Length || path[directory.Length] == '/'));
}
