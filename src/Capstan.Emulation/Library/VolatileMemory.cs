using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Capstan.Emulation.Cartridges;
using Microsoft.Win32.SafeHandles;

namespace Capstan.Emulation.Library;

/// <summary>
/// What a drive keeps until its power goes, kept between two processes: a file in memory (tmpfs) that only its owner can read. Never on
/// a disk; where the machine has no such place, nothing is kept.
/// </summary>
/// <remarks>
/// A place in a directory that others can write to (<c>/dev/shm</c>) is used only below a directory of our own: not a link, ours, closed to
/// everybody else, so nobody can put a file of theirs under the name, or a link to somewhere else. A file is made anew, never opened for
/// writing, and read only if it is a plain file of ours, with one name, closed to others.
/// </remarks>
internal static class VolatileMemory
{
    private const uint OwnerOnly = 0x180; // 0600
    private const uint OwnerOnlyDirectory = 0x1C0; // 0700
    private const uint TypeMask = 0xF000;
    private const uint RegularFile = 0x8000;
    private const uint OthersMask = 0x3F; // 0077
    private const int MaxLength = 4096;

    /// <summary>Places where something could be kept, the best first, each with a name that nothing has yet.</summary>
    /// <param name="name">What the names begin with.</param>
    internal static IEnumerable<string> FindPlaces(string name)
    {
        foreach (string directory in Candidates())
        {
            using SafeFileHandle? place = TryOpenDirectory(directory);
            if (place is not null)
                yield return Path.Combine(directory, $"{name}-{RandomNumberGenerator.GetHexString(16, lowercase: true)}");
        }
    }

    /// <summary>Keeps bytes in a new file.</summary>
    /// <param name="path">One of <see cref="FindPlaces"/>.</param>
    /// <returns>False when they are not kept there.</returns>
    internal static bool TryKeep(string path, ReadOnlySpan<byte> bytes)
    {
        using SafeFileHandle? place = TryOpenDirectory(Path.GetDirectoryName(path) ?? "/");
        if (place is null)
            return false;
        string file = Path.GetFileName(path);
        int fd = Interop.LibC.OpenAt(
            Descriptor(place), file, Interop.LibC.ReadWrite | Interop.LibC.Create | Interop.LibC.Exclusive | Interop.LibC.NoFollow | Interop.LibC.CloseOnExec,
            OwnerOnly);
        if (fd < 0)
            return false;
        using var handle = new SafeFileHandle(fd, ownsHandle: true);
        try
        {
            RandomAccess.Write(handle, bytes, 0);
            return true;
        }
        catch (IOException)
        {
            _ = Interop.LibC.UnlinkAt(Descriptor(place), file, 0);
            return false;
        }
    }

    /// <summary>Reads what was kept.</summary>
    /// <param name="path">Of <see cref="TryKeep"/>.</param>
    /// <param name="bytes">Pinned; the caller wipes it.</param>
    /// <param name="length">How much of it there is; 0 when it is gone, or not what was kept.</param>
    internal static void Read(string path, byte[] bytes, out int length)
    {
        length = 0;
        using SafeFileHandle? place = TryOpenDirectory(Path.GetDirectoryName(path) ?? "/");
        if (place is null)
            return;
        int fd = Interop.LibC.OpenAt(
            Descriptor(place), Path.GetFileName(path), Interop.LibC.ReadOnly | Interop.LibC.NoFollow | Interop.LibC.CloseOnExec, 0);
        if (fd < 0)
            return;
        using var handle = new SafeFileHandle(fd, ownsHandle: true);
        if (!Interop.LibC.TryStat(fd, out uint owner, out uint mode, out uint links)
            || (mode & TypeMask) != RegularFile || (mode & OthersMask) != 0 || links != 1 || owner != Interop.LibC.GetEffectiveUserId())
            return;
        try
        {
            length = RandomAccess.Read(handle, bytes.AsSpan(0, Math.Min(bytes.Length, MaxLength)), 0);
        }
        catch (IOException)
        {
            length = 0;
        }
    }

    /// <summary>Wipes what was kept, and removes it.</summary>
    internal static void Forget(string path)
    {
        using SafeFileHandle? place = TryOpenDirectory(Path.GetDirectoryName(path) ?? "/");
        if (place is null)
            return;
        string name = Path.GetFileName(path);
        int fd = Interop.LibC.OpenAt(Descriptor(place), name, Interop.LibC.ReadWrite | Interop.LibC.NoFollow | Interop.LibC.CloseOnExec, 0);
        if (fd >= 0)
        {
            using var handle = new SafeFileHandle(fd, ownsHandle: true);
            try
            {
                long length = Math.Min(RandomAccess.GetLength(handle), MaxLength);
                RandomAccess.Write(handle, new byte[length], 0);
            }
            catch (IOException)
            {
                // Then it is only removed.
            }
        }
        _ = Interop.LibC.UnlinkAt(Descriptor(place), name, 0);
    }

    /// <summary>The user's own first: systemd takes it away when the user has logged out for good, as it does with all that runs for him.</summary>
    private static IEnumerable<string> Candidates()
    {
        uint user = Interop.LibC.GetEffectiveUserId();
        if (Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Path.IsPathRooted(runtime))
            yield return Path.Combine(runtime, "capstan");
        if (user == 0)
            yield return "/run/capstan";
        yield return $"/dev/shm/capstan-{user}";
    }

    /// <summary>A directory of our own in memory, made when it is missing; null when it is anything else.</summary>
    private static unsafe SafeFileHandle? TryOpenDirectory(string path)
    {
        _ = Interop.LibC.MkDir(path, OwnerOnlyDirectory);
        int fd = Interop.LibC.Open(path, Interop.LibC.ReadOnly | Interop.LibC.DirectoryOnly | Interop.LibC.NoFollow | Interop.LibC.CloseOnExec, 0);
        if (fd < 0)
            return null;
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        byte* status = stackalloc byte[Interop.LibC.StatFsLength];
        bool isOurs = Interop.LibC.FStatFs(fd, status) == 0 && *(nint*)status == Interop.LibC.TmpfsMagic
            && Interop.LibC.TryStat(fd, out uint owner, out uint mode, out _)
            && owner == Interop.LibC.GetEffectiveUserId() && (mode & OthersMask) == 0;
        if (isOurs)
            return handle;
        handle.Dispose();
        return null;
    }

    private static int Descriptor(SafeHandle handle) => (int)handle.DangerousGetHandle();
}
