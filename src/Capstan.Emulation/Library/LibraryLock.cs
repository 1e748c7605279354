using System.Globalization;
using Capstan.Emulation.Cartridges;
using Capstan.Transport;

namespace Capstan.Emulation.Library;

/// <summary>Keeps other processes out of a drive, or of a library of one drive, while this one has it, and tells them who does.</summary>
internal sealed class LibraryLock : IDisposable
{
    private readonly HostFile _file;

    private LibraryLock(HostFile file) => _file = file;

    /// <param name="path">The file that is locked, and names the holder.</param>
    /// <param name="what">What is kept, at the beginning of a sentence.</param>
    /// <param name="waits">Whether whoever has it is waited for: what only takes a moment.</param>
    /// <exception cref="ScsiTransportException">Somebody else has it, or access is denied.</exception>
    internal static LibraryLock Take(string path, string what, bool waits = false)
    {
        int errno = HostFile.TryOpen(path, Interop.LibC.ReadWrite | Interop.LibC.Create, out HostFile? file);
        if (errno != Errno.None)
        {
            throw new ScsiTransportException(
                errno is Errno.AccessDenied or Errno.ReadOnlyFileSystem ? TransportFault.PermissionDenied : TransportFault.NotFound,
                $"{path}: {Cartridge.Describe(errno)}");
        }
        errno = waits ? file!.Lock() : file!.TryLock();
        if (errno == Errno.None)
        {
            file.Truncate(0);
            file.Write(LockHolder.Self(TimeProvider.System).Encode(), 0);
            return new LibraryLock(file);
        }
        using (file)
        {
            if (errno != Errno.WouldBlock)
                throw new ScsiTransportException(TransportFault.NotSent, $"{path}: {Cartridge.Describe(errno)}");
            throw new ScsiTransportException(TransportFault.Busy, $"{what} is in use by {Holder(file)}.");
        }
    }

    /// <summary>Who has it, without trying to take it, which would keep others out for a moment; null when nobody does.</summary>
    /// <param name="isWhole">Whether its command and the time are told too.</param>
    internal static string? HolderOf(string path, bool isWhole = false)
    {
        if (HostFile.TryOpen(path, Interop.LibC.ReadOnly, out HostFile? file) != Errno.None)
            return null;
        using (file)
            return LocksOf(file!).Length == 0 ? null : isWhole ? Holder(file!) : ShortHolder(file!);
    }

    /// <summary>Processes that have a lock of a file, shared or not; a process that this one cannot see is left out.</summary>
    internal static IEnumerable<int> ProcessesWith(HostFile file) =>
        LocksOf(file).Select(static line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Select(static words => words.Length > 4 && int.TryParse(words[4], NumberStyles.None, CultureInfo.InvariantCulture, out int process) ? process : 0)
            .Where(static process => process > 0).Distinct();

    /// <summary>proc(5): <c>1: FLOCK  ADVISORY  WRITE 1234 08:01:5678 0 EOF</c>, device and inode of the file.</summary>
    private static string[] LocksOf(HostFile file)
    {
        string inode = string.Create(CultureInfo.InvariantCulture, $":{file.Number} ");
        try
        {
            return
            [
                .. File.ReadLines("/proc/locks").Where(line => line.Contains(" FLOCK ", StringComparison.Ordinal)
                    && line.Contains(inode, StringComparison.Ordinal) && !line.Contains("->", StringComparison.Ordinal)),
            ];
        }
        catch (IOException)
        {
            return [];
        }
    }

    public void Dispose() => _file.Dispose();

    private static string Holder(HostFile file) => Decode(file)?.Describe(TimeProvider.System) ?? "another process";

    private static string ShortHolder(HostFile file) =>
        Decode(file) is { } holder ? string.Create(CultureInfo.InvariantCulture, $"process {holder.ProcessId}") : "another process";

    private static LockHolder? Decode(HostFile file)
    {
        Span<byte> text = stackalloc byte[LockHolder.LongestText];
        return file.Read(text, 0, out int got) == Errno.None ? LockHolder.Decode(text[..got]) : null;
    }
}
