using System.Runtime.InteropServices;
using Capstan.Transport.Iscsi;

internal static partial class Interop
{
    internal static unsafe partial class Libiscsi
    {
        internal const int TransferNone = 0;
        internal const int TransferRead = 1;
        internal const int TransferWrite = 2;

        internal const int StatusCancelled = 0x0F000000;
        internal const int StatusError = 0x0F000001;
        internal const int StatusTimeout = 0x0F000002;
        internal const int StatusRedirect = 0x101;

        internal const int ResidualUnderflow = 1;
        internal const int ResidualOverflow = 2;

        [LibraryImport(Library, EntryPoint = "scsi_create_task")]
        internal static partial ScsiTask* CreateTask(int cdbLength, byte* cdb, int direction, int expectedTransferLength);

        [LibraryImport(Library, EntryPoint = "scsi_free_scsi_task")]
        internal static partial void FreeTask(ScsiTask* task);

        /// <summary>The array is the caller's and must live as long as the task.</summary>
        [LibraryImport(Library, EntryPoint = "scsi_task_set_iov_in")]
        internal static partial void SetDataIn(ScsiTask* task, ScsiIoVector* vectors, int count);

        /// <summary>The array is the caller's and must live as long as the task.</summary>
        [LibraryImport(Library, EntryPoint = "scsi_task_set_iov_out")]
        internal static partial void SetDataOut(ScsiTask* task, ScsiIoVector* vectors, int count);
    }
}
