namespace Capstan.Emulation.Kernel;

/// <summary>Objects of configfs: directories are made and removed, attributes are files that are neither created nor cut.</summary>
internal static class ConfigFs
{
    internal const string Root = "/sys/kernel/config";

    /// <summary>Sets an attribute.</summary>
    /// <exception cref="IOException">The kernel refused it, or there is no such attribute.</exception>
    internal static void Set(string path, string value) => SetExactly(path, value + "\n");

    /// <summary>Sets an attribute to a text, byte by byte.</summary>
    /// <exception cref="IOException">The kernel refused it, or there is no such attribute.</exception>
    internal static void SetExactly(string path, string text)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        file.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Sets an attribute that older kernels do not have.</summary>
    internal static bool TrySet(string path, string value)
    {
        try
        {
            Set(path, value);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>An attribute's value without the line end; null when there is none.</summary>
    internal static string? Get(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Removes an object that is there; one that others still use stays.</summary>
    internal static bool TryRemove(string path)
    {
        try
        {
            if (File.ResolveLinkTarget(path, returnFinalTarget: false) is not null)
                File.Delete(path);
            else if (Directory.Exists(path))
                Directory.Delete(path);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return !Path.Exists(path);
        }
    }
}
