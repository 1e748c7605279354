using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport.SgIo;

/// <summary>A node of the kernel that takes commands.</summary>
internal unsafe interface ICommandFile
{
    /// <summary>SG_IO; 0 or errno. The header has the answer.</summary>
    int Send(SgIoHeader* header);
}

/// <summary>The kernel's side of an open sg node: what tests put another kernel in the place of.</summary>
internal interface ISgFile : ICommandFile, IDisposable
{
    bool IsClosed { get; }

    /// <summary>Major and minor number of the node: "21:3"; null when they cannot be told.</summary>
    string? DeviceNumber { get; }

    /// <summary>An ioctl that gives a number; null when it is refused.</summary>
    int? Query(uint request);

    /// <summary>SG_SET_RESERVED_SIZE: a wish.</summary>
    void Reserve(int bytes);
}

/// <summary>The real one.</summary>
internal sealed unsafe class SgFile(SafeFileHandle handle) : ISgFile
{
    public SafeFileHandle Handle => handle;

    public bool IsClosed => handle.IsClosed;

    public string? DeviceNumber => Interop.Libc.StatDescriptor((int)handle.DangerousGetHandle(), out Interop.Libc.Status status) == 0
        ? string.Create(CultureInfo.InvariantCulture, $"{status.DeviceMajor}:{status.DeviceMinor}")
        : null;

    // The kernel waits for the answer interruptibly: a signal (the runtime's own thread suspension sends them, with SA_RESTART)
    // would make it start the call again, and a WRITE would be on the tape twice. So the thread takes none while it waits.
    public int Send(SgIoHeader* header)
    {
        Interop.Libc.SignalSet before = Interop.Libc.BlockSignals();
        int errno = Interop.Libc.Ioctl(handle, Interop.Libc.SgIo, header) < 0 ? Marshal.GetLastPInvokeError() : 0;
        Interop.Libc.RestoreSignals(before);
        return errno;
    }

    public int? Query(uint request)
    {
        int value = 0;
        return Interop.Libc.Ioctl(handle, request, ref value) < 0 ? null : value;
    }

    public void Reserve(int bytes) => _ = Interop.Libc.Ioctl(handle, Interop.Libc.SgSetReservedSize, ref bytes);

    public void Dispose() => handle.Dispose();
}
