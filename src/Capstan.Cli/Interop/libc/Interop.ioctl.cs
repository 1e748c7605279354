using System.Runtime.InteropServices;

namespace Capstan.Cli.Interop.libc;

internal static partial class Libc
{
    // asm-generic/ioctls.h; x86-64 and arm64 share it.
    private const nuint GetWindowSize = 0x5413;

    /// <summary><c>struct winsize</c> of asm-generic/termios.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct WindowSize
    {
        public ushort Rows;
        public ushort Columns;
        public ushort PixelWidth;
        public ushort PixelHeight;
    }

    /// <summary>Columns of a terminal; 0 where it does not tell.</summary>
    /// <remarks>The framework's console would switch the terminal's keypad mode before it answers.</remarks>
    public static unsafe int ColumnsOf(int fileDescriptor)
    {
        WindowSize size = default;
        return Ioctl(fileDescriptor, GetWindowSize, &size) == 0 ? size.Columns : 0;
    }

    /// <summary>isatty(3).</summary>
    public static bool IsTerminal(int fileDescriptor) => IsATty(fileDescriptor) == 1;

    /// <summary>ioctl(2). Variadic in C; the register of the third argument is the same on x86-64 and on Linux arm64.</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    private static unsafe partial int Ioctl(int fileDescriptor, nuint request, WindowSize* argument);

    [LibraryImport("libc", EntryPoint = "isatty", SetLastError = true)]
    private static partial int IsATty(int fileDescriptor);
}
