using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using Capstan.Drive;

namespace Capstan.Operations.Encryption;

/// <summary>A key as it was read, and what the file calls it. Wiped when disposed.</summary>
public sealed class ReadKey : IDisposable
{
    internal ReadKey(EncryptionKey key, string? description)
    {
        Key = key;
        Description = description;
    }

    /// <summary>Second line of a text file, as stenc has it; null without one.</summary>
    public string? Description { get; }

    internal EncryptionKey Key { get; }

    public void Dispose() => Key.Dispose();
}

/// <summary>
/// Keys in files and on standard input: 32 bytes, or 64 hexadecimal digits with, in a second line, what the key is called (the format of
/// stenc). Everything that held a digit is wiped.
/// </summary>
public static class KeyFile
{
    private const int MaxBytes = 4096;
    private const int HexDigits = 2 * EncryptionKey.LengthBytes;

    private static readonly SearchValues<byte> HexadecimalDigits = SearchValues.Create("0123456789abcdefABCDEF"u8);
    private const UnixFileMode OthersMayRead = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;
    private const UnixFileMode GroupMayRead = UnixFileMode.GroupRead | UnixFileMode.GroupWrite;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>Reads a key file. One that everybody on the machine may read or write is refused.</summary>
    /// <param name="path">A file, or something else that can be read once, such as <c>/dev/fd/3</c>.</param>
    /// <param name="warn">Told when the group of the file may read it.</param>
    /// <exception cref="OperationException">Not readable, open to others, or no key; the message holds nothing of it.</exception>
    public static ReadKey Read(string path, Action<string> warn)
    {
        ArgumentNullException.ThrowIfNull(warn);
        if (Directory.Exists(path))
            throw new OperationException(ExitStatus.Failed, $"--key-file {path}: this is a directory.");
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            UnixFileMode mode = OperatingSystem.IsWindows() ? OwnerOnly : File.GetUnixFileMode(file.SafeFileHandle);
            if ((mode & OthersMayRead) != 0)
            {
                // Closing a device, or what somebody else opened, is no remedy.
                if (path.StartsWith("/dev/", StringComparison.Ordinal))
                {
                    throw new OperationException(ExitStatus.Failed,
                        $"--key-file {path}: everybody on this machine may read what this leads to, so it is no place for a key, and is not used. `capstan drive encryption generate-key FILE` makes a key in a file of its own; --key-stdin reads one from standard input.");
                }

                throw new OperationException(ExitStatus.Failed,
                    $"{path}: everybody on this machine may read this key, so it is not used. `chmod 600 {path}` closes it; if others can have read it, make a new one with `capstan drive encryption generate-key`.");
            }

            if ((mode & GroupMayRead) != 0)
                warn($"{path}: the group of this file may read this key; `chmod 600 {path}` closes it");
            return Read(file, path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(ExitStatus.Failed, $"--key-file {path}: {e.Message}", e);
        }
    }

    /// <summary>Reads a key from a stream to its end.</summary>
    /// <param name="source">Where it comes from.</param>
    /// <param name="name">For messages.</param>
    /// <exception cref="OperationException">No key.</exception>
    public static ReadKey Read(Stream source, string name)
    {
        ArgumentNullException.ThrowIfNull(source);
        byte[] bytes = GC.AllocateArray<byte>(MaxBytes, pinned: true);
        try
        {
            int length = 0;
            while (length < bytes.Length && source.Read(bytes, length, bytes.Length - length) is var got and > 0)
                length += got;
            return Parse(bytes.AsSpan(0, length), name);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(bytes);
        }
    }

    /// <summary>Makes a key of the system's random bytes, and writes it to a new file that only its owner can read.</summary>
    /// <param name="path">Must not exist.</param>
    /// <param name="description">What it is called; null for nothing.</param>
    /// <exception cref="OperationException">The file cannot be made.</exception>
    public static void Generate(string path, string? description)
    {
        byte[] key = GC.AllocateArray<byte>(EncryptionKey.LengthBytes, pinned: true);
        byte[] text = GC.AllocateArray<byte>(HexDigits + 1, pinned: true);
        try
        {
            RandomNumberGenerator.Fill(key);
            for (int i = 0; i < key.Length; i++)
                Convert.TryToHexStringLower(key.AsSpan(i, 1), text.AsSpan(2 * i, 2), out _);
            text[HexDigits] = (byte)'\n';
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = OwnerOnly;
            using var file = new FileStream(path, options);
            file.Write(text);
            if (description is not null)
                file.Write(Encoding.ASCII.GetBytes(description + "\n"));
            // A key that is lost is a tape that is lost.
            file.Flush(flushToDisk: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new OperationException(ExitStatus.Failed, $"{path}: {e.Message}", e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            CryptographicOperations.ZeroMemory(text);
        }
    }

    private static ReadKey Parse(ReadOnlySpan<byte> bytes, string name)
    {
        int lineEnd = bytes.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (lineEnd < 0 ? bytes : bytes[..lineEnd]).Trim(" \t\r"u8);
        bool isHex = line.Length > 0 && line.IndexOfAnyExcept(HexadecimalDigits) < 0;
        if (isHex && line.Length == HexDigits)
            return new ReadKey(FromHex(line), lineEnd < 0 ? null : DescriptionIn(bytes[(lineEnd + 1)..], name));
        if (bytes.Length == EncryptionKey.LengthBytes && !isHex)
            return new ReadKey(new EncryptionKey(bytes), null);
        string what = bytes.IsEmpty ? "is empty"
            : isHex ? $"holds {line.Length} hexadecimal digits, a key of {line.Length * 4} bits"
            : bytes.Length >= MaxBytes ? "is too long for a key" : $"holds {bytes.Length} bytes";
        throw new OperationException(ExitStatus.Failed,
            $"{name}: this is no key: it {what}. A key is 32 bytes, or 64 hexadecimal digits in the first line. `capstan drive encryption generate-key FILE` makes one.");
    }

    private static EncryptionKey FromHex(ReadOnlySpan<byte> digits)
    {
        byte[] key = GC.AllocateArray<byte>(EncryptionKey.LengthBytes, pinned: true);
        try
        {
            Convert.FromHexString(digits, key, out _, out _);
            return new EncryptionKey(key);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
        }
    }

    private static string? DescriptionIn(ReadOnlySpan<byte> rest, string name)
    {
        int end = rest.IndexOf((byte)'\n');
        ReadOnlySpan<byte> line = (end < 0 ? rest : rest[..end]).Trim(" \t\r"u8);
        if (line.IsEmpty)
            return null;
        return line.ContainsAnyExceptInRange((byte)' ', (byte)'~')
            ? throw new OperationException(ExitStatus.Failed, $"{name}: the second line names the key, and is no printable ASCII.")
            : Encoding.ASCII.GetString(line);
    }
}
