using System.Buffers.Text;

namespace Capstan.Backup.Archive;

/// <summary>
/// Names below /proc/self/fd. Before Linux 6.13 there is no call for the attributes of a symbolic link that takes a directory
/// descriptor; through this name one gets at them without the whole path, which may be longer than the kernel takes.
/// </summary>
internal static class ProcPath
{
    private static ReadOnlySpan<byte> Prefix => "/proc/self/fd/"u8;

    public static byte[] OfDescriptor(int descriptor)
    {
        var path = new ByteBuffer();
        Set(path, descriptor, default);
        return path.Array;
    }

    /// <summary>Sets the NUL-terminated path of a name in an open directory; without a name, of the descriptor itself.</summary>
    public static void Set(ByteBuffer path, int descriptor, ReadOnlySpan<byte> name)
    {
        Span<byte> digits = stackalloc byte[11];
        _ = Utf8Formatter.TryFormat(descriptor, digits, out int length);
        path.Set(Prefix);
        path.Append(digits[..length]);
        if (!name.IsEmpty)
        {
            path.Append((byte)'/');
            path.Append(name);
        }
        path.Terminate();
    }
}
