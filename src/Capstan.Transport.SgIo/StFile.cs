using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Transport.SgIo;

/// <summary>
/// SG_IO on an open node of the kernel's tape driver (st_ioctl, then sg_io in drivers/scsi/scsi_ioctl.c): the kernel maps the caller's pages and
/// copies nothing. It needs CAP_SYS_RAWIO.
/// </summary>
/// <remarks>
/// No signal begins such a call anew once its command is under way: the kernel waits for the answer uninterruptibly (blk_execute_rq). Before that it
/// can be interrupted, in taking the tape driver's lock. The other side of it: who is killed ends when the command does.
/// </remarks>
/// <param name="handle">Of the node; its owner closes it.</param>
internal sealed unsafe class StFile(SafeFileHandle handle) : ICommandFile
{
    public int Send(SgIoHeader* header)
    {
        int errno;
        do
        {
            errno = Interop.Libc.Ioctl(handle, Interop.Libc.SgIo, header) < 0 ? Marshal.GetLastPInvokeError() : 0;
        }
        while (errno == SgIoErrors.Interrupted);
        return errno;
    }
}
