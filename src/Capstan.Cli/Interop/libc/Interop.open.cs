using System.Runtime.InteropServices;

namespace Capstan.Cli.Interop.libc;

internal static partial class Libc
{
    /// <summary>O_RDONLY.</summary>
    public const int ReadOnly = 0;

    /// <summary>open(2). Variadic in C; without O_CREAT the third argument is not looked at.</summary>
    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Open(string path, int flags, int mode);
}
