namespace Capstan.Backup.Archive;

/// <summary>The attributes in which Linux keeps POSIX ACLs (linux/xattr.h). The literals are NUL-terminated behind their length.</summary>
internal static class XattrNames
{
    public static ReadOnlySpan<byte> AccessAcl => "system.posix_acl_access"u8;
    public static ReadOnlySpan<byte> DefaultAcl => "system.posix_acl_default"u8;
}
