using Capstan.Scsi;
using Capstan.Emulation.Ssc;

namespace Capstan.Emulation;

/// <summary>What must hold before a command may act.</summary>
[Flags]
internal enum CommandNeeds
{
    Nothing = 0,

    /// <summary>Runs although a unit attention or a deferred error waits (SAM-5 5.14: INQUIRY, REPORT LUNS, REQUEST SENSE).</summary>
    Unattended = 1,

    /// <summary>A threaded, readable tape.</summary>
    Medium = 2,
}

/// <summary>How the tape drive carries out one command: the third and fourth step, after decoding and checking.</summary>
internal interface ICommandHandler<TCommand> where TCommand : struct, IScsiCommand<TCommand>
{
    static abstract CommandNeeds Needs { get; }

    /// <summary>RECOMMENDED COMMAND TIMEOUT of REPORT SUPPORTED OPERATION CODES, in seconds (IBM LTO Ultrium 9, full height).</summary>
    static abstract uint TimeoutSeconds { get; }

    /// <summary>Acts, and completes the context.</summary>
    static abstract void Execute(TapeDriveUnit unit, in TCommand command, ref CommandContext context);
}

internal delegate void CommandRunner(TapeDriveUnit unit, ref CommandContext context);

/// <summary>A row of the dispatch table.</summary>
/// <param name="ServiceAction">Of a command that shares its operation code with others; null for the rest.</param>
internal sealed record CommandRow(byte OperationCode, CommandRunner Run, uint TimeoutSeconds, byte? ServiceAction = null)
{
    internal static CommandRow Of<TCommand, THandler>(byte? serviceAction = null)
        where TCommand : struct, IScsiCommand<TCommand>
        where THandler : struct, ICommandHandler<TCommand> =>
        new(TCommand.OperationCode, RunAs<TCommand, THandler>, THandler.TimeoutSeconds, serviceAction);

    private static void RunAs<TCommand, THandler>(TapeDriveUnit unit, ref CommandContext context)
        where TCommand : struct, IScsiCommand<TCommand>
        where THandler : struct, ICommandHandler<TCommand>
    {
        if (!TCommand.TryDecode(context.Cdb, out TCommand command, out BitField invalid))
            context.Refuse(invalid);
        else if (unit.MayRun(THandler.Needs, ref context))
            THandler.Execute(unit, command, ref context);
    }
}
