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

/// <summary>How a logical unit carries out one command: the third and fourth step, after decoding and checking.</summary>
internal interface ICommandHandler<TUnit, TCommand>
    where TUnit : LogicalUnit
    where TCommand : struct, IScsiCommand<TCommand>
{
    static abstract CommandNeeds Needs { get; }

    /// <summary>RECOMMENDED COMMAND TIMEOUT of REPORT SUPPORTED OPERATION CODES, in seconds (IBM LTO Ultrium 9, full height).</summary>
    static abstract uint TimeoutSeconds { get; }

    /// <summary>Acts, and completes the context.</summary>
    static abstract void Execute(TUnit unit, in TCommand command, ref CommandContext context);
}

/// <summary>How the tape drive carries out one command.</summary>
internal interface ICommandHandler<TCommand> : ICommandHandler<TapeDriveUnit, TCommand> where TCommand : struct, IScsiCommand<TCommand>;

internal delegate void CommandRunner<TUnit>(TUnit unit, ref CommandContext context) where TUnit : LogicalUnit;

/// <summary>A row of the dispatch table.</summary>
/// <param name="ServiceAction">Of a command that shares its operation code with others; null for the rest.</param>
internal sealed record CommandRow<TUnit>(byte OperationCode, CommandRunner<TUnit> Run, uint TimeoutSeconds, byte? ServiceAction = null)
    where TUnit : LogicalUnit
{
    internal static CommandRow<TUnit> Of<TCommand, THandler>(byte? serviceAction = null)
        where TCommand : struct, IScsiCommand<TCommand>
        where THandler : struct, ICommandHandler<TUnit, TCommand> =>
        new(TCommand.OperationCode, RunAs<TCommand, THandler>, THandler.TimeoutSeconds, serviceAction);

    private static void RunAs<TCommand, THandler>(TUnit unit, ref CommandContext context)
        where TCommand : struct, IScsiCommand<TCommand>
        where THandler : struct, ICommandHandler<TUnit, TCommand>
    {
        if (!TCommand.TryDecode(context.Cdb, out TCommand command, out BitField invalid))
            context.Refuse(invalid);
        else if (unit.MayRun(THandler.Needs, ref context))
            THandler.Execute(unit, command, ref context);
    }
}

/// <summary>The rows of one kind of logical unit, found by operation code and service action.</summary>
internal sealed class CommandRows<TUnit> where TUnit : LogicalUnit
{
    private readonly CommandRow<TUnit>[]?[] _byOperationCode = new CommandRow<TUnit>[]?[256];

    internal CommandRows(params ReadOnlySpan<CommandRow<TUnit>> rows)
    {
        foreach (CommandRow<TUnit> row in rows)
            _byOperationCode[row.OperationCode] = [.. _byOperationCode[row.OperationCode] ?? [], row];
    }

    /// <summary>The row of an operation code; where that has several, the one with the service action, or the first.</summary>
    internal CommandRow<TUnit>? Find(byte operationCode, int? serviceAction = null)
    {
        if (_byOperationCode[operationCode] is not { } rows)
            return null;
        if (rows.Length > 1)
        {
            foreach (CommandRow<TUnit> row in rows)
            {
                if (row.ServiceAction == serviceAction)
                    return row;
            }
        }
        // The first one's decoder names the service action as what is wrong.
        return rows[0];
    }

    /// <summary>The row of a CDB.</summary>
    internal CommandRow<TUnit>? Find(ReadOnlySpan<byte> cdb) => Find(cdb[0], cdb.Length > 1 ? cdb[1] & 0x1F : null);
}
