using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>
/// Replacing what exists. The new one is made whole under a temporary name in the same directory and renamed over the old one, which
/// until then is left as it is: a damaged tape, a full file system or a cancelled restore must not cost the file that was good.
/// </summary>
public sealed unsafe partial class TreeWriter
{
    private readonly ByteBuffer _temporary = new(64);

    /// <summary>
    /// Hashes of the paths that were not restored, and where something old may be: a hard link of the archive must not be made to that.
    /// </summary>
    private readonly HashSet<UInt128> _notRestored = [];

    /// <summary>There is something under the temporary name, which <see cref="RemoveTemporary"/> takes away.</summary>
    private bool _hasTemporary;

    private string OldKept => _hasTemporary ? "; the old one was kept" : "";

    /// <summary>
    /// Whether what has the name may be replaced after a creation failed; then the temporary name is set. A directory may not, and is
    /// told before anything is written for nothing.
    /// </summary>
    private bool MayReplace(byte* name)
    {
        if (!_options.Overwrite || Libc.Errno != Errno.Exists)
            return false;
        Statx status;
        if (Libc.StatX(Top, name, Libc.AtSymlinkNofollow, Libc.StatxBasic, &status) == 0 && status.Type == Statx.Directory)
        {
            Marshal.SetLastPInvokeError((int)Errno.IsDirectory);
            return false;
        }
        const int Digits = 16;
        _temporary.Set(".capstan-"u8);
        _ = Utf8Formatter.TryFormat((ulong)Random.Shared.NextInt64(), _temporary.Extend(Digits), out _, new StandardFormat('x', Digits));
        _temporary.Terminate();
        return true;
    }

    /// <summary>Gives what is complete under the temporary name its own. A symbolic link of that name is replaced, not followed.</summary>
    private RestoreState PutInPlace(TreeEntry entry, byte* temporary, byte* name)
    {
        if (Libc.RenameAt2(Top, temporary, Top, name, 0) != 0)
        {
            _journal.Problem(entry.Path, "could not take the place of the old one, which was kept: " + Libc.Errno.Text());
            return RestoreState.Failed;
        }
        // rename(2) does nothing, and says it did, when both names are links to the same file: then the temporary one is still there.
        _hasTemporary = entry.Kind == EntryKind.HardLink;
        return RestoreState.Restored;
    }

    private void RemoveTemporary()
    {
        if (!_hasTemporary)
            return;
        _hasTemporary = false;
        fixed (byte* temporary = _temporary.Array)
            _ = Libc.UnlinkAt(Top, temporary, 0);
    }

    private void RememberIfNotRestored(ReadOnlySpan<byte> path, RestoreState state)
    {
        if (state is not (RestoreState.Restored or RestoreState.Merged))
            _ = _notRestored.Add(ContentHash.Of(path));
        else if (_notRestored.Count > 0)
            _ = _notRestored.Remove(ContentHash.Of(path)); // archives may have a name twice
    }

    /// <summary>
    /// Says that an entry of the archive was never handed over (it could not be read, or was not asked for): a hard link to it
    /// must not be made to something old of that name.
    /// </summary>
    public void MarkNotRestored(ReadOnlySpan<byte> path) => _ = _notRestored.Add(ContentHash.Of(path));

    private bool WasNotRestored(ReadOnlySpan<byte> path) => _notRestored.Count > 0 && _notRestored.Contains(ContentHash.Of(path));
}
