using System.Runtime.InteropServices;
using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>Reads the extended attributes of an open file, or of a name that cannot be opened, into an entry.</summary>
internal sealed unsafe class XattrReader : IDisposable
{
    /// <summary>XATTR_LIST_MAX and XATTR_SIZE_MAX, linux/limits.h.</summary>
    private const int MaxLength = 64 * 1024;

    /// <summary>The kernel allocates what it is offered: 64 KiB for each file costs more than all the rest.</summary>
    private const int UsualLength = 256;

    private byte* _names = (byte*)NativeMemory.Alloc(MaxLength);
    private byte* _value = (byte*)NativeMemory.Alloc(MaxLength);
    private readonly ByteBuffer _procPath = new(64);

    ~XattrReader() => Free();

    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.Free(_names);
        NativeMemory.Free(_value);
        _names = _value = null;
    }

    /// <summary>Reads the attributes of an open file.</summary>
    /// <returns>Why some are missing, or <see cref="Errno.None"/>.</returns>
    public Errno Read(int descriptor, TreeEntry entry) => ReadAll(descriptor, null, entry);

    /// <summary>Reads the attributes of a name, a symbolic link's own. The directory may be <see cref="Libc.AtFdcwd"/>.</summary>
    public Errno Read(int directory, ReadOnlySpan<byte> name, TreeEntry entry)
    {
        if (directory == Libc.AtFdcwd)
        {
            _procPath.Set(name);
            _procPath.Terminate();
        }
        else
        {
            ProcPath.Set(_procPath, directory, name);
        }
        fixed (byte* path = _procPath.Array)
            return ReadAll(-1, path, entry);
    }

    private Errno ReadAll(int descriptor, byte* path, TreeEntry entry)
    {
        nint length = path is null ? Libc.ListXattr(descriptor, _names, UsualLength) : Libc.ListXattrOfLink(path, _names, UsualLength);
        if (length == 0)
            return Errno.None;
        if (length < 0 && Libc.Errno == Errno.Range)
            length = path is null ? Libc.ListXattr(descriptor, _names, MaxLength) : Libc.ListXattrOfLink(path, _names, MaxLength);
        if (length < 0)
            return Libc.Errno is var errno && errno is Errno.NotSupported or Errno.NoSystemCall ? Errno.None : errno;
        var failure = Errno.None;
        for (byte* name = _names; name < _names + length;)
        {
            var bytes = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(name);
            var error = ReadOne(descriptor, path, name, bytes, entry);
            if (error != Errno.None)
                failure = error;
            name += bytes.Length + 1;
        }
        return failure;
    }

    private Errno ReadOne(int descriptor, byte* path, byte* name, ReadOnlySpan<byte> nameBytes, TreeEntry entry)
    {
        nint length = Get(descriptor, path, name, UsualLength);
        if (length < 0 && Libc.Errno == Errno.Range)
            length = Get(descriptor, path, name, MaxLength);
        if (length < 0)
            return Libc.Errno is var errno && errno is Errno.NoData or Errno.NotSupported ? Errno.None : errno; // removed since it was listed
        var value = new ReadOnlySpan<byte>(_value, (int)length);
        if (nameBytes.SequenceEqual(XattrNames.AccessAcl))
            entry.SetAccessAcl(value);
        else if (nameBytes.SequenceEqual(XattrNames.DefaultAcl))
            entry.SetDefaultAcl(value);
        else
            entry.Xattrs.Add(nameBytes, value);
        return Errno.None;
    }

    private nint Get(int descriptor, byte* path, byte* name, nint room) =>
        path is null ? Libc.GetXattr(descriptor, name, _value, room) : Libc.GetXattrOfLink(path, name, _value, room);
}
