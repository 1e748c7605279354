namespace Capstan.Backup.Archive;

/// <summary>
/// One member of a tree with everything a restore needs except its content. One object serves all entries of a run:
/// who wants to keep something copies it.
/// </summary>
public sealed class TreeEntry
{
    private readonly ByteBuffer _path = new(256);
    private readonly ByteBuffer _linkTarget = new();
    private readonly ByteBuffer _userName = new();
    private readonly ByteBuffer _groupName = new();
    private readonly ByteBuffer _accessAcl = new();
    private readonly ByteBuffer _defaultAcl = new();

    /// <summary>Relative, raw bytes: no leading '/', no "." or ".." component, no trailing '/', no NUL. Never empty.</summary>
    public ReadOnlySpan<byte> Path => _path.Span;

    public EntryKind Kind { get; set; }

    /// <summary>Permission, set-id and sticky bits: 0 to 07777 (octal).</summary>
    public int Mode { get; set; }

    public uint Uid { get; set; }

    public uint Gid { get; set; }

    /// <summary>Empty when the user has no name.</summary>
    public ReadOnlySpan<byte> UserName => _userName.Span;

    /// <summary>Empty when the group has no name.</summary>
    public ReadOnlySpan<byte> GroupName => _groupName.Span;

    /// <summary>Length of a file in bytes, holes included; 0 for everything else.</summary>
    public long Size { get; set; }

    /// <summary>Seconds since the epoch, rounded down; negative before 1970.</summary>
    public long MtimeSeconds { get; set; }

    /// <summary>0 to 999,999,999.</summary>
    public int MtimeNanoseconds { get; set; }

    /// <summary>A symbolic link's text, or the path (like <see cref="Path"/>) of the entry a hard link names.</summary>
    public ReadOnlySpan<byte> LinkTarget => _linkTarget.Span;

    public uint DeviceMajor { get; set; }

    public uint DeviceMinor { get; set; }

    /// <summary>Extended attributes except the POSIX ACLs.</summary>
    public XattrList Xattrs { get; } = new();

    /// <summary>Value of system.posix_acl_access as the kernel gives it (see <see cref="PosixAcl"/>); empty when there is none.</summary>
    public ReadOnlySpan<byte> AccessAcl => _accessAcl.Span;

    /// <summary>Value of system.posix_acl_default (directories only); empty when there is none.</summary>
    public ReadOnlySpan<byte> DefaultAcl => _defaultAcl.Span;

    /// <summary>Whether the content is stored without its holes, as <see cref="Sparse"/> says.</summary>
    public bool IsSparse { get; set; }

    /// <summary>Where the data are; meaningful when <see cref="IsSparse"/>.</summary>
    public SparseMap Sparse { get; } = new();

    public void SetPath(ReadOnlySpan<byte> value) => _path.Set(value);

    public void SetLinkTarget(ReadOnlySpan<byte> value) => _linkTarget.Set(value);

    public void SetUserName(ReadOnlySpan<byte> value) => _userName.Set(value);

    public void SetGroupName(ReadOnlySpan<byte> value) => _groupName.Set(value);

    public void SetAccessAcl(ReadOnlySpan<byte> value) => _accessAcl.Set(value);

    public void SetDefaultAcl(ReadOnlySpan<byte> value) => _defaultAcl.Set(value);

    /// <summary>Back to an empty regular file of root at the epoch.</summary>
    public void Clear()
    {
        _path.Clear();
        Kind = EntryKind.File;
        Mode = 0;
        Uid = Gid = 0;
        Size = MtimeSeconds = 0;
        MtimeNanoseconds = 0;
        DeviceMajor = DeviceMinor = 0;
        _userName.Clear();
        _groupName.Clear();
        ClearExtras();
    }

    /// <summary>Copies everything but the sparse map, which no directory has.</summary>
    internal void CopyFrom(TreeEntry other)
    {
        SetPath(other.Path);
        Kind = other.Kind;
        Mode = other.Mode;
        (Uid, Gid) = (other.Uid, other.Gid);
        (Size, MtimeSeconds, MtimeNanoseconds) = (other.Size, other.MtimeSeconds, other.MtimeNanoseconds);
        (DeviceMajor, DeviceMinor) = (other.DeviceMajor, other.DeviceMinor);
        SetUserName(other.UserName);
        SetGroupName(other.GroupName);
        SetLinkTarget(other.LinkTarget);
        SetAccessAcl(other.AccessAcl);
        SetDefaultAcl(other.DefaultAcl);
        Xattrs.CopyFrom(other.Xattrs);
    }

    private void ClearExtras()
    {
        _linkTarget.Clear();
        _accessAcl.Clear();
        _defaultAcl.Clear();
        IsSparse = false;
        Sparse.Clear();
        Xattrs.Clear();
    }

    internal ByteBuffer PathBuffer => _path;

    internal ByteBuffer LinkTargetBuffer => _linkTarget;

    internal ByteBuffer AccessAclBuffer => _accessAcl;

    internal ByteBuffer DefaultAclBuffer => _defaultAcl;
}
