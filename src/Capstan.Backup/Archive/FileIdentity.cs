using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>Which file it is, whatever its name.</summary>
/// <param name="Device">Major number in the upper, minor number in the lower 32 bits.</param>
/// <param name="Inode">The inode's number on that device.</param>
public readonly record struct FileIdentity(ulong Device, ulong Inode)
{
    internal FileIdentity(in Statx status)
        : this(status.Device, status.Inode)
    {
    }

    /// <summary>The identity of what a path leads to, symbolic links followed. False when nothing is there or it cannot be reached.</summary>
    /// <param name="path">Raw bytes; relative to the current directory unless it begins with a slash.</param>
    /// <param name="identity">Device and inode.</param>
    public static unsafe bool TryGet(ReadOnlySpan<byte> path, out FileIdentity identity)
    {
        byte[] text = [.. path, 0];
        Statx status;
        fixed (byte* name = text)
        {
            bool found = Libc.StatX(Libc.AtFdcwd, name, 0, Libc.StatxBasic, &status) == 0;
            identity = found ? new FileIdentity(status) : default;
            return found;
        }
    }
}
