using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text;
using Capstan.Backup.Interop;

namespace Capstan.Backup.Tests.Archive;

/// <summary>File system calls for tests. Names are strings of Latin-1 characters that stand for bytes, so that every byte can be written.</summary>
internal static unsafe class Posix
{
    public static bool IsRoot { get; } = Libc.EffectiveUid() == 0;

    /// <summary>An ordinary string as the byte string of its UTF-8.</summary>
    public static string Utf8(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));

    public static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);

    public static byte[] Terminated(string latin1) => [.. Bytes(latin1), 0];

    public static string Latin1(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);

    public static int OpenDirectory(string path) => Check(Try(Libc.AtFdcwd, path, Libc.ReadOnly | Libc.Directory | Libc.CloseOnExec), path);

    public static int OpenDirectoryAt(int directory, string name) =>
        Check(Try(directory, name, Libc.ReadOnly | Libc.Directory | Libc.NoFollow | Libc.CloseOnExec), name);

    public static int OpenReadAt(int directory, string name) =>
        Check(Try(directory, name, Libc.ReadOnly | Libc.NoFollow | Libc.CloseOnExec), name);

    public static int CreateAt(int directory, string name, uint mode = 0x1A4)
    {
        fixed (byte* text = Terminated(name))
            return Check(Libc.OpenAt(directory, text, Libc.WriteOnly | Libc.Create | Libc.Exclusive | Libc.CloseOnExec, mode), name);
    }

    public static void MakeDirectoryAt(int directory, string name)
    {
        fixed (byte* text = Terminated(name))
            Check(Libc.MakeDirectoryAt(directory, text, 0x1ED), name);
    }

    public static void SymbolicLinkAt(string target, int directory, string name)
    {
        fixed (byte* text = Terminated(name), to = Terminated(target))
            Check(Libc.SymbolicLinkAt(to, directory, text), name);
    }

    public static void LinkAt(int oldDirectory, string oldName, int directory, string name)
    {
        fixed (byte* text = Terminated(name), old = Terminated(oldName))
            Check(Libc.LinkAt(oldDirectory, old, directory, text, 0), name);
    }

    public static void MakeNodeAt(int directory, string name, int mode, uint major = 0, uint minor = 0)
    {
        fixed (byte* text = Terminated(name))
            Check(Libc.MakeNodeAt(directory, text, (uint)mode, Libc.MakeDevice(major, minor)), name);
    }

    public static void ChangeMode(int directory, string name, int mode)
    {
        fixed (byte* text = Terminated(name))
            Check(Libc.ChangeModeAt(directory, text, (uint)mode, 0), name);
    }

    public static void ChangeOwner(int directory, string name, uint uid, uint gid)
    {
        fixed (byte* text = Terminated(name))
            Check(Libc.ChangeOwnerAt(directory, text, uid, gid, Libc.AtSymlinkNofollow), name);
    }

    public static void SetMtime(int directory, string name, long seconds, int nanoseconds)
    {
        var times = stackalloc Timespec[2];
        times[0].Nanoseconds = Timespec.Omit;
        times[1] = new Timespec { Seconds = seconds, Nanoseconds = nanoseconds };
        fixed (byte* text = Terminated(name))
            Check(Libc.SetTimesAt(directory, text, times, Libc.AtSymlinkNofollow), name);
    }

    /// <summary>False where the file system has no such attributes.</summary>
    public static bool TrySetXattr(int descriptor, string name, ReadOnlySpan<byte> value)
    {
        fixed (byte* text = Terminated(name), bytes = value)
        {
            if (Libc.SetXattr(descriptor, text, bytes, value.Length, 0) == 0)
                return true;
        }
        return Libc.Errno is Errno.NotSupported or Errno.OperationNotPermitted ? false : throw new IOException(name + ": " + Libc.Errno);
    }

    public static Statx Status(int directory, string name)
    {
        Statx status;
        fixed (byte* text = Terminated(name))
            Check(Libc.StatX(directory, text, Libc.AtSymlinkNofollow, Libc.StatxBasic, &status), name);
        return status;
    }

    public static void WriteAll(int descriptor, ReadOnlySpan<byte> content, long offset = -1)
    {
        if (offset >= 0)
            Libc.Seek(descriptor, offset, Libc.SeekSet).ShouldBe(offset);
        fixed (byte* bytes = content)
            Libc.Write(descriptor, bytes, content.Length).ShouldBe(content.Length);
    }

    public static int Read(int descriptor, Span<byte> room)
    {
        fixed (byte* bytes = room)
            return (int)Libc.Read(descriptor, bytes, room.Length);
    }

    public static void Truncate(int descriptor, long length) => Check(Libc.Truncate(descriptor, length), "ftruncate");

    public static long Seek(int descriptor, long offset, int whence) => Libc.Seek(descriptor, offset, whence);

    public static void Close(int descriptor) => _ = Libc.Close(descriptor);

    public static string ReadLink(int directory, string name)
    {
        byte[] target = new byte[8192];
        fixed (byte* text = Terminated(name), room = target)
            return Latin1(target.AsSpan(0, (int)Libc.ReadLinkAt(directory, text, room, target.Length)));
    }

    public static List<string> Names(int directory)
    {
        var names = new List<string>();
        byte[] buffer = new byte[32768];
        Libc.Seek(directory, 0, Libc.SeekSet);
        fixed (byte* room = buffer)
        {
            nint length;
            while ((length = Libc.GetDents64(directory, room, buffer.Length)) > 0)
            {
                for (int at = 0; at < length; at += BitConverter.ToUInt16(buffer, at + Dirent.RecordLengthOffset))
                    names.Add(Latin1(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(room + at + Dirent.NameOffset)));
            }
        }
        names.RemoveAll(name => name is "." or "..");
        names.Sort(StringComparer.Ordinal);
        return names;
    }

    /// <summary>All attributes of a name as "name=hex", in order of names.</summary>
    public static List<string> Xattrs(int directory, string name)
    {
        var result = new List<string>();
        byte[] names = new byte[65536];
        byte[] value = new byte[65536];
        fixed (byte* path = Terminated($"/proc/self/fd/{directory}/{name}"), list = names, room = value)
        {
            nint length = Libc.ListXattrOfLink(path, list, names.Length);
            for (byte* at = list; at < list + length;)
            {
                string attribute = Latin1(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(at));
                nint valueLength = Libc.GetXattrOfLink(path, at, room, value.Length);
                result.Add(attribute + "=" + Convert.ToHexString(value.AsSpan(0, (int)Math.Max(0, valueLength))));
                at += attribute.Length + 1;
            }
        }
        result.Sort(StringComparer.Ordinal);
        return result;
    }

    /// <summary>Runs a program; returns its exit status and what it said on both outputs.</summary>
    public static (int Status, string Output) Run(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output + errors.Result);
    }

    public static bool Has(string program) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(directory => File.Exists(Path.Combine(directory, program)));

    private static int Try(int directory, string path, int flags)
    {
        fixed (byte* text = Terminated(path))
            return Libc.OpenAt(directory, text, flags, 0);
    }

    private static int Check(int result, string what) => result >= 0 ? result : throw new IOException(what + ": " + Libc.Errno);
}

/// <summary>A directory that goes away with everything in it, however deep.</summary>
internal sealed class TemporaryDirectory : IDisposable
{
    private const string Memory = "/dev/shm";

    /// <param name="inMemory">For trees so large that making them would take longer than testing with them.</param>
    public TemporaryDirectory(bool inMemory = false) => Path = inMemory && Directory.Exists(Memory)
        ? Directory.CreateDirectory(System.IO.Path.Combine(Memory, "capstan-test-" + Guid.NewGuid())).FullName
        : Directory.CreateTempSubdirectory("capstan-test-").FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    public string Make(string name) => Directory.CreateDirectory(this[name]).FullName;

    public void Dispose()
    {
        if (!Posix.IsRoot)
            Posix.Run("chmod", "-R", "u+rwx", Path);
        Posix.Run("rm", "-rf", Path);
    }
}
