using System.Globalization;
using System.Text;

namespace Capstan.Transport.SgIo;

/// <summary>The processes that hold device nodes open, from <c>/proc/PID/fd</c>; without CAP_SYS_PTRACE only those of the same user can be seen.</summary>
internal static class DeviceUsers
{
    private const int LongestCommand = 100;

    /// <summary>Looks at every process but this one. Total: what cannot be read is left out.</summary>
    /// <param name="procRoot">Where procfs is mounted; another directory in tests.</param>
    /// <param name="isWanted">Of a node's path.</param>
    public static List<DeviceUser> Find(string procRoot, Func<string, bool> isWanted)
    {
        var users = new List<DeviceUser>();
        foreach (string name in SgDevices.Entries(procRoot))
        {
            if (!int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out int process) || process == Environment.ProcessId)
                continue;
            string directory = Path.Combine(procRoot, name);
            foreach (string node in NodesHeld(Path.Combine(directory, "fd"), isWanted))
                users.Add(new DeviceUser(node, process, CommandOf(directory)));
        }

        return users;
    }

    private static SortedSet<string> NodesHeld(string directory, Func<string, bool> isWanted)
    {
        var held = new SortedSet<string>(StringComparer.Ordinal);
        foreach (string descriptor in SgDevices.Entries(directory))
        {
            if (LinkTarget(Path.Combine(directory, descriptor)) is { } target && isWanted(target))
                held.Add(target);
        }

        return held;
    }

    private static string? LinkTarget(string path)
    {
        try
        {
            return new FileInfo(path).LinkTarget;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The command line with its zeros as spaces; what a process calls itself is not trusted to be printable.</summary>
    private static string CommandOf(string directory)
    {
        byte[] bytes = SgDevices.ReadBytes(directory, "cmdline");
        if (bytes.Length == 0)
            bytes = SgDevices.ReadBytes(directory, "comm");
        var text = new StringBuilder(LongestCommand);
        foreach (char letter in Encoding.UTF8.GetString(bytes).TrimEnd('\0', '\n'))
        {
            if (text.Length == LongestCommand)
                return text.Append("...").ToString();
            text.Append(letter == '\0' ? ' ' : char.IsControl(letter) ? '?' : letter);
        }

        return text.Length == 0 ? "unknown" : text.ToString();
    }
}
