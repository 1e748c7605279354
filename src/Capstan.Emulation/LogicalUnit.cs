using Capstan.Emulation.Faults;
using Capstan.Emulation.Models;
using Capstan.Emulation.Spc;
using Capstan.Emulation.Ssc;
using Capstan.Scsi;

namespace Capstan.Emulation;

/// <summary>A device server: what the ways to it (loopback, the kernel's ring) and the commands of every device type need to know.</summary>
internal abstract class LogicalUnit : IDisposable
{
    /// <summary>VERSION of standard INQUIRY data.</summary>
    private protected const byte VersionSpc4 = 0x06;

    /// <summary>What initiators have yet to be told.</summary>
    internal UnitAttentions Attentions { get; } = new();

    /// <summary>Who may use it.</summary>
    internal Reservations Reservations { get; } = new();

    internal abstract DriveClock Clock { get; }

    /// <summary>Whether REPORT SUPPORTED OPERATION CODES tells timeouts.</summary>
    internal virtual bool ReportsTimeouts => true;

    /// <summary>Whether it has a command of its device type's table.</summary>
    internal abstract bool Has(byte operationCode, int? serviceAction);

    /// <summary>RECOMMENDED COMMAND TIMEOUT, in seconds.</summary>
    internal abstract uint TimeoutOf(byte operationCode, byte? serviceAction);

    /// <summary>What it says about itself.</summary>
    internal abstract DeviceIdentity Identity { get; }

    internal abstract PeripheralDeviceType DeviceType { get; }

    /// <summary>How it departs from the standard.</summary>
    internal abstract VirtualQuirks Quirks { get; }

    /// <summary>The longest transfer of a command, in bytes.</summary>
    internal abstract int MaxTransferBytes { get; }

    /// <summary>What will go wrong; null when nothing is planned.</summary>
    internal DriveFaultPlan? Faults { get; set; }

    /// <summary>Runs one command to its completion.</summary>
    internal abstract void Execute(ref CommandContext context);

    /// <summary>Pending conditions first, then the medium. Completes the command when it may not run.</summary>
    internal abstract bool MayRun(CommandNeeds needs, ref CommandContext context);

    /// <summary>The oldest condition that waits to be told, which is thereby told; NO SENSE when there is none.</summary>
    internal abstract SenseData TakePendingSense(int nexus);

    /// <summary>Writes standard INQUIRY data, or a VPD page; 0 when there is no such page.</summary>
    /// <param name="vpdPage">PAGE CODE; null for the standard data.</param>
    /// <param name="answer">256 bytes.</param>
    internal abstract int WriteInquiry(byte? vpdPage, Span<byte> answer);

    /// <summary>LOGICAL UNIT RESET (SAM-5 6.3.3).</summary>
    /// <param name="isTold">Whether whoever brought the reset establishes the unit attention condition itself.</param>
    internal abstract void Reset(bool isTold = false);

    /// <summary>An initiator goes away: what it left in buffers goes where it belongs.</summary>
    /// <returns>Whether everything got there.</returns>
    internal abstract bool Detach();

    /// <summary>Refuses a command that this kind of device does not have.</summary>
    private protected static void RefuseOperationCode(ref CommandContext context) => context.Check(new SenseData
    {
        Key = SenseKey.IllegalRequest,
        Code = SenseCode.InvalidCommandOperationCode,
        FieldPointer = new FieldPointer(InCdb: true, 0, null),
    });

    public abstract void Dispose();
}
