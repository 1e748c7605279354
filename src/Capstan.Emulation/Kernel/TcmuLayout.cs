using System.Runtime.InteropServices;

namespace Capstan.Emulation.Kernel;

// linux/target_core_user.h. What both sides write at the same time is read once and checked before it is used.

/// <summary><c>struct tcmu_mailbox</c>: the beginning of the shared area.</summary>
[StructLayout(LayoutKind.Explicit)]
internal struct TcmuMailbox
{
    internal const int SupportedVersion = 2;
    internal const int FlagReadLength = 1 << 1;
    internal const int FlagTaskManagement = 1 << 2;

    [FieldOffset(0)]
    internal ushort Version;

    [FieldOffset(2)]
    internal ushort Flags;

    [FieldOffset(4)]
    internal uint RingOffset;

    [FieldOffset(8)]
    internal uint RingSize;

    [FieldOffset(12)]
    internal uint Head;

    [FieldOffset(64)]
    internal uint Tail;
}

/// <summary><c>struct tcmu_cmd_entry_hdr</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TcmuHeader
{
    internal const uint OperationMask = 0x7;
    internal const uint OperationPad = 0;
    internal const uint OperationCommand = 1;
    internal const uint OperationTaskManagement = 2;
    internal const byte UserUnknownOperation = 0x1;
    internal const byte UserReadLength = 0x2;

    internal uint LengthAndOperation;
    internal ushort CommandId;
    internal byte KernelFlags;
    internal byte UserFlags;

    internal readonly uint Operation => LengthAndOperation & OperationMask;

    internal readonly uint LengthBytes => LengthAndOperation & ~OperationMask;
}

/// <summary>The request in <c>struct tcmu_cmd_entry</c>, behind the header. Shares its memory with <see cref="TcmuResponse"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TcmuRequest
{
    internal uint VectorCount;
    internal uint BidirectionalVectorCount;
    internal uint IntegrityVectorCount;
    internal ulong CdbOffset;
    internal ulong Padding1;
    internal ulong Padding2;

    // struct iovec iov[]; bases are offsets from the mailbox.
}

/// <summary><c>struct iovec</c> of the ring.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TcmuVector
{
    internal ulong Offset;
    internal ulong LengthBytes;
}

/// <summary>The response in <c>struct tcmu_cmd_entry</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct TcmuResponse
{
    internal const int SenseLength = 96;

    internal byte Status;
    internal byte Padding1;
    internal ushort Padding2;
    internal uint ReadLength;
    internal fixed byte Sense[SenseLength];
}

/// <summary><c>struct tcmu_tmr_entry</c> behind its header.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TcmuTaskManagement
{
    internal const byte LogicalUnitReset = 5;
    internal const byte TargetWarmReset = 6;
    internal const byte TargetColdReset = 7;

    internal byte Function;
    internal byte Padding1;
    internal ushort Padding2;
    internal uint CommandCount;
    internal ulong Padding3;
    internal ulong Padding4;
}
