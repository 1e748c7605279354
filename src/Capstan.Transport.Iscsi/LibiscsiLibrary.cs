using System.Reflection;
using System.Runtime.InteropServices;

namespace Capstan.Transport.Iscsi;

/// <summary>Finds libiscsi, and proves that it is one whose structures are those that are read here.</summary>
internal static class LibiscsiLibrary
{
    // 1.19 is .7 on Debian and Ubuntu; other distributions count higher for the same interface. Each one that loads is measured.
    private static readonly string[] Names = ["libiscsi.so.7", "libiscsi.so.8", "libiscsi.so.9", "libiscsi.so.10"];

    private static readonly Lazy<nint> Handle = new(() => Load(Names));
    private static int _isRegistered;

    /// <summary>Loads the library.</summary>
    /// <exception cref="ScsiTransportException">It is not installed, or does not fit.</exception>
    public static void Require()
    {
        _ = Handle.Value;
        if (Interlocked.Exchange(ref _isRegistered, 1) == 0)
            NativeLibrary.SetDllImportResolver(typeof(LibiscsiLibrary).Assembly, Resolve);
    }

    /// <summary>Loads the first of these that exists and fits.</summary>
    internal static nint Load(IEnumerable<string> names)
    {
        string? misfit = null;
        foreach (string name in names)
        {
            if (!NativeLibrary.TryLoad(name, typeof(LibiscsiLibrary).Assembly, DllImportSearchPath.SafeDirectories, out nint library))
                continue;
            if (Fits(library))
                return library;
            misfit = name;
            NativeLibrary.Free(library);
        }

        throw new ScsiTransportException(TransportFault.NotFound, misfit is null
            ? "iSCSI needs the library libiscsi, which is not installed: `apt-get install libiscsi7` (Debian, Ubuntu), `dnf install libiscsi` (Fedora)."
            : $"{misfit} is a version of libiscsi whose structures are not the expected ones. Install version 1.19 (package libiscsi7).");
    }

    /// <summary>A task made by the library, with values in every field that it sets, read with our own structure.</summary>
    private static unsafe bool Fits(nint library)
    {
        const int cdbLength = 10;
        const int expectedLength = 0x123456;
        if (!NativeLibrary.TryGetExport(library, "scsi_create_task", out nint create)
            || !NativeLibrary.TryGetExport(library, "scsi_free_scsi_task", out nint free)
            || !NativeLibrary.TryGetExport(library, "iscsi_set_noautoreconnect", out _)
            || !NativeLibrary.TryGetExport(library, "iscsi_set_reconnect_max_retries", out _))
            return false;
        byte* cdb = stackalloc byte[cdbLength] { 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA };
        var task = ((delegate* unmanaged[Cdecl]<int, byte*, int, int, ScsiTask*>)create)(cdbLength, cdb, Interop.Libiscsi.TransferWrite, expectedLength);
        if (task is null)
            return false;
        bool fits = task->CdbLength == cdbLength && task->Direction == Interop.Libiscsi.TransferWrite && task->ExpectedTransferLength == expectedLength
            && ((ReadOnlySpan<byte>)task->Cdb)[..cdbLength].SequenceEqual(new ReadOnlySpan<byte>(cdb, cdbLength))
            && task->ResidualStatus == 0 && task->Residual == 0 && task->DataIn.Size == 0 && task->DataIn.Data is null;
        ((delegate* unmanaged[Cdecl]<ScsiTask*, void>)free)(task);
        return fits;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Interop.Libiscsi.Library ? Handle.Value : 0;
}
