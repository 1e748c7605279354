using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>The directory that everything is restored below.</summary>
public sealed unsafe partial class TreeWriter
{
    private static readonly int s_targetFlags = Libc.ReadOnly | Libc.Directory | Libc.CloseOnExec;

    /// <summary>Opens it; makes it, and what is missing above it, when it is not there. Symbolic links in it are the user's, and are followed.</summary>
    /// <exception cref="RestoreTargetException">It is no directory, or could not be made.</exception>
    private static int OpenTarget(ReadOnlySpan<byte> directory)
    {
        var path = new ByteBuffer(directory.Length + 1);
        path.Set(directory);
        path.Terminate();
        fixed (byte* name = path.Array)
        {
            int descriptor = Libc.OpenAt(Libc.AtFdcwd, name, s_targetFlags, 0);
            if (descriptor >= 0)
                return descriptor;
            if (Libc.Errno != Errno.NoEntry)
                throw new RestoreTargetException(Libc.Errno);
            var refused = MakeWithParents(directory);
            descriptor = Libc.OpenAt(Libc.AtFdcwd, name, s_targetFlags, 0);
            return descriptor >= 0 ? descriptor : throw new RestoreTargetException(refused == Errno.None ? Libc.Errno : refused);
        }
    }

    /// <summary>The first error that is not "is there already"; what exists may still be enough.</summary>
    private static Errno MakeWithParents(ReadOnlySpan<byte> directory)
    {
        var part = new ByteBuffer(directory.Length + 1);
        for (int end = 1; end <= directory.Length; end++)
        {
            if (end < directory.Length && directory[end] != (byte)'/')
                continue;
            part.Set(directory[..end]);
            part.Terminate();
            fixed (byte* name = part.Array)
            {
                // A directory that exists is told by EEXIST, or by EROFS and EACCES where nothing could be made.
                if (Libc.MakeDirectoryAt(Libc.AtFdcwd, name, 0x1FF) == 0 || Libc.Errno == Errno.Exists)
                    continue;
                var refused = Libc.Errno;
                int there = Libc.OpenAt(Libc.AtFdcwd, name, Libc.PathOnly | Libc.Directory | Libc.CloseOnExec, 0);
                if (there < 0)
                    return refused;
                _ = Libc.Close(there);
            }
        }
        return Errno.None;
    }
}
