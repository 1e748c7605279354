using System.Runtime.InteropServices;

namespace Capstan.Transport.SgIo;

/// <summary>struct sg_io_hdr of scsi/sg.h, interface version 3; a test compares it with the C header.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct SgIoHeader
{
    public const int InterfaceVersion3 = 'S';

    public const int DirectionNone = -1;
    public const int DirectionToDevice = -2;
    public const int DirectionFromDevice = -3;

    public const uint FlagDirectIo = 1;

    public const uint InfoDirectIoMask = 0x6;
    public const uint InfoDirectIo = 0x2;

    public int InterfaceId;
    public int DataDirection;
    public byte CommandLength;
    public byte MaxSenseLength;
    public ushort IovecCount;
    public uint DataLength;
    public void* Data;
    public byte* Command;
    public byte* Sense;
    public uint TimeoutMilliseconds;
    public uint Flags;
    public int PackId;
    public void* UserPointer;
    public byte Status;
    public byte MaskedStatus;
    public byte MessageStatus;
    public byte SenseLengthWritten;
    public ushort HostStatus;
    public ushort DriverStatus;
    public int Residual;
    public uint DurationMilliseconds;
    public uint Info;
}
