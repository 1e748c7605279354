namespace Capstan.Operations;

/// <summary>Exit statuses of the command line; docs/exit-status.md. Never renumber: scripts depend on them.</summary>
public enum ExitStatus
{
    Success = 0,

    /// <summary>The operation failed, for a reason none of the others names.</summary>
    Failed = 1,

    /// <summary>The command line is wrong.</summary>
    Usage = 2,

    /// <summary>Done, but not everything: some files could not be read, changed while they were read, or could not be restored.</summary>
    Partial = 3,

    /// <summary>The tape cannot be used for this: none in the drive, blank, foreign, another one, write-protected.</summary>
    Tape = 4,

    /// <summary>The tape is full; what was saved before is restorable.</summary>
    TapeFull = 5,

    /// <summary>The drive cannot be used: not found, not a tape drive, no permission, in use, failing.</summary>
    Device = 6,

    /// <summary>Data on the tape are damaged.</summary>
    Damaged = 7,

    /// <summary>The catalog is damaged, or does not know what was asked for.</summary>
    Catalog = 8,

    /// <summary>Ctrl-C.</summary>
    Interrupted = 130,
}
