using System.Runtime.InteropServices;
using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>A directory on the way from a root to where the walk is.</summary>
internal struct DirectoryFrame
{
    /// <summary>-1 while the directory is closed because too many below it are open.</summary>
    public int Descriptor;

    public FileIdentity Identity;

    /// <summary>Length of the stored path of this directory; 0 for a root without a prefix.</summary>
    public int PathLength;

    /// <summary>Subdirectories found and not yet entered: from here to <see cref="PendingEnd"/> in the walk's name stack.</summary>
    public int PendingStart;

    public int PendingNext;

    public int PendingEnd;

    /// <summary>Where in the directory the listing goes on, when it has to be opened again.</summary>
    public long Cookie;

    /// <summary>The listing has ended.</summary>
    public bool IsListed;
}

/// <summary>
/// The open directories of a walk. Of thousands of levels only the lowest are open; going up opens the others again through "..",
/// and whoever moved a directory meanwhile is found out by device and inode.
/// </summary>
internal sealed unsafe class DirectoryStack(int maxOpen = DirectoryStack.DefaultMaxOpen)
{
    /// <summary>Well below the usual limit of 1024 descriptors a process.</summary>
    public const int DefaultMaxOpen = 200;

    private DirectoryFrame[] _frames = new DirectoryFrame[32];

    private static readonly byte[] s_parent = PinnedString(".."u8);

    public int Count { get; private set; }

    public ref DirectoryFrame Top => ref _frames[Count - 1];

    public ref DirectoryFrame this[int index] => ref _frames[index];

    public void Push(in DirectoryFrame frame)
    {
        if (Count == _frames.Length)
            Array.Resize(ref _frames, Count * 2);
        _frames[Count++] = frame;
        int tooMany = Count - 1 - maxOpen;
        // The root stays open: it is the way back when a directory was moved.
        if (tooMany > 0)
            Close(ref _frames[tooMany]);
    }

    /// <summary>Makes sure that the directory above the top one is open.</summary>
    /// <param name="path">The stored path of the top directory, whose parts name the directories on the way.</param>
    /// <returns>False when it cannot be found again; it stays closed.</returns>
    public bool OpenParent(ReadOnlySpan<byte> path)
    {
        if (Count < 2 || _frames[Count - 2].Descriptor >= 0)
            return true;
        ref var parent = ref _frames[Count - 2];
        byte* dots = (byte*)Marshal.UnsafeAddrOfPinnedArrayElement(s_parent, 0);
        return (Top.Descriptor >= 0 && ReopenFrom(Top.Descriptor, dots, ref parent)) || ReopenFromRoot(path, Count - 2);
    }

    /// <summary>Closes the top directory; the one above is open afterwards if it can be (see <see cref="OpenParent"/>).</summary>
    public bool Pop(ReadOnlySpan<byte> path)
    {
        bool found = OpenParent(path);
        Close(ref Top);
        Count--;
        return found;
    }

    public void Clear()
    {
        while (Count > 0)
            Close(ref _frames[--Count]);
    }

    private bool ReopenFromRoot(ReadOnlySpan<byte> path, int index)
    {
        int directory = _frames[0].Descriptor;
        for (int i = 1; i <= index; i++)
        {
            int start = _frames[i - 1].PathLength;
            var name = path[(start == 0 ? 0 : start + 1).._frames[i].PathLength];
            byte[] terminated = [.. name, 0];
            bool opened;
            var passed = _frames[i] with { Descriptor = -1, Cookie = 0 };
            fixed (byte* text = terminated)
                opened = ReopenFrom(directory, text, ref i == index ? ref _frames[i] : ref passed);
            if (i > 1)
                _ = Libc.Close(directory);
            if (!opened)
                return false;
            directory = i == index ? _frames[i].Descriptor : passed.Descriptor;
        }
        return true;
    }

    private static bool ReopenFrom(int directory, byte* name, ref DirectoryFrame frame)
    {
        int descriptor = Libc.OpenAt(directory, name, Libc.ReadOnly | Libc.Directory | Libc.NoFollow | Libc.CloseOnExec, 0);
        if (descriptor < 0)
            return false;
        Statx status;
        if (Libc.StatDescriptor(descriptor, &status) != 0 || new FileIdentity(status) != frame.Identity
            || (frame.Cookie != 0 && Libc.Seek(descriptor, frame.Cookie, Libc.SeekSet) < 0))
        {
            _ = Libc.Close(descriptor);
            return false;
        }
        frame.Descriptor = descriptor;
        return true;
    }

    private static void Close(ref DirectoryFrame frame)
    {
        if (frame.Descriptor >= 0)
            _ = Libc.Close(frame.Descriptor);
        frame.Descriptor = -1;
    }

    private static byte[] PinnedString(ReadOnlySpan<byte> text)
    {
        byte[] pinned = GC.AllocateArray<byte>(text.Length + 1, pinned: true);
        text.CopyTo(pinned);
        return pinned;
    }
}
