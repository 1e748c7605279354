using System.Globalization;
using System.Runtime.InteropServices;

namespace Capstan.Emulation.Kernel;

/// <summary>A <c>/dev/uioN</c>: the shared area, waiting for the kernel, and telling it.</summary>
internal sealed unsafe class UioDevice : IDisposable
{
    private readonly int _fd;

    /// <exception cref="KernelTargetException">It cannot be opened or mapped.</exception>
    internal UioDevice(int number)
    {
        string path = PathOf(number);
        string? size = ConfigFs.Get(string.Create(CultureInfo.InvariantCulture, $"/sys/class/uio/uio{number}/maps/map0/size"));
        if (size is null || !size.StartsWith("0x", StringComparison.Ordinal)
            || !long.TryParse(size.AsSpan(2), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out long length))
            throw new KernelTargetException($"{path} has no area to share.");
        _fd = Interop.LibC.Open(path, Interop.LibC.ReadWrite | Interop.LibC.CloseOnExec, 0);
        if (_fd < 0)
            throw new KernelTargetException($"{path}: {Marshal.GetLastPInvokeErrorMessage()}. A container needs this node of its host.");
        nint area = Interop.LibC.MMap(null, (nuint)length, Interop.LibC.ProtectRead | Interop.LibC.ProtectWrite, Interop.LibC.MapShared, _fd, 0);
        if (area == -1)
        {
            string reason = Marshal.GetLastPInvokeErrorMessage();
            _ = Interop.LibC.Close(_fd);
            throw new KernelTargetException($"{path} cannot be mapped: {reason}.");
        }
        Area = (byte*)area;
        LengthBytes = length;
    }

    /// <summary>Whether a process has it open: target_core_user lets only one.</summary>
    internal static bool IsHeld(int number)
    {
        int fd = Interop.LibC.Open(PathOf(number), Interop.LibC.ReadWrite | Interop.LibC.CloseOnExec, 0);
        if (fd < 0)
            return Marshal.GetLastPInvokeError() == Errno.Busy;
        _ = Interop.LibC.Close(fd);
        return false;
    }

    /// <summary>Whether it is certain that no process has it open.</summary>
    internal static bool IsFree(int number)
    {
        int fd = Interop.LibC.Open(PathOf(number), Interop.LibC.ReadWrite | Interop.LibC.CloseOnExec, 0);
        return fd >= 0 && Interop.LibC.Close(fd) == 0;
    }

    /// <summary>The devices that there are, and what their drivers call them.</summary>
    internal static IEnumerable<(int Number, string Name)> All()
    {
        const string Class = "/sys/class/uio";
        if (!Directory.Exists(Class))
            yield break;
        foreach (string uio in Directory.EnumerateDirectories(Class))
        {
            if (int.TryParse(Path.GetFileName(uio).AsSpan("uio".Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
                && ConfigFs.Get(uio + "/name") is { } name)
                yield return (number, name);
        }
    }

    private static string PathOf(int number) => string.Create(CultureInfo.InvariantCulture, $"/dev/uio{number}");

    internal byte* Area { get; }

    internal long LengthBytes { get; }

    /// <summary>Waits until the kernel put something into the ring.</summary>
    /// <returns>False when the device is gone.</returns>
    internal bool Wait()
    {
        int count;
        nint got;
        do
            got = Interop.LibC.Read(_fd, &count, sizeof(int));
        while (got < 0 && Marshal.GetLastPInvokeError() == Errno.Interrupted);
        return got == sizeof(int);
    }

    /// <summary>Tells the kernel to look at the ring.</summary>
    internal void Notify()
    {
        int anything = 0;
        // Fails only when the device is gone, which the next wait tells.
        _ = Interop.LibC.Write(_fd, &anything, sizeof(int));
    }

    public void Dispose()
    {
        _ = Interop.LibC.MUnmap(Area, (nuint)LengthBytes);
        _ = Interop.LibC.Close(_fd);
    }
}
