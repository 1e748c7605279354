using System.Globalization;
using Capstan.Emulation.Cartridges;
using Capstan.Transport;

namespace Capstan.Emulation.Library;

/// <summary>
/// The doors of a library, which PREVENT ALLOW MEDIUM REMOVAL locks: mail slots and magazines (as the SCSI references of Oracle's SL150, Exabyte's
/// Magnum and Quantum's SuperLoader 3 have it). Each initiator that prevents holds a shared lock of a file; a person who puts a cartridge in or takes
/// one out needs it alone. The kernel takes a lock away with the process that held it: none outlives its initiator.
/// </summary>
internal sealed class DoorLock : IDisposable
{
    private readonly HostFile _file;

    private DoorLock(HostFile file) => _file = file;

    /// <summary>An initiator prevents removal.</summary>
    /// <exception cref="ScsiTransportException">Access is denied.</exception>
    internal static DoorLock Prevent(string directory)
    {
        HostFile file = Open(directory);
        int errno = file.LockShared();
        if (errno == Errno.None)
            return new DoorLock(file);
        file.Dispose();
        throw new ScsiTransportException(TransportFault.NotSent, $"{PathIn(directory)}: {Cartridge.Describe(errno)}");
    }

    /// <summary>A person opens a door, and closes it by disposing of the answer; null while somebody prevents it.</summary>
    /// <exception cref="ScsiTransportException">Access is denied.</exception>
    internal static DoorLock? TryOpen(string directory)
    {
        HostFile file = Open(directory);
        if (file.TryLock() == Errno.None)
            return new DoorLock(file);
        file.Dispose();
        return null;
    }

    /// <summary>The same for who does it with the hands.</summary>
    /// <exception cref="LibraryException">Somebody prevents it.</exception>
    /// <exception cref="ScsiTransportException">Access is denied.</exception>
    internal static DoorLock OpenByHand(string directory) => TryOpen(directory) ?? throw new LibraryException(
        $"The mail slots and magazines of {directory} are locked: {WhoPrevents(directory)} prevents medium removal. It goes when that ends, or sends PREVENT ALLOW MEDIUM REMOVAL with PREVENT 0.");

    public void Dispose() => _file.Dispose();

    private static string PathIn(string directory) => Path.Combine(directory, "doors.lock");

    private static HostFile Open(string directory)
    {
        int errno = HostFile.TryOpen(PathIn(directory), Interop.LibC.ReadWrite | Interop.LibC.Create, out HostFile? file);
        return errno == Errno.None ? file! : throw new ScsiTransportException(
            errno is Errno.AccessDenied or Errno.ReadOnlyFileSystem ? TransportFault.PermissionDenied : TransportFault.NotFound,
            $"{PathIn(directory)}: {Cartridge.Describe(errno)}");
    }

    private static string WhoPrevents(string directory)
    {
        using HostFile file = Open(directory);
        int[] processes = [.. LibraryLock.ProcessesWith(file)];
        return processes.Length == 0 ? "another process"
            : string.Create(CultureInfo.InvariantCulture, $"{(processes.Length == 1 ? "process" : "one of the processes")} {string.Join(", ", processes.Select(Name))}");
    }

    private static string Name(int process)
    {
        try
        {
            // proc(5): the arguments, each with a zero behind it.
            string[] words = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}/cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
            string command = words.Length == 0 ? "" : string.Join(' ', words.Select(static (word, index) => index < 2 ? Path.GetFileName(word) : word));
            string plain = new([.. command.Take(100).Select(static letter => char.IsControl(letter) ? '?' : letter)]);
            return string.Create(CultureInfo.InvariantCulture, $"{process}{(plain.Length == 0 ? "" : $" ({plain})")}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return process.ToString(CultureInfo.InvariantCulture);
        }
    }
}
