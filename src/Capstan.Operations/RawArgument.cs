using System.Text;

namespace Capstan.Operations;

/// <summary>
/// The bytes of a command-line argument. The runtime decodes arguments as UTF-8 and puts U+FFFD for what is none; the kernel
/// still knows the bytes.
/// </summary>
internal static class RawArgument
{
    public static byte[] Of(string argument)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(argument);
        if (!argument.Contains('�', StringComparison.Ordinal))
            return bytes;
        byte[] commandLine = File.ReadAllBytes("/proc/self/cmdline");
        foreach (Range range in commandLine.AsSpan().Split((byte)0))
        {
            ReadOnlySpan<byte> raw = commandLine.AsSpan(range);
            if (Encoding.UTF8.GetString(raw) == argument)
                return raw.ToArray();
        }

        return bytes;
    }
}
