using Capstan.Backup.Interop;

namespace Capstan.Backup.Archive;

/// <summary>The directory to restore to is none, or could not be made.</summary>
/// <param name="reason">The system's, in words.</param>
/// <param name="remedy">What the user can do, as a sentence.</param>
public sealed class RestoreTargetException(string reason, string remedy) : IOException($"{reason}. {remedy}")
{
    internal RestoreTargetException(Errno errno)
        : this(errno.Text(), RemedyFor(errno))
    {
    }

    private static string RemedyFor(Errno errno) => errno switch
    {
        Errno.NotDirectory or Errno.Exists => "Something that is no directory has this name, or one above it: name another place.",
        Errno.PermissionDenied or Errno.OperationNotPermitted => "Name a directory that you may write to, or restore as a user who may.",
        Errno.ReadOnly => "Name a place on a file system that can be written to.",
        Errno.NoSpace => "Make room there, or name a place on another file system.",
        _ => "Name a directory that exists or can be made.",
    };
}
