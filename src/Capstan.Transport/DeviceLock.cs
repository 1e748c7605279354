using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport;

/// <summary>
/// Keeps other processes of this machine off a device. The kernel holds the lock (flock), and drops it when the process ends in
/// whatever way; the file only tells who it is.
/// </summary>
/// <remarks>The files stay: who removed one would let two processes lock two files of one name.</remarks>
public sealed class DeviceLock : IDisposable
{
    private const uint EverybodysFile = 0x1B6; // 0666
    private const int ReadPermission = 4; // R_OK
    private const int AttemptsWithoutName = 10;
    private static readonly TimeSpan NameWait = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly SafeFileHandle _file;
    private readonly bool _isWritable;

    private DeviceLock(SafeFileHandle file, bool isWritable) => (_file, _isWritable) = (file, isWritable);

    /// <summary>Takes a lock.</summary>
    /// <param name="path">The file that is locked; made when it is not there, its directory is not.</param>
    /// <param name="what">What is kept, at the beginning of a sentence.</param>
    /// <param name="time">For the message, and for the time of waiting.</param>
    /// <param name="patience">How long another holder is waited for.</param>
    /// <param name="onWaiting">Told once, when there is one: who it is.</param>
    /// <param name="cancellation">Ends the waiting.</param>
    /// <exception cref="ScsiTransportException">Somebody else has it (Busy), or access is denied.</exception>
    public static DeviceLock TakeFile(
        string path, string what, TimeProvider time, TimeSpan patience = default, Action<string>? onWaiting = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(time);
        long start = time.GetTimestamp();
        bool isTold = false;
        for (int attempt = 0; ; attempt++)
        {
            (SafeFileHandle file, bool isWritable) = Open(path);
            int errno;
            do
            {
                errno = Interop.LibC.FLock((int)file.DangerousGetHandle(), Interop.LibC.LockExclusive | Interop.LibC.LockNonBlocking) == 0 ? 0 : Marshal.GetLastPInvokeError();
            }
            while (errno == Interop.LibC.Interrupted);
            if (errno == 0)
            {
                var held = new DeviceLock(file, isWritable);
                held.Note(LockHolder.Self(time));
                return held;
            }

            LockHolder? known = HolderOf(file);
            file.Dispose();
            if (errno != Interop.LibC.WouldBlock)
                throw new ScsiTransportException(TransportFault.NotSent, $"{path}: {Marshal.GetPInvokeErrorMessage(errno)}");
            // Nobody's name: it is being written at this moment, or somebody only looks who has it.
            if (known is null && attempt < AttemptsWithoutName)
            {
                Thread.Sleep(NameWait);
                continue;
            }

            string holder = known?.Describe(time) ?? "another process";
            if (time.GetElapsedTime(start) >= patience)
                throw new ScsiTransportException(TransportFault.Busy, $"{what} is in use by {holder}.");
            if (!isTold)
                onWaiting?.Invoke(holder);
            isTold = true;
            cancellation.ThrowIfCancellationRequested();
            cancellation.WaitHandle.WaitOne(Pause);
        }
    }

    /// <summary>Who has a lock; null when nobody has, or it cannot be known.</summary>
    public static LockHolder? Holder(string path)
    {
        int fd = Interop.LibC.Open(path, Interop.LibC.ReadOnly | Interop.LibC.NonBlock | Interop.LibC.NoFollow | Interop.LibC.CloseOnExec, 0);
        if (fd < 0)
            return null;
        using var file = new SafeFileHandle(fd, ownsHandle: true);
        return Interop.LibC.FLock(fd, Interop.LibC.LockExclusive | Interop.LibC.LockNonBlocking) == 0 ? null : HolderOf(file);
    }

    /// <summary>Whether this user could have the lock, whoever has it now: its file can be opened, or made.</summary>
    public static bool MayTake(string path) => Interop.LibC.Access(path, ReadPermission) == 0;

    /// <summary>Brings a directory's names to the disk.</summary>
    public static void SyncDirectory(string path)
    {
        int fd = Interop.LibC.Open(path, Interop.LibC.ReadOnly | Interop.LibC.CloseOnExec, 0);
        if (fd < 0)
            return;
        using var directory = new SafeFileHandle(fd, ownsHandle: true);
        _ = Interop.LibC.FSync(fd);
    }

    public void Dispose()
    {
        if (_file.IsClosed)
            return;
        if (_isWritable)
            RandomAccess.SetLength(_file, 0);
        // Closing alone is not enough: a process that is just being started has a copy of the descriptor until it executes.
        _ = Interop.LibC.FLock((int)_file.DangerousGetHandle(), Interop.LibC.LockRelease);
        _file.Dispose();
    }

    private void Note(LockHolder self)
    {
        // Another user's file that only lets itself be read can be locked all the same; then its text is of an earlier holder, or none.
        if (!_isWritable)
            return;
        RandomAccess.SetLength(_file, 0);
        RandomAccess.Write(_file, self.Encode(), 0);
    }

    private static LockHolder? HolderOf(SafeFileHandle file)
    {
        Span<byte> text = stackalloc byte[LockHolder.LongestText];
        try
        {
            // Who was killed left his name there.
            return LockHolder.Decode(text[..RandomAccess.Read(file, text, 0)]) is { } holder && Directory.Exists($"/proc/{holder.ProcessId}") ? holder : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return null;
        }
    }

    // Without O_CREAT first: in a directory that everybody may write in, the kernel refuses to "create" another user's file (fs.protected_regular).
    private static (SafeFileHandle File, bool IsWritable) Open(string path)
    {
        int common = Interop.LibC.NonBlock | Interop.LibC.NoFollow | Interop.LibC.CloseOnExec;
        while (true)
        {
            int fd = Interop.LibC.Open(path, Interop.LibC.ReadWrite | common, 0);
            int errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
            if (errno == Interop.LibC.NoEntry)
            {
                fd = Interop.LibC.Open(path, Interop.LibC.ReadWrite | Interop.LibC.Create | Interop.LibC.Exclusive | common, EverybodysFile);
                errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
                if (errno == 0)
                    _ = Interop.LibC.FChMod(fd, EverybodysFile);
                if (errno == Interop.LibC.Exists)
                    continue;
            }

            bool isWritable = fd >= 0;
            if (errno is Interop.LibC.AccessDenied or Interop.LibC.ReadOnlyFileSystem)
            {
                fd = Interop.LibC.Open(path, Interop.LibC.ReadOnly | common, 0);
                errno = fd < 0 ? errno : 0;
            }

            if (errno == 0)
                return (new SafeFileHandle(fd, ownsHandle: true), isWritable);
            throw new ScsiTransportException(
                errno is Interop.LibC.AccessDenied or Interop.LibC.NotPermitted or Interop.LibC.ReadOnlyFileSystem ? TransportFault.PermissionDenied : TransportFault.NotFound,
                $"{path}: {Marshal.GetPInvokeErrorMessage(errno)}");
        }
    }
}
