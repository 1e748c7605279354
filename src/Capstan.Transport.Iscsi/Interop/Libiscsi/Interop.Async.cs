using System.Runtime.InteropServices;
using Capstan.Transport.Iscsi;

internal static partial class Interop
{
    // Only the asynchronous half is used: the library's own waiting loop takes a signal for an end, gives back no task then, and
    // leaves the command in its queue with a pointer into a stack frame that is gone.
    internal static unsafe partial class Libiscsi
    {
        [LibraryImport(Library, EntryPoint = "iscsi_connect_async", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Connect(
            IscsiContextHandle context, string portal, delegate* unmanaged[Cdecl]<nint, int, void*, void*, void> callback, void* state);

        [LibraryImport(Library, EntryPoint = "iscsi_login_async")]
        internal static partial int Login(
            IscsiContextHandle context, delegate* unmanaged[Cdecl]<nint, int, void*, void*, void> callback, void* state);

        [LibraryImport(Library, EntryPoint = "iscsi_logout_async")]
        internal static partial int Logout(
            IscsiContextHandle context, delegate* unmanaged[Cdecl]<nint, int, void*, void*, void> callback, void* state);

        [LibraryImport(Library, EntryPoint = "iscsi_discovery_async")]
        internal static partial int Discover(
            IscsiContextHandle context, delegate* unmanaged[Cdecl]<nint, int, void*, void*, void> callback, void* state);

        [LibraryImport(Library, EntryPoint = "iscsi_scsi_command_async")]
        internal static partial int Command(
            IscsiContextHandle context, int lun, ScsiTask* task,
            delegate* unmanaged[Cdecl]<nint, int, void*, void*, void> callback, void* data, void* state);

        [LibraryImport(Library, EntryPoint = "iscsi_task_mgmt_abort_task_async")]
        internal static partial int AbortTask(
            IscsiContextHandle context, ScsiTask* task, delegate* unmanaged[Cdecl]<nint, int, void*, void*, void> callback, void* state);
    }
}
