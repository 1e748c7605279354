using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>
/// The file mode mask is the process's: while any restore runs it is 0, so that a file is made with its own mode and needs no
/// further call; the last restore puts it back.
/// </summary>
internal static class FileModeMask
{
    private static readonly Lock s_lock = new();
    private static int s_users;
    private static uint s_mask;

    /// <summary>Lifts the mask; returns what it was.</summary>
    public static uint Lift()
    {
        lock (s_lock)
        {
            if (s_users++ == 0)
                s_mask = Libc.SetFileModeMask(0);
            return s_mask;
        }
    }

    public static void PutBack()
    {
        lock (s_lock)
        {
            if (--s_users == 0)
                _ = Libc.SetFileModeMask(s_mask);
        }
    }
}
