namespace Capstan.Backup.Archive;

/// <summary>Keywords of extended header records: POSIX's own, star's (SCHILY) and GNU tar's.</summary>
internal static class PaxKeys
{
    public static ReadOnlySpan<byte> Path => "path"u8;
    public static ReadOnlySpan<byte> LinkPath => "linkpath"u8;
    public static ReadOnlySpan<byte> Size => "size"u8;
    public static ReadOnlySpan<byte> Uid => "uid"u8;
    public static ReadOnlySpan<byte> Gid => "gid"u8;
    public static ReadOnlySpan<byte> UserName => "uname"u8;
    public static ReadOnlySpan<byte> GroupName => "gname"u8;
    public static ReadOnlySpan<byte> Mtime => "mtime"u8;
    public static ReadOnlySpan<byte> HeaderCharset => "hdrcharset"u8;
    public static ReadOnlySpan<byte> Binary => "BINARY"u8;
    public static ReadOnlySpan<byte> XattrPrefix => "SCHILY.xattr."u8;
    public static ReadOnlySpan<byte> AccessAcl => "SCHILY.acl.access"u8;
    public static ReadOnlySpan<byte> DefaultAcl => "SCHILY.acl.default"u8;
    public static ReadOnlySpan<byte> SparseMajor => "GNU.sparse.major"u8;
    public static ReadOnlySpan<byte> SparseMinor => "GNU.sparse.minor"u8;
    public static ReadOnlySpan<byte> SparseName => "GNU.sparse.name"u8;
    public static ReadOnlySpan<byte> SparseRealSize => "GNU.sparse.realsize"u8;
    public static ReadOnlySpan<byte> SparsePrefix => "GNU.sparse."u8;
}
