using System.Buffers.Binary;
using Capstan.Emulation.Library;
using Capstan.Scsi;

namespace Capstan.Emulation.Smc;

/// <summary>LOG SENSE and LOG SELECT of a changer: the list of pages, and TapeAlert (SMC-3: 32 flags of a changer).</summary>
internal readonly struct ChangerLogHandler : ICommandHandler<MediaChangerUnit, LogSense>, ICommandHandler<MediaChangerUnit, LogSelect>
{
    private const byte SupportedPages = 0x00;
    private const byte TapeAlert = 0x2E;
    private const int Flags = 32;
    private const int HeaderLength = 4;
    private const int ParameterLength = 5;

    /// <summary>FORMAT AND LINKING 11b: a value that is no counter (SPC-4 7.3.2.2.2.5).</summary>
    private const byte BinaryList = 0x03;

    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(MediaChangerUnit unit, in LogSense command, ref CommandContext context)
    {
        if (command.Page is not (SupportedPages or TapeAlert))
        {
            context.Refuse(LogSense.PageCodeField);
            return;
        }
        if (command.Subpage != 0)
        {
            context.Refuse(LogSense.SubpageCodeField);
            return;
        }
        if (command.ParameterPointer > (command.Page == TapeAlert ? Flags : 0))
        {
            context.Refuse(LogSense.ParameterPointerField);
            return;
        }
        if (command.Page == SupportedPages)
        {
            context.Return([SupportedPages, 0, 0, 2, SupportedPages, TapeAlert], command.AllocationLength);
            return;
        }
        Span<byte> answer = stackalloc byte[HeaderLength + Flags * ParameterLength];
        answer.Clear();
        int first = Math.Max(1, (int)command.ParameterPointer);
        int length = HeaderLength + (Flags - first + 1) * ParameterLength;
        // Who asked for the header only, to learn the length, has not been told the flags.
        ulong alerts = unit.Library.TakeAlerts(clears: command.AllocationLength >= length);
        answer[0] = TapeAlert;
        BinaryPrimitives.WriteUInt16BigEndian(answer[2..], (ushort)(length - HeaderLength));
        for (int flag = first; flag <= Flags; flag++)
        {
            Span<byte> parameter = answer[(HeaderLength + (flag - first) * ParameterLength)..];
            BinaryPrimitives.WriteUInt16BigEndian(parameter, (ushort)flag);
            parameter[2] = BinaryList;
            parameter[3] = 1;
            parameter[4] = (byte)(alerts >> (flag - 1) & 1);
        }
        context.Return(answer[..length], command.AllocationLength);
    }

    public static void Execute(MediaChangerUnit unit, in LogSelect command, ref CommandContext context)
    {
        if (command.ParameterListLength != 0)
            context.Refuse(LogSelect.ParameterListLengthField);
        else if (command.Subpage != 0)
            context.Refuse(LogSelect.SubpageCodeField);
        else if (command.Page is not (SupportedPages or TapeAlert))
            context.Refuse(LogSelect.PageCodeField);
        else
        {
            if (command.ResetsParameters)
                _ = unit.Library.TakeAlerts(clears: true);
            context.Good();
        }
    }
}

/// <summary>
/// MODE SELECT of a changer: nothing can be changed, and what would change something is refused; pages as MODE SENSE told them are taken
/// (SPC-4 6.12; IBM TS4500 SCSI reference, mode page 1Fh: values other than those returned are 5/2600).
/// </summary>
internal readonly struct ChangerModeSelectHandler : ICommandHandler<MediaChangerUnit, ModeSelect6>, ICommandHandler<MediaChangerUnit, ModeSelect10>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 60;

    public static void Execute(MediaChangerUnit unit, in ModeSelect6 command, ref CommandContext context) =>
        Select(unit, ModeHeaderForm.Six, command.ParameterListLength, command.SavePages, ref context);

    public static void Execute(MediaChangerUnit unit, in ModeSelect10 command, ref CommandContext context) =>
        Select(unit, ModeHeaderForm.Ten, command.ParameterListLength, command.SavePages, ref context);

    private static void Select(MediaChangerUnit unit, ModeHeaderForm form, int length, bool savePages, ref CommandContext context)
    {
        if (savePages)
            context.Refuse(ModeSelect6.SavePagesField);
        else if (length == 0)
            context.Good();
        else if (context.DataOut.Length < length)
            context.Check(SenseKey.AbortedCommand, SenseCode.DataPhaseError);
        else if (!ModeParameters.TryDecode(context.DataOut[..length], form, out ModeParameters list) || !list.IsWhole)
            context.Check(SenseKey.IllegalRequest, SenseCode.ParameterListLengthError);
        else if (FirstDifference(unit, list) is { } offset)
            context.RefuseParameter(length - list.Pages.Length + offset);
        else
            context.Good(length);
    }

    /// <summary>Where in the pages something stands that is not so; null when all of it is.</summary>
    private static int? FirstDifference(MediaChangerUnit unit, in ModeParameters list)
    {
        Span<byte> current = stackalloc byte[ChangerModeSenseHandler.MaxLength];
        int offset = 0;
        foreach (ModePage page in list)
        {
            if (page.Subpage != 0 || !ChangerModeSenseHandler.Pages.Contains(page.Page))
                return offset;
            current.Clear();
            int length = ChangerModeSenseHandler.Write(unit, page.Page, current);
            // PS is reserved here (SPC-4 7.5.7).
            current[0] &= 0x3F;
            int same = page.Bytes.CommonPrefixLength(current[..length]);
            if (same == 0 && (page.Bytes[0] & 0x3F) == current[0])
                same = 1 + page.Bytes[1..].CommonPrefixLength(current[1..length]);
            if (same < Math.Max(length, page.Bytes.Length))
                return offset + same;
            offset += page.Bytes.Length;
        }
        return null;
    }
}

/// <summary>SEND DIAGNOSTIC and RECEIVE DIAGNOSTIC RESULTS of a changer: the default self-test, which moves nothing.</summary>
internal readonly struct ChangerDiagnosticHandler : ICommandHandler<MediaChangerUnit, SendDiagnostic>, ICommandHandler<MediaChangerUnit, ReceiveDiagnosticResults>
{
    public static CommandNeeds Needs => CommandNeeds.Nothing;

    public static uint TimeoutSeconds => 600;

    public static void Execute(MediaChangerUnit unit, in SendDiagnostic command, ref CommandContext context)
    {
        if (command.SelfTestCode != 0)
        {
            context.Refuse(SendDiagnostic.SelfTestCodeField);
            return;
        }
        if (command.ParameterListLength > 0)
        {
            context.Refuse(SendDiagnostic.ParameterListLengthField);
            return;
        }
        using Inventory.Access inventory = unit.Library.EnterInventory();
        if (VirtualLibrary.Has(inventory.Robot, LibraryFailureKind.Robot) || VirtualLibrary.Has(inventory.Robot, LibraryFailureKind.RobotInMove))
            context.Check(SenseKey.HardwareError, SenseCode.LogicalUnitFailedSelfTest);
        else
            context.Good();
    }

    public static void Execute(MediaChangerUnit unit, in ReceiveDiagnosticResults command, ref CommandContext context)
    {
        if (command.PageCodeValid && command.PageCode != 0)
            context.Refuse(ReceiveDiagnosticResults.PageCodeField);
        else
            // SPC-4 7.2.2: the list of pages, which is this one alone.
            context.Return([0, 0, 0, 1, 0], command.AllocationLength);
    }
}
