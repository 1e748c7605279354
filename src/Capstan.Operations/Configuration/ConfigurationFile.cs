using System.Text;
using Capstan.Transport;

namespace Capstan.Operations.Configuration;

/// <summary>Finds, reads and writes configuration files.</summary>
public static class ConfigurationFile
{
    /// <summary>For everybody on the machine, when a user has none of his own.</summary>
    public const string SystemPath = "/etc/capstan/capstan.toml";

    private const string FileName = "capstan.toml";
    private const long LargestFileBytes = 1 << 20;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The file that counts: CAPSTAN_CONFIG, or the one in the home directory, or the machine's. It need not exist.</summary>
    /// <param name="variable">Of the environment.</param>
    /// <param name="systemPath">The machine's; another one in tests.</param>
    public static string Find(string home, Func<string, string?> variable, string systemPath = SystemPath)
    {
        if (variable("CAPSTAN_CONFIG") is { Length: > 0 } named)
            return Path.GetFullPath(named);
        string own = Path.Combine(home, FileName);
        return !File.Exists(own) && File.Exists(systemPath) ? systemPath : own;
    }

    /// <summary>Reads the file that counts.</summary>
    /// <exception cref="OperationException">There are mistakes in it, all named; or it cannot be read.</exception>
    public static CapstanConfiguration Load(string home, Func<string, string?> variable, string systemPath = SystemPath)
    {
        string path = Find(home, variable, systemPath);
        return Read(path, isRequired: variable("CAPSTAN_CONFIG") is { Length: > 0 }, out _);
    }

    /// <summary>The names of a kind, for completion; none of a file that cannot be used.</summary>
    public static IReadOnlyList<string> NamesOrNone(string path, ConfiguredKind kind)
    {
        try
        {
            CapstanConfiguration configuration = Read(path, isRequired: false, out _);
            return kind switch
            {
                ConfiguredKind.Drive => [.. configuration.Drives.Select(drive => drive.Name)],
                ConfiguredKind.Changer => [.. configuration.Changers.Select(changer => changer.Name)],
                _ => [.. configuration.Libraries.Select(library => library.Name)],
            };
        }
        catch (OperationException)
        {
            return [];
        }
    }

    /// <summary>Reads a file, and gives its text too.</summary>
    /// <param name="isRequired">Whether a file that is not there is an error; else it is an empty configuration.</param>
    /// <exception cref="OperationException">There are mistakes in it, all named; or it cannot be read.</exception>
    internal static CapstanConfiguration Read(string path, bool isRequired, out string text)
    {
        text = ReadText(path, isRequired);
        CapstanConfiguration configuration = ConfigurationReader.Read(path, text, out IReadOnlyList<ConfigurationProblem> problems);
        return problems.Count == 0 ? configuration : throw ConfigurationErrors.Of(path, problems);
    }

    /// <summary>Changes a file: as a whole or not at all, and never one with mistakes in it.</summary>
    /// <param name="change">Makes the new text of the old one.</param>
    /// <exception cref="OperationException">There are mistakes in it, or would be; or it cannot be read or written.</exception>
    internal static CapstanConfiguration Change(string path, TimeProvider time, Func<CapstanConfiguration, string, string> change)
    {
        try
        {
            string target = new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName;
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            using DeviceLock one = DeviceLock.TakeFile(Path.Combine(Path.GetDirectoryName(target)!, $".{Path.GetFileName(target)}.lock"), $"The configuration {path}", time, TimeSpan.FromSeconds(10));
            CapstanConfiguration before = Read(path, isRequired: false, out string text);
            string changed = change(before, text);
            CapstanConfiguration after = ConfigurationReader.Read(path, changed, out IReadOnlyList<ConfigurationProblem> problems);
            if (problems.Count > 0)
                throw new OperationException(ExitStatus.Usage, $"That would make {path} wrong, and it was left as it is: {problems[0].Key}: {problems[0].Text}.");
            if (changed != text)
                Replace(target, changed);
            return after;
        }
        catch (UnauthorizedAccessException e)
        {
            throw Denied(path, e);
        }
        catch (ScsiTransportException e) when (e.Fault == TransportFault.PermissionDenied)
        {
            throw Denied(path, e);
        }
        catch (IOException e)
        {
            throw new OperationException(ExitStatus.Failed, $"{path} was left as it is: {e.Message}", e);
        }
    }

    private static OperationException Denied(string path, Exception e) => new(ExitStatus.Failed,
        $"{path}: no permission to change it." + (path == SystemPath ? " A copy of it in your own CAPSTAN_HOME counts before it." : ""), e);

    private static void Replace(string path, string text)
    {
        string temporary = $"{path}.{Guid.NewGuid():N}.new";
        try
        {
            using (var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write }))
            {
#pragma warning disable CA1416 // Nothing of Capstan runs on Windows.
                if (File.Exists(path))
                    File.SetUnixFileMode(stream.SafeFileHandle, File.GetUnixFileMode(path));
#pragma warning restore CA1416
                stream.Write(Utf8.GetBytes(text));
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        DeviceLock.SyncDirectory(Path.GetDirectoryName(path)!);
    }

    private static string ReadText(string path, bool isRequired)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            if (stream.CanSeek && stream.Length > LargestFileBytes)
                throw new OperationException(ExitStatus.Usage, $"{path}: it is too long for a configuration.");
            var bytes = new byte[LargestFileBytes];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            return Decode(path, bytes.AsSpan(0, length));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException && !isRequired)
        {
            return "";
        }
        catch (UnauthorizedAccessException e) when (Directory.Exists(path))
        {
            throw new OperationException(ExitStatus.Failed, $"{path}: this is a directory, and has to be the configuration file.", e);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new OperationException(ExitStatus.Failed, $"{path}: there is no such file, and CAPSTAN_CONFIG names it as the configuration. `capstan config drive create NAME` begins one there.", e);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new OperationException(ExitStatus.Failed, $"{path}: no permission to read the configuration.", e);
        }
        catch (IOException e)
        {
            throw new OperationException(ExitStatus.Failed, $"{path}: the configuration cannot be read: {e.Message}", e);
        }
    }

    /// <summary>UTF-8, and where it is not.</summary>
    internal static string Decode(string path, ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Utf8.GetString(bytes);
        }
        catch (DecoderFallbackException e)
        {
            int at = Math.Clamp(e.Index, 0, bytes.Length);
            int line = bytes[..at].Count((byte)'\n') + 1;
            int column = at - (bytes[..at].LastIndexOf((byte)'\n') + 1) + 1;
            throw ConfigurationErrors.Of(path, [new ConfigurationProblem(line, column, null, $"here is a byte that is no UTF-8 ({e.BytesUnknown?.FirstOrDefault():X2}h); save the file as UTF-8")]);
        }
    }
}
