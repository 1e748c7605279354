using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Capstan.Transport.Iscsi;

/// <summary>struct scsi_iovec, scsi-lowlevel.h: "follows the POSIX struct iovec definition and MUST never change".</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ScsiIoVector
{
    public void* Base;
    public nuint Length;
}

/// <summary>The beginning of struct scsi_task, scsi-lowlevel.h, as far as it is read here. The library allocates it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ScsiTask
{
    internal const int MaxCdbLength = 16;

    public int Status;
    public int CdbLength;
    public int Direction;
    public int ExpectedTransferLength;
    public CdbBytes Cdb;
    public int ResidualStatus;
    public nuint Residual;
    public ScsiSense Sense;
    public ScsiData DataIn;

    /// <summary>What the library allocated for the task; only its place matters.</summary>
    public nint Memory;

    /// <summary>Belongs to the library while a command runs.</summary>
    public nint PrivatePointer;

    [InlineArray(MaxCdbLength)]
    internal struct CdbBytes
    {
        private byte _first;
    }
}

/// <summary>struct scsi_sense: what the library made of the sense data; not used, it only takes its room.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct ScsiSense
{
    public byte ErrorType;
    public int Key;
    public int AdditionalSense;
    // Three bit fields of one bit; the next member begins in the byte behind them.
    public byte Flags;
    public byte BitPointer;
    public ushort FieldPointer;
}

/// <summary>struct scsi_data.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct ScsiData
{
    public int Size;
    public byte* Data;
}

/// <summary>struct iscsi_discovery_address, iscsi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct DiscoveryAddress
{
    public DiscoveryAddress* Next;
    public byte* TargetName;
    public TargetPortal* Portals;
}

/// <summary>struct iscsi_target_portal, iscsi.h.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TargetPortal
{
    public TargetPortal* Next;
    public byte* Portal;
}
