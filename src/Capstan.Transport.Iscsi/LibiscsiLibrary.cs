using System.Reflection;
using System.Runtime.InteropServices;

namespace Capstan.Transport.Iscsi;

/// <summary>Finds libiscsi, and proves that it is one whose structures are those that are read here.</summary>
internal static class LibiscsiLibrary
{
    // Newest first. Upstream's 1.19.0 is .9 and its 1.20.3 is .11 (lib/Makefile.am); Debian counts by itself, its 1.19.0 is .7. What
    // was checked with which is in docs/iscsi.md; each one that loads is measured.
    internal static readonly string[] Names = ["libiscsi.so.11", "libiscsi.so.10", "libiscsi.so.9", "libiscsi.so.8", "libiscsi.so.7"];

    // Without these two a broken connection would send the running command again.
    private static readonly string[] NeededFunctions = ["iscsi_set_noautoreconnect", "iscsi_set_reconnect_max_retries", "iscsi_scsi_command_async", "scsi_task_set_iov_in", "scsi_task_set_iov_out"];

    private static readonly Lazy<Loaded> Library = new(() => Load(Names));
    private static int _isRegistered;

    /// <summary>A library that fits.</summary>
    internal readonly record struct Loaded(nint Handle, string Name);

    /// <summary>Loads the library, and returns its name.</summary>
    /// <exception cref="ScsiTransportException">It is not installed, or does not fit.</exception>
    public static string Require()
    {
        string name = Library.Value.Name;
        if (Interlocked.Exchange(ref _isRegistered, 1) == 0)
            NativeLibrary.SetDllImportResolver(typeof(LibiscsiLibrary).Assembly, Resolve);
        return name;
    }

    /// <summary>Loads the first of these that exists and fits.</summary>
    internal static Loaded Load(IEnumerable<string> names)
    {
        var misfits = new List<string>();
        foreach (string name in names)
        {
            if (!NativeLibrary.TryLoad(name, typeof(LibiscsiLibrary).Assembly, DllImportSearchPath.SafeDirectories, out nint library))
                continue;
            if (Fits(library))
                return new Loaded(library, name);
            misfits.Add(name);
            NativeLibrary.Free(library);
        }

        throw new ScsiTransportException(TransportFault.NotFound, misfits.Count == 0
            ? "iSCSI needs the library libiscsi, which is not installed: `apt-get install libiscsi7` (Debian, Ubuntu), `dnf install libiscsi` (Fedora)."
            : $"{string.Join(", ", misfits)}: a version of libiscsi whose functions or structures are not the expected ones. Install version 1.19 (Debian's package libiscsi7).");
    }

    /// <summary>A task made by the library, looked at with our own structure: what it sets itself, and where its own functions read and write.</summary>
    private static unsafe bool Fits(nint library)
    {
        const int cdbLength = 10;
        const int expectedLength = 0x123456;
        if (!NativeLibrary.TryGetExport(library, "scsi_create_task", out nint create)
            || !NativeLibrary.TryGetExport(library, "scsi_free_scsi_task", out nint free)
            || !NativeLibrary.TryGetExport(library, "scsi_set_task_private_ptr", out nint setPrivate)
            || !NativeLibrary.TryGetExport(library, "scsi_task_get_status", out nint getStatus)
            || !NeededFunctions.All(name => NativeLibrary.TryGetExport(library, name, out _)))
            return false;
        byte* cdb = stackalloc byte[cdbLength] { 0xA1, 0xA2, 0xA3, 0xA4, 0xA5, 0xA6, 0xA7, 0xA8, 0xA9, 0xAA };
        var task = ((delegate* unmanaged[Cdecl]<int, byte*, int, int, ScsiTask*>)create)(cdbLength, cdb, Interop.Libiscsi.TransferWrite, expectedLength);
        if (task is null)
            return false;
        bool fits = task->CdbLength == cdbLength && task->Direction == Interop.Libiscsi.TransferWrite && task->ExpectedTransferLength == expectedLength
            && ((ReadOnlySpan<byte>)task->Cdb)[..cdbLength].SequenceEqual(new ReadOnlySpan<byte>(cdb, cdbLength))
            && task->ResidualStatus == 0 && task->Residual == 0 && task->DataIn.Size == 0 && task->DataIn.Data is null
            && HasSenseAndEnd(task, setPrivate, getStatus);
        ((delegate* unmanaged[Cdecl]<ScsiTask*, void>)free)(task);
        return fits;
    }

    /// <summary>The parsed sense has the place and the length that it should, and what is between it and the private pointer has room for the data.</summary>
    private static unsafe bool HasSenseAndEnd(ScsiTask* task, nint setPrivate, nint getStatus)
    {
        const byte untouched = 0xEE;
        const int status = 0x5A;
        var marker = (nint)task;
        ((delegate* unmanaged[Cdecl]<ScsiTask*, nint, void>)setPrivate)(task, marker);
        if (task->PrivatePointer != marker)
            return false;
        task->PrivatePointer = 0;

        // Longer than any sense that is to be refused: the library copies as much as it thinks one has.
        Span<byte> copy = stackalloc byte[256];
        copy.Fill(untouched);
        var sense = new Span<byte>(&task->Sense, sizeof(ScsiSense));
        for (int i = 0; i < sense.Length; i++)
            sense[i] = (byte)(i + 1);
        task->Status = status;
        int told;
        fixed (byte* to = copy)
            told = ((delegate* unmanaged[Cdecl]<ScsiTask*, byte*, int>)getStatus)(task, to);
        bool fits = told == status && copy.StartsWith(sense) && copy[sense.Length..].IndexOfAnyExcept(untouched) < 0;
        sense.Clear();
        task->Status = 0;
        return fits;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        name == Interop.Libiscsi.Library ? Library.Value.Handle : 0;
}

/// <summary>What `capstan doctor` asks of this transport.</summary>
public static class IscsiLibrary
{
    /// <summary>Loads libiscsi as a session would, and connects to nothing.</summary>
    /// <returns>Its name, and null; or null, and what is wrong with the remedy.</returns>
    public static (string? Name, string? Problem) Look()
    {
        try
        {
            return (LibiscsiLibrary.Require(), null);
        }
        catch (ScsiTransportException e)
        {
            return (null, e.Message);
        }
    }
}
