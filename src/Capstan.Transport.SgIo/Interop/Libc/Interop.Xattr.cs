using System.Runtime.InteropServices;

internal static partial class Interop
{
    internal static partial class Libc
    {
        internal const int MayWrite = 2;
        internal const int MayRead = 4;

        [LibraryImport("libc", EntryPoint = "getxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        private static unsafe partial nint GetXattr(string path, string name, byte* value, nuint size);

        /// <summary>Reads an extended attribute; its length in bytes, negative when there is none.</summary>
        internal static unsafe int GetXattr(string path, string name, Span<byte> value)
        {
            fixed (byte* bytes = value)
                return (int)GetXattr(path, name, bytes, (nuint)value.Length);
        }
    }
}
