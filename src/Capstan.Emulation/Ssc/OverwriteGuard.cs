using Capstan.Scsi;

namespace Capstan.Emulation.Ssc;

/// <summary>
/// Append-only mode (SSC-4 4.2.22, WRITE MODE 01h of the Device Configuration Extension mode page): what stands before end of data is
/// overwritten only where ALLOW OVERWRITE permitted it, and once.
/// </summary>
internal sealed class OverwriteGuard
{
    private int _partition;
    private long _position;

    /// <summary>Where <see cref="Permission"/> counts.</summary>
    internal (int Partition, long Position) PermittedAt => (_partition, _position);

    /// <summary>WRITE MODE is 01h.</summary>
    internal bool IsAppendOnly { get; set; }

    /// <summary>What was permitted last and not used yet.</summary>
    internal OverwriteScope Permission { get; private set; }

    internal void Permit(OverwriteScope scope, int partition, long position)
    {
        Permission = scope;
        _partition = partition;
        _position = position;
    }

    internal void Forget() => Permission = OverwriteScope.Disabled;

    /// <summary>Whether something may be written at the drive's position. Completes the command when it may not.</summary>
    internal bool MayWrite(TapeDriveUnit unit, ref CommandContext context)
    {
        bool mayWrite = !IsAppendOnly || IsAppending(unit)
            || (Permission == OverwriteScope.CurrentPosition && _partition == unit.Partition && _position == unit.Position);
        // Good for one command: what follows it appends.
        Forget();
        if (!mayWrite)
            context.Check(SenseKey.DataProtect, SenseCode.WriteAppendPositionError);
        return mayWrite;
    }

    /// <summary>Whether the tape may be formatted. Completes the command when it may not.</summary>
    internal bool MayFormat(ref CommandContext context)
    {
        bool mayFormat = !IsAppendOnly || Permission == OverwriteScope.Format;
        Forget();
        if (!mayFormat)
            context.Check(SenseKey.DataProtect, SenseCode.WriteAppendPositionError);
        return mayFormat;
    }

    /// <summary>At end of data, or before nothing but filemarks; not before the first one of the tape (as in WORM mode).</summary>
    private static bool IsAppending(TapeDriveUnit unit)
    {
        long behind = unit.Tape.EndOfData - unit.Position;
        if (behind <= 0)
            return true;
        long file = unit.Tape.FileNumberAt(unit.Position);
        return file > 0 && behind == unit.Tape.FilemarkCount - file;
    }
}
