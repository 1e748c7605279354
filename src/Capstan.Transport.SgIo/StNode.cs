using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport.SgIo;

/// <summary>Opens a node of the kernel's tape driver, to keep others out.</summary>
/// <remarks>
/// What st sends then (drivers/scsi/st.c, check_tape): TEST UNIT READY, READ BLOCK LIMITS, MODE SENSE; READ POSITION where partitions
/// were switched on, MODE SELECT where a block length, density or buffering was configured as default and the medium is new to it.
/// At close of an nst node without any transfer of st's own (SG_IO is none): nothing (st_flush, st_release).
/// </remarks>
internal static class StNode
{
    /// <summary>Of a minor number: does not rewind at close (st_open).</summary>
    private const uint NoRewind = 0x80;

    /// <param name="device">What sysfs says: "9:128".</param>
    /// <param name="handle">Open when 0 is returned.</param>
    /// <returns>0 or errno.</returns>
    internal delegate int Opener(string path, string device, out SafeFileHandle? handle);

    /// <summary>Opens a node when it is the very one that is meant: a wrong one, closed again, would rewind a tape.</summary>
    internal static int Open(string path, string device, out SafeFileHandle? handle)
    {
        handle = null;
        int errno = Interop.Libc.Stat(path, out Interop.Libc.Status status);
        if (errno != 0)
            return errno;
        if ((status.Mode & Interop.Libc.FileTypeMask) != Interop.Libc.CharacterDevice || (status.DeviceMinor & NoRewind) == 0
            || string.Create(CultureInfo.InvariantCulture, $"{status.DeviceMajor}:{status.DeviceMinor}") != device)
            return SgIoErrors.NoSuchDevice;
        // O_NONBLOCK: without a tape st waits two minutes for one, and then fails.
        int descriptor = Interop.Libc.Open(path, Interop.Libc.ReadOnly | Interop.Libc.NonBlock | Interop.Libc.CloseOnExec);
        if (descriptor < 0)
            return Marshal.GetLastPInvokeError();
        handle = new SafeFileHandle(descriptor, ownsHandle: true);
        return 0;
    }
}
