using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Catalog;

/// <summary>
/// Who is alive: a running backup holds a lock on one byte (its row number) of the empty file beside the catalog.
/// The kernel drops it when the process ends, however it ends. A process id with a start time would say the same on one machine,
/// but would call the living dead when two containers, each with process numbers of its own, share a catalog.
/// </summary>
/// <remarks>Open file description locks: they also exclude within one process and do not vanish when another descriptor is closed.</remarks>
internal sealed class RunningLocks : IDisposable
{
    private const int EAGAIN = 11;
    private const int EACCES = 13;

    private readonly SafeFileHandle _file;
    private readonly string _path;

    private RunningLocks(SafeFileHandle file, string path)
    {
        _file = file;
        _path = path;
    }

    internal static string PathOf(string catalogPath) => catalogPath + "-running";

    internal static RunningLocks Open(string catalogPath)
    {
        string path = PathOf(catalogPath);
        try
        {
            SafeFileHandle file = File.OpenHandle(
                path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            return new RunningLocks(file, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CatalogException($"The lock file {path} cannot be opened: {error.Message}");
        }
    }

    /// <summary>Holds the lock until <see cref="Dispose"/>. False: somebody else has it.</summary>
    internal bool TryHold(long backup)
    {
        Interop.Libc.Flock region = Region(backup);
        if (Interop.Libc.fcntl(_file, Interop.Libc.F_OFD_SETLK, ref region) == 0)
            return true;
        int error = Marshal.GetLastPInvokeError();
        return error is EAGAIN or EACCES ? false : throw Failure(error);
    }

    /// <summary>Whether another open file description, of whatever process, holds the lock.</summary>
    internal bool IsHeldElsewhere(long backup)
    {
        Interop.Libc.Flock region = Region(backup);
        if (Interop.Libc.fcntl(_file, Interop.Libc.F_OFD_GETLK, ref region) != 0)
            throw Failure(Marshal.GetLastPInvokeError());
        return region.l_type != Interop.Libc.F_UNLCK;
    }

    public void Dispose()
    {
        // Not by closing alone: a child process that is being started has a copy of the descriptor until its program begins, and
        // the lock would live as long.
        if (!_file.IsClosed)
        {
            var all = new Interop.Libc.Flock { l_type = Interop.Libc.F_UNLCK };
            _ = Interop.Libc.fcntl(_file, Interop.Libc.F_OFD_SETLK, ref all);
        }
        _file.Dispose();
    }

    private static Interop.Libc.Flock Region(long backup) => new() { l_type = Interop.Libc.F_WRLCK, l_start = backup, l_len = 1 };

    private CatalogException Failure(int error) =>
        new($"Locking {_path} failed: {Marshal.GetPInvokeErrorMessage(error)}.");
}
