using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Emulation.Cartridges;

/// <summary>
/// A file of the host through raw system calls. Every operation answers an errno (0: done), because a host file system that fails
/// is something a tape drive reports as sense, not something that unwinds it. Nothing here allocates.
/// </summary>
internal sealed unsafe class HostFile : IDisposable
{
    private readonly SafeFileHandle _handle;
    private readonly int _fd;
    private bool _isLocked;
    private bool? _isInMemory;

    private HostFile(int fd)
    {
        _fd = fd;
        _handle = new SafeFileHandle(fd, ownsHandle: true);
    }

    /// <summary>Makes operations fail on purpose: the tests' stand-in for a full or broken disk.</summary>
    internal IHostFaults? Faults { get; set; }

    /// <summary>Answers a synchronisation at once: what was written survives this process, not the machine.</summary>
    internal bool IgnoresSync { get; init; }

    internal static int TryOpen(string path, int flags, out HostFile? file, bool ignoresSync = false)
    {
        int fd = Interop.LibC.Open(path, flags | Interop.LibC.CloseOnExec, 0x1B6 /* 0666, less the umask */);
        file = fd < 0 ? null : new HostFile(fd) { IgnoresSync = ignoresSync };
        return fd < 0 ? Marshal.GetLastPInvokeError() : Errno.None;
    }

    /// <summary>Opens the same file once more, for writing past the page cache; everything about such writes is aligned to pages.</summary>
    internal int TryOpenDirect(out HostFile? direct) =>
        TryOpen($"/proc/self/fd/{_fd}", Interop.LibC.ReadWrite | Interop.LibC.Direct, out direct);

    /// <summary>Takes the exclusive lock that lives as long as this file is open; <see cref="Errno.WouldBlock"/> when another process has it.</summary>
    internal int TryLock()
    {
        int errno = Result(Interop.LibC.FLock(_fd, Interop.LibC.LockExclusive | Interop.LibC.LockNonBlocking));
        _isLocked = errno == Errno.None;
        return errno;
    }

    /// <summary>Takes the exclusive lock, after whoever has it.</summary>
    internal int Lock() => Lock(Interop.LibC.LockExclusive);

    /// <summary>Takes a lock that several can have at once, after whoever has the exclusive one.</summary>
    internal int LockShared() => Lock(Interop.LibC.LockShared);

    private int Lock(int operation)
    {
        int errno;
        do
        {
            errno = Result(Interop.LibC.FLock(_fd, operation));
        }
        while (errno == Errno.Interrupted);
        _isLocked = errno == Errno.None;
        return errno;
    }

    internal void Unlock()
    {
        _ = Interop.LibC.FLock(_fd, Interop.LibC.LockRelease);
        _isLocked = false;
    }

    /// <summary>Number of the file in its file system; 0 when it cannot be told.</summary>
    internal ulong Number => Interop.LibC.FileNumber(_fd);

    internal int GetLength(out long length)
    {
        length = Interop.LibC.LSeek(_fd, 0, Interop.LibC.SeekEnd);
        return length < 0 ? Marshal.GetLastPInvokeError() : Errno.None;
    }

    /// <summary>How far the file has pages without a gap, from an offset on; the offset itself when that cannot be told.</summary>
    internal long FindHole(long offset) => Math.Max(offset, Interop.LibC.LSeek(_fd, offset, Interop.LibC.SeekHole));

    /// <summary>Reads until the buffer is full or the file ends.</summary>
    internal int Read(Span<byte> buffer, long offset, out int bytesRead)
    {
        bytesRead = 0;
        fixed (byte* start = buffer)
        {
            while (bytesRead < buffer.Length)
            {
                nint count = Interop.LibC.PRead(_fd, start + bytesRead, (nuint)(buffer.Length - bytesRead), offset + bytesRead);
                if (count == 0)
                    break;
                if (count < 0)
                {
                    int errno = Marshal.GetLastPInvokeError();
                    if (errno == Errno.Interrupted)
                        continue;
                    return errno;
                }
                bytesRead += (int)count;
            }
        }
        return Errno.None;
    }

    /// <summary>Reads two adjoining ranges with one call; <paramref name="bytesRead"/> counts both.</summary>
    internal int Read(Span<byte> first, Span<byte> second, long offset, out int bytesRead)
    {
        int total = first.Length + second.Length;
        bytesRead = 0;
        IoVector* vectors = stackalloc IoVector[2];
        fixed (byte* a = first, b = second)
        {
            while (bytesRead < total)
            {
                int count = Fill(vectors, a, first.Length, b, second.Length, bytesRead);
                nint got = Interop.LibC.PReadV(_fd, vectors, count, offset + bytesRead);
                if (got == 0)
                    break;
                if (got < 0)
                {
                    int errno = Marshal.GetLastPInvokeError();
                    if (errno == Errno.Interrupted)
                        continue;
                    return errno;
                }
                bytesRead += (int)got;
            }
        }
        return Errno.None;
    }

    /// <summary>Writes two ranges one behind the other with one call (more only when the kernel took a part).</summary>
    internal int Write(ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, long offset)
    {
        int total = first.Length + second.Length;
        if (Faults is { } faults && faults.OnWrite(offset, total) is var fault and not 0)
            return fault;
        int written = 0;
        IoVector* vectors = stackalloc IoVector[2];
        fixed (byte* a = first, b = second)
        {
            while (written < total)
            {
                int count = Fill(vectors, a, first.Length, b, second.Length, written);
                nint put = Interop.LibC.PWriteV(_fd, vectors, count, offset + written);
                if (put < 0)
                {
                    int errno = Marshal.GetLastPInvokeError();
                    if (errno == Errno.Interrupted)
                        continue;
                    return errno;
                }
                if (put == 0)
                    return Errno.InputOutput;
                written += (int)put;
            }
        }
        return Errno.None;
    }

    internal int Write(ReadOnlySpan<byte> bytes, long offset) => Write(bytes, default, offset);

    internal int Truncate(long length) => Result(Interop.LibC.FTruncate(_fd, length));

    /// <summary>Asks for disk blocks behind the end of the file, whose length stays. A host that cannot is none the worse.</summary>
    internal bool TryReserve(long offset, long length) =>
        Faults?.OnReserve(offset, length) is null or Errno.None
        && Interop.LibC.FAllocate(_fd, Interop.LibC.FallocateKeepSize, offset, length) == 0;

    /// <summary>
    /// On a file system in memory (tmpfs): there is no device to go to directly or to write back to.
    /// </summary>
    internal bool IsInMemory => _isInMemory ??= FindWhetherInMemory();

    private bool FindWhetherInMemory()
    {
        byte* status = stackalloc byte[Interop.LibC.StatFsLength];
        return Interop.LibC.FStatFs(_fd, status) == 0 && *(nint*)status == Interop.LibC.TmpfsMagic;
    }

    /// <summary>Returns when the data, and the length needed to read it back, are on the device.</summary>
    internal int DataSync() =>
        Faults is { } faults && faults.OnSync() is var fault and not 0 ? fault
        : IgnoresSync ? Errno.None : Result(Interop.LibC.FDataSync(_fd));

    /// <summary>Like <see cref="DataSync"/> with all metadata: once, after creation.</summary>
    internal int FullSync() => IgnoresSync ? Errno.None : Result(Interop.LibC.FSync(_fd));

    /// <summary>Asks the kernel to begin writing dirty pages, so that the synchronisation that follows later is short.</summary>
    internal void StartWriteback(long offset, long length) =>
        _ = Interop.LibC.SyncFileRange(_fd, offset, length, Interop.LibC.SyncFileRangeWrite);

    /// <summary>Drops clean pages, so that the next read comes from the device.</summary>
    internal void DropCache(long offset, long length) =>
        _ = Interop.LibC.PosixFAdvise(_fd, offset, length, Interop.LibC.AdviceDontNeed);

    public void Dispose()
    {
        // Closing alone is not enough: a process that is just being started has a copy of the descriptor until it executes.
        if (_isLocked && !_handle.IsClosed)
            _ = Interop.LibC.FLock(_fd, Interop.LibC.LockRelease);
        _isLocked = false;
        _handle.Dispose();
    }

    private static int Result(int returned) => returned == 0 ? Errno.None : Marshal.GetLastPInvokeError();

    /// <summary>Describes what is left of two ranges after <paramref name="done"/> bytes.</summary>
    private static int Fill(IoVector* vectors, byte* first, int firstLength, byte* second, int secondLength, int done)
    {
        int count = 0;
        if (done < firstLength)
            vectors[count++] = new IoVector { Base = first + done, Length = (nuint)(firstLength - done) };
        int skip = Math.Max(0, done - firstLength);
        if (skip < secondLength)
            vectors[count++] = new IoVector { Base = second + skip, Length = (nuint)(secondLength - skip) };
        return count;
    }
}

/// <summary>Answers an errno for an operation that is to fail, 0 to let it happen.</summary>
internal interface IHostFaults
{
    int OnWrite(long offset, int length);

    int OnReserve(long offset, long length) => Errno.None;

    int OnSync();
}
