using System.Globalization;
using System.Text;

namespace Capstan.Transport;

/// <summary>Where the locks of devices lie: one place for all users of the machine, where there can be one.</summary>
public sealed class DeviceLockDirectory
{
    private const int WriteAndSearch = 3;
    private const uint EverybodysDirectory = 0x3FF; // 01777
    private const int LongestKey = 150;

    /// <summary>Everybody's.</summary>
    public const string Shared = "/run/lock/capstan";

    private DeviceLockDirectory(string path) => Path = path;

    /// <summary>The directory.</summary>
    public string Path { get; }

    /// <summary>
    /// CAPSTAN_LOCKS; <c>/run/lock/capstan</c>, made for everybody when it can be made (FHS 3.0, 5.5 of /var/lock, keeps the locks of
    /// devices there); a user's own runtime directory (XDG base directory specification); the home directory.
    /// </summary>
    /// <param name="home">Where Capstan keeps its files.</param>
    /// <param name="variable">Of the environment.</param>
    /// <param name="shared">Everybody's; another one in tests.</param>
    public static DeviceLockDirectory Find(string home, Func<string, string?> variable, string shared = Shared)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable("CAPSTAN_LOCKS") is { Length: > 0 } named)
            return new DeviceLockDirectory(Make(named) ? named : throw new ScsiTransportException(TransportFault.PermissionDenied, $"{named}: cannot keep locks there (CAPSTAN_LOCKS names it)."));
        if (!Directory.Exists(shared) && !IsLink(shared) && Make(shared))
            _ = Interop.LibC.ChMod(shared, EverybodysDirectory);
        if (IsUsable(shared) && !IsLink(shared))
            return new DeviceLockDirectory(shared);
        if (variable("XDG_RUNTIME_DIR") is { } runtime && runtime.StartsWith('/') && Directory.Exists(runtime) && System.IO.Path.Combine(runtime, "capstan") is var own && Make(own))
            return new DeviceLockDirectory(own);
        string last = System.IO.Path.Combine(home, "locks");
        return new DeviceLockDirectory(Make(last) ? last : throw new ScsiTransportException(TransportFault.PermissionDenied, $"{last}: cannot keep locks there."));
    }

    /// <summary>The directory that <see cref="Find"/> would take now. Makes none. Null when there would be none.</summary>
    public static string? Look(string home, Func<string, string?> variable, string shared = Shared)
    {
        ArgumentNullException.ThrowIfNull(variable);
        if (variable("CAPSTAN_LOCKS") is { Length: > 0 } named)
            return CanBe(named) ? named : null;
        if (CanBe(shared) && !IsLink(shared))
            return shared;
        string? own = variable("XDG_RUNTIME_DIR") is { } runtime && runtime.StartsWith('/') && Directory.Exists(runtime) ? System.IO.Path.Combine(runtime, "capstan") : null;
        string last = System.IO.Path.Combine(home, "locks");
        return own is not null && CanBe(own) ? own : CanBe(last) ? last : null;
    }

    /// <summary>The file for a device. Its name may hold anything: only plain letters come into the name.</summary>
    /// <param name="kind">drive, changer.</param>
    /// <param name="identity">Its serial number or address.</param>
    public string FileOf(string kind, string identity)
    {
        ArgumentNullException.ThrowIfNull(identity);
        var name = new StringBuilder(kind).Append('-');
        foreach (char letter in identity)
            name.Append(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '.' or ':' or '_' ? letter : '_');
        if (name.Length > LongestKey || identity.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '.' or ':' or '_')))
        {
            name.Length = Math.Min(name.Length, LongestKey);
            name.Append(CultureInfo.InvariantCulture, $"-{Hash(identity):x8}");
        }

        return System.IO.Path.Combine(Path, name.Append(".lock").ToString());
    }

    /// <summary>FNV-1a: two identities that look alike without their odd letters keep two files.</summary>
    private static uint Hash(string text)
    {
        uint hash = 2166136261;
        foreach (char letter in text)
            hash = unchecked((hash ^ letter) * 16777619);
        return hash;
    }

    private static bool IsUsable(string path) => Interop.LibC.Access(path, WriteAndSearch) == 0;

    /// <summary>Where everybody may make links, one must not lead root's files to another place.</summary>
    private static bool IsLink(string path) => new DirectoryInfo(path).LinkTarget is not null;

    /// <summary>Whether it is there and usable, or can be made.</summary>
    private static bool CanBe(string path)
    {
        string place = path;
        while (!System.IO.Path.Exists(place) && System.IO.Path.GetDirectoryName(place) is { } parent)
            place = parent;
        return Directory.Exists(place) && IsUsable(place);
    }

    private static bool Make(string path)
    {
        try
        {
            Directory.CreateDirectory(path);
            return IsUsable(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
